/** The tables of exceptions as queries see them; what a column means stands beside its record in the stores. */
export type ExceptionTables = {
  readonly exception_requests: {
    readonly id: string
    readonly device_id: string
    readonly draft_id: string
    readonly subject: string
    readonly requester: string
    readonly mode: string
    readonly checks: string
    readonly resources: string
    readonly risk_tier: string
    readonly facts: string
    readonly state: string
    readonly revision: number
    readonly terms_digest: string
    readonly submitted_at: number
    readonly pending_at: number | null
    readonly closed_at: number | null
    readonly decide_by: number
    readonly grant_id: string | null
    readonly due_at: number | null
  }
  readonly exception_drafts: {
    readonly device_id: string
    readonly draft_id: string
    readonly request_id: string
    readonly at: number
  }
  readonly exception_revisions: {
    readonly request_id: string
    readonly revision: number
    readonly author: string
    readonly at: number
    readonly terms_digest: string
    readonly terms: string
  }
  readonly exception_moves: {
    readonly request_id: string
    readonly position: number
    readonly act: number
    readonly type: string
    readonly at: number
    readonly actor: string | null
    readonly state: string
    readonly members: string
    readonly event_id: number
  }
  readonly exception_votes: {
    readonly request_id: string
    readonly revision: number
    readonly person: string
    readonly position: number
  }
  readonly exception_messages: {
    readonly id: string
    readonly request_id: string
    readonly position: number
    readonly author: string
    readonly person: string
    readonly at: number
    readonly event_id: number
  }
  readonly exception_grants: {
    readonly id: string
    readonly request_id: string
    readonly subject: string
    readonly device_id: string
    readonly checks: string
    readonly not_before: number
    readonly not_after: number
    readonly event_id: number
  }
  readonly exception_grant_ends: { readonly grant_id: string; readonly state: string; readonly at: number }
  readonly exception_cured_checks: { readonly grant_id: string; readonly check_id: string; readonly at: number }
  readonly decision_records: { readonly event_id: number; readonly position: number; readonly record: string }
  readonly grant_uses: {
    readonly grant_id: string
    readonly resource: string
    readonly first_at: number
    readonly last_at: number
    readonly count: number
  }
  readonly exception_cure_runs: { readonly grant_id: string; readonly runs: string }
}
