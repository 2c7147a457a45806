import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ManagedSettings } from '#agent/managed-settings/resolve-settings.ts'

const file = 'managed-cache.json'

/** What the organisation's settings said at the last start, for what must be known before anything can be asked. */
export type CachedSettings = { readonly hardwareAcceleration: boolean }

/** The safe value where nothing readable lies there. */
export function cachedSettings(stateFolder: string): CachedSettings {
  try {
    const cached: unknown = JSON.parse(readFileSync(join(stateFolder, file), 'utf8'))
    const isObject = typeof cached === 'object' && cached !== null
    return {
      hardwareAcceleration: isObject && 'hardwareAcceleration' in cached && cached.hardwareAcceleration === true,
    }
  } catch {
    return { hardwareAcceleration: false } // never written, or not by us
  }
}

/** For the next start. That it cannot be kept costs the next start the value, and nothing else. */
export async function keepSettings(stateFolder: string, settings: ManagedSettings): Promise<void> {
  const cached = { version: 1, hardwareAcceleration: settings.values.HardwareAcceleration }
  await writeFile(join(stateFolder, file), `${JSON.stringify(cached)}\n`, { mode: 0o600 }).catch(() => undefined)
}
