import type { AttestationClaims } from '#contract/attestation-claims.ts'
import { type Verification, verifyToken } from './verify-token.ts'

/**
 * Proves a device's signed report (`eat+jwt`). `keys` holds the one device key that the service was given, `issuer` is
 * the device, `urn:uuid:<device_id>`, and `audience` the gateway's issuer, for which it was signed. It proves which key
 * spoke, not that the device told the truth, and not that the gateway accepted it.
 */
export function verifyReport(token: string, verification: Verification): Promise<AttestationClaims> {
  return verifyToken(token, 'eat+jwt', verification)
}
