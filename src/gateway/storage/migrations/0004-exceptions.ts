import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely'

/** Whole numbers. PostgreSQL's word for 64 bits is another; its migration runner will say `bigint` here. */
const whole = 'integer'

/**
 * Requests, what moved them, who voted, what was granted. Revisions, moves, votes, messages, grants and their ends are only
 * ever inserted; `exception_requests` is what the moves yield, kept to be found by.
 */
export async function openExceptions(database: Kysely<unknown>): Promise<void> {
  const { schema } = database
  const table = (name: string) => schema.createTable(name).modifyEnd(sql`strict`)
  const narrow = (name: string) => schema.createTable(name).modifyEnd(sql`strict, without rowid`)

  await table('exception_requests')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('device_id', 'text', (c) => c.notNull().references('devices.id'))
    .addColumn('draft_id', 'text', notNull)
    .addColumn('subject', 'text', (c) => c.notNull().references('persons.id'))
    .addColumn('requester', 'text', (c) => c.notNull().references('persons.id'))
    .addColumn('mode', 'text', notNull)
    .addColumn('checks', 'text', notNull)
    .addColumn('resources', 'text', notNull)
    .addColumn('risk_tier', 'text', notNull)
    .addColumn('facts', 'text', notNull)
    .addColumn('state', 'text', notNull)
    .addColumn('revision', whole, notNull)
    .addColumn('terms_digest', 'text', notNull)
    .addColumn('submitted_at', whole, notNull)
    .addColumn('pending_at', whole)
    .addColumn('closed_at', whole)
    .addColumn('decide_by', whole, notNull)
    .addColumn('grant_id', 'text')
    .addColumn('due_at', whole)
    .addUniqueConstraint('exception_requests_by_draft', ['device_id', 'draft_id'])
    .execute()

  await narrow('exception_revisions')
    .addColumn('request_id', 'text', (c) => c.notNull().references('exception_requests.id'))
    .addColumn('revision', whole, notNull)
    .addColumn('author', 'text', notNull)
    .addColumn('at', whole, notNull)
    .addColumn('terms_digest', 'text', notNull)
    .addColumn('terms', 'text', notNull)
    .addPrimaryKeyConstraint('exception_revisions_pk', ['request_id', 'revision'])
    .execute()

  await table('exception_moves')
    .addColumn('request_id', 'text', (c) => c.notNull().references('exception_requests.id'))
    .addColumn('position', whole, notNull)
    .addColumn('act', whole, notNull)
    .addColumn('type', 'text', notNull)
    .addColumn('at', whole, notNull)
    .addColumn('actor', 'text')
    .addColumn('state', 'text', notNull)
    .addColumn('members', 'text', notNull)
    .addColumn('event_id', whole, (c) => c.notNull().unique().references('audit_events.id'))
    .addPrimaryKeyConstraint('exception_moves_pk', ['request_id', 'position'])
    .execute()

  await narrow('exception_votes')
    .addColumn('request_id', 'text', (c) => c.notNull().references('exception_requests.id'))
    .addColumn('revision', whole, notNull)
    .addColumn('person', 'text', (c) => c.notNull().references('persons.id'))
    .addColumn('position', whole, notNull)
    .addPrimaryKeyConstraint('exception_votes_pk', ['request_id', 'revision', 'person'])
    .execute()

  await table('exception_messages')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('request_id', 'text', (c) => c.notNull().references('exception_requests.id'))
    .addColumn('position', whole, notNull)
    .addColumn('author', 'text', notNull)
    .addColumn('person', 'text', notNull)
    .addColumn('at', whole, notNull)
    .addColumn('event_id', whole, (c) => c.notNull().references('audit_events.id'))
    .execute()

  await table('exception_grants')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('request_id', 'text', (c) => c.notNull().unique().references('exception_requests.id'))
    .addColumn('subject', 'text', notNull)
    .addColumn('device_id', 'text', notNull)
    .addColumn('checks', 'text', notNull)
    .addColumn('not_before', whole, notNull)
    .addColumn('not_after', whole, notNull)
    .addColumn('event_id', whole, (c) => c.notNull().references('audit_events.id'))
    .execute()

  await narrow('exception_grant_ends')
    .addColumn('grant_id', 'text', (c) => c.primaryKey().references('exception_grants.id'))
    .addColumn('state', 'text', notNull)
    .addColumn('at', whole, notNull)
    .execute()

  await narrow('exception_cured_checks')
    .addColumn('grant_id', 'text', (c) => c.notNull().references('exception_grants.id'))
    .addColumn('check_id', 'text', notNull)
    .addColumn('at', whole, notNull)
    .addPrimaryKeyConstraint('exception_cured_checks_pk', ['grant_id', 'check_id'])
    .execute()

  // What is only on the way: the run of reports that met a check.
  await narrow('exception_cure_runs')
    .addColumn('grant_id', 'text', (c) => c.primaryKey())
    .addColumn('runs', 'text', notNull)
    .execute()

  const index = (name: string, on: string, columns: readonly string[]) =>
    schema
      .createIndex(name)
      .on(on)
      .columns([...columns])
  await index('exception_requests_of_subject', 'exception_requests', ['subject', 'submitted_at']).execute()
  await index('exception_requests_by_state', 'exception_requests', ['state', 'decide_by', 'id']).execute()
  await index('exception_requests_of_device', 'exception_requests', ['device_id', 'submitted_at']).execute()
  // What lives is little beside what has ended: due, of a device, of a person.
  for (const column of ['due_at', 'device_id', 'subject'])
    await index(`exception_requests_live_${column}`, 'exception_requests', [column])
      .where(sql<number>`due_at`, 'is not', null)
      .execute()
  await index('exception_revisions_by_digest', 'exception_revisions', ['terms_digest']).execute()
  await index('exception_messages_of_request', 'exception_messages', ['request_id', 'position']).execute()
  await index('exception_grants_of_device', 'exception_grants', ['device_id', 'not_after']).execute()
  await index('exception_grants_of_subject', 'exception_grants', ['subject', 'not_after']).execute()
}

const notNull = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull()
