import { signalIds } from '../domain/signals.ts'

/** What may leave a machine besides signals (protocol.md section 2). The list is closed. */
export const extraFields = [
  'agent-version',
  'boot-state',
  'device-key',
  'device-name',
  'hardware-model',
  'key-store',
  'machine-hash',
  'platform',
  'serial-hash',
  'uptime',
] as const

/** Every field id, sorted by code unit. */
export const fieldIds: readonly string[] = [...signalIds, ...extraFields].sort()
