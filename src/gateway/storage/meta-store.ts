import type { Statements } from './statements.ts'

/** Single values of the database: `hint-salt`, `settings-fingerprint`, … */
export type MetaStore = {
  get(name: string): Promise<string | undefined>
  put(name: string, value: string): Promise<void>
}

export function metaStore(statements: Statements): MetaStore {
  const find = statements.prepare((tables) => tables.selectFrom('meta').select('value').where('name', '=', ''))
  const put = statements.insert('meta', ['name', 'value'], { replaceBy: ['name'] })
  return {
    async get(name) {
      return find.first(name)?.value
    },
    async put(name, value) {
      put.run({ name, value })
    },
  }
}
