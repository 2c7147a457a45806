import type { PostureResultClaims } from '#contract/gateway-messages.ts'
import { type Verification, verifyToken } from './verify-token.ts'

/** Proves a gateway's judgement of a device (`posture-result+jwt`). `keys` are the gateway's `agent` keys, `audience` is `urn:uuid:<device_id>`. */
export function verifyResult(token: string, verification: Verification): Promise<PostureResultClaims> {
  return verifyToken(token, 'posture-result+jwt', verification)
}
