import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A certificate and its key, as PEM; enough of X.509 (RFC 5280) for a server on loopback and the authority above it. */
export type Certificate = { readonly certificate: string; readonly key: string; readonly signer: Signer }
type Signer = { readonly name: string; readonly key: KeyObject }

const hour = 3_600_000

/** Signed by `authority`, or by itself. `names` are DNS names or IPv4 addresses. */
export function aCertificate(of: {
  readonly name: string
  readonly names?: readonly string[]
  readonly authority?: Certificate
  readonly isAuthority?: boolean
  /** How long it has left; negative: it has run out. */
  readonly leftMs?: number
}): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = of.authority?.signer ?? { name: of.name, key: privateKey }
  const now = Date.now()
  const leftMs = of.leftMs ?? hour
  const algorithm = sequence(objectId('2a8648ce3d040302')) // ecdsa-with-SHA256
  const body = sequence(
    tagged(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1, ...Buffer.from(of.name).subarray(0, 8))),
    algorithm,
    nameOf(issuer.name),
    sequence(time(now - 24 * hour), time(now + leftMs)),
    nameOf(of.name),
    publicKey.export({ format: 'der', type: 'spki' }),
    tagged(0xa3, sequence(alternativeNames(of.names ?? []), basicConstraints(of.isAuthority === true))),
  )
  const signature = sign('sha256', body, issuer.key)
  const whole = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.of(0), signature])))
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${linesOf(whole.toString('base64'))}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    signer: { name: of.name, key: privateKey },
  }
}

/** PEM has lines of 64 characters (RFC 7468), and no empty one where the last is full. */
function linesOf(base64: string): string {
  return (base64.match(/.{1,64}/g) ?? []).join('\n')
}

function der(tag: number, content: Uint8Array): Buffer {
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...size), content])
}
function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}
function tagged(tag: number, content: Uint8Array): Buffer {
  return der(tag, content)
}
function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}
function time(ms: number): Buffer {
  return der(0x17, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`))
}
/** One common name. */
function nameOf(name: string): Buffer {
  return sequence(der(0x31, sequence(objectId('550403'), der(0x0c, Buffer.from(name)))))
}
function alternativeNames(names: readonly string[]): Buffer {
  const parts = names.map((name) =>
    /^[\d.]+$/.test(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name)),
  )
  return sequence(objectId('551d11'), der(0x04, sequence(...parts)))
}
function basicConstraints(isAuthority: boolean): Buffer {
  return sequence(
    objectId('551d13'),
    der(0x01, Buffer.of(0xff)),
    der(0x04, isAuthority ? sequence(der(0x01, Buffer.of(0xff))) : sequence()),
  )
}
