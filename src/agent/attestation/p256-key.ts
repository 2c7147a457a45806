import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { type PublicJwk, publicJwk, thumbprintText } from '#contract/wire-types.ts'
import { hash } from '#runtime/digest.ts'

/** A private P-256 key in memory. It stays inside this folder. */
export type P256Key = {
  readonly publicJwk: PublicJwk
  /** RFC 7638 thumbprint. */
  readonly kid: string
  /** ES256 as r ‖ s. */
  sign(bytes: Uint8Array): Uint8Array
  /** PKCS#8 as base64: what a store keeps. */
  secret(): string
}

export function makeP256Key(): P256Key {
  return keyOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
}

/** The key behind a stored secret; undefined when it is not a P-256 key as we store it. */
export function readP256Key(secret: string): P256Key | undefined {
  try {
    return keyOf(createPrivateKey({ key: Buffer.from(secret, 'base64'), format: 'der', type: 'pkcs8' }))
  } catch {
    return undefined // something else lies in our place: there is no key of ours
  }
}

/** Whether the key makes signatures that its public half accepts. */
export function signsTruly(key: P256Key): boolean {
  const value = Buffer.from(`postern/key-test/1\0${key.kid}`)
  const publicKey = createPublicKey({ key: key.publicJwk, format: 'jwk' })
  return verify('sha256', value, { key: publicKey, dsaEncoding: 'ieee-p1363' }, key.sign(value))
}

function keyOf(key: KeyObject): P256Key {
  const { kty, crv, x, y } = createPublicKey(key).export({ format: 'jwk' })
  const jwk = publicJwk.parse({ kty, crv, x, y })
  return {
    publicJwk: jwk,
    kid: hash(thumbprintText(jwk)),
    sign: (bytes) => new Uint8Array(sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' })),
    secret: () => key.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  }
}
