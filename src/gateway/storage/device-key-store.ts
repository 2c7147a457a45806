import { wordOf } from './columns.ts'
import type { Statements } from './statements.ts'
import type { Tables } from './tables.ts'

export const deviceKeyStates = ['current', 'retired'] as const
export type DeviceKeyState = (typeof deviceKeyStates)[number]

/** A device's public key. A retired one stays as a tombstone, so that its `kid` gets `retired_key` for ever. */
export type DeviceKeyRecord = {
  readonly kid: string
  readonly deviceId: string
  readonly x: string
  readonly y: string
  readonly state: DeviceKeyState
  readonly createdAt: number
  readonly retiredAt: number | null
}

export type DeviceKeyStore = {
  /** In any state. */
  find(kid: string): Promise<DeviceKeyRecord | undefined>
  /** Newest first. */
  ofDevice(deviceId: string): Promise<readonly DeviceKeyRecord[]>
  insert(key: DeviceKeyRecord): Promise<void>
  retireAllOf(deviceId: string, at: number): Promise<void>
}

export function deviceKeyStore(statements: Statements): DeviceKeyStore {
  const find = statements.prepare((tables) => tables.selectFrom('device_keys').selectAll().where('kid', '=', ''))
  const ofDevice = statements.prepare((tables) =>
    tables.selectFrom('device_keys').selectAll().where('device_id', '=', '').orderBy('created_at', 'desc'),
  )
  const insert = statements.insert('device_keys', ['kid', 'device_id', 'x', 'y', 'state', 'created_at', 'retired_at'])
  const retire = statements.prepare((tables) =>
    tables
      .updateTable('device_keys')
      .set({ state: '', retired_at: 0 })
      .where('device_id', '=', '')
      .where('state', '=', ''),
  )
  return {
    async find(kid) {
      const row = find.first(kid)
      return row === undefined ? undefined : toKey(row)
    },
    async ofDevice(deviceId) {
      return ofDevice.all(deviceId).map(toKey)
    },
    async insert(key) {
      insert.run({
        kid: key.kid,
        device_id: key.deviceId,
        x: key.x,
        y: key.y,
        state: key.state,
        created_at: key.createdAt,
        retired_at: key.retiredAt,
      })
    },
    async retireAllOf(deviceId, at) {
      retire.run('retired', at, deviceId, 'current')
    },
  }
}

function toKey(row: Tables['device_keys']): DeviceKeyRecord {
  return {
    kid: row.kid,
    deviceId: row.device_id,
    x: row.x,
    y: row.y,
    state: wordOf(deviceKeyStates, row.state),
    createdAt: row.created_at,
    retiredAt: row.retired_at,
  }
}
