import type { Statements } from './statements.ts'

export type TotpState = 'pending' | 'active'

/** A secret for one-time codes, sealed: whoever has the database alone cannot make codes. */
export type TotpRecord = {
  readonly personId: string
  readonly state: TotpState
  readonly sealed: string
  /** The last time step a code was taken for; none is taken twice. */
  readonly lastStep: number
  readonly madeAt: number
}

export type TotpStore = {
  find(personId: string, state: TotpState): Promise<TotpRecord | undefined>
  put(totp: TotpRecord): Promise<void>
  remove(personId: string, state: TotpState): Promise<boolean>
}

export function totpStore(statements: Statements): TotpStore {
  const one = statements.prepare((tables) =>
    tables.selectFrom('totps').selectAll().where('person_id', '=', '').where('state', '=', ''),
  )
  const put = statements.insert('totps', ['person_id', 'state', 'secret', 'last_step', 'made_at'], {
    replaceBy: ['person_id', 'state'],
  })
  const remove = statements.prepare((tables) =>
    tables.deleteFrom('totps').where('person_id', '=', '').where('state', '=', ''),
  )
  return {
    async find(personId, state) {
      const row = one.first(personId, state)
      if (row === undefined) return undefined
      return { personId, state, sealed: row.secret, lastStep: row.last_step, madeAt: row.made_at }
    },
    async put({ personId, state, sealed, lastStep, madeAt }) {
      put.run({ person_id: personId, state, secret: sealed, last_step: lastStep, made_at: madeAt })
    },
    async remove(personId, state) {
      return remove.run(personId, state) === 1
    },
  }
}
