import type { Statements } from './statements.ts'
import type { Tables } from './tables.ts'

/** Something one person is told in the console until they have seen it. `eventId` finds its place in the log. */
export type NoticeRecord = {
  readonly id: string
  readonly personId: string
  readonly type: string
  readonly at: number
  readonly eventId: number
  readonly seenAt: number | null
}

export type NoticeStore = {
  insert(notice: NoticeRecord): Promise<void>
  /** What a person has not seen, newest first, at most 50. */
  unseen(personId: string): Promise<readonly NoticeRecord[]>
  /** `false`: there is no such notice for them. */
  seen(id: string, personId: string, at: number): Promise<boolean>
  /** Forgets what is older, seen or not; answers how many. */
  prune(before: number): Promise<number>
}

export function noticeStore(statements: Statements): NoticeStore {
  const insert = statements.insert('notices', ['id', 'person_id', 'type', 'at', 'event_id', 'seen_at'])
  const unseen = statements.prepare((tables) =>
    tables
      .selectFrom('notices')
      .selectAll()
      .where('person_id', '=', '')
      .where('seen_at', 'is', null)
      .orderBy('id', 'desc')
      .limit(0),
  )
  const seen = statements.prepare((tables) =>
    tables.updateTable('notices').set({ seen_at: 0 }).where('id', '=', '').where('person_id', '=', ''),
  )
  const prune = statements.prepare((tables) => tables.deleteFrom('notices').where('at', '<', 0))
  return {
    async insert(notice) {
      insert.run({
        id: notice.id,
        person_id: notice.personId,
        type: notice.type,
        at: notice.at,
        event_id: notice.eventId,
        seen_at: notice.seenAt,
      })
    },
    async unseen(personId) {
      return unseen.all(personId, 50).map(toNotice)
    },
    async seen(id, personId, at) {
      return seen.run(at, id, personId) === 1
    },
    async prune(before) {
      return prune.run(before)
    },
  }
}

function toNotice(row: Tables['notices']): NoticeRecord {
  return {
    id: row.id,
    personId: row.person_id,
    type: row.type,
    at: row.at,
    eventId: row.event_id,
    seenAt: row.seen_at,
  }
}
