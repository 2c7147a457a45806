import type { Json } from '#domain/canonical-json.ts'
import { claimsOf } from './columns.ts'
import type { Statements } from './statements.ts'
import type { Tables } from './tables.ts'

/** The newest `posture-result+jwt` of a device. `recheckAt`: from then on the same facts could be judged differently. */
export type ResultRecord = {
  readonly deviceId: string
  readonly status: string
  readonly book: string
  readonly issuedAt: number
  readonly expiresAt: number
  readonly recheckAt: number
  readonly jws: string
}

export type ResultStore = {
  /** `claims` is the payload of `jws`, parsed. */
  find(deviceId: string): Promise<(ResultRecord & { readonly claims: Json }) | undefined>
  put(result: ResultRecord): Promise<void>
  /** Devices whose result is due to be judged anew, the most overdue first. */
  dueForRecheck(now: number, limit: number): Promise<readonly string[]>
}

export function resultStore(statements: Statements): ResultStore {
  const find = statements.prepare((tables) => tables.selectFrom('results').selectAll().where('device_id', '=', ''))
  const due = statements.prepare((tables) =>
    tables.selectFrom('results').select('device_id').where('recheck_at', '<=', 0).orderBy('recheck_at').limit(0),
  )
  const put = statements.insert(
    'results',
    ['device_id', 'status', 'book', 'issued_at', 'expires_at', 'recheck_at', 'jws'],
    { replaceBy: ['device_id'] },
  )
  return {
    async find(deviceId) {
      const row = find.first(deviceId)
      return row === undefined ? undefined : toResult(row)
    },
    async put(result) {
      put.run({
        device_id: result.deviceId,
        status: result.status,
        book: result.book,
        issued_at: result.issuedAt,
        expires_at: result.expiresAt,
        recheck_at: result.recheckAt,
        jws: result.jws,
      })
    },
    async dueForRecheck(now, limit) {
      return due.all(now, limit).map((row) => row.device_id)
    },
  }
}

function toResult(row: Tables['results']): ResultRecord & { readonly claims: Json } {
  return {
    deviceId: row.device_id,
    status: row.status,
    book: row.book,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    recheckAt: row.recheck_at,
    claims: claimsOf(row.jws),
    jws: row.jws,
  }
}
