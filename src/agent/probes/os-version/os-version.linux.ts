import type { HostFacts, Machine } from '#agent/machine/machine.ts'
import { observed, type Reading, type UnknownReason, unknown } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'
import { parseAssignments } from '../linux/assignments.ts'
import { timer } from '../linux/paces.ts'
import { whyUnread } from '../linux/unread.ts'
import type { Probe } from '../probe.ts'

type OsVersion = SignalValues['os-version']

const releaseFiles = ['/etc/os-release', '/usr/lib/os-release'] as const
const debianVersionFile = '/etc/debian_version'

/** Name and version of the distribution from os-release(5), without rights. */
export const osVersionOnLinux: Probe<'os-version'> = {
  signal: 'os-version',
  os: 'linux',
  cost: 'once',
  watches: [{ on: 'file', path: '/etc/os-release' }, timer('once')],
  inputs: async () => [...releaseFiles, debianVersionFile],
  async take(machine) {
    let why: UnknownReason = 'not-present'
    for (const path of releaseFiles) {
      const file = await machine.readText(path)
      if (file.kind === 'found') return withPointRelease(parseOsRelease(file.content), machine)
      if (file.kind !== 'absent') why = whyUnread(file)
    }
    return osVersionFromFacts(await machine.facts()) ?? unknown(why, 'os-release')
  },
}

/** Reads `/etc/os-release`. A file that ends inside a line and lacks what was asked for is `incomplete`. */
export function parseOsRelease(text: string): Reading<OsVersion> {
  const { values, isWhole } = parseAssignments(text)
  const id = values.get('ID')
  if (id === undefined) return unknown(isWhole ? 'unrecognised-output' : 'incomplete', 'os-release')
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(id)) return unknown('unrecognised-output', 'os-release')
  const version = versionOf(id, values, isWhole)
  if (version === undefined) return unknown('incomplete', 'os-release')
  return observed({ name: distributions.get(id)?.name ?? id, version }, 'os-release')
}

/**
 * What a library says of the system, where no file could be read. Its words count only where they name a distribution
 * by the title that our own table has for it.
 */
export function osVersionFromFacts(facts: HostFacts): Reading<OsVersion> | undefined {
  const named = [...distributions.values()].find(({ title }) => title === facts.distribution)
  const version = dottedNumbers(facts.release ?? '')
  if (named === undefined || version === undefined) return undefined
  return observed({ name: named.name, version }, 'systeminformation')
}

/** Debian keeps its point release in a file of its own; it counts where it continues what os-release says. */
async function withPointRelease(reading: Reading<OsVersion>, machine: Machine): Promise<Reading<OsVersion>> {
  if (reading.kind !== 'observed' || reading.value.name !== 'Debian') return reading
  const file = await machine.readText(debianVersionFile)
  const point = file.kind === 'found' ? parseDebianVersion(file.content) : undefined
  if (point === undefined || !point.startsWith(`${reading.value.version}.`)) return reading
  return observed({ ...reading.value, version: point }, 'os-release')
}

/** The version in `/etc/debian_version`, where it has one: testing and unstable have a name there. */
export function parseDebianVersion(text: string): string | undefined {
  return /^(\d+\.\d+)\n$/.exec(text)?.[1]
}

function versionOf(id: string, values: ReadonlyMap<string, string>, isWhole: boolean): string | undefined {
  const told = values.get('VERSION_ID')
  if (told !== undefined && told !== '') return dottedNumbers(told) ?? (told === 'rolling' ? 'rolling' : undefined)
  // Nothing names a version. That is an answer only of a whole file, and not of a distribution that always names one.
  const isNumbered = distributions.get(id)?.isNumbered === true || /\d/.test(values.get('VERSION') ?? '')
  return isWhole && !isNumbered ? 'rolling' : undefined
}

/** Leading dotted numbers: `3.21.0_alpha20240807` is 3.21.0. */
function dottedNumbers(text: string): string | undefined {
  const found = /^v?(\d+(?:\.\d+)*)(?![0-9.])/.exec(text)?.[1]
  return found !== undefined && found.length <= 64 ? found : undefined
}

/** `ID` of os-release → the name it goes by here, its own title, and whether each of its releases has a number. */
const distributions: ReadonlyMap<
  string,
  { readonly name: string; readonly title: string; readonly isNumbered: boolean }
> = new Map([
  // Testing and unstable are Debian without a number.
  ['debian', { name: 'Debian', title: 'Debian GNU/Linux', isNumbered: false }],
  ['ubuntu', { name: 'Ubuntu', title: 'Ubuntu', isNumbered: true }],
  ['fedora', { name: 'Fedora', title: 'Fedora Linux', isNumbered: true }],
  ['arch', { name: 'Arch', title: 'Arch Linux', isNumbered: false }],
  ['rhel', { name: 'RHEL', title: 'Red Hat Enterprise Linux', isNumbered: true }],
  ['centos', { name: 'CentOS', title: 'CentOS Stream', isNumbered: true }],
  ['rocky', { name: 'Rocky', title: 'Rocky Linux', isNumbered: true }],
  ['almalinux', { name: 'AlmaLinux', title: 'AlmaLinux', isNumbered: true }],
  ['ol', { name: 'Oracle', title: 'Oracle Linux Server', isNumbered: true }],
  ['amzn', { name: 'Amazon', title: 'Amazon Linux', isNumbered: true }],
  ['opensuse-leap', { name: 'openSUSE Leap', title: 'openSUSE Leap', isNumbered: true }],
  ['opensuse-tumbleweed', { name: 'openSUSE Tumbleweed', title: 'openSUSE Tumbleweed', isNumbered: false }],
  ['sled', { name: 'SLED', title: 'SLED', isNumbered: true }],
  ['sles', { name: 'SLES', title: 'SLES', isNumbered: true }],
  ['linuxmint', { name: 'Linux Mint', title: 'Linux Mint', isNumbered: true }],
  ['pop', { name: 'Pop!_OS', title: 'Pop!_OS', isNumbered: true }],
  ['elementary', { name: 'elementary', title: 'elementary OS', isNumbered: true }],
  ['zorin', { name: 'Zorin', title: 'Zorin OS', isNumbered: true }],
  ['nixos', { name: 'NixOS', title: 'NixOS', isNumbered: true }],
  ['alpine', { name: 'Alpine', title: 'Alpine Linux', isNumbered: true }],
  ['manjaro', { name: 'Manjaro', title: 'Manjaro Linux', isNumbered: false }],
  ['endeavouros', { name: 'EndeavourOS', title: 'EndeavourOS', isNumbered: false }],
  ['gentoo', { name: 'Gentoo', title: 'Gentoo', isNumbered: false }],
  ['void', { name: 'Void', title: 'Void', isNumbered: false }],
  ['kali', { name: 'Kali', title: 'Kali GNU/Linux', isNumbered: false }],
])
