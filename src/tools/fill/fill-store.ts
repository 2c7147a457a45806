import { attestationPayload } from '#agent/attestation/attestation-payload.ts'
import { signMessage } from '#agent/attestation/sign-message.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { Clock } from '#runtime/clock.ts'
import { hash } from '#runtime/digest.ts'
import type { KeyLine } from './key-lines.ts'
import { type MadeUpDevice, madeUpDevice, signerOf } from './made-up-device.ts'
import { madeUpReadings } from './made-up-readings.ts'
import { madeUpStatement } from './made-up-statement.ts'
import { seeded, seededBytes } from './seeded.ts'

export type FillWish = {
  readonly devices: number
  readonly seed: string
  readonly issuer: string
}

export type Filled = {
  /** Devices of this seed that were there before. */
  readonly before: number
  readonly devices: number
  readonly people: number
  readonly readings: number
}

const batchSize = 500

/**
 * Writes made-up devices through the stores: owner, device, key, one signed report with its sixteen readings, and the
 * head of the chain. Called again with a seed it goes on behind the last device. Verdicts are left to the gateway.
 * `onBatch` is handed the private keys of what was just committed.
 */
export async function fillStore(
  { store, clock }: { readonly store: Pick<Store, 'transact' | 'read'>; readonly clock: Pick<Clock, 'nowMs'> },
  wish: FillWish,
  onBatch: (lines: readonly KeyLine[], done: number) => Promise<void>,
): Promise<Filled> {
  const countName = `filled-devices/${hash(wish.seed)}`
  const before = Number((await store.read((rows) => rows.meta.get(countName))) ?? '0')
  let people = 0
  let readings = 0
  for (let start = 0; start < wish.devices; start += batchSize) {
    const first = before + start
    const size = Math.min(batchSize, wish.devices - start)
    const nowMs = clock.nowMs()
    const made: Made[] = []
    for (let index = first; index < first + size; index += 1) made.push(await makeDevice(wish, index, nowMs))
    people += await store.transact(async (rows) => {
      let added = 0
      for (const one of made) added += await insert(rows, one)
      await rows.meta.put(countName, String(first + size))
      return added
    })
    readings += made.reduce((sum, one) => sum + one.readings, 0)
    await onBatch(made.map(keyLineOf), start + size)
  }
  return { before, devices: wish.devices, people, readings }
}

type Made = MadeUpDevice & {
  readonly index: number
  readonly readings: number
  readonly message: { readonly jws: string; readonly hash: string; readonly at: number }
}

/** A device that enrolled and has since sent one report, the first of its chain. */
async function makeDevice({ seed, issuer }: FillWish, index: number, nowMs: number): Promise<Made> {
  const made = madeUpDevice(seed, index, nowMs)
  const now = Math.floor(nowMs / 1000)
  const readings = madeUpReadings(made.device.platform, seeded(seed, `readings/${index}`), now)
  const statement = madeUpStatement(made.device, issuer, readings, { seq: 1, hash: seedHash(seed, `config/${index}`) })
  const claims = attestationPayload(
    statement,
    { seq: 1, prev: seedHash(seed, `enroll/${index}`) },
    {
      nonce: seedHash(seed, `nonce/${index}`),
      nowSeconds: now,
      jti: seededBytes(seed, `jti/${index}`).subarray(0, 16).toString('base64url'),
    },
  )
  const { jws, hash: digest } = await signMessage(signerOf({ ...made.key, d: made.d }), 'eat+jwt', claims)
  return { ...made, index, readings: readings.length, message: { jws, hash: digest, at: now } }
}

/** Answers how many people were new: 1 or 0. */
async function insert(rows: Rows, { person, device, key, message }: Made): Promise<number> {
  const known = await rows.people.findByEmail(person.email)
  if (known === undefined) await rows.people.insert(person)
  await rows.devices.insert({ ...device, ownerId: (known ?? person).id })
  await rows.deviceKeys.insert(key)
  const link = { deviceId: device.id, kid: key.kid, seq: 1, hash: message.hash, receivedAt: message.at }
  await rows.attestations.accept({ ...link, jws: message.jws })
  await rows.heads.put({ ...link, forks: 0, reanchorUntil: null })
  return known === undefined ? 1 : 0
}

function keyLineOf({ index, person, device, key, d, message }: Made): KeyLine {
  return {
    index,
    deviceId: device.id,
    email: person.email,
    platform: device.platform,
    arch: device.arch,
    sueid: device.sueid,
    kid: key.kid,
    x: key.x,
    y: key.y,
    d,
    seq: 1,
    hash: message.hash,
  }
}

function seedHash(seed: string, name: string): string {
  return seededBytes(seed, name).toString('base64url')
}
