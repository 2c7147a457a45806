import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely'

/** Which request a draft was answered with, where that one bears the name of another draft. */
export async function rememberDrafts(database: Kysely<unknown>): Promise<void> {
  const notNull = (c: ColumnDefinitionBuilder) => c.notNull()
  await database.schema
    .createTable('exception_drafts')
    .modifyEnd(sql`strict, without rowid`)
    .addColumn('device_id', 'text', notNull)
    .addColumn('draft_id', 'text', notNull)
    .addColumn('request_id', 'text', (c) => c.notNull().references('exception_requests.id'))
    .addColumn('at', 'integer', notNull)
    .addPrimaryKeyConstraint('exception_drafts_pk', ['device_id', 'draft_id'])
    .execute()
  await database.schema.createIndex('exception_drafts_by_time').on('exception_drafts').column('at').execute()
}
