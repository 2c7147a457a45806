import type { Statements } from './statements.ts'

/** A link under which a person proves themselves for something they asked of a device. Only the hash of its id is kept. */
export type StepUpRecord = {
  readonly idHash: string
  readonly kind: 'request'
  /** Whose passkey it takes. */
  readonly personId: string
  readonly requestId: string
  readonly madeAt: number
  readonly expiresAt: number
  readonly usedAt: number | null
}

export type StepUpStore = {
  find(idHash: string): Promise<StepUpRecord | undefined>
  insert(stepUp: StepUpRecord): Promise<void>
  /** `false`: it was used before. */
  use(idHash: string, at: number): Promise<boolean>
  /** Forgets those that ran out before; answers how many. */
  prune(before: number): Promise<number>
}

export function stepUpStore(statements: Statements): StepUpStore {
  const one = statements.prepare((tables) => tables.selectFrom('step_ups').selectAll().where('id_hash', '=', ''))
  const insert = statements.insert('step_ups', [
    'id_hash',
    'kind',
    'person_id',
    'request_id',
    'made_at',
    'expires_at',
    'used_at',
  ])
  const use = statements.prepare((tables) =>
    tables.updateTable('step_ups').set({ used_at: 0 }).where('id_hash', '=', '').where('used_at', 'is', null),
  )
  const prune = statements.prepare((tables) => tables.deleteFrom('step_ups').where('expires_at', '<', 0))
  return {
    async find(idHash) {
      const row = one.first(idHash)
      if (row === undefined) return undefined
      return {
        idHash,
        kind: 'request',
        personId: row.person_id,
        requestId: row.request_id,
        madeAt: row.made_at,
        expiresAt: row.expires_at,
        usedAt: row.used_at,
      }
    },
    async insert(stepUp) {
      insert.run({
        id_hash: stepUp.idHash,
        kind: stepUp.kind,
        person_id: stepUp.personId,
        request_id: stepUp.requestId,
        made_at: stepUp.madeAt,
        expires_at: stepUp.expiresAt,
        used_at: stepUp.usedAt,
      })
    },
    async use(idHash, at) {
      return use.run(at, idHash) === 1
    },
    async prune(before) {
      return prune.run(before)
    },
  }
}
