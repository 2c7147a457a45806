import type { Machine } from '#agent/machine/machine.ts'
import { observed, type Reading, unknown } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'
import { timer } from '../linux/paces.ts'
import { type PackageFamily, packageFamily, packageFamilyFiles } from '../linux/package-family.linux.ts'
import { whyUnread } from '../linux/unread.ts'
import type { Probe } from '../probe.ts'
import { aptInputs, aptUpdates } from './apt-updates.linux.ts'
import { dnfUpdates } from './dnf-updates.linux.ts'

type Updates = SignalValues['os-updates']

/**
 * Updates that the package manager knows of and has not installed. `waitingSince` is never told here: no list has an
 * offer date, and since when an update waits needs memory.
 */
export const osUpdatesOnLinux: Probe<'os-updates'> = {
  signal: 'os-updates',
  os: 'linux',
  cost: 'heavy',
  watches: [
    { on: 'file', path: '/var/lib/apt/lists' },
    { on: 'file', path: '/var/lib/dpkg' },
    { on: 'file', path: '/usr/lib/sysimage/rpm' },
    { on: 'file', path: '/var/lib/rpm' },
    { on: 'file', path: '/var/lib/pacman/local' },
    { on: 'file', path: '/run/reboot-required' },
    timer('heavy'),
  ],
  async inputs(machine) {
    const files = (await packageFamily(machine)) === 'apt' ? await aptInputs(machine) : [neverKept]
    return [...packageFamilyFiles, ...files]
  },
  async take(machine) {
    const family = await packageFamily(machine)
    return family === undefined ? unknown('not-supported-here', 'os-release') : readers[family](machine)
  },
}

/** Files of the kernel leave no trace when they change: where one is an input, the value is taken anew each time. */
const neverKept = '/proc/uptime' // the lists of other package managers come from the network, or from folders of folders

const readers: { readonly [Family in PackageFamily]: (machine: Machine) => Promise<Reading<Updates>> } = {
  apt: aptUpdates,
  dnf: dnfUpdates,
  pacman: async (machine) => {
    const ran = await machine.run('checkupdates', ['--nocolor'], { timeoutMs: 15_000 })
    if (ran.kind !== 'ran') return unknown(whyUnread(ran), 'checkupdates')
    return parseCheckupdates(ran.code, ran.stdout)
  },
  zypper: async () => unknown('not-supported-here', 'zypper'),
  ostree: async () => unknown('not-supported-here', 'rpm-ostree'),
}

/**
 * Reads `checkupdates`: exit code 2 and nothing printed is "up to date". Its list does not say which updates are about
 * security, so with any pending the number of those is unknown.
 */
export function parseCheckupdates(code: number, stdout: string): Reading<Updates> {
  if (code === 2 && stdout.trim() === '') return observed({ pendingSecurity: 0, pending: 0 }, 'checkupdates')
  return unknown(code === 0 || code === 2 ? 'incomplete' : 'failed', 'checkupdates')
}
