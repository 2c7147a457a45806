import type { DeviceRecord } from '#gateway/storage/device-store.ts'
import { openStore, type Store } from '#gateway/storage/open-store.ts'
import type { PersonRecord } from '#gateway/storage/person-store.ts'

/** An empty store in memory. */
export function aStore(): Promise<Store> {
  return openStore(':memory:')
}

export function aPersonRecord(members: Partial<PersonRecord> = {}): PersonRecord {
  return {
    id: '019aa0c2-7f10-7000-8000-000000000001',
    email: 'ada@example.com',
    name: 'Ada',
    team: null,
    status: 'active',
    admin: false,
    roles: [],
    groups: ['staff'],
    source: 'settings',
    aliases: [],
    version: 1,
    ...members,
  }
}

/** An active device of `aPersonRecord`. */
export function aDeviceRecord(members: Partial<DeviceRecord> = {}): DeviceRecord {
  const id = members.id ?? '01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e1'
  return {
    id,
    ownerId: '019aa0c2-7f10-7000-8000-000000000001',
    state: 'active',
    tier: 'T1',
    keyStore: 'keytar',
    platform: 'linux',
    arch: 'x64',
    hostname: 'lovelace',
    serialHash: null,
    machineHash: null,
    ownership: 'company',
    assetTag: null,
    until: null,
    enrolledAt: 1_795_510_800,
    enrollmentId: 'Zk3vQ0mXr8LwT1yHc9bNeg',
    sueid: `sueid-of-${id}`,
    agentVersion: '1.0.0',
    duplicateHint: false,
    ...members,
  }
}
