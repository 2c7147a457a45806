import type { Machine } from '#agent/machine/machine.ts'
import { observed, type Reading, unknown } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'
import { enablementPaths, isUnitEnabled } from '../linux/enabled-unit.linux.ts'
import { parseIni } from '../linux/ini.ts'
import { whyUnread } from '../linux/unread.ts'

type AutomaticUpdates = SignalValues['automatic-updates']

const settingsFile = '/etc/dnf/automatic.conf'
const source = 'dnf-automatic'

/** What each timer does: as the settings say, or by itself. */
const timers = {
  'dnf-automatic.timer': 'settings',
  'dnf5-automatic.timer': 'settings',
  'dnf-automatic-install.timer': 'install',
  'dnf-automatic-download.timer': 'fetch',
  'dnf-automatic-notifyonly.timer': 'fetch',
} as const
type Act = (typeof timers)[keyof typeof timers]

export const dnfAutomaticInputs: readonly string[] = [
  settingsFile,
  ...Object.keys(timers).flatMap((timer) => enablementPaths(timer)),
]

/** Whether dnf-automatic installs updates: a timer that is enabled, and `apply_updates`. Without a timer nothing runs. */
export async function dnfAutomatic(machine: Machine): Promise<Reading<AutomaticUpdates>> {
  const asked = await Promise.all(
    Object.entries(timers).map(async ([timer, act]) => ({ act, enabled: await isUnitEnabled(machine, timer) })),
  )
  const acts = asked.filter(({ enabled }) => enabled === 'yes').map(({ act }) => act)
  if (acts.includes('install')) return observed({ state: 'on', by: 'user' }, source)
  if (asked.some(({ enabled }) => enabled === 'unknown')) return unknown('incomplete', source)
  if (!acts.includes('settings')) return judgeDnfAutomatic(acts, undefined)
  const file = await machine.readText(settingsFile)
  if (file.kind !== 'found' && file.kind !== 'absent') return unknown(whyUnread(file), source)
  return judgeDnfAutomatic(acts, file.kind === 'found' ? file.content : '')
}

/** What enabled timers come to with these settings. Default after installation: fetch, and leave it there. */
export function judgeDnfAutomatic(acts: readonly Act[], settings: string | undefined): Reading<AutomaticUpdates> {
  if (acts.includes('install')) return observed({ state: 'on', by: 'user' }, source)
  if (acts.length === 0) return observed({ state: 'off', by: 'default' }, source)
  if (acts.includes('settings')) {
    const automatic = parseDnfAutomatic(settings ?? '')
    if (automatic === undefined) return unknown('incomplete', source)
    if (automatic.apply) return observed({ state: 'on', by: 'user' }, source)
  }
  return observed({ state: 'partial', by: 'user' }, source)
}

/** Reads `/etc/dnf/automatic.conf`; undefined when its last line is not whole or a switch is neither yes nor no. */
export function parseDnfAutomatic(text: string): { readonly download: boolean; readonly apply: boolean } | undefined {
  const ini = parseIni(text)
  const download = isYes(ini.get('commands', 'download_updates') ?? 'yes')
  const apply = isYes(ini.get('commands', 'apply_updates') ?? 'no')
  return ini.isWhole && download !== undefined && apply !== undefined ? { download, apply } : undefined
}

function isYes(word: string): boolean | undefined {
  if (/^(yes|true|on|1)$/i.test(word)) return true
  return /^(no|false|off|0)$/i.test(word) ? false : undefined
}
