import type { FailureCode } from '#domain/failure.ts'
import { isFailure } from '#domain/failure.ts'
import { backoffMs } from '#runtime/backoff.ts'

const minute = 60_000
const keyCodes: ReadonlySet<FailureCode> = new Set(['key_locked', 'key_unavailable', 'key_missing', 'file_key_refused'])
/** Only a person or an update ends these; now and then is often enough. */
const patientMs: { readonly [Code in FailureCode]?: number } = {
  device_quarantined: 15 * minute,
  retired_key: 60 * minute,
  agent_outdated: 60 * minute,
  profile_unsupported: 60 * minute,
  invalid_signature: 15 * minute,
  schema_invalid: 15 * minute,
  not_supported: 60 * minute,
  consent_missing: 60 * minute,
}

/** Whether the key stood in the way, so that its state should be looked at again. */
export function isKeyFailure(thrown: unknown): boolean {
  return isFailure(thrown) && keyCodes.has(thrown.code)
}

/**
 * How long an attestation that failed is left alone, in ms, whatever the schedule would choose: what the gateway asked
 * for with a little chance on top, 1 to 30 min for a key that cannot be used, else 5 s doubling to 15 min.
 */
export function retryAfterFailure(thrown: unknown, failuresBefore: number, random: () => number): number {
  const code = isFailure(thrown) ? thrown.code : undefined
  const asked =
    isFailure(thrown) && 'retry_after' in thrown.details && typeof thrown.details.retry_after === 'number'
      ? thrown.details.retry_after * 1000 * (1 + random() * 0.2)
      : 0
  const patient = code === undefined ? undefined : patientMs[code]
  if (patient !== undefined) return Math.max(asked, patient)
  if (isKeyFailure(thrown)) return Math.min(30 * minute, minute * 2 ** Math.min(failuresBefore, 10))
  return Math.max(asked, backoffMs(failuresBefore, { firstMs: 5000, longestMs: 15 * minute }, random))
}
