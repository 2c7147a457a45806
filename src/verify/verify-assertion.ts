import type { PostureAssertionClaims } from '#contract/gateway-messages.ts'
import { type Verification, verifyToken } from './verify-token.ts'

/** Proves what came with a request in `X-Postern-Assertion`. `keys` are the gateway's `assertion` keys, `audience` is the application's own origin. */
export function verifyAssertion(token: string, verification: Verification): Promise<PostureAssertionClaims> {
  return verifyToken(token, 'posture-assertion+jwt', verification)
}
