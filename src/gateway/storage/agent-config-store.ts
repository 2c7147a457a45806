import type { Statements } from './statements.ts'

/** The config a device was last sent. `contentHash` tells whether it must be made anew, `configHash` is the hash of the JWS. */
export type AgentConfigRecord = {
  readonly deviceId: string
  readonly seq: number
  readonly contentHash: string
  readonly configHash: string
  readonly jws: string
  readonly issuedAt: number
  readonly expiresAt: number
}

export type AgentConfigStore = {
  find(deviceId: string): Promise<AgentConfigRecord | undefined>
  /** Without the JWS, which is long: enough to see whether a device has the newest. */
  head(deviceId: string): Promise<Omit<AgentConfigRecord, 'jws'> | undefined>
  put(config: AgentConfigRecord): Promise<void>
}

export function agentConfigStore(statements: Statements): AgentConfigStore {
  const find = statements.prepare((tables) =>
    tables.selectFrom('agent_configs').selectAll().where('device_id', '=', ''),
  )
  const head = statements.prepare((tables) =>
    tables
      .selectFrom('agent_configs')
      .select(['device_id', 'seq', 'content_hash', 'config_hash', 'issued_at', 'expires_at'])
      .where('device_id', '=', ''),
  )
  const put = statements.insert(
    'agent_configs',
    ['device_id', 'seq', 'content_hash', 'config_hash', 'issued_at', 'expires_at', 'jws'],
    { replaceBy: ['device_id'] },
  )
  return {
    async find(deviceId) {
      const row = find.first(deviceId)
      return row === undefined ? undefined : { ...toHead(row), jws: row.jws }
    },
    async head(deviceId) {
      const row = head.first(deviceId)
      return row === undefined ? undefined : toHead(row)
    },
    async put(config) {
      put.run({
        device_id: config.deviceId,
        seq: config.seq,
        content_hash: config.contentHash,
        config_hash: config.configHash,
        issued_at: config.issuedAt,
        expires_at: config.expiresAt,
        jws: config.jws,
      })
    },
  }
}

function toHead(row: {
  readonly device_id: string
  readonly seq: number
  readonly content_hash: string
  readonly config_hash: string
  readonly issued_at: number
  readonly expires_at: number
}): Omit<AgentConfigRecord, 'jws'> {
  return {
    deviceId: row.device_id,
    seq: row.seq,
    contentHash: row.content_hash,
    configHash: row.config_hash,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
  }
}
