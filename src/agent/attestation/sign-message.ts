import { type ClaimsOf, messageTypes } from '#contract/message-types.ts'
import { hash } from '#runtime/digest.ts'
import type { KeyStore } from './key-store.ts'

/** What the device key signs. Proofs of the access token are the delegate key's. */
export const deviceMessageTyps = [
  'eat+jwt',
  'enroll+jwt',
  'activate+jwt',
  'exception-request+jwt',
  'exception-preview+jwt',
  'exception-action+jwt',
  'handoff+jwt',
  'unenroll+jwt',
  'rotate+jwt',
] as const
export type DeviceMessageTyp = (typeof deviceMessageTyps)[number]

export type SignedMessage = {
  readonly typ: DeviceMessageTyp
  /** The compact JWS: the body that is sent. */
  readonly jws: string
  /** The exact JSON text that was signed: what the sent-ledger keeps. */
  readonly payload: string
  /** hash(header.payload): the next `prev`, and the same for every signature over it (protocol.md section 1). */
  readonly hash: string
}

/** Signs claims as a compact JWS (RFC 7515 section 7.1) whose header is exactly `alg`, `typ` and the key member of its type. */
export async function signMessage<Typ extends DeviceMessageTyp>(
  keys: Pick<KeyStore, 'kid' | 'publicJwk' | 'sign'>,
  typ: Typ,
  claims: ClaimsOf<Typ>,
): Promise<SignedMessage> {
  const key = messageTypes[typ].key === 'jwk' ? { jwk: await keys.publicJwk() } : { kid: await keys.kid() }
  const payload = JSON.stringify(claims)
  const signingInput = `${encode(JSON.stringify({ alg: 'ES256', typ, ...key }))}.${encode(payload)}`
  const signature = await keys.sign(Buffer.from(signingInput))
  return { typ, jws: `${signingInput}.${encode(signature)}`, payload, hash: hash(signingInput) }
}

function encode(content: string | Uint8Array): string {
  return Buffer.from(content).toString('base64url')
}
