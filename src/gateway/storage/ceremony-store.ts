import type { Json } from '#domain/canonical-json.ts'
import { jsonOf } from './columns.ts'
import type { Statements } from './statements.ts'

/**
 * A WebAuthn challenge that waits for its answer. `label` is `sign-in`, `registration` or that of a signed statement;
 * `binding` the hash of what ties it to one browser, link or passkey owner.
 */
export type CeremonyRecord = {
  /** 256 random bits, 43 characters. */
  readonly nonce: string
  readonly label: string
  readonly personId: string | null
  readonly binding: string | null
  readonly statement: Json
  readonly expiresAt: number
}

export type CeremonyStore = {
  find(nonce: string): Promise<CeremonyRecord | undefined>
  insert(ceremony: CeremonyRecord): Promise<void>
  /** Uses it up. `false`: somebody was quicker. */
  use(nonce: string): Promise<boolean>
  /** How many wait, by label. */
  count(label: string): Promise<number>
  prune(now: number): Promise<number>
}

export function ceremonyStore(statements: Statements): CeremonyStore {
  const one = statements.prepare((tables) => tables.selectFrom('ceremonies').selectAll().where('nonce', '=', ''))
  const insert = statements.insert('ceremonies', ['nonce', 'label', 'person_id', 'binding', 'statement', 'expires_at'])
  const use = statements.prepare((tables) => tables.deleteFrom('ceremonies').where('nonce', '=', ''))
  const count = statements.prepare((tables) =>
    tables
      .selectFrom('ceremonies')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('label', '=', ''),
  )
  const prune = statements.prepare((tables) => tables.deleteFrom('ceremonies').where('expires_at', '<=', 0))
  return {
    async find(nonce) {
      const row = one.first(nonce)
      if (row === undefined) return undefined
      return {
        nonce: row.nonce,
        label: row.label,
        personId: row.person_id,
        binding: row.binding,
        statement: jsonOf(row.statement),
        expiresAt: row.expires_at,
      }
    },
    async insert(ceremony) {
      insert.run({
        nonce: ceremony.nonce,
        label: ceremony.label,
        person_id: ceremony.personId,
        binding: ceremony.binding,
        statement: JSON.stringify(ceremony.statement),
        expires_at: ceremony.expiresAt,
      })
    },
    async use(nonce) {
      return use.run(nonce) === 1
    },
    async count(label) {
      return Number(count.first(label)?.n ?? 0)
    },
    async prune(now) {
      return prune.run(now)
    },
  }
}
