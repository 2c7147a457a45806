import type { Json } from '#domain/canonical-json.ts'
import { type GrantState, grantStates } from '#domain/exceptions/states.ts'
import { jsonOf, textsOf, wordOf } from './columns.ts'
import type { Statements } from './statements.ts'

/** A grant as it is found by; what counts is the body of its leaf, under `eventId`. Times are Unix seconds. */
export type GrantRecord = {
  readonly id: string
  readonly requestId: string
  readonly subject: string
  readonly deviceId: string
  /** As minted. */
  readonly checks: readonly string[]
  readonly notBefore: number
  readonly notAfter: number
  readonly eventId: number
}

/** How it ended; null while nobody wrote an end. */
export type GrantEnd = { readonly state: GrantState; readonly at: number } | null
export type CuredCheck = { readonly id: string; readonly at: number }
export type PlacedGrant = GrantRecord & { readonly end: GrantEnd }

export type ExceptionGrantStore = {
  find(id: string): Promise<GrantRecord | undefined>
  /** The newest, at most `limit`. */
  newest(limit: number): Promise<readonly GrantRecord[]>
  /** Fails where the request has one. */
  insert(grant: GrantRecord): Promise<void>
  /** Those of a device that end after `now`, whether or not they were ended before. */
  ofDevice(deviceId: string, now: number): Promise<readonly PlacedGrant[]>
  ofSubject(subject: string, endsAfter: number): Promise<readonly PlacedGrant[]>
  end(grantId: string, state: GrantState, at: number): Promise<void>
  cured(grantId: string): Promise<readonly CuredCheck[]>
  addCured(grantId: string, check: CuredCheck): Promise<void>
  /** Reports that met a check of it, one after another; undefined where none did. */
  runs(grantId: string): Promise<Json | undefined>
  putRuns(grantId: string, runs: Json): Promise<void>
  forgetRuns(grantId: string): Promise<void>
}

export function exceptionGrantStore(statements: Statements): ExceptionGrantStore {
  const byId = statements.prepare((tables) => tables.selectFrom('exception_grants').selectAll().where('id', '=', ''))
  const newest = statements.prepare((tables) =>
    tables.selectFrom('exception_grants').selectAll().orderBy('id', 'desc').limit(0),
  )
  const insert = statements.insert('exception_grants', [
    'id',
    'request_id',
    'subject',
    'device_id',
    'checks',
    'not_before',
    'not_after',
    'event_id',
  ])
  const ofDevice = statements.prepare((tables) =>
    tables
      .selectFrom('exception_grants')
      .leftJoin('exception_grant_ends', 'exception_grant_ends.grant_id', 'exception_grants.id')
      .selectAll('exception_grants')
      .select(['exception_grant_ends.state', 'exception_grant_ends.at'])
      .where('device_id', '=', '')
      .where('not_after', '>', 0)
      .orderBy('exception_grants.id'),
  )
  const ofSubject = statements.prepare((tables) =>
    tables
      .selectFrom('exception_grants')
      .leftJoin('exception_grant_ends', 'exception_grant_ends.grant_id', 'exception_grants.id')
      .selectAll('exception_grants')
      .select(['exception_grant_ends.state', 'exception_grant_ends.at'])
      .where('subject', '=', '')
      .where('not_after', '>', 0)
      .orderBy('exception_grants.id'),
  )
  const end = statements.insert('exception_grant_ends', ['grant_id', 'state', 'at'])
  const cured = statements.prepare((tables) =>
    tables.selectFrom('exception_cured_checks').selectAll().where('grant_id', '=', ''),
  )
  const addCured = statements.insert('exception_cured_checks', ['grant_id', 'check_id', 'at'])
  const runs = statements.prepare((tables) =>
    tables.selectFrom('exception_cure_runs').select('runs').where('grant_id', '=', ''),
  )
  const putRuns = statements.insert('exception_cure_runs', ['grant_id', 'runs'], { replaceBy: ['grant_id'] })
  const forgetRuns = statements.prepare((tables) => tables.deleteFrom('exception_cure_runs').where('grant_id', '=', ''))
  return {
    async find(id) {
      const row = byId.first(id)
      return row === undefined ? undefined : toGrant(row)
    },
    async newest(limit) {
      return newest.all(limit).map(toGrant)
    },
    async insert(grant) {
      insert.run({
        id: grant.id,
        request_id: grant.requestId,
        subject: grant.subject,
        device_id: grant.deviceId,
        checks: JSON.stringify(grant.checks),
        not_before: grant.notBefore,
        not_after: grant.notAfter,
        event_id: grant.eventId,
      })
    },
    async ofDevice(deviceId, now) {
      return ofDevice.all(deviceId, now).map(toPlaced)
    },
    async ofSubject(subject, endsAfter) {
      return ofSubject.all(subject, endsAfter).map(toPlaced)
    },
    async end(grantId, state, at) {
      end.run({ grant_id: grantId, state, at })
    },
    async cured(grantId) {
      return cured.all(grantId).map(({ check_id: id, at }) => ({ id, at }))
    },
    async addCured(grantId, { id, at }) {
      addCured.run({ grant_id: grantId, check_id: id, at })
    },
    async runs(grantId) {
      const row = runs.first(grantId)
      return row === undefined ? undefined : jsonOf(row.runs)
    },
    async putRuns(grantId, list) {
      putRuns.run({ grant_id: grantId, runs: JSON.stringify(list) })
    },
    async forgetRuns(grantId) {
      forgetRuns.run(grantId)
    },
  }
}

type Row = {
  readonly id: string
  readonly request_id: string
  readonly subject: string
  readonly device_id: string
  readonly checks: string
  readonly not_before: number
  readonly not_after: number
  readonly event_id: number
}

function toGrant(row: Row): GrantRecord {
  return {
    id: row.id,
    requestId: row.request_id,
    subject: row.subject,
    deviceId: row.device_id,
    checks: textsOf(row.checks),
    notBefore: row.not_before,
    notAfter: row.not_after,
    eventId: row.event_id,
  }
}

function toPlaced(row: Row & { readonly state: string | null; readonly at: number | null }): PlacedGrant {
  const { state, at } = row
  return { ...toGrant(row), end: state === null || at === null ? null : { state: wordOf(grantStates, state), at } }
}
