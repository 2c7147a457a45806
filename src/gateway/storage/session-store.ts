import { textsOf } from './columns.ts'
import type { Statements } from './statements.ts'
import type { Tables } from './tables.ts'

/** A browser session. The secret of its cookie is kept only as a hash; `id` (22 characters) is what pages name it by. */
export type SessionRecord = {
  readonly id: string
  readonly secretHash: string
  readonly personId: string
  /** The device that a handoff bound to this browser; `null` until then. */
  readonly deviceId: string | null
  readonly acr: string
  readonly amr: readonly string[]
  /** The passkey it began with. */
  readonly passkeyId: string
  readonly startedAt: number
  /** The last call, to within a minute. */
  readonly seenAt: number
  readonly address: string
  readonly browser: string | null
}

export type SessionStore = {
  findBySecret(secretHash: string): Promise<SessionRecord | undefined>
  /** Of one person, newest first. */
  of(personId: string): Promise<readonly SessionRecord[]>
  insert(session: SessionRecord): Promise<void>
  seen(id: string, at: number): Promise<void>
  /** Whether it was still there. */
  end(id: string): Promise<boolean>
  /** Those without a call since `seenBefore`, or that began before `startedBefore`. */
  idle(seenBefore: number, startedBefore: number, limit: number): Promise<readonly SessionRecord[]>
}

const columns = [
  'secret_hash',
  'id',
  'person_id',
  'device_id',
  'acr',
  'amr',
  'passkey_id',
  'started_at',
  'seen_at',
  'address',
  'browser',
] as const

export function sessionStore(statements: Statements): SessionStore {
  const bySecret = statements.prepare((tables) =>
    tables.selectFrom('console_sessions').selectAll().where('secret_hash', '=', ''),
  )
  const ofPerson = statements.prepare((tables) =>
    tables
      .selectFrom('console_sessions')
      .selectAll()
      .where('person_id', '=', '')
      .orderBy('started_at', 'desc')
      .orderBy('id'),
  )
  const insert = statements.insert('console_sessions', columns)
  const seen = statements.prepare((tables) =>
    tables.updateTable('console_sessions').set({ seen_at: 0 }).where('id', '=', ''),
  )
  const end = statements.prepare((tables) => tables.deleteFrom('console_sessions').where('id', '=', ''))
  const idle = statements.prepare((tables) =>
    tables
      .selectFrom('console_sessions')
      .selectAll()
      .where(({ eb, or }) => or([eb('seen_at', '<=', 0), eb('started_at', '<=', 0)]))
      .limit(0),
  )
  return {
    async findBySecret(secretHash) {
      const row = bySecret.first(secretHash)
      return row === undefined ? undefined : toSession(row)
    },
    async of(personId) {
      return ofPerson.all(personId).map(toSession)
    },
    async insert(session) {
      insert.run({
        secret_hash: session.secretHash,
        id: session.id,
        person_id: session.personId,
        device_id: session.deviceId,
        acr: session.acr,
        amr: JSON.stringify(session.amr),
        passkey_id: session.passkeyId,
        started_at: session.startedAt,
        seen_at: session.seenAt,
        address: session.address,
        browser: session.browser,
      })
    },
    async seen(id, at) {
      seen.run(at, id)
    },
    async end(id) {
      return end.run(id) === 1
    },
    async idle(seenBefore, startedBefore, limit) {
      return idle.all(seenBefore, startedBefore, limit).map(toSession)
    },
  }
}

function toSession(row: Tables['console_sessions']): SessionRecord {
  return {
    id: row.id,
    secretHash: row.secret_hash,
    personId: row.person_id,
    deviceId: row.device_id,
    acr: row.acr,
    amr: textsOf(row.amr),
    passkeyId: row.passkey_id,
    startedAt: row.started_at,
    seenAt: row.seen_at,
    address: row.address,
    browser: row.browser,
  }
}
