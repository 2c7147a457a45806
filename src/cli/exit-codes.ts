import type { AgentState } from '#domain/agent-state.ts'
import { type FailureCode, isFailure } from '#domain/failure.ts'

/** What `postern` ends with (architecture.md section 10). */
export const exitCode = {
  /** Done, the answer is yes. */
  yes: 0,
  /** Done, the answer is no. */
  no: 1,
  /** Could not run: usage, unreadable input, documents that do not load. */
  couldNotRun: 2,
  /** Done as far as could be told: something is unknown, stale, missing or of an unknown type. */
  partly: 3,
  /** Nobody there: no agent, not enrolled, gateway not reached. */
  nobodyThere: 4,
  /** Refused to start (desktop.md section 5). */
  refusedToStart: 64,
  /** A bug, with its log id. */
  bug: 70,
} as const
export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

const { yes, no, couldNotRun, partly, nobodyThere, bug } = exitCode

/** How a command ends that a failure stopped. A code without an entry does not compile. */
export const failureExits: { readonly [Code in FailureCode]: ExitCode } = {
  use_nonce: nobodyThere,
  clock_skew: couldNotRun,
  invalid_signature: no,
  invalid_token: no,
  invalid_dpop_proof: no,
  use_dpop_nonce: nobodyThere,
  step_up_required: no,
  enrollment_refused: no,
  tier_too_low: no,
  tier_downgrade: no,
  pending_approval: partly,
  retired_key: no,
  device_quarantined: no,
  not_owner: no,
  device_silent: partly,
  posture_failed: no,
  not_found: no,
  replayed: partly,
  chain_fork: partly,
  key_in_use: no,
  request_closed: no,
  state_conflict: no,
  terms_changed: no,
  handoff_expired: no,
  too_large: bug,
  media_type: bug,
  profile_unsupported: couldNotRun,
  schema_invalid: bug,
  agent_outdated: couldNotRun,
  not_supported: couldNotRun,
  exception_limit: no,
  number_mismatch: no,
  rate_limited: nobodyThere,
  internal: bug,
  unavailable: nobodyThere,
  log_locked: nobodyThere,
  not_eligible: no,
  already_voted: no,
  stage_choice: no,
  challenge_expired: no,
  login_required: no,
  ambiguous_credentials: no,
  origin_refused: no,
  role_required: no,
  sign_in_refused: no,
  invitation_refused: no,
  assertion_refused: no,
  passkey_missing: no,
  passkey_exists: no,
  last_passkey: no,
  last_admin: no,
  role_held: no,
  managed_elsewhere: no,
  edit_conflict: no,
  book_changed: no,
  already_exists: no,
  in_use: no,
  lint_failed: no,
  not_enrolled: nobodyThere,
  already_enrolled: couldNotRun,
  consent_missing: couldNotRun,
  consent_changed: couldNotRun,
  key_missing: couldNotRun,
  key_locked: couldNotRun,
  key_unavailable: couldNotRun,
  file_key_refused: couldNotRun,
  gateway_unreachable: nobodyThere,
  gateway_untrusted: nobodyThere,
  gateway_identity: nobodyThere,
  gateway_answer_invalid: partly,
  issuer_not_allowed: couldNotRun,
  link_invalid: couldNotRun,
  config_stale: partly,
  state_too_new: couldNotRun,
  state_unreadable: couldNotRun,
  state_unwritable: couldNotRun,
  agent_not_running: nobodyThere,
  agent_running: couldNotRun,
  socket_path_too_long: couldNotRun,
  settings_invalid: couldNotRun,
  book_invalid: couldNotRun,
  unknown_person: couldNotRun,
  not_here: couldNotRun,
  quit_hidden: couldNotRun,
  cannot_open: couldNotRun,
  not_implemented: couldNotRun,
  question_invalid: bug,
  too_many_questions: couldNotRun,
  drafts_full: no,
  draft_sent: no,
  token_invalid: no,
}

/** How `status` ends, by the state it shows: 1 where a resource is refused, 3 where the verdict does not say. */
export const stateExits: { readonly [State in AgentState]: ExitCode } = {
  starting: partly,
  'update-required': partly,
  'not-enrolled': nobodyThere,
  'waiting-approval': nobodyThere,
  'key-locked': partly,
  'key-unavailable': partly,
  'key-missing': partly,
  quarantined: no,
  offline: nobodyThere,
  'verdict-old': partly,
  refused: no,
  restricted: no,
  grace: yes,
  excepted: yes,
  warning: yes,
  'nothing-asked': yes,
  healthy: yes,
}

export function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(failureExits, code)
}

/** The exit for anything thrown. A code that a newer agent made up is of an unknown type; what is no failure is a bug. */
export function exitOf(thrown: unknown): ExitCode {
  if (!isFailure(thrown)) return bug
  return isFailureCode(thrown.code) ? failureExits[thrown.code] : partly
}
