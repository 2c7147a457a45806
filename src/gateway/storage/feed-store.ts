import type { Json } from '#domain/canonical-json.ts'
import { jsonOf } from './columns.ts'
import type { OutboxStore } from './outbox-store.ts'
import type { Statements } from './statements.ts'
import type { Tables } from './tables.ts'

/** One event of a feed (topic × subject). `seq` counts per feed without gaps (protocol.md section 9). */
export type FeedEvent = {
  readonly topic: string
  readonly subject: string
  readonly seq: number
  readonly kind: string
  readonly data: Json
  readonly at: number
}

export type FeedStore = {
  /** Numbers the event, keeps it and adds the outbox row that gets it pushed; answers its `seq`. */
  append(event: Omit<FeedEvent, 'seq'>): Promise<number>
  find(topic: string, subject: string, seq: number): Promise<FeedEvent | undefined>
  /** `seq` of the last event (0: none yet) and of the last one that is no longer kept. */
  head(topic: string, subject: string): Promise<{ readonly seq: number; readonly pruned: number }>
  /** What was missed after `seq`, oldest first. Only whole where `seq` ≥ `pruned` of the head. */
  after(topic: string, subject: string, seq: number, limit: number): Promise<readonly FeedEvent[]>
  /** Forgets events from before; the feeds remember up to where. */
  prune(before: number): Promise<number>
}

export function feedStore(statements: Statements, outbox: OutboxStore): FeedStore {
  const head = statements.prepare((tables) =>
    tables.selectFrom('feeds').select(['seq', 'pruned']).where('topic', '=', '').where('subject', '=', ''),
  )
  const open = statements.insert('feeds', ['topic', 'subject', 'seq', 'pruned'])
  const count = statements.prepare((tables) =>
    tables.updateTable('feeds').set({ seq: 0 }).where('topic', '=', '').where('subject', '=', ''),
  )
  const append = statements.insert('feed_events', ['topic', 'subject', 'seq', 'kind', 'data', 'at'])
  const one = statements.prepare((tables) =>
    tables.selectFrom('feed_events').selectAll().where('topic', '=', '').where('subject', '=', '').where('seq', '=', 0),
  )
  const after = statements.prepare((tables) =>
    tables
      .selectFrom('feed_events')
      .selectAll()
      .where('topic', '=', '')
      .where('subject', '=', '')
      .where('seq', '>', 0)
      .orderBy('seq')
      .limit(0),
  )
  const old = statements.prepare((tables) =>
    tables
      .selectFrom('feed_events')
      .select(['topic', 'subject', ({ fn }) => fn.max('seq').as('seq')])
      .where('at', '<', 0)
      .groupBy(['topic', 'subject']),
  )
  const remember = statements.prepare((tables) =>
    tables.updateTable('feeds').set({ pruned: 0 }).where('topic', '=', '').where('subject', '=', ''),
  )
  const forget = statements.prepare((tables) =>
    tables.deleteFrom('feed_events').where('topic', '=', '').where('subject', '=', '').where('seq', '<=', 0),
  )
  return {
    async append(event) {
      const { topic, subject, kind, at } = event
      const last = head.first(topic, subject)
      const seq = (last?.seq ?? 0) + 1
      if (last === undefined) open.run({ topic, subject, seq, pruned: 0 })
      else count.run(seq, topic, subject)
      append.run({ topic, subject, seq, kind, data: JSON.stringify(event.data), at })
      await outbox.append({ kind: 'feed', at, topic, subject, seq })
      return seq
    },
    async find(topic, subject, seq) {
      const row = one.first(topic, subject, seq)
      return row === undefined ? undefined : toEvent(row)
    },
    async head(topic, subject) {
      const row = head.first(topic, subject)
      return row === undefined ? { seq: 0, pruned: 0 } : { seq: row.seq, pruned: row.pruned }
    },
    async after(topic, subject, seq, limit) {
      return after.all(topic, subject, seq, limit).map(toEvent)
    },
    async prune(before) {
      let forgotten = 0
      for (const { topic, subject, seq } of old.all(before)) {
        remember.run(seq, topic, subject)
        forgotten += forget.run(topic, subject, seq)
      }
      return forgotten
    },
  }
}

function toEvent(row: Tables['feed_events']): FeedEvent {
  const { topic, subject, seq, kind, at } = row
  return { topic, subject, seq, kind, data: jsonOf(row.data), at }
}
