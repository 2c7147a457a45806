import { verify } from 'node:crypto'
import { isFailure } from '#domain/failure.ts'
import type { SigningKey } from '#gateway/keys/signing-keys.ts'
import { readPayloadJson, readStrictJws } from '#verify/strict-jws.ts'

/** The claims of an access token that this gateway signed; `undefined` for anything else. Times are the caller's to judge. */
export function readAccessToken(key: Pick<SigningKey, 'kid' | 'publicKey'>, token: string): unknown {
  try {
    const jws = readStrictJws(token, 'at+jwt')
    if (jws.kid !== key.kid) return undefined
    const signed = Buffer.from(jws.signingInput, 'latin1')
    const signature = Buffer.from(jws.signature, 'base64url')
    const holds = verify('sha256', signed, { key: key.publicKey, dsaEncoding: 'ieee-p1363' }, signature)
    return holds ? readPayloadJson(jws.payload) : undefined
  } catch (refused) {
    if (isFailure(refused)) return undefined
    throw refused
  }
}
