import type { WireFailureCode } from '#domain/failure.ts'

/** The HTTP status of each failure that crosses the wire (protocol.md section 11). */
export const failureStatus: { readonly [Code in WireFailureCode]: number } = {
  use_nonce: 401,
  clock_skew: 401,
  invalid_signature: 401,
  invalid_token: 401,
  invalid_dpop_proof: 401,
  use_dpop_nonce: 401,
  step_up_required: 401,
  challenge_expired: 401,
  enrollment_refused: 403,
  tier_too_low: 403,
  tier_downgrade: 403,
  pending_approval: 403,
  retired_key: 403,
  device_quarantined: 403,
  not_owner: 403,
  device_silent: 403,
  posture_failed: 403,
  not_eligible: 403,
  not_found: 404,
  replayed: 409,
  chain_fork: 409,
  key_in_use: 409,
  request_closed: 409,
  state_conflict: 409,
  terms_changed: 409,
  already_voted: 409,
  stage_choice: 409,
  handoff_expired: 410,
  too_large: 413,
  media_type: 415,
  profile_unsupported: 415,
  schema_invalid: 422,
  agent_outdated: 422,
  not_supported: 422,
  exception_limit: 422,
  number_mismatch: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
  log_locked: 503,
}

export function isWireCode(code: string): code is WireFailureCode {
  return Object.hasOwn(failureStatus, code)
}
