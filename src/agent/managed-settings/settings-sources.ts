import type { Machine } from '#agent/machine/machine.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import { type ManagedSettings, resolveSettings, type SourceContent } from './resolve-settings.ts'
import type { Chosen } from './schema.ts'
import { settingsSourceOnLinux } from './settings-source.linux.ts'
import type { SettingsSource } from './settings-source.ts'

/** The places to read, by system. */
export const settingsSources: { readonly [System in OperatingSystem]: SettingsSource | 'not-supported-here' } = {
  macos: 'not-supported-here',
  windows: 'not-supported-here',
  linux: settingsSourceOnLinux,
}

const nothing: SourceContent = { kind: 'read', place: '', members: {} }

/** Reads the settings in force on this machine; `before` is what was in force until now. */
export async function readManagedSettings(
  machine: Machine,
  chosen: Chosen,
  before?: ManagedSettings,
): Promise<ManagedSettings> {
  const source = settingsSources[machine.host().os]
  if (source === 'not-supported-here') return resolveSettings({ enforced: nothing, defaults: nothing }, chosen, before)
  return resolveSettings(await source.read(machine), chosen, before)
}
