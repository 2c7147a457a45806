import { observed, type Reading, unknown } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'

/** Where a desktop keeps its lock in GSettings, and what its numbers mean. */
export type LockSchemas = {
  readonly screensaver: string
  readonly session: string
  readonly lockdown: string
  /** GNOME and Cinnamon count seconds, MATE minutes. */
  readonly secondsPerUnit: 1 | 60
  /** The screen saver has a switch of its own: while it is off nothing gets dark by itself. */
  readonly hasActivation: boolean
}

export const gnomeLock: LockSchemas = {
  screensaver: 'org.gnome.desktop.screensaver',
  session: 'org.gnome.desktop.session',
  lockdown: 'org.gnome.desktop.lockdown',
  secondsPerUnit: 1,
  hasActivation: false,
}
export const cinnamonLock: LockSchemas = {
  screensaver: 'org.cinnamon.desktop.screensaver',
  session: 'org.cinnamon.desktop.session',
  lockdown: 'org.cinnamon.desktop.lockdown',
  secondsPerUnit: 1,
  hasActivation: false,
}
export const mateLock: LockSchemas = {
  screensaver: 'org.mate.screensaver',
  session: 'org.mate.session',
  lockdown: 'org.mate.lockdown',
  secondsPerUnit: 60,
  hasActivation: true,
}

/** Values by key, as GVariant text, of one schema. */
export type GSettings = ReadonlyMap<string, string>

/** Reads `gsettings list-recursively <schema>`. Undefined for anything but whole lines of this schema. */
export function parseGsettings(text: string, schema: string): GSettings | undefined {
  if (!text.endsWith('\n')) return undefined
  const values = new Map<string, string>()
  for (const line of text.trimEnd().split('\n')) {
    const [, of, key, value] = /^(\S+) (\S+) (.+)$/.exec(line) ?? []
    if (of === undefined || key === undefined || value === undefined) return undefined
    if (of === schema) values.set(key, value) // children of a schema are listed with it
  }
  return values
}

/** Judges what a desktop of the GNOME family says; a switch or number that is missing or of another kind is unknown. */
export function judgeGsettings(
  schemas: LockSchemas,
  settings: { readonly screensaver: GSettings; readonly session: GSettings; readonly lockdown?: GSettings },
): Reading<SignalValues['screen-lock']> {
  const source = 'gsettings'
  const enabled = settings.screensaver.get('lock-enabled')
  if (enabled === 'false' || settings.lockdown?.get('disable-lock-screen') === 'true') {
    return observed({ locks: false }, source)
  }
  const delay = wholeNumber(settings.screensaver.get('lock-delay'))
  const idle = wholeNumber(settings.session.get('idle-delay'))
  const activation = schemas.hasActivation ? settings.screensaver.get('idle-activation-enabled') : 'true'
  const isClear = enabled === 'true' && (activation === 'true' || activation === 'false')
  if (!isClear || delay === undefined || idle === undefined) return unknown('unrecognised-output', source)
  const isDarkening = activation === 'true' && idle > 0 // 0 is never
  return observed(
    {
      locks: true,
      delaySeconds: delay * schemas.secondsPerUnit,
      ...(isDarkening ? { idleSeconds: idle * schemas.secondsPerUnit } : {}),
    },
    source,
  )
}

/** GVariant numbers: `uint32 900` and `900`. */
function wholeNumber(text: string | undefined): number | undefined {
  const digits = /^(?:uint32 |int32 )?(\d{1,10})$/.exec(text ?? '')?.[1]
  return digits === undefined ? undefined : Number(digits)
}
