import type { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { Failure } from '#domain/failure.ts'
import { layGround } from './migrations/0001-ground.ts'
import { openLog } from './migrations/0002-log.ts'
import { keepPeople } from './migrations/0003-people.ts'
import { openExceptions } from './migrations/0004-exceptions.ts'
import { indexLog } from './migrations/0005-log-indexes.ts'
import { keepDecisions } from './migrations/0006-decisions.ts'
import { rememberDrafts } from './migrations/0007-drafts.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

export type Migration = { readonly number: number; readonly up: (database: Kysely<unknown>) => Promise<void> }

/** Forward only, in this order. A published one is never changed. */
export const migrations: readonly Migration[] = [
  { number: 1, up: layGround },
  { number: 2, up: openLog },
  { number: 3, up: keepPeople },
  { number: 4, up: openExceptions },
  { number: 5, up: indexLog },
  { number: 6, up: keepDecisions },
  { number: 7, up: rememberDrafts },
]

/**
 * Brings the database to the newest form, all or nothing, so that two processes that start together do it once.
 * Failure `state_too_new`: a newer Postern wrote it; nothing was touched.
 */
export async function migrate(
  connection: DatabaseSync,
  file: string,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  const newest = steps.at(-1)?.number ?? 0
  if (versionOf(connection, file, newest) === newest) return
  const database = new Kysely<unknown>({ dialect: sqliteDialect(connection) })
  connection.exec('begin immediate')
  try {
    connection.exec('create table if not exists migrations (number integer primary key) strict')
    const reached = versionOf(connection, file, newest) // another process may have been quicker
    for (const { number, up } of steps) {
      if (number <= reached) continue
      await up(database)
      connection.prepare('insert into migrations (number) values (?)').run(number)
    }
    connection.exec('commit')
  } catch (cause) {
    if (connection.isTransaction) connection.exec('rollback')
    throw cause
  }
}

function versionOf(connection: DatabaseSync, file: string, newest: number): number {
  const table = connection.prepare("select name from sqlite_master where type = 'table' and name = 'migrations'").get()
  if (table === undefined) return 0
  const version = Number(connection.prepare('select max(number) as number from migrations').get()?.['number'] ?? 0)
  if (version > newest) throw new Failure('state_too_new', { file })
  return version
}
