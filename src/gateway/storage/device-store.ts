import { type KeyTier, keyTiers, type WireKeyStore, wireKeyStores } from '#domain/key-tier.ts'
import { type OperatingSystem, operatingSystems } from '#domain/operating-system.ts'
import { flag, wordOf } from './columns.ts'
import type { Statements } from './statements.ts'
import type { Tables } from './tables.ts'

/** console-api.md section 4. `superseded` and `removed` are over; their rows stay as tombstones. */
export const deviceStates = ['pending', 'active', 'quarantined', 'superseded', 'removed'] as const
export type DeviceState = (typeof deviceStates)[number]
export const ownerships = ['company', 'personal'] as const
export type Ownership = (typeof ownerships)[number]

/** An enrolled device. Hashes are the hints of protocol.md section 3; `until` (Unix seconds) ends it by itself. */
export type DeviceRecord = {
  readonly id: string
  readonly ownerId: string
  readonly state: DeviceState
  readonly tier: KeyTier
  readonly keyStore: WireKeyStore
  readonly platform: OperatingSystem
  readonly arch: string
  readonly hostname: string | null
  readonly serialHash: string | null
  readonly machineHash: string | null
  readonly ownership: Ownership
  readonly assetTag: string | null
  readonly until: number | null
  readonly enrolledAt: number
  readonly enrollmentId: string
  readonly sueid: string
  readonly agentVersion: string
  /** Another active device sent the same hint: an admin should look. */
  readonly duplicateHint: boolean
}

export type DeviceStore = {
  find(id: string): Promise<DeviceRecord | undefined>
  ofOwner(ownerId: string, state?: DeviceState): Promise<readonly DeviceRecord[]>
  /** Active and quarantined devices that sent one of these hints. */
  withHint(hints: {
    readonly serialHash: string | null
    readonly machineHash: string | null
  }): Promise<readonly DeviceRecord[]>
  /** A page by id (a UUIDv7, so by age), after the given id. */
  page(after: string, limit: number): Promise<readonly DeviceRecord[]>
  /** Active and quarantined devices whose `until` lies at or before `now`. */
  ended(now: number, limit: number): Promise<readonly DeviceRecord[]>
  countIn(state: DeviceState): Promise<number>
  insert(device: DeviceRecord): Promise<void>
  /** Replaces everything but the id. */
  update(device: DeviceRecord): Promise<void>
  setState(id: string, state: DeviceState): Promise<void>
}

export function deviceStore(statements: Statements): DeviceStore {
  const byId = statements.prepare((tables) => tables.selectFrom('devices').selectAll().where('id', '=', ''))
  const byOwner = statements.prepare((tables) =>
    tables.selectFrom('devices').selectAll().where('owner_id', '=', '').orderBy('id'),
  )
  const byOwnerIn = statements.prepare((tables) =>
    tables.selectFrom('devices').selectAll().where('owner_id', '=', '').where('state', '=', '').orderBy('id'),
  )
  const bySerial = statements.prepare((tables) =>
    tables.selectFrom('devices').selectAll().where('serial_hash', '=', ''),
  )
  const byMachine = statements.prepare((tables) =>
    tables.selectFrom('devices').selectAll().where('machine_hash', '=', ''),
  )
  const page = statements.prepare((tables) =>
    tables.selectFrom('devices').selectAll().where('id', '>', '').orderBy('id').limit(0),
  )
  const ended = statements.prepare((tables) =>
    tables
      .selectFrom('devices')
      .selectAll()
      .where('until', '<=', 0)
      .where('state', 'in', ['', ''])
      .orderBy('until')
      .limit(0),
  )
  const count = statements.prepare((tables) =>
    tables
      .selectFrom('devices')
      .select((column) => column.fn.countAll<number>().as('count'))
      .where('state', '=', ''),
  )
  const insert = statements.insert('devices', columns)
  const replace = statements.insert('devices', columns, { replaceBy: ['id'] })
  const setState = statements.prepare((tables) => tables.updateTable('devices').set({ state: '' }).where('id', '=', ''))
  return {
    async find(id) {
      const row = byId.first(id)
      return row === undefined ? undefined : toDevice(row)
    },
    async ofOwner(ownerId, state) {
      return (state === undefined ? byOwner.all(ownerId) : byOwnerIn.all(ownerId, state)).map(toDevice)
    },
    async withHint({ serialHash, machineHash }) {
      const rows = [
        ...(serialHash === null ? [] : bySerial.all(serialHash)),
        ...(machineHash === null ? [] : byMachine.all(machineHash)),
      ]
      const found = new Map(rows.map((row) => [row.id, toDevice(row)]))
      return [...found.values()].filter(({ state }) => state === 'active' || state === 'quarantined')
    },
    async page(after, limit) {
      return page.all(after, limit).map(toDevice)
    },
    async ended(now, limit) {
      return ended.all(now, 'active', 'quarantined', limit).map(toDevice)
    },
    async countIn(state) {
      return count.first(state)?.count ?? 0
    },
    async insert(device) {
      insert.run(toRow(device))
    },
    async update(device) {
      replace.run(toRow(device))
    },
    async setState(id, state) {
      setState.run(state, id)
    },
  }
}

const columns = [
  'id',
  'owner_id',
  'state',
  'tier',
  'key_store',
  'platform',
  'arch',
  'hostname',
  'serial_hash',
  'machine_hash',
  'ownership',
  'asset_tag',
  'until',
  'enrolled_at',
  'enrollment_id',
  'sueid',
  'agent_version',
  'duplicate_hint',
] as const

function toRow(device: DeviceRecord): Tables['devices'] {
  return {
    id: device.id,
    owner_id: device.ownerId,
    state: device.state,
    tier: device.tier,
    key_store: device.keyStore,
    platform: device.platform,
    arch: device.arch,
    hostname: device.hostname,
    serial_hash: device.serialHash,
    machine_hash: device.machineHash,
    ownership: device.ownership,
    asset_tag: device.assetTag,
    until: device.until,
    enrolled_at: device.enrolledAt,
    enrollment_id: device.enrollmentId,
    sueid: device.sueid,
    agent_version: device.agentVersion,
    duplicate_hint: flag(device.duplicateHint),
  }
}

function toDevice(row: Tables['devices']): DeviceRecord {
  return {
    id: row.id,
    ownerId: row.owner_id,
    state: wordOf(deviceStates, row.state),
    tier: wordOf(keyTiers, row.tier),
    keyStore: wordOf(wireKeyStores, row.key_store),
    platform: wordOf(operatingSystems, row.platform),
    arch: row.arch,
    hostname: row.hostname,
    serialHash: row.serial_hash,
    machineHash: row.machine_hash,
    ownership: wordOf(ownerships, row.ownership),
    assetTag: row.asset_tag,
    until: row.until,
    enrolledAt: row.enrolled_at,
    enrollmentId: row.enrollment_id,
    sueid: row.sueid,
    agentVersion: row.agent_version,
    duplicateHint: row.duplicate_hint === 1,
  }
}
