import type { Generated } from 'kysely'
import type { ExceptionTables } from './exception-tables.ts'
import type { PeopleTables } from './people-tables.ts'

/**
 * The tables as queries see them: text, whole numbers and `null`, which SQLite and PostgreSQL share. Times are Unix seconds,
 * flags 0 or 1, JSON columns text, keys, salts and hashes base64url. What a column means stands beside its record in the stores.
 */
export type Tables = PeopleTables &
  ExceptionTables & {
    readonly meta: { readonly name: string; readonly value: string }
    readonly pseudonym_keys: { readonly kind: string; readonly id: string; readonly key: string }
    readonly persons: PersonsTable
    readonly devices: DevicesTable
    readonly device_keys: DeviceKeysTable
    readonly chain_heads: ChainHeadsTable
    readonly message_ids: { readonly device_id: string; readonly jti: string; readonly at: number }
    readonly attestations: AttestationsTable
    readonly reports: ReportsTable
    readonly enrollment_tokens: EnrollmentTokensTable
    readonly authority_failures: { readonly authority_hash: string; readonly failures: number; readonly at: number }
    readonly enrollments: EnrollmentsTable
    readonly agent_configs: AgentConfigsTable
    readonly results: ResultsTable
    readonly episodes: { readonly device_id: string; readonly document: string }
    readonly books: BooksTable
    readonly feeds: { readonly topic: string; readonly subject: string; readonly seq: number; readonly pruned: number }
    readonly feed_events: FeedEventsTable
    readonly outbox: OutboxTable
    readonly audit_events: AuditEventsTable
    readonly audit_attachments: AuditAttachmentsTable
    readonly audit_logs: AuditLogsTable
    readonly audit_leaves: AuditLeavesTable
    readonly audit_nodes: AuditNodesTable
    readonly audit_checkpoints: AuditCheckpointsTable
  }

type PersonsTable = {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly team: string | null
  readonly status: string
  readonly admin: number
  readonly roles: string
  readonly groups: string
  readonly source: string
  readonly aliases: string
  readonly version: number
}

type DevicesTable = {
  readonly id: string
  readonly owner_id: string
  readonly state: string
  readonly tier: string
  readonly key_store: string
  readonly platform: string
  readonly arch: string
  readonly hostname: string | null
  readonly serial_hash: string | null
  readonly machine_hash: string | null
  readonly ownership: string
  readonly asset_tag: string | null
  readonly until: number | null
  readonly enrolled_at: number
  readonly enrollment_id: string
  readonly sueid: string
  readonly agent_version: string
  readonly duplicate_hint: number
}

type DeviceKeysTable = {
  readonly kid: string
  readonly device_id: string
  readonly x: string
  readonly y: string
  readonly state: string
  readonly created_at: number
  readonly retired_at: number | null
}

type ChainHeadsTable = {
  readonly kid: string
  readonly device_id: string
  readonly seq: number
  readonly hash: string
  readonly received_at: number
  readonly forks: number
  readonly reanchor_until: number | null
}

type AttestationsTable = {
  readonly device_id: string
  readonly kid: string
  readonly seq: number
  readonly hash: string
  readonly received_at: number
}

type ReportsTable = {
  readonly device_id: string
  readonly kid: string
  readonly seq: number
  readonly hash: string
  readonly received_at: number
  readonly jws: string
}

type EnrollmentTokensTable = {
  readonly id: string
  readonly token_hash: string
  readonly owner_id: string
  readonly ownership: string
  readonly until: number | null
  readonly asset_tag: string | null
  readonly serial_hash: string | null
  readonly created_at: number
  readonly created_by: string | null
  readonly expires_at: number
  readonly used_at: number | null
  readonly used_kid: string | null
  readonly revoked_at: number | null
}

type EnrollmentsTable = {
  readonly id: string
  readonly authority_hash: string
  readonly kid: string
  readonly state: string
  readonly device_id: string | null
  readonly token_id: string | null
  readonly jws: string
  readonly hash: string
  readonly at: number
  readonly updated_at: number
}

type AgentConfigsTable = {
  readonly device_id: string
  readonly seq: number
  readonly content_hash: string
  readonly config_hash: string
  readonly jws: string
  readonly issued_at: number
  readonly expires_at: number
}

type ResultsTable = {
  readonly device_id: string
  readonly status: string
  readonly book: string
  readonly issued_at: number
  readonly expires_at: number
  readonly recheck_at: number
  readonly jws: string
}

type BooksTable = {
  readonly version: Generated<number>
  readonly hash: string
  readonly source: string
  readonly published_at: number
  readonly documents: string
}

type FeedEventsTable = {
  readonly topic: string
  readonly subject: string
  readonly seq: number
  readonly kind: string
  readonly data: string
  readonly at: number
}

type OutboxTable = {
  readonly id: Generated<number>
  readonly kind: string
  readonly audit_event: number | null
  readonly topic: string | null
  readonly subject: string | null
  readonly seq: number | null
  readonly at: number
}

type AuditEventsTable = {
  readonly id: Generated<number>
  readonly type: string
  readonly at: number
  readonly actor: string | null
  readonly object: string | null
  readonly request_id: string | null
  readonly grant_id: string | null
  readonly terms_digest: string | null
  readonly trace_id: string | null
  readonly body: string
  readonly body_salt: string
  readonly body_commit: string
}

type AuditAttachmentsTable = {
  readonly event_id: number
  readonly name: string
  readonly content: string
  readonly salt: string
  readonly content_commit: string
}

type AuditLogsTable = {
  readonly number: number
  readonly log_id: string
  readonly previous: string | null
  readonly size: number
  readonly cursor: number
  readonly last_time: number
  readonly last_hash: string | null
}

type AuditLeavesTable = {
  readonly log: number
  readonly position: number
  readonly event_id: number
  readonly hash: string
  readonly leaf: string
}

type AuditNodesTable = {
  readonly log: number
  readonly level: number
  readonly position: number
  readonly hash: string
}

type AuditCheckpointsTable = {
  readonly log: number
  readonly size: number
  readonly cursor: number
  readonly note: string
}
