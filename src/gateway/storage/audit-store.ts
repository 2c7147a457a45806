import type { Json } from '#domain/canonical-json.ts'
import { jsonOf } from './columns.ts'
import type { Statements } from './statements.ts'
import type { Tables } from './tables.ts'

/** A leaf before it has `prev`, `log_id` and its final `time` (audit.md section 3), with its body as JCS text. */
export type AuditEventRow = {
  readonly type: string
  readonly at: number
  readonly actor: string | null
  readonly object: string | null
  readonly requestId: string | null
  readonly grantId: string | null
  readonly termsDigest: string | null
  readonly traceId: string | null
  readonly body: string
  readonly bodySalt: string
  readonly bodyCommit: string
}

export type AuditAttachmentRow = {
  readonly name: string
  readonly content: Json
  readonly salt: string
  readonly commit: string
}

export type AuditStore = {
  /** Answers the number of the row; rows are only ever inserted. */
  append(event: AuditEventRow, attachments: readonly AuditAttachmentRow[]): Promise<number>
  find(id: number): Promise<(AuditEventRow & { readonly id: number }) | undefined>
  after(id: number, limit: number): Promise<readonly (AuditEventRow & { readonly id: number })[]>
  /** The newest id; 0 where there is none. */
  head(): Promise<number>
  /** Ids and types behind an id, oldest first. */
  typesAfter(id: number, limit: number): Promise<readonly { readonly id: number; readonly type: string }[]>
  attachmentsOf(id: number): Promise<readonly AuditAttachmentRow[]>
}

export function auditStore(statements: Statements): AuditStore {
  const append = statements.insert('audit_events', [
    'type',
    'at',
    'actor',
    'object',
    'request_id',
    'grant_id',
    'terms_digest',
    'trace_id',
    'body',
    'body_salt',
    'body_commit',
  ])
  const attach = statements.insert('audit_attachments', ['event_id', 'name', 'content', 'salt', 'content_commit'])
  const find = statements.prepare((tables) => tables.selectFrom('audit_events').selectAll().where('id', '=', 0))
  const after = statements.prepare((tables) =>
    tables.selectFrom('audit_events').selectAll().where('id', '>', 0).orderBy('id').limit(0),
  )
  const types = statements.prepare((tables) =>
    tables.selectFrom('audit_events').select(['id', 'type']).where('id', '>', 0).orderBy('id').limit(0),
  )
  const head = statements.prepare((tables) =>
    tables.selectFrom('audit_events').select('id').orderBy('id', 'desc').limit(0),
  )
  const attachments = statements.prepare((tables) =>
    tables.selectFrom('audit_attachments').selectAll().where('event_id', '=', 0).orderBy('name'),
  )
  return {
    async append(event, attached) {
      const id = append.runForId({
        type: event.type,
        at: event.at,
        actor: event.actor,
        object: event.object,
        request_id: event.requestId,
        grant_id: event.grantId,
        terms_digest: event.termsDigest,
        trace_id: event.traceId,
        body: event.body,
        body_salt: event.bodySalt,
        body_commit: event.bodyCommit,
      })
      for (const { name, content, salt, commit } of attached)
        attach.run({ event_id: id, name, content: JSON.stringify(content), salt, content_commit: commit })
      return id
    },
    async find(id) {
      const row = find.first(id)
      return row === undefined ? undefined : toEvent(row)
    },
    async after(id, limit) {
      return after.all(id, limit).map(toEvent)
    },
    async head() {
      return head.first(1)?.id ?? 0
    },
    async typesAfter(id, limit) {
      return types.all(id, limit)
    },
    async attachmentsOf(id) {
      return attachments.all(id).map((row) => ({
        name: row.name,
        content: jsonOf(row.content),
        salt: row.salt,
        commit: row.content_commit,
      }))
    },
  }
}

type Row = Omit<Tables['audit_events'], 'id'> & { readonly id: number }

export function toEvent(row: Row): AuditEventRow & { readonly id: number } {
  return {
    id: row.id,
    type: row.type,
    at: row.at,
    actor: row.actor,
    object: row.object,
    requestId: row.request_id,
    grantId: row.grant_id,
    termsDigest: row.terms_digest,
    traceId: row.trace_id,
    body: row.body,
    bodySalt: row.body_salt,
    bodyCommit: row.body_commit,
  }
}
