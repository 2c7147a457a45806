import {
  type Chosen,
  choosable,
  isSettingName,
  type SettingName,
  type SettingValues,
  safeSettings,
  settingNames,
  settings,
} from './schema.ts'

/** What is odd about a source, for diagnostics. `place` is the file or key it was read from. */
export type Remark = {
  readonly kind: 'unknown-key' | 'invalid-value' | 'not-owned' | 'unreadable' | 'not-settings'
  readonly place: string
  readonly key?: string
}

/** One source as it was read: its members, or that the read failed. An absent source is one without members. */
export type SourceContent =
  | { readonly kind: 'read'; readonly place: string; readonly members: { readonly [key: string]: unknown } }
  | { readonly kind: 'failed'; readonly place: string; readonly why: 'not-owned' | 'unreadable' | 'not-settings' }

/** The settings in force, which of them the organisation governs, and what was odd. */
export type ManagedSettings = {
  readonly values: SettingValues
  readonly governed: readonly SettingName[]
  readonly remarks: readonly Remark[]
  /** What each source held when it was last read whole: what stands in while one cannot be read. */
  readonly known: { readonly enforced: Layer; readonly defaults: Layer }
}

/** A source parsed: usable values, and names that are set to something unusable. */
export type Layer = {
  readonly values: { readonly [Name in SettingName]?: unknown }
  readonly invalid: readonly SettingName[]
}

const emptyLayer: Layer = { values: {}, invalid: [] }
const longestKey = 64
const mostRemarks = 50

/** Before any source was read. */
export const unmanaged: ManagedSettings = {
  values: safeSettings,
  governed: [],
  remarks: [],
  known: { enforced: emptyLayer, defaults: emptyLayer },
}

/**
 * Enforced beats default beats the person's choice. A source that cannot be read counts as what it last held. An
 * enforced value that is not in its form still governs: the safe default stands, and where there is none, what was
 * enforced before.
 */
export function resolveSettings(
  sources: { readonly enforced: SourceContent; readonly defaults: SourceContent },
  chosen: Chosen,
  before: ManagedSettings = unmanaged,
): ManagedSettings {
  const enforced = parseSource(sources.enforced, before.known.enforced)
  const defaults = parseSource(sources.defaults, before.known.defaults)
  const last = before.known.enforced.values
  const kept = Object.fromEntries(
    enforced.layer.invalid
      .filter((name) => safeSettings[name] === undefined && last[name] !== undefined)
      .map((name) => [name, last[name]] as const),
  )
  const inForce: Layer = { ...enforced.layer, values: { ...enforced.layer.values, ...kept } }
  const governed = settingNames.filter((name) => inForce.values[name] !== undefined || inForce.invalid.includes(name))

  const merged = { ...onlyChoosable(chosen), ...defaults.layer.values, ...inForce.values }
  const usable = Object.entries(merged).filter(
    ([name]) => isSettingName(name) && (inForce.values[name] !== undefined || !inForce.invalid.includes(name)),
  )
  return {
    values: settings.parse(Object.fromEntries(usable)),
    governed,
    remarks: [...enforced.remarks, ...defaults.remarks].slice(0, mostRemarks),
    known: { enforced: inForce, defaults: defaults.layer },
  }
}

function parseSource(
  source: SourceContent,
  last: Layer,
): { readonly layer: Layer; readonly remarks: readonly Remark[] } {
  if (source.kind === 'failed') return { layer: last, remarks: [{ kind: source.why, place: source.place }] }
  const entries = Object.entries(source.members)
  const known = entries.flatMap(([name, value]) => (isSettingName(name) ? [{ name, value }] : []))
  const isUsable = (one: { readonly name: SettingName; readonly value: unknown }) =>
    one.value !== undefined && settings.shape[one.name].safeParse(one.value).success
  const invalid = known.filter((one) => !isUsable(one)).map((one) => one.name)
  const unknownKeys = entries.map(([name]) => name).filter((name) => !isSettingName(name))
  return {
    layer: { values: Object.fromEntries(known.filter(isUsable).map((one) => [one.name, one.value] as const)), invalid },
    remarks: [
      ...invalid.map((key) => ({ kind: 'invalid-value', place: source.place, key }) as const),
      ...unknownKeys.map(
        (key) => ({ kind: 'unknown-key', place: source.place, key: key.slice(0, longestKey) }) as const,
      ),
    ],
  }
}

function onlyChoosable(chosen: Chosen): { readonly [name: string]: unknown } {
  return Object.fromEntries(
    choosable.flatMap((name) =>
      settings.shape[name].safeParse(chosen[name]).success ? [[name, chosen[name]] as const] : [],
    ),
  )
}
