import type { Json } from '#domain/canonical-json.ts'
import { jsonOf } from './columns.ts'
import type { Statements } from './statements.ts'

/** One accepted attestation: what the chain and the hourly batch need of it (audit.md section 3). */
export type AttestationRecord = {
  readonly deviceId: string
  readonly kid: string
  readonly seq: number
  readonly hash: string
  readonly receivedAt: number
}

/** The newest accepted attestation of a device: `document` is what decisions are made of, `jws` the bytes as they came. */
export type ReportRecord = AttestationRecord & {
  /** Thumbprint of the key that the access token is bound to. */
  readonly delegate: string
  readonly document: Json
  readonly jws: string
}

export type AttestationStore = {
  /** Appends to the history and replaces the newest report, in one step. */
  accept(report: ReportRecord): Promise<void>
  newest(deviceId: string): Promise<Omit<ReportRecord, 'jws'> | undefined>
  newestJws(deviceId: string): Promise<string | undefined>
  /** Of one device, newest first. */
  history(deviceId: string, limit: number): Promise<readonly AttestationRecord[]>
  prune(before: number): Promise<number>
}

export function attestationStore(statements: Statements): AttestationStore {
  const append = statements.insert('attestations', ['device_id', 'kid', 'seq', 'hash', 'received_at'])
  const replace = statements.insert(
    'reports',
    ['device_id', 'kid', 'seq', 'hash', 'received_at', 'delegate', 'document', 'jws'],
    { replaceBy: ['device_id'] },
  )
  const newest = statements.prepare((tables) =>
    tables
      .selectFrom('reports')
      .select(['device_id', 'kid', 'seq', 'hash', 'received_at', 'delegate', 'document'])
      .where('device_id', '=', ''),
  )
  const newestJws = statements.prepare((tables) => tables.selectFrom('reports').select('jws').where('device_id', '=', ''))
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
      replace.run({
        device_id,
        kid,
        seq,
        hash,
        received_at,
        delegate: report.delegate,
        document: JSON.stringify(report.document),
        jws: report.jws,
      })
    },
    async newest(deviceId) {
      const row = newest.first(deviceId)
      if (row === undefined) return undefined
      return { ...toAttestation(row), delegate: row.delegate, document: jsonOf(row.document) }
    },
    async newestJws(deviceId) {
      return newestJws.first(deviceId)?.jws
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
