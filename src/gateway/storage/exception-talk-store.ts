import type { Json } from '#domain/canonical-json.ts'
import { jsonOf, wordOf } from './columns.ts'
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

export const challengeActs = ['vote', 'proof'] as const

/** What a passkey was asked to sign: single use, and gone at `expiresAt`. */
export type ChallengeRecord = {
  readonly nonce: string
  readonly requestId: string
  readonly person: string
  readonly act: (typeof challengeActs)[number]
  readonly statement: Json
  readonly expiresAt: number
}

export type ExceptionTalkStore = {
  addMessage(message: MessageRecord): Promise<void>
  /** In order. */
  thread(requestId: string): Promise<readonly MessageRecord[]>
  addChallenge(challenge: ChallengeRecord): Promise<void>
  /** Uses a nonce up: whoever takes it second gets nothing. */
  takeChallenge(nonce: string): Promise<ChallengeRecord | undefined>
  /** The page on which a requester proves themselves, by the hash of its secret id. */
  addStepUp(idHash: string, requestId: string, expiresAt: number): Promise<void>
  findStepUp(idHash: string): Promise<{ readonly requestId: string; readonly expiresAt: number } | undefined>
  prune(before: number): Promise<void>
}

export function exceptionTalkStore(statements: Statements): ExceptionTalkStore {
  const addMessage = statements.insert('exception_messages', [
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
  const addChallenge = statements.insert('exception_challenges', [
    'nonce',
    'request_id',
    'person',
    'act',
    'statement',
    'expires_at',
  ])
  const findChallenge = statements.prepare((tables) =>
    tables.selectFrom('exception_challenges').selectAll().where('nonce', '=', ''),
  )
  const useChallenge = statements.prepare((tables) =>
    tables.deleteFrom('exception_challenges').where('nonce', '=', ''),
  )
  const addStepUp = statements.insert('exception_step_ups', ['id_hash', 'request_id', 'expires_at'])
  const findStepUp = statements.prepare((tables) =>
    tables.selectFrom('exception_step_ups').selectAll().where('id_hash', '=', ''),
  )
  const pruneChallenges = statements.prepare((tables) =>
    tables.deleteFrom('exception_challenges').where('expires_at', '<', 0),
  )
  const pruneStepUps = statements.prepare((tables) =>
    tables.deleteFrom('exception_step_ups').where('expires_at', '<', 0),
  )
  return {
    async addMessage(message) {
      addMessage.run({
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
    async addChallenge(challenge) {
      addChallenge.run({
        nonce: challenge.nonce,
        request_id: challenge.requestId,
        person: challenge.person,
        act: challenge.act,
        statement: JSON.stringify(challenge.statement),
        expires_at: challenge.expiresAt,
      })
    },
    async takeChallenge(nonce) {
      const row = findChallenge.first(nonce)
      if (row === undefined) return undefined
      useChallenge.run(nonce)
      return {
        nonce,
        requestId: row.request_id,
        person: row.person,
        act: wordOf(challengeActs, row.act),
        statement: jsonOf(row.statement),
        expiresAt: row.expires_at,
      }
    },
    async addStepUp(idHash, requestId, expiresAt) {
      addStepUp.run({ id_hash: idHash, request_id: requestId, expires_at: expiresAt })
    },
    async findStepUp(idHash) {
      const row = findStepUp.first(idHash)
      return row === undefined ? undefined : { requestId: row.request_id, expiresAt: row.expires_at }
    },
    async prune(before) {
      pruneChallenges.run(before)
      pruneStepUps.run(before)
    },
  }
}
