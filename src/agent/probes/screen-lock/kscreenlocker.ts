import { parseSettingLines } from '#agent/probes/linux/setting-lines.ts'
import { observed, type Reading, unknown } from '#domain/reading.ts'
import type { Decider, SignalValues } from '#domain/signals.ts'

/** Defaults of kscreenlocker 5 and 6 (kcfg/kscreenlockersettings.kcfg): locks after 5 minutes, 5 seconds of grace. */
const defaults = { Autolock: 'true', Timeout: '5', LockGrace: '5' } as const
type Key = keyof typeof defaults

type Setting = { readonly value: string; readonly isFixed: boolean }
type KdeFile = { readonly settings: ReadonlyMap<string, Setting>; readonly isWhole: boolean }

/**
 * Judges `kscreenlockerrc`: the system's file and the user's above it, where there are any. A group or key that the
 * system marks `[$i]` cannot be changed by the user. Nothing set is the default, and says so.
 */
export function judgeKscreenlocker(files: {
  readonly system?: string | undefined
  readonly user?: string | undefined
}): Reading<SignalValues['screen-lock']> {
  const source = 'kscreenlockerrc'
  const [system, user] = [parseFile(files.system ?? ''), parseFile(files.user ?? '')]
  if (!system.isWhole || !user.isWhole) return unknown('incomplete', source)
  const of = (key: Key): { readonly value: string; readonly by: Decider } => {
    const [above, own] = [system.settings.get(key), user.settings.get(key)]
    if (above?.isFixed === true) return { value: above.value, by: 'policy' }
    if (own !== undefined) return { value: own.value, by: 'user' }
    return { value: above?.value ?? defaults[key], by: 'default' }
  }
  const [autolock, timeout, grace] = [of('Autolock'), of('Timeout'), of('LockGrace')]
  const deciders = [autolock.by, timeout.by, grace.by]
  const by = (['user', 'policy', 'default'] as const).find((decider) => deciders.includes(decider)) ?? 'default'
  if (isNo(autolock.value)) return observed({ locks: false, by: autolock.by }, source)
  const [minutes, delaySeconds] = [wholeNumber(timeout.value), wholeNumber(grace.value)]
  if (!isYes(autolock.value) || minutes === undefined || delaySeconds === undefined) {
    return unknown('unrecognised-output', source)
  }
  // Without a time it locks after sleep and by hand only.
  return observed({ locks: true, delaySeconds, ...(minutes > 0 ? { idleSeconds: minutes * 60 } : {}), by }, source)
}

/** KConfig ends every file with a line end: without one, the file was read by half. */
function parseFile(text: string): KdeFile {
  const { lines, isClean } = parseSettingLines(text)
  const settings = new Map<string, Setting>()
  for (const { group, key, value } of lines) {
    const [name, groupMark] = /^(.*?)(?:\]\[(\$i))?$/.exec(group)?.slice(1) ?? []
    const [bare, keyMark] = /^(.*?)(?:\[(\$\w+)\])?$/.exec(key)?.slice(1) ?? []
    const isFixed = groupMark !== undefined || keyMark?.includes('i') === true
    if (name === 'Daemon' && bare !== undefined) settings.set(bare, { value, isFixed })
  }
  return { settings, isWhole: isClean && (text === '' || text.endsWith('\n')) }
}

function isYes(value: string): boolean {
  return ['true', 'on', 'yes', '1'].includes(value.toLowerCase())
}

function isNo(value: string): boolean {
  return ['false', 'off', 'no', '0'].includes(value.toLowerCase())
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,7}$/.test(text) ? Number(text) : undefined
}
