import { randomBytes } from 'node:crypto'
import { wordOf } from './columns.ts'
import type { Statements } from './statements.ts'

export const pseudonymKinds = ['person', 'device'] as const
export type PseudonymKind = (typeof pseudonymKinds)[number]

/** One random key per person and device (audit.md section 2). Erasing the row makes the pseudonym a number nobody can resolve. */
export type PseudonymKeyStore = {
  /** The key, 32 bytes; made when first asked for. */
  keyOf(kind: PseudonymKind, id: string): Promise<Uint8Array>
  /** Every key that was not erased. */
  list(): Promise<readonly { readonly kind: PseudonymKind; readonly id: string; readonly key: Uint8Array }[]>
}

export function pseudonymKeyStore(statements: Statements): PseudonymKeyStore {
  const find = statements.prepare((tables) =>
    tables.selectFrom('pseudonym_keys').select('key').where('kind', '=', '').where('id', '=', ''),
  )
  const all = statements.prepare((tables) => tables.selectFrom('pseudonym_keys').selectAll().orderBy('id'))
  const add = statements.insert('pseudonym_keys', ['kind', 'id', 'key'])
  return {
    async keyOf(kind, id) {
      const known = find.first(kind, id)
      if (known !== undefined) return Buffer.from(known.key, 'base64url')
      const key = randomBytes(32)
      add.run({ kind, id, key: key.toString('base64url') })
      return key
    },
    async list() {
      return all.all().map(({ kind, id, key }) => ({
        kind: wordOf(pseudonymKinds, kind),
        id,
        key: Buffer.from(key, 'base64url'),
      }))
    },
  }
}
