import type { Json } from '#domain/canonical-json.ts'
import { claimsOf } from './columns.ts'
import type { Statements } from './statements.ts'

/** One accepted attestation: what the chain and the hourly batch need of it (audit.md section 3). */
export type AttestationRecord = {
  readonly deviceId: string
  readonly kid: string
  readonly seq: number
  readonly hash: string
  readonly receivedAt: number
}

/** The newest accepted attestation of a device, as it came. */
export type ReportRecord = AttestationRecord & { readonly jws: string }

export type AttestationStore = {
  /** Appends to the history and replaces the newest report, in one step. */
  accept(report: ReportRecord): Promise<void>
  /** `claims` is the payload of `jws`, parsed: it passed its schema when it was accepted. */
  newest(deviceId: string): Promise<(ReportRecord & { readonly claims: Json }) | undefined>
  /** Of one device, newest first. */
  history(deviceId: string, limit: number): Promise<readonly AttestationRecord[]>
  prune(before: number): Promise<number>
}

export function attestationStore(statements: Statements): AttestationStore {
  const append = statements.insert('attestations', ['device_id', 'kid', 'seq', 'hash', 'received_at'])
  const replace = statements.insert('reports', ['device_id', 'kid', 'seq', 'hash', 'received_at', 'jws'], {
    replaceBy: ['device_id'],
  })
  const newest = statements.prepare((tables) => tables.selectFrom('reports').selectAll().where('device_id', '=', ''))
  const history = statements.prepare((tables) =>
    tables
      .selectFrom('attestations')
      .selectAll()
      .where('device_id', '=', '')
      .orderBy('received_at', 'desc')
      .orderBy('seq', 'desc')
      .limit(0),
  )
  const prune = statements.prepare((tables) => tables.deleteFrom('attestations').where('received_at', '<', 0))
  return {
    async accept(report) {
      const { deviceId: device_id, kid, seq, hash, receivedAt: received_at } = report
      append.run({ device_id, kid, seq, hash, received_at })
      replace.run({ device_id, kid, seq, hash, received_at, jws: report.jws })
    },
    async newest(deviceId) {
      const row = newest.first(deviceId)
      if (row === undefined) return undefined
      return { ...toAttestation(row), jws: row.jws, claims: claimsOf(row.jws) }
    },
    async history(deviceId, limit) {
      return history.all(deviceId, limit).map(toAttestation)
    },
    async prune(before) {
      return prune.run(before)
    },
  }
}

function toAttestation(row: {
  readonly device_id: string
  readonly kid: string
  readonly seq: number
  readonly hash: string
  readonly received_at: number
}): AttestationRecord {
  return { deviceId: row.device_id, kid: row.kid, seq: row.seq, hash: row.hash, receivedAt: row.received_at }
}
