import type { Kysely } from 'kysely'

/** Readers of the log look for persons, devices, requests and grants. */
export async function indexLog(database: Kysely<unknown>): Promise<void> {
  for (const column of ['actor', 'object', 'request_id', 'grant_id'])
    await database.schema
      .createIndex(`audit_events_by_${column}`)
      .on('audit_events')
      .column(column)
      .where(column, 'is not', null)
      .execute()
}
