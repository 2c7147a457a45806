import { readNextConfig } from '#agent/attestation/read-gateway-messages.ts'
import type { AgentConfigClaims } from '#contract/gateway-messages.ts'
import type { EnrollmentState } from './enrollment-state.ts'

/**
 * Puts a configuration in force: proven with the keys pinned now, and newer than the one in force; on disk before it
 * counts. Undefined: it is the one in force. Failures: `token_invalid`, `config_stale`; then nothing changes.
 */
export async function applyConfig(
  enrollment: EnrollmentState,
  jws: string,
  nowSeconds: number,
): Promise<AgentConfigClaims | undefined> {
  const active = enrollment.active()
  const claims = await readNextConfig(jws, active, nowSeconds)
  if (claims === undefined) return undefined
  const { seq, keys, org, privacy } = claims
  await enrollment.write({ ...active, config: jws, config_seq: seq, keys, org, contact: privacy.contact })
  return claims
}
