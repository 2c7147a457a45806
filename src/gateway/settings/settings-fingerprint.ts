import { canonicalJson, type Json } from '#domain/canonical-json.ts'
import { hash } from '#runtime/digest.ts'
import type { GatewaySettings } from './gateway-settings.ts'

/** A hash per top-level key of the settings: enough to say which changed since the last start, without keeping a value. */
export type SettingsFingerprint = { readonly [key: string]: string }

export function settingsFingerprint(settings: GatewaySettings): SettingsFingerprint {
  const { file: _file, data: _data, ...members } = settings // where they lie is not what they say
  return Object.fromEntries(Object.entries(members).map(([key, value]) => [key, hash(canonicalJson(jsonOf(value)))]))
}

/** Names of the keys that differ, sorted: the `keys` of `settings-changed`. */
export function changedKeys(before: SettingsFingerprint, after: SettingsFingerprint): readonly string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].filter((key) => before[key] !== after[key]).sort()
}

function jsonOf(value: unknown): Json {
  if (isJson(value)) return value
  throw new TypeError('settings are plain data')
}

function isJson(value: unknown): value is Json {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol'
}
