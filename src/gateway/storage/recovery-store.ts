import { wordOf } from './columns.ts'
import type { Statements } from './statements.ts'
import type { Tables } from './tables.ts'

export const recoveryStates = ['waiting', 'approved', 'refused'] as const
export type RecoveryState = (typeof recoveryStates)[number]

/** Somebody asked for their way back. Without a person it was asked with a wrong address or code, and waits for ever. */
export type RecoveryRecord = {
  /** 43 characters. */
  readonly id: string
  readonly personId: string | null
  readonly state: RecoveryState
  readonly askedAt: number
  readonly expiresAt: number
  readonly address: string
  /** Hash of what ties it to the asking browser. */
  readonly binding: string
  /** Hash of the link's token, which that browser alone can make. */
  readonly inviteHash: string
}

export type RecoveryStore = {
  find(id: string): Promise<RecoveryRecord | undefined>
  /** Those with a person, newest first. */
  list(): Promise<readonly RecoveryRecord[]>
  insert(recovery: RecoveryRecord): Promise<void>
  /** `false`: it was answered before. */
  answer(id: string, state: 'approved' | 'refused'): Promise<boolean>
  prune(before: number): Promise<number>
}

export function recoveryStore(statements: Statements): RecoveryStore {
  const one = statements.prepare((tables) => tables.selectFrom('recoveries').selectAll().where('id', '=', ''))
  const all = statements.prepare((tables) =>
    tables
      .selectFrom('recoveries')
      .selectAll()
      .where('person_id', 'is not', null)
      .orderBy('asked_at', 'desc')
      .orderBy('id'),
  )
  const insert = statements.insert('recoveries', [
    'id',
    'person_id',
    'state',
    'asked_at',
    'expires_at',
    'address',
    'binding',
    'invite_hash',
  ])
  const answer = statements.prepare((tables) =>
    tables.updateTable('recoveries').set({ state: '' }).where('id', '=', '').where('state', '=', ''),
  )
  const prune = statements.prepare((tables) => tables.deleteFrom('recoveries').where('expires_at', '<', 0))
  return {
    async find(id) {
      const row = one.first(id)
      return row === undefined ? undefined : toRecovery(row)
    },
    async list() {
      return all.all().map(toRecovery)
    },
    async insert(recovery) {
      insert.run({
        id: recovery.id,
        person_id: recovery.personId,
        state: recovery.state,
        asked_at: recovery.askedAt,
        expires_at: recovery.expiresAt,
        address: recovery.address,
        binding: recovery.binding,
        invite_hash: recovery.inviteHash,
      })
    },
    async answer(id, state) {
      return answer.run(state, id, 'waiting') === 1
    },
    async prune(before) {
      return prune.run(before)
    },
  }
}

function toRecovery(row: Tables['recoveries']): RecoveryRecord {
  return {
    id: row.id,
    personId: row.person_id,
    state: wordOf(recoveryStates, row.state),
    askedAt: row.asked_at,
    expiresAt: row.expires_at,
    address: row.address,
    binding: row.binding,
    inviteHash: row.invite_hash,
  }
}
