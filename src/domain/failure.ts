/** Every foreseen failure, by code. Wire codes are the `code` of an RFC 9457 problem, word for word (protocol.md section 11). */

import type { Reason } from './reason.ts'

export type SchemaIssue = { readonly pointer: string; readonly detail: string }

/** Failures that cross HTTP. The value is what the problem carries besides code, title and detail. */
export type WireFailures = {
  use_nonce: { readonly nonce?: string }
  clock_skew: object
  invalid_signature: { readonly cause?: string }
  invalid_token: object
  invalid_dpop_proof: object
  use_dpop_nonce: object
  step_up_required: { readonly acr_values?: readonly string[] }
  enrollment_refused: { readonly cause?: string }
  tier_too_low: object
  tier_downgrade: object
  pending_approval: { readonly retry_after?: number }
  retired_key: object
  device_quarantined: object
  not_owner: object
  device_silent: object
  posture_failed: { readonly checks?: readonly string[] }
  not_found: object
  replayed: { readonly chain_state?: string }
  chain_fork: { readonly chain_state?: string }
  key_in_use: object
  request_closed: { readonly state: string }
  state_conflict: { readonly state: string; readonly refusal?: readonly unknown[] }
  terms_changed: { readonly state: string }
  handoff_expired: object
  too_large: object
  media_type: object
  profile_unsupported: { readonly profiles?: readonly string[] }
  schema_invalid: { readonly errors?: readonly SchemaIssue[] }
  agent_outdated: { readonly min_agent?: string }
  not_supported: object
  exception_limit: { readonly errors?: readonly SchemaIssue[] }
  number_mismatch: object
  rate_limited: { readonly retry_after?: number }
  internal: object
  unavailable: { readonly retry_after?: number }
  log_locked: object
  // of the console (exceptions.md section 10)
  not_eligible: { readonly rule?: string }
  already_voted: object
  stage_choice: object
  challenge_expired: object
  // of the console (console-api.md section 9)
  login_required: object
  ambiguous_credentials: object
  origin_refused: object
  role_required: { readonly roles: readonly string[] }
  sign_in_refused: { readonly cause?: string }
  invitation_refused: { readonly cause?: string }
  assertion_refused: { readonly cause?: string }
  passkey_missing: object
  passkey_exists: object
  last_passkey: object
  last_admin: object
  role_held: { readonly roles: readonly string[]; readonly pools: readonly string[] }
  managed_elsewhere: { readonly by: 'settings' | 'folder' | 'git' | 'scim' }
  edit_conflict: { readonly version: number; readonly item: object }
  book_changed: { readonly book: string }
  already_exists: { readonly errors: readonly SchemaIssue[] }
  in_use: { readonly used_by: readonly string[] }
  lint_failed: { readonly remarks?: readonly object[] }
}

/** Failures that stay on the device, or at the command line of the gateway. */
export type DeviceFailures = {
  not_enrolled: object
  already_enrolled: { readonly host: string }
  consent_missing: object
  consent_changed: object
  key_missing: { readonly reason: string }
  key_locked: object
  key_unavailable: { readonly reason: string }
  file_key_refused: { readonly reason: string }
  gateway_unreachable: { readonly reason: Reason }
  gateway_untrusted: { readonly reason: Reason }
  gateway_identity: { readonly expected: string; readonly seen: string }
  gateway_answer_invalid: { readonly reason: Reason }
  issuer_not_allowed: { readonly issuer: string; readonly reason: Reason }
  link_invalid: { readonly reason: Reason }
  config_stale: { readonly have: number; readonly got: number }
  state_too_new: { readonly file: string }
  state_unreadable: { readonly file: string; readonly reason: Reason }
  state_unwritable: { readonly file: string; readonly reason: Reason }
  agent_not_running: object
  agent_running: object
  socket_path_too_long: { readonly path: string; readonly bytes: number }
  settings_invalid: { readonly file: string; readonly issues: readonly SchemaIssue[] }
  book_invalid: { readonly remarks: number }
  unknown_person: { readonly email: string }
  not_implemented: { readonly what: string }
  not_here: object
  quit_hidden: object
  cannot_open: { readonly reason: Reason }
  question_invalid: { readonly errors?: readonly SchemaIssue[] }
  too_many_questions: object
  drafts_full: { readonly most: number }
  draft_sent: { readonly request_id: string }
  token_invalid: { readonly reason: Reason }
}

export type FailureDetails = WireFailures & DeviceFailures
export type FailureCode = keyof FailureDetails
export type WireFailureCode = keyof WireFailures

/** A foreseen failure: its code chooses the status and the sentence; the details fill the sentence in. Never raw secrets. */
export class Failure<Code extends FailureCode = FailureCode> extends Error {
  readonly code: Code
  readonly details: FailureDetails[Code]

  constructor(code: Code, details: FailureDetails[Code], options?: { cause?: unknown }) {
    super(code, options)
    this.name = 'Failure'
    this.code = code
    this.details = details
  }
}

export function isFailure<Code extends FailureCode>(thrown: unknown, code?: Code): thrown is Failure<Code> {
  return thrown instanceof Failure && (code === undefined || thrown.code === code)
}
