import { type AccessTokenClaims, accessTokenClaims, dpopClaims } from '#contract/gateway-messages.ts'
import { thumbprintText } from '#contract/wire-types.ts'
import { Failure } from '#domain/failure.ts'
import { hash } from '#runtime/digest.ts'
import { readPayloadJson, readStrictJws } from '#verify/strict-jws.ts'
import type { DeviceKeyCache } from './device-key-cache.ts'
import type { Nonces } from './nonce.ts'

/** How long a proof counts as seen, in seconds, and how old it may be (RFC 9449 section 11.1). */
const seenSeconds = 600
const proofWindow = { behindSeconds: 300, aheadSeconds: 60 } as const

/** Proofs already used on this replica, by key and `jti`. A replay to another replica only reads (protocol.md section 5). */
export type SeenProofs = {
  /** `false`: seen within the last 600 s. */
  claim(jkt: string, jti: string, nowSeconds: number): boolean
}

export function seenProofs(most = 200_000): SeenProofs {
  const seen = new Map<string, number>() // in the order of arrival, so the oldest stand first
  return {
    claim(jkt, jti, nowSeconds) {
      for (const [id, at] of seen) {
        if (at > nowSeconds - seenSeconds) break
        seen.delete(id)
      }
      const id = `${jkt} ${jti}`
      if (seen.has(id)) return false
      // Full of live proofs: refusing is safe, forgetting would not be.
      if (seen.size >= most) throw new Failure('unavailable', { retry_after: 60 })
      seen.set(id, nowSeconds)
      return true
    },
  }
}

export type TokenPorts = {
  readonly issuer: string
  readonly nonces: Nonces
  readonly keys: DeviceKeyCache
  readonly seen: SeenProofs
  /** Reads and proves an access token of this gateway; `undefined` for anything else. */
  readonly readAccessToken: (token: string) => unknown
}

export type ProvenToken = { readonly claims: AccessTokenClaims; readonly deviceId: string; readonly jkt: string }

/**
 * Checks an access token and its DPoP proof (RFC 9449 section 4.3; protocol.md section 5). Failures: `invalid_token`,
 * `invalid_dpop_proof`, `use_dpop_nonce`. `onKey` is told the proof's key as soon as it is known to be held, so that
 * refusals can carry a nonce for it.
 */
export function checkDeviceToken(
  ports: TokenPorts,
  call: { readonly token: string; readonly proof: string; readonly method: string; readonly path: string },
  nowSeconds: number,
  onKey: (jkt: string) => void,
): ProvenToken {
  const proof = readProof(ports, call.proof)
  onKey(proof.jkt)
  const claims = readToken(ports, call.token, nowSeconds)
  if (claims.cnf.jkt !== proof.jkt) throw new Failure('invalid_token', {})
  const { htm, htu, iat, ath, nonce, jti } = proof.claims
  if (htm !== call.method || htu !== `${ports.issuer}${call.path}` || ath !== hash(call.token))
    throw new Failure('invalid_dpop_proof', {})
  if (!ports.nonces.accepts(nonce, 'dpop', proof.jkt, nowSeconds)) throw new Failure('use_dpop_nonce', {})
  if (iat < nowSeconds - proofWindow.behindSeconds || iat > nowSeconds + proofWindow.aheadSeconds)
    throw new Failure('invalid_dpop_proof', {})
  if (!ports.seen.claim(proof.jkt, jti, nowSeconds)) throw new Failure('invalid_dpop_proof', {})
  return { claims, deviceId: claims.sub.slice('urn:uuid:'.length), jkt: proof.jkt }
}

function readProof(ports: TokenPorts, proof: string) {
  try {
    const jws = readStrictJws(proof, 'dpop+jwt')
    if (jws.jwk === undefined) throw new Failure('invalid_dpop_proof', {})
    const jkt = hash(thumbprintText(jws.jwk))
    if (!ports.keys.verifies(jkt, jws.jwk, jws.signingInput, jws.signature)) throw new Failure('invalid_dpop_proof', {})
    return { jkt, claims: dpopClaims.parse(readPayloadJson(jws.payload)) }
  } catch (cause) {
    throw new Failure('invalid_dpop_proof', {}, { cause })
  }
}

function readToken(ports: TokenPorts, token: string, nowSeconds: number): AccessTokenClaims {
  const parsed = accessTokenClaims.safeParse(ports.readAccessToken(token))
  if (!parsed.success) throw new Failure('invalid_token', {}, { cause: parsed.error })
  const claims = parsed.data
  if (claims.iss !== ports.issuer || claims.aud !== ports.issuer || claims.exp <= nowSeconds)
    throw new Failure('invalid_token', {})
  return claims
}
