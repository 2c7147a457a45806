import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type Compilable, DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { isRows } from './sqlite-dialect.ts'
import type { Tables } from './tables.ts'

/** What a column holds in both databases. */
export type Value = string | number | null

/** A query that is written and compiled once and then only given its values, in the order in which they stand in the text. */
export type Statement<Row> = {
  first(...values: readonly Value[]): Row | undefined
  all(...values: readonly Value[]): readonly Row[]
  /** How many rows changed. */
  run(...values: readonly Value[]): number
}

/** A prepared INSERT of the named columns; `onConflict` says what happens to a row that is there already. */
export type Insert<Row> = {
  /** How many rows changed: 0 where the row was there and `ignore` was asked for. */
  run(row: Row): number
  /** The number that the database gave the row. */
  runForId(row: Row): number
}

export type Statements = {
  /** Queries are built with placeholders of the right type (`''`, `0`), which only mark where a value goes. */
  prepare<Row>(query: (tables: Kysely<Tables>) => Compilable<Row>): Statement<Row>
  insert<Name extends keyof Tables & string, Column extends keyof Tables[Name] & string>(
    table: Name,
    columns: readonly Column[],
    onConflict?: 'fail' | 'ignore' | { readonly replaceBy: readonly Column[] },
  ): Insert<{ readonly [Key in Column]: Value }>
}

/** Prepares lazily: a process pays only for the queries it asks. */
export function statementsOf(connection: DatabaseSync): Statements {
  return {
    prepare<Row>(query: (tables: Kysely<Tables>) => Compilable<Row>): Statement<Row> {
      let prepared: StatementSync | undefined
      let places = 0
      const statement = (values: readonly Value[]) => {
        if (prepared === undefined) {
          const { sql, parameters } = query(compiler).compile()
          places = parameters.length
          prepared = connection.prepare(sql)
        }
        // node:sqlite binds NULL where a value is missing, and NULL finds nothing without a word
        if (values.length !== places) throw new TypeError(`a query with ${places} places got ${values.length} values`)
        return prepared
      }
      return {
        first(...values) {
          const row = statement(values).get(...values)
          if (row === undefined) return undefined
          const rows: readonly unknown[] = [row]
          return isRows<Row>(rows) ? rows[0] : undefined
        },
        all(...values) {
          const rows: readonly unknown[] = statement(values).all(...values)
          return isRows<Row>(rows) ? rows : []
        },
        run: (...values) => Number(statement(values).run(...values).changes),
      }
    },
    insert(table, columns, onConflict = 'fail') {
      let prepared: StatementSync | undefined
      const statement = () => {
        prepared ??= connection.prepare(insertText(table, columns, onConflict))
        return prepared
      }
      return {
        run: (row) => Number(statement().run(...columns.map((column) => row[column])).changes),
        runForId: (row) => Number(statement().run(...columns.map((column) => row[column])).lastInsertRowid),
      }
    },
  }
}

/** Compiles only; it never runs anything. */
const compiler = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

function insertText(
  table: string,
  columns: readonly string[],
  onConflict: 'fail' | 'ignore' | { readonly replaceBy: readonly string[] },
): string {
  const names = columns.map((column) => `"${column}"`).join(', ')
  const into = `insert into "${table}" (${names}) values (${columns.map(() => '?').join(', ')})`
  if (onConflict === 'fail') return into
  if (onConflict === 'ignore') return `${into} on conflict do nothing`
  const by = onConflict.replaceBy
  const changes = columns.filter((column) => !by.includes(column)).map((column) => `"${column}" = excluded."${column}"`)
  return `${into} on conflict (${by.map((column) => `"${column}"`).join(', ')}) do update set ${changes.join(', ')}`
}
