import type { Statements } from './statements.ts'

/** The `jti` of every accepted device message, for 24 hours (protocol.md section 2): single use comes from this index. */
export type MessageIdStore = {
  /** `false`: this device sent it before. */
  claim(deviceId: string, jti: string, at: number): Promise<boolean>
  prune(before: number): Promise<number>
}

export function messageIdStore(statements: Statements): MessageIdStore {
  const claim = statements.insert('message_ids', ['device_id', 'jti', 'at'], 'ignore')
  const prune = statements.prepare((tables) => tables.deleteFrom('message_ids').where('at', '<', 0))
  return {
    async claim(deviceId, jti, at) {
      return claim.run({ device_id: deviceId, jti, at }) === 1
    },
    async prune(before) {
      return prune.run(before)
    },
  }
}
