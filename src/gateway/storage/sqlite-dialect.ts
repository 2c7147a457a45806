import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'

/** kysely over one open `node:sqlite` connection. Statements are prepared once per text and take parameters only. */
export function sqliteDialect(connection: DatabaseSync): Dialect {
  const prepare = statementCache(connection)
  const shared: DatabaseConnection = {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const statement = prepare(query.sql)
      const parameters = query.parameters.map(sqliteValue)
      if (statement.columns().length > 0) {
        const rows = statement.all(...parameters)
        if (!isRows<Row>(rows)) throw new TypeError('rows')
        return { rows }
      }
      const { changes, lastInsertRowid } = statement.run(...parameters)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    },
    streamQuery() {
      throw new TypeError('SQLite answers at once')
    },
  }
  const run = async (sql: string) => {
    await shared.executeQuery(CompiledQuery.raw(sql))
  }
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => ({
      init: async () => {},
      acquireConnection: async () => shared,
      beginTransaction: () => run('begin immediate'),
      commitTransaction: () => run('commit'),
      rollbackTransaction: () => run('rollback'),
      releaseConnection: async () => {},
      destroy: async () => {},
    }),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/** Prepares each SQL text once. */
export function statementCache(connection: DatabaseSync): (sql: string) => StatementSync {
  const prepared = new Map<string, StatementSync>()
  return (sql) => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const statement = connection.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
}

/** What a parameter may be; anything else is a bug in a store. */
export function sqliteValue(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value
  if (value instanceof Uint8Array) return value
  throw new TypeError(`a parameter that SQLite cannot hold: ${typeof value}`)
}

/** The one place where a row is believed to be what its query says: the migrations and `tables` describe the same columns. */
export function isRows<Row>(rows: readonly unknown[]): rows is Row[] {
  return Array.isArray(rows)
}
