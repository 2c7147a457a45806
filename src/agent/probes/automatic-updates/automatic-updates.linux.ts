import type { Machine } from '#agent/machine/machine.ts'
import { observed, type Reading, unknown } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'
import { isHiddenFromApt } from '../linux/apt-files.linux.ts'
import { enablementPaths, isUnitEnabled } from '../linux/enabled-unit.linux.ts'
import { systemdUnits, timer } from '../linux/paces.ts'
import { type PackageFamily, packageFamily, packageFamilyFiles } from '../linux/package-family.linux.ts'
import { isRunning, runningPrograms } from '../linux/running-programs.linux.ts'
import { isSystemdRunning } from '../linux/unit-states.linux.ts'
import { whyUnread } from '../linux/unread.ts'
import type { Probe } from '../probe.ts'
import { type AptPeriodic, parseAptPeriodic } from './apt-periodic.linux.ts'
import { dnfAutomatic, dnfAutomaticInputs } from './dnf-automatic.linux.ts'

type AutomaticUpdates = SignalValues['automatic-updates']
type Enabled = 'yes' | 'no' | 'unknown'

const timers = { update: 'apt-daily.timer', upgrade: 'apt-daily-upgrade.timer' } as const
/** Removed but not purged, the package leaves its settings and takes its program along. */
const leftover = {
  settings: '/etc/apt/apt.conf.d/50unattended-upgrades',
  program: '/usr/bin/unattended-upgrade',
} as const
const dailyScript = '/etc/cron.daily/apt-compat'
/** Files of the kernel leave no trace when they change: with one among the inputs the value is taken anew each time. */
const cronIsNoFile = '/proc/uptime'
const suseTimer = 'transactional-update.timer'

/** Whether security updates get installed by themselves: settings, and the timer that acts on them. */
export const automaticUpdatesOnLinux: Probe<'automatic-updates'> = {
  signal: 'automatic-updates',
  os: 'linux',
  cost: 'light',
  watches: [
    { on: 'file', path: '/etc/apt/apt.conf.d' },
    { on: 'file', path: '/etc/dnf' },
    systemdUnits,
    timer('light'),
  ],
  async inputs(machine) {
    const folder = await machine.list('/etc/apt/apt.conf.d')
    const settings = folder.kind === 'found' ? folder.content.map((name) => `/etc/apt/apt.conf.d/${name}`) : []
    const isCronAsked = !(await isSystemdRunning(machine)) && !areBothEnabled(await enabledTimers(machine))
    return [
      ...(isCronAsked ? [cronIsNoFile] : []),
      ...packageFamilyFiles,
      '/run/systemd/system',
      '/etc/apt/apt.conf',
      '/etc/apt/apt.conf.d',
      ...settings,
      leftover.settings,
      leftover.program,
      dailyScript,
      ...[timers.update, timers.upgrade, suseTimer].flatMap((unit) => enablementPaths(unit)),
      ...dnfAutomaticInputs,
    ]
  },
  async take(machine) {
    const family = await packageFamily(machine)
    return family === undefined ? unknown('not-supported-here', 'os-release') : readers[family](machine)
  },
}

const readers: { readonly [Family in PackageFamily]: (machine: Machine) => Promise<Reading<AutomaticUpdates>> } = {
  apt: aptAutomatic,
  dnf: dnfAutomatic,
  pacman: async () => unknown('not-supported-here', 'pacman'),
  zypper: async (machine) => {
    const enabled = await isUnitEnabled(machine, suseTimer)
    if (enabled === 'unknown') return unknown('denied', 'systemd')
    return enabled === 'yes'
      ? observed({ state: 'on', by: 'user' }, 'systemd')
      : observed({ state: 'off', by: 'default' }, 'systemd')
  },
  ostree: async () => unknown('not-supported-here', 'rpm-ostree'),
}

async function aptAutomatic(machine: Machine): Promise<Reading<AutomaticUpdates>> {
  // The dump, not the files: apt alone knows what includes, clears and nests what (11 ms, and kept while files stay).
  const ran = await machine.run('apt-config', ['dump'])
  if (ran.kind !== 'ran') return unknown(whyUnread(ran), 'apt-config')
  if (ran.code !== 0) return unknown('failed', 'apt-config')
  const periodic = parseAptPeriodic(ran.stdout)
  if (periodic === undefined || ran.stdout === '') return unknown('incomplete', 'apt-config')
  if (await isHiddenFromApt(machine, 'settings')) return unknown('denied', 'apt-config')
  const isLeftover = await isRemoved(machine)
  const byTimer = await enabledTimers(machine)
  const isByCron = !areBothEnabled(byTimer) && (await isRunByCron(machine))
  return judgeApt(periodic, isByCron ? { update: 'yes', upgrade: 'yes' } : byTimer, isLeftover)
}

async function enabledTimers(machine: Machine): Promise<{ readonly update: Enabled; readonly upgrade: Enabled }> {
  const [update, upgrade] = await Promise.all([
    isUnitEnabled(machine, timers.update),
    isUnitEnabled(machine, timers.upgrade),
  ])
  return { update, upgrade }
}

function areBothEnabled(runs: { readonly update: Enabled; readonly upgrade: Enabled }): boolean {
  return runs.update === 'yes' && runs.upgrade === 'yes'
}

/**
 * What apt's settings come to, where they are acted on by these. Without any setting its daily run does nothing, which
 * is apt's own default.
 */
export function judgeApt(
  periodic: AptPeriodic,
  runs: { readonly update: Enabled; readonly upgrade: Enabled },
  isLeftover: boolean,
): Reading<AutomaticUpdates> {
  const { enable, update, download, upgrade } = periodic
  const isUnset = [enable, update, download, upgrade].every((value) => value === undefined)
  const by = isUnset ? 'default' : 'user'
  const fetches = enable !== false && update === true
  const installs = enable !== false && upgrade === true && !isLeftover
  if (!fetches && !installs) return observed({ state: 'off', by }, 'apt-config')
  if (runs.update === 'unknown' || runs.upgrade === 'unknown') return unknown('incomplete', 'apt-config')
  if (fetches && installs && areBothEnabled(runs)) return observed({ state: 'on', by }, 'apt-config')
  const isFound = fetches && runs.update === 'yes'
  return observed({ state: isFound ? 'partial' : 'off', by }, 'apt-config')
}

/** Where systemd does not run, cron does what the timers would; with systemd the script steps aside. */
async function isRunByCron(machine: Machine): Promise<boolean> {
  if (await isSystemdRunning(machine)) return false
  const [script, programs] = await Promise.all([machine.stat(dailyScript), runningPrograms(machine)])
  return script.kind === 'found' && ['cron', 'crond'].some((name) => isRunning(programs, name))
}

async function isRemoved(machine: Machine): Promise<boolean> {
  const [settings, program] = await Promise.all([machine.stat(leftover.settings), machine.stat(leftover.program)])
  return settings.kind === 'found' && program.kind === 'absent'
}
