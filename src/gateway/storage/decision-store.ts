import type { Json } from '#domain/canonical-json.ts'
import type { GrantUse } from '#domain/exceptions/grant-uses.ts'
import { jsonOf } from './columns.ts'
import type { Statements } from './statements.ts'

/** Decisions as they are kept: records by the row of their `decision-batch`, and uses of a grant by resource. */
export type DecisionStore = {
  /** `record` is canonical JSON; `position` counts from 0 within the batch. */
  addRecord(eventId: number, position: number, record: string): Promise<void>
  /** Those of a batch, by position. */
  recordsOf(eventId: number): Promise<readonly { readonly position: number; readonly record: Json }[]>
  usesOf(grantId: string): Promise<readonly GrantUse[]>
  putUse(grantId: string, use: GrantUse): Promise<void>
}

export function decisionStore(statements: Statements): DecisionStore {
  const insert = statements.insert('decision_records', ['event_id', 'position', 'record'])
  const ofBatch = statements.prepare((tables) =>
    tables.selectFrom('decision_records').select(['position', 'record']).where('event_id', '=', 0).orderBy('position'),
  )
  const uses = statements.prepare((tables) =>
    tables.selectFrom('grant_uses').selectAll().where('grant_id', '=', '').orderBy('resource'),
  )
  const putUse = statements.insert('grant_uses', ['grant_id', 'resource', 'first_at', 'last_at', 'count'], {
    replaceBy: ['grant_id', 'resource'],
  })
  return {
    async addRecord(eventId, position, record) {
      insert.run({ event_id: eventId, position, record })
    },
    async recordsOf(eventId) {
      return ofBatch.all(eventId).map(({ position, record }) => ({ position, record: jsonOf(record) }))
    },
    async usesOf(grantId) {
      return uses
        .all(grantId)
        .map(({ resource, first_at: firstAt, last_at: lastAt, count }) => ({ resource, firstAt, lastAt, count }))
    },
    async putUse(grantId, { resource, firstAt, lastAt, count }) {
      putUse.run({ grant_id: grantId, resource, first_at: firstAt, last_at: lastAt, count })
    },
  }
}
