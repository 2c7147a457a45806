/** The tables that hold people; their columns are told of beside the records in the stores. */
export type PeopleTables = {
  readonly person_addresses: { readonly address: string; readonly person_id: string }
  readonly groups: { readonly id: string; readonly name: string; readonly within: string; readonly version: number }
  readonly passkeys: {
    readonly id: string
    readonly credential_id: string
    readonly person_id: string
    readonly public_key: string
    readonly counter: number
    readonly label: string
    readonly synced: number
    readonly created_at: number
    readonly used_at: number | null
  }
  readonly console_sessions: {
    readonly secret_hash: string
    readonly id: string
    readonly person_id: string
    readonly device_id: string | null
    readonly acr: string
    readonly amr: string
    readonly passkey_id: string
    readonly started_at: number
    readonly seen_at: number
    readonly address: string
    readonly browser: string | null
  }
  readonly ceremonies: {
    readonly nonce: string
    readonly label: string
    readonly person_id: string | null
    readonly binding: string | null
    readonly statement: string
    readonly expires_at: number
  }
  readonly invitations: {
    readonly id: string
    readonly token_hash: string
    readonly kind: string
    readonly person_id: string | null
    readonly made_by: string | null
    readonly made_at: number
    readonly expires_at: number
    readonly used_at: number | null
    readonly revoked_at: number | null
  }
  readonly totps: {
    readonly person_id: string
    readonly state: string
    readonly secret: string
    readonly last_step: number
    readonly made_at: number
  }
  readonly recoveries: {
    readonly id: string
    readonly person_id: string | null
    readonly state: string
    readonly asked_at: number
    readonly expires_at: number
    readonly address: string
    readonly binding: string
    readonly invite_hash: string
  }
  readonly notices: {
    readonly id: string
    readonly person_id: string
    readonly type: string
    readonly at: number
    readonly event_id: number
    readonly seen_at: number | null
  }
  readonly step_ups: {
    readonly id_hash: string
    readonly kind: string
    readonly person_id: string
    readonly request_id: string
    readonly made_at: number
    readonly expires_at: number
    readonly used_at: number | null
  }
  readonly service_tokens: {
    readonly id: string
    readonly token_hash: string
    readonly name: string
    readonly scopes: string
    readonly from_ranges: string
    readonly made_by: string
    readonly made_at: number
    readonly expires_at: number
    readonly used_at: number | null
    readonly revoked_at: number | null
  }
}
