import { createPublicKey, type KeyObject } from 'node:crypto'
import type { PublicJwk } from '#contract/wire-types.ts'
import { verifyEs256 } from '#runtime/es256.ts'

/** Public keys as node:crypto holds them, kept by thumbprint because importing one costs more than using it. Bounded. */
export type DeviceKeyCache = {
  /** Whether the ES256 signature (86 characters of base64url, r ‖ s) over the ASCII text fits the key. */
  verifies(kid: string, jwk: Pick<PublicJwk, 'x' | 'y'>, signingInput: string, signature: string): boolean
}

export function deviceKeyCache(most = 50_000): DeviceKeyCache {
  const keys = new Map<string, KeyObject>()
  const keyOf = (kid: string, jwk: Pick<PublicJwk, 'x' | 'y'>) => {
    const known = keys.get(kid)
    if (known !== undefined) return known
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y }, format: 'jwk' })
    if (keys.size >= most) keys.clear()
    keys.set(kid, key)
    return key
  }
  return {
    verifies: (kid, jwk, signingInput, signature) =>
      verifyEs256(keyOf(kid, jwk), Buffer.from(signingInput, 'latin1'), Buffer.from(signature, 'base64url')),
  }
}
