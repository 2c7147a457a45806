import { constants, createHash, createPublicKey, KeyObject, timingSafeEqual, verify } from 'node:crypto'
import { type CborMap, readCbor } from './read-cbor.ts'

/** A WebAuthn assertion as bytes. */
export type Assertion = {
  readonly clientDataJson: Uint8Array
  readonly authenticatorData: Uint8Array
  readonly signature: Uint8Array
}

export type AssertionTrust = {
  /** SHA-256 that was to be signed, 32 bytes. */
  readonly challenge: Uint8Array
  /** The issuer. */
  readonly origin: string
  /** Host name of the issuer, without port. */
  readonly rpId: string
  /** The credential's key, COSE (RFC 9052): ES256 or RS256. */
  readonly publicKey: Uint8Array | KeyObject
  /** The last counter seen of this credential; left out where nobody kept it. */
  readonly counter?: number
}

export const assertionFaults = [
  'client-data',
  'type',
  'challenge',
  'origin',
  'cross-origin',
  'authenticator-data',
  'rp-id',
  'user-present',
  'user-verified',
  'key',
  'signature',
  'counter',
] as const
export type AssertionFault = (typeof assertionFaults)[number]

export type AssertionVerdict =
  | { readonly kind: 'valid'; readonly counter: number }
  | { readonly kind: 'refused'; readonly fault: AssertionFault }

/**
 * Checks an assertion (WebAuthn level 3 section 7.2) in order of cost: type, challenge, origin, not cross-origin, RP id,
 * user present and verified, counter, signature. The one verifier for live acts and for bundles (architecture.md section 2).
 */
export function verifyAssertion(assertion: Assertion, trust: AssertionTrust): AssertionVerdict {
  const refused = (fault: AssertionFault): AssertionVerdict => ({ kind: 'refused', fault })
  // 1. what the browser says it signed
  const client = readClientData(assertion.clientDataJson)
  if (client === undefined) return refused('client-data')
  if (client.type !== 'webauthn.get') return refused('type')
  if (client.challenge !== Buffer.from(trust.challenge).toString('base64url')) return refused('challenge')
  if (client.origin !== trust.origin) return refused('origin')
  if (client.crossOrigin === true || client.topOrigin !== undefined) return refused('cross-origin')
  // 2. what the authenticator says
  const data = Buffer.from(assertion.authenticatorData)
  if (data.length < 37) return refused('authenticator-data')
  if (!timingSafeEqual(data.subarray(0, 32), createHash('sha256').update(trust.rpId).digest())) return refused('rp-id')
  const flags = data.readUInt8(32)
  if (!hasFullLength(data, flags)) return refused('authenticator-data')
  if ((flags & 0x01) === 0) return refused('user-present')
  if ((flags & 0x04) === 0) return refused('user-verified')
  // A counter that stays 0 is not kept by the authenticator; any other must grow.
  const counter = data.readUInt32BE(33)
  if (trust.counter !== undefined && (counter !== 0 || trust.counter !== 0) && counter <= trust.counter)
    return refused('counter')
  // 3. the signature over both
  const key = trust.publicKey instanceof KeyObject ? trust.publicKey : readCoseKey(trust.publicKey)
  if (key === undefined) return refused('key')
  const signed = Buffer.concat([data, createHash('sha256').update(assertion.clientDataJson).digest()])
  return isSigned(key, signed, assertion.signature) ? { kind: 'valid', counter } : refused('signature')
}

/** A COSE key of ES256 (P-256) or RS256, or undefined for any other. */
export function readCoseKey(bytes: Uint8Array): KeyObject | undefined {
  const map = readCbor(bytes)
  if (!(map instanceof Map)) return undefined
  try {
    const jwk = map.get(3) === -7 ? ecKey(map) : map.get(3) === -257 ? rsaKey(map) : undefined
    return jwk === undefined ? undefined : createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return undefined // not a point on the curve, or no modulus
  }
}

function ecKey(map: CborMap) {
  const [x, y] = [map.get(-2), map.get(-3)]
  if (map.get(1) !== 2 || map.get(-1) !== 1 || !isBytes(x) || !isBytes(y) || x.length !== 32 || y.length !== 32)
    return undefined
  return { kty: 'EC', crv: 'P-256', x: base64url(x), y: base64url(y) }
}

function rsaKey(map: CborMap) {
  const [n, e] = [map.get(-1), map.get(-2)]
  if (map.get(1) !== 3 || !isBytes(n) || !isBytes(e) || n.length < 256) return undefined
  return { kty: 'RSA', n: base64url(n), e: base64url(e) }
}

function isSigned(key: KeyObject, content: Uint8Array, signature: Uint8Array): boolean {
  try {
    if (key.asymmetricKeyType === 'ec') return verify('sha256', content, { key, dsaEncoding: 'der' }, signature)
    return verify('sha256', content, { key, padding: constants.RSA_PKCS1_PADDING }, signature)
  } catch {
    return false // a signature that is no DER
  }
}

type ClientData = {
  readonly type: unknown
  readonly challenge: unknown
  readonly origin: unknown
  readonly crossOrigin: unknown
  readonly topOrigin: unknown
}

function readClientData(bytes: Uint8Array): ClientData | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    const members: Readonly<Record<string, unknown>> = { ...value }
    return {
      type: members['type'],
      challenge: members['challenge'],
      origin: members['origin'],
      crossOrigin: members['crossOrigin'],
      topOrigin: members['topOrigin'],
    }
  } catch {
    return undefined
  }
}

/** 37 bytes, and behind them extensions where the flags say so. Attested data belongs to registrations only. */
function hasFullLength(data: Uint8Array, flags: number): boolean {
  if ((flags & 0x40) !== 0) return false
  return (flags & 0x80) !== 0 ? data.length > 37 : data.length === 37
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
