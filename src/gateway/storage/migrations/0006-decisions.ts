import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely'

/** Whole numbers. PostgreSQL's word for 64 bits is another; its migration runner will say `bigint` here. */
const whole = 'integer'

/** Records of decisions by the batch that commits to them, and what decisions made of each grant, kept to be shown. */
export async function keepDecisions(database: Kysely<unknown>): Promise<void> {
  const table = (name: string) => database.schema.createTable(name).modifyEnd(sql`strict, without rowid`)
  const notNull = (c: ColumnDefinitionBuilder) => c.notNull()

  await table('decision_records')
    .addColumn('event_id', whole, (c) => c.notNull().references('audit_events.id'))
    .addColumn('position', whole, notNull)
    .addColumn('record', 'text', notNull)
    .addPrimaryKeyConstraint('decision_records_pk', ['event_id', 'position'])
    .execute()

  await table('grant_uses')
    .addColumn('grant_id', 'text', notNull)
    .addColumn('resource', 'text', notNull)
    .addColumn('first_at', whole, notNull)
    .addColumn('last_at', whole, notNull)
    .addColumn('count', whole, notNull)
    .addPrimaryKeyConstraint('grant_uses_pk', ['grant_id', 'resource'])
    .execute()
}
