import type { Statements } from './statements.ts'

/** What happened, in commit order: an audit event to become a leaf, or an event of a feed to be pushed. */
export type OutboxEntry =
  | { readonly kind: 'audit'; readonly id: number; readonly at: number; readonly auditEvent: number }
  | {
      readonly kind: 'feed'
      readonly id: number
      readonly at: number
      readonly topic: string
      readonly subject: string
      readonly seq: number
    }

export type NewOutboxEntry =
  | { readonly kind: 'audit'; readonly at: number; readonly auditEvent: number }
  | {
      readonly kind: 'feed'
      readonly at: number
      readonly topic: string
      readonly subject: string
      readonly seq: number
    }

export type OutboxStore = {
  append(entry: NewOutboxEntry): Promise<void>
  /** Entries behind the cursor, oldest first. */
  after(id: number, limit: number): Promise<readonly OutboxEntry[]>
  /** The newest id; 0 where there is none. */
  head(): Promise<number>
  /** Feed entries older than `before`; entries of the log leave when the sequencer has taken them. */
  pruneFeeds(before: number): Promise<number>
  /** Takes away what told of audit events up to an id: they have leaves now. */
  takeAudit(upTo: number): Promise<number>
}

export function outboxStore(statements: Statements, onAppend: () => void): OutboxStore {
  const append = statements.insert('outbox', ['kind', 'audit_event', 'topic', 'subject', 'seq', 'at'])
  const after = statements.prepare((tables) =>
    tables.selectFrom('outbox').selectAll().where('id', '>', 0).orderBy('id').limit(0),
  )
  const head = statements.prepare((tables) => tables.selectFrom('outbox').select('id').orderBy('id', 'desc').limit(0))
  const prune = statements.prepare((tables) => tables.deleteFrom('outbox').where('at', '<', 0).where('kind', '=', ''))
  const take = statements.prepare((tables) =>
    tables.deleteFrom('outbox').where('kind', '=', '').where('audit_event', '<=', 0),
  )
  const none = { audit_event: null, topic: null, subject: null, seq: null }
  return {
    async append(entry) {
      onAppend()
      append.run(
        entry.kind === 'audit'
          ? { ...none, kind: entry.kind, at: entry.at, audit_event: entry.auditEvent }
          : { ...none, ...entry },
      )
    },
    async after(id, limit) {
      return after.all(id, limit).flatMap(toEntry)
    },
    async head() {
      return head.first(1)?.id ?? 0
    },
    async pruneFeeds(before) {
      return prune.run(before, 'feed')
    },
    async takeAudit(upTo) {
      return take.run('audit', upTo)
    },
  }
}

function toEntry(row: {
  readonly id: number
  readonly kind: string
  readonly audit_event: number | null
  readonly topic: string | null
  readonly subject: string | null
  readonly seq: number | null
  readonly at: number
}): readonly OutboxEntry[] {
  const { id, at, audit_event: auditEvent, topic, subject, seq } = row
  if (row.kind === 'audit' && auditEvent !== null) return [{ kind: 'audit', id, at, auditEvent }]
  if (row.kind === 'feed' && topic !== null && subject !== null && seq !== null)
    return [{ kind: 'feed', id, at, topic, subject, seq }]
  throw new TypeError(`an outbox row of an unknown kind: ${row.kind}`)
}
