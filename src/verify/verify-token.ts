import { compactVerify, importJWK } from 'jose'
import type { ClaimsOf, MessageTyp } from '#contract/message-types.ts'
import { parseClaims } from '#contract/parse-claims.ts'
import { Failure } from '#domain/failure.ts'
import type { Reason } from '#domain/reason.ts'
import type { KeySet } from './key-set.ts'
import { readPayloadJson, readStrictJws } from './strict-jws.ts'

/** What a verifier must be told; nothing has a default. Times are Unix seconds. */
export type Verification = {
  /** The keys to trust: of the right use, fetched over TLS or pinned. */
  readonly keys: KeySet
  /** Exact issuer: the gateway's, `https://host[:port]`. */
  readonly issuer: string
  /** Exact audience. */
  readonly audience: string
  /** The oldest `iat` to accept, in seconds before `now`. */
  readonly maxTokenAgeSeconds: number
  /** The verifier's clock. */
  readonly now: number
}

/** Clocks may differ this much before a token counts as from the future, in seconds. */
export const clockToleranceSeconds = 60

/**
 * Proves a token of one `typ`: form and header (strict), key of the set, ES256 signature, issuer and audience as exact
 * strings, `iat` and `exp` on the clock given, schema. Throws `Failure('token_invalid')` with the reason, and never
 * returns anything of a token that failed. A verification that was not filled in is a bug of the caller: `TypeError`.
 */
export async function verifyToken<Typ extends MessageTyp>(
  token: string,
  typ: Typ,
  verification: Verification,
): Promise<ClaimsOf<Typ>> {
  requireWhole(verification)
  const claims = await verifySignedClaims(token, typ, verification.keys)
  const { iss, aud, iat, exp } = readTimes(claims)
  if (iss !== verification.issuer) throw invalid('another issuer')
  if (aud !== verification.audience) throw invalid('another audience')
  if (iat > verification.now + clockToleranceSeconds) throw invalid('from the future')
  if (exp <= verification.now) throw invalid('expired')
  if (verification.now - iat > verification.maxTokenAgeSeconds) throw invalid('too old')
  return claims
}

/** Callers without types may leave something out, and nothing is later than an absent clock. */
function requireWhole({ issuer, audience, maxTokenAgeSeconds, now }: Verification): void {
  if (!Number.isFinite(now) || !Number.isFinite(maxTokenAgeSeconds))
    throw new TypeError('now and maxTokenAgeSeconds are needed, both in seconds')
  if (typeof issuer !== 'string' || typeof audience !== 'string') throw new TypeError('issuer and audience are needed')
}

/** Header, key, signature and schema alone: for who judges times and audience by other rules. */
export async function verifySignedClaims<Typ extends MessageTyp>(
  token: string,
  typ: Typ,
  keys: KeySet,
): Promise<ClaimsOf<Typ>> {
  const jws = readToken(token, typ)
  const key = jws.kid === undefined ? undefined : keys.get(jws.kid)
  if (key === undefined) throw invalid('signed by a key that is not trusted')
  try {
    await compactVerify(token, await importJWK({ ...key }, 'ES256'), { algorithms: ['ES256'] })
  } catch (cause) {
    throw invalid('signature does not verify', cause)
  }
  const parsed = parseClaims(typ, readClaims(jws.payload))
  if (parsed.ok) return parsed.claims
  const { pointer, detail } = parsed.issues[0] ?? { pointer: '', detail: 'is not valid' }
  throw invalid(pointer === '' ? `claims are wrong: ${detail}` : `claims are wrong at ${pointer}: ${detail}`)
}

function readToken(token: string, typ: MessageTyp) {
  try {
    return readStrictJws(token, typ)
  } catch (cause) {
    throw invalid('not a signed message of this kind', cause)
  }
}

function readClaims(payload: string): unknown {
  try {
    return readPayloadJson(payload)
  } catch (cause) {
    throw invalid('claims are not strict JSON', cause)
  }
}

function readTimes(claims: object): {
  readonly iss: unknown
  readonly aud: unknown
  readonly iat: number
  readonly exp: number
} {
  const iat = 'iat' in claims ? claims.iat : undefined
  const exp = 'exp' in claims ? claims.exp : undefined
  if (typeof iat !== 'number' || typeof exp !== 'number') throw invalid('no times')
  return { iss: 'iss' in claims ? claims.iss : undefined, aud: 'aud' in claims ? claims.aud : undefined, iat, exp }
}

function invalid(reason: Reason, cause?: unknown): Failure<'token_invalid'> {
  return new Failure('token_invalid', { reason }, cause === undefined ? undefined : { cause })
}
