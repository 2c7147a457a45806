import type { DeepReadonly } from '#contract/deep-readonly.ts'
import type { ClaimsOf } from '#contract/message-types.ts'
import { hash } from '#runtime/digest.ts'
import { signEs256 } from '#runtime/es256.ts'
import type { KeyUse, SigningKey } from './signing-keys.ts'

/** Which key signs what: a key of one use never signs for another. */
const useOf = {
  'posture-result+jwt': 'agent',
  'agent-config+jwt': 'agent',
  'exception-decision+jwt': 'agent',
  'chain-state+jwt': 'agent',
  'key-set+jwt': 'agent',
  'posture-assertion+jwt': 'assertion',
  'secevent+jwt': 'event',
  'at+jwt': 'token',
} as const satisfies Record<string, KeyUse>

export type GatewayTyp = keyof typeof useOf

/** The signing half of GatewayKeys: what a feature that signs asks for. */
export type Signers = { readonly [Use in KeyUse]: Pick<SigningKey, 'kid' | 'privateKey'> }

/**
 * A compact JWS, ES256, its header exactly `alg`, `typ` and `kid` (RFC 7515, protocol.md section 1). About 40 µs; done on the
 * thread, since handing it to another costs more than it saves where every core serves requests.
 */
export function signMessage<Typ extends GatewayTyp>(
  keys: Signers,
  typ: Typ,
  claims: DeepReadonly<ClaimsOf<Typ>>,
): string {
  const { kid, privateKey } = keys[useOf[typ]]
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  const input = `${headerSegment(typ, kid)}.${payload}`
  const signature = signEs256(privateKey, Buffer.from(input, 'latin1'))
  return `${input}.${signature.toString('base64url')}`
}

/** The hash of a JWS: over its signing input, since an ECDSA signature can be changed and still verify. */
export function messageHash(jws: string): string {
  return hash(jws.slice(0, jws.lastIndexOf('.')))
}

function headerSegment(typ: GatewayTyp, kid: string): string {
  return Buffer.from(`{"alg":"ES256","typ":"${typ}","kid":"${kid}"}`).toString('base64url')
}
