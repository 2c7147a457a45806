import { wordOf } from './columns.ts'
import type { Statements } from './statements.ts'

export const messageAuthors = ['requester', 'approver'] as const

/** One message of a request's thread. Its text is the attachment `message` of its event, so that it can be erased there. */
export type MessageRecord = {
  readonly id: string
  readonly requestId: string
  readonly position: number
  readonly author: (typeof messageAuthors)[number]
  readonly person: string
  readonly at: number
  readonly eventId: number
}

export type ExceptionMessageStore = {
  insert(message: MessageRecord): Promise<void>
  /** In order. */
  thread(requestId: string): Promise<readonly MessageRecord[]>
}

export function exceptionMessageStore(statements: Statements): ExceptionMessageStore {
  const insert = statements.insert('exception_messages', [
    'id',
    'request_id',
    'position',
    'author',
    'person',
    'at',
    'event_id',
  ])
  const thread = statements.prepare((tables) =>
    tables.selectFrom('exception_messages').selectAll().where('request_id', '=', '').orderBy('position'),
  )
  return {
    async insert(message) {
      insert.run({
        id: message.id,
        request_id: message.requestId,
        position: message.position,
        author: message.author,
        person: message.person,
        at: message.at,
        event_id: message.eventId,
      })
    },
    async thread(requestId) {
      return thread.all(requestId).map((row) => ({
        id: row.id,
        requestId: row.request_id,
        position: row.position,
        author: wordOf(messageAuthors, row.author),
        person: row.person,
        at: row.at,
        eventId: row.event_id,
      }))
    },
  }
}
