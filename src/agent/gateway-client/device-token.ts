import type { PublicJwk } from '#contract/wire-types.ts'
import { hash } from '#runtime/digest.ts'
import { randomId } from '#runtime/random-id.ts'

/** The key that an access token is bound to: made per process start, in memory only. */
export type DelegateSigner = {
  readonly publicJwk: PublicJwk
  /** RFC 7638 thumbprint, `jkt`. */
  readonly kid: string
  /** ES256 as r ‖ s, 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

/** What the gateway gave for an accepted attestation; `exp` in Unix seconds of its clock. */
export type DeviceToken = { readonly access_token: string; readonly exp: number; readonly delegate: DelegateSigner }

/**
 * A proof that this call is made by who holds the delegate key (RFC 9449 section 4.2; protocol.md section 5). `url` is
 * the one called, with the issuer's scheme; query and fragment are left out of `htu`.
 */
export async function makeDpopProof(of: {
  readonly token: DeviceToken
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly nonce: string
  readonly nowSeconds: number
}): Promise<string> {
  const { delegate, access_token } = of.token
  const { x, y } = delegate.publicJwk
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x, y } }
  const claims = {
    jti: randomId(),
    htm: of.method,
    htu: of.url.split(/[?#]/, 1)[0],
    iat: of.nowSeconds,
    ath: hash(access_token),
    nonce: of.nonce,
  }
  const input = `${encoded(header)}.${encoded(claims)}`
  return `${input}.${Buffer.from(await delegate.sign(Buffer.from(input))).toString('base64url')}`
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
