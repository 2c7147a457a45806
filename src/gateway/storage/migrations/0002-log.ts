import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely'

/** Whole numbers. PostgreSQL's word for 64 bits is another; its migration runner will say `bigint` here. */
const whole = 'integer'

/** The log: which there are, their leaves, the hashes of every eighth level above them, their checkpoints. */
export async function openLog(database: Kysely<unknown>): Promise<void> {
  const { schema } = database
  const table = (name: string) => schema.createTable(name).modifyEnd(sql`strict`)

  await table('audit_logs')
    .addColumn('number', whole, (c) => c.primaryKey())
    .addColumn('log_id', 'text', (c) => c.notNull().unique())
    .addColumn('previous', 'text')
    .addColumn('size', whole, notNull)
    .addColumn('cursor', whole, notNull)
    .addColumn('last_time', whole, notNull)
    .addColumn('last_hash', 'text')
    .execute()

  await table('audit_leaves')
    .addColumn('log', whole, (c) => c.notNull().references('audit_logs.number'))
    .addColumn('position', whole, notNull)
    .addColumn('event_id', whole, (c) => c.notNull().references('audit_events.id'))
    .addColumn('hash', 'text', notNull)
    .addColumn('leaf', 'text', notNull)
    .addPrimaryKeyConstraint('audit_leaves_pk', ['log', 'position'])
    .addUniqueConstraint('audit_leaves_by_event', ['event_id', 'log'])
    .execute()

  await schema
    .createTable('audit_nodes')
    .modifyEnd(sql`strict, without rowid`)
    .addColumn('log', whole, notNull)
    .addColumn('level', whole, notNull)
    .addColumn('position', whole, notNull)
    .addColumn('hash', 'text', notNull)
    .addPrimaryKeyConstraint('audit_nodes_pk', ['log', 'level', 'position'])
    .execute()

  await table('audit_checkpoints')
    .addColumn('log', whole, (c) => c.notNull().references('audit_logs.number'))
    .addColumn('size', whole, notNull)
    .addColumn('cursor', whole, notNull)
    .addColumn('note', 'text', notNull)
    .addPrimaryKeyConstraint('audit_checkpoints_pk', ['log', 'size'])
    .execute()

  await schema.createIndex('audit_events_by_type').on('audit_events').column('type').execute()

  // Feed rows stay for days and are many; the sequencer takes its own away many times a second.
  await schema
    .createIndex('outbox_of_audit')
    .on('outbox')
    .column('audit_event')
    .where('audit_event', 'is not', null)
    .execute()
}

const notNull = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull()
