import type { Statements } from './statements.ts'

/**
 * Where a device key's chain stands (protocol.md section 4.4): the newest accepted message. `forks` counts `chain_fork`
 * refusals since then. Before `reanchorUntil` (Unix seconds, `null` for never) the next message with a higher `seq` begins the
 * chain anew, once.
 */
export type ChainHead = {
  readonly kid: string
  readonly deviceId: string
  readonly seq: number
  readonly hash: string
  readonly receivedAt: number
  readonly forks: number
  readonly reanchorUntil: number | null
}

export type ChainHeadStore = {
  find(kid: string): Promise<ChainHead | undefined>
  /** Inserts or replaces. */
  put(head: ChainHead): Promise<void>
  setForks(kid: string, forks: number): Promise<void>
  setReanchor(kid: string, until: number | null): Promise<void>
  /** Lets every device re-anchor once before that time (`recover-chains`); answers how many. */
  reanchorAll(until: number): Promise<number>
}

export function chainHeadStore(statements: Statements): ChainHeadStore {
  const find = statements.prepare((tables) => tables.selectFrom('chain_heads').selectAll().where('kid', '=', ''))
  const put = statements.insert(
    'chain_heads',
    ['kid', 'device_id', 'seq', 'hash', 'received_at', 'forks', 'reanchor_until'],
    { replaceBy: ['kid'] },
  )
  const setForks = statements.prepare((tables) =>
    tables.updateTable('chain_heads').set({ forks: 0 }).where('kid', '=', ''),
  )
  const setReanchor = statements.prepare((tables) =>
    tables.updateTable('chain_heads').set({ reanchor_until: 0 }).where('kid', '=', ''),
  )
  const reanchorAll = statements.prepare((tables) => tables.updateTable('chain_heads').set({ reanchor_until: 0 }))
  return {
    async find(kid) {
      const row = find.first(kid)
      if (row === undefined) return undefined
      return {
        kid: row.kid,
        deviceId: row.device_id,
        seq: row.seq,
        hash: row.hash,
        receivedAt: row.received_at,
        forks: row.forks,
        reanchorUntil: row.reanchor_until,
      }
    },
    async put(head) {
      put.run({
        kid: head.kid,
        device_id: head.deviceId,
        seq: head.seq,
        hash: head.hash,
        received_at: head.receivedAt,
        forks: head.forks,
        reanchor_until: head.reanchorUntil,
      })
    },
    async setForks(kid, forks) {
      setForks.run(forks, kid)
    },
    async setReanchor(kid, until) {
      setReanchor.run(until, kid)
    },
    async reanchorAll(until) {
      return reanchorAll.run(until)
    },
  }
}
