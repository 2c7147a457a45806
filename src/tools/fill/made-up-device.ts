import { createECDH, createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { thumbprintText } from '#contract/wire-types.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { DeviceKeyRecord } from '#gateway/storage/device-key-store.ts'
import type { DeviceRecord } from '#gateway/storage/device-store.ts'
import type { PersonRecord } from '#gateway/storage/person-store.ts'
import { hash } from '#runtime/digest.ts'
import { seeded, seededBytes } from './seeded.ts'

/** A device that nobody owns, with the private part of its key: for development alone. */
export type MadeUpDevice = {
  readonly person: PersonRecord
  readonly device: DeviceRecord
  readonly key: DeviceKeyRecord
  /** The private scalar, 43 characters of base64url. */
  readonly d: string
}

const devicesPerPerson = 1.25
const teams = ['web', 'data', 'sales', 'people', 'finance'] as const
const platforms: readonly [OperatingSystem, ...OperatingSystem[]] = ['macos', 'macos', 'windows', 'windows', 'linux']
const longestAgeMs = 300 * 86_400_000

/** Device number `index` of a seed; times are counted back from `nowMs`, everything else is the seed's. */
export function madeUpDevice(seed: string, index: number, nowMs: number): MadeUpDevice {
  const random = seeded(seed, `device/${index}`)
  const person = madeUpPerson(seed, Math.floor(index / devicesPerPerson), nowMs)
  const enrolledMs = nowMs - 60_000 - Math.floor(random.next() * longestAgeMs)
  const ids = seededBytes(seed, `ids/${index}`)
  const platform = random.oneOf(platforms)
  const { d, x, y } = seededKey(seed, index)
  const id = uuidOf(enrolledMs, ids.subarray(0, 16))
  const enrolledAt = Math.floor(enrolledMs / 1000)
  return {
    person,
    device: {
      id,
      ownerId: person.id,
      state: 'active',
      tier: 'T1',
      keyStore: 'keytar',
      platform,
      arch: platform === 'macos' ? 'arm64' : 'x64',
      hostname: `${platform}-${String(index).padStart(6, '0')}`,
      serialHash: null,
      machineHash: seededBytes(seed, `machine/${index}`).toString('base64url'),
      ownership: random.chance(0.9) ? 'company' : 'personal',
      assetTag: null,
      until: null,
      enrolledAt,
      enrollmentId: seededBytes(seed, `enrollment/${index}`).subarray(0, 16).toString('base64url'),
      sueid: Buffer.concat([Buffer.from([1]), ids.subarray(16)]).toString('base64url'),
      agentVersion: '0.1.0',
      duplicateHint: false,
    },
    key: {
      kid: hash(thumbprintText({ kty: 'EC', crv: 'P-256', x, y })),
      deviceId: id,
      x,
      y,
      state: 'current',
      createdAt: enrolledAt,
      retiredAt: null,
    },
    d,
  }
}

/** What signs as the device, as the agent's own `signMessage` asks for it. */
export function signerOf(of: { readonly kid: string; readonly d: string; readonly x: string; readonly y: string }) {
  const { kid, d, x, y } = of
  const publicJwk = { kty: 'EC', crv: 'P-256', x, y } as const
  let key: KeyObject | undefined
  return {
    kid: async () => kid,
    publicJwk: async () => publicJwk,
    async sign(bytes: Uint8Array): Promise<Uint8Array> {
      key ??= createPrivateKey({ key: { ...publicJwk, d }, format: 'jwk' })
      return sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' })
    },
  }
}

function madeUpPerson(seed: string, index: number, nowMs: number): PersonRecord {
  const random = seeded(seed, `person/${index}`)
  const number = String(index).padStart(6, '0')
  return {
    id: uuidOf(nowMs - longestAgeMs, seededBytes(seed, `person-id/${index}`)),
    email: `person-${number}@example.com`,
    name: `Person ${number}`,
    team: random.oneOf(teams),
    status: 'active',
    admin: false,
    roles: [],
    groups: random.chance(0.3) ? ['engineering', 'staff'] : ['staff'],
    aliases: [],
    version: 1,
    source: 'console', // whoever the settings do not name stays active all the same
  }
}

/** Almost every 32 bytes are a private key of P-256; the next ones are tried where they are none. */
function seededKey(seed: string, index: number): { readonly d: string; readonly x: string; readonly y: string } {
  const curve = createECDH('prime256v1')
  for (let attempt = 0; ; attempt += 1) {
    const secret = seededBytes(seed, `key/${index}/${attempt}`)
    try {
      curve.setPrivateKey(secret)
    } catch {
      continue // beyond the order of the curve
    }
    const point = curve.getPublicKey()
    return {
      d: secret.toString('base64url'),
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    }
  }
}

/** A UUIDv7 (RFC 9562 section 5.7) from 16 given bytes. */
function uuidOf(ms: number, given: Uint8Array): string {
  const bytes = Buffer.from(given.subarray(0, 16))
  bytes.writeUIntBE(ms, 0, 6)
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6)
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
