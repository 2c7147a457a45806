import type { Machine } from '#agent/machine/machine.ts'
import { observed, type Reading, unknown } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'
import { isHiddenFromApt } from '../linux/apt-files.linux.ts'
import { whyUnread } from '../linux/unread.ts'

type Updates = SignalValues['os-updates']

const source = 'apt'
const listFolder = '/var/lib/apt/lists'
const stampFiles = ['/var/lib/apt/periodic/update-success-stamp', '/var/lib/apt/periodic/update-stamp'] as const
const restartFile = '/run/reboot-required'
/** What writes `restartFile`. Where it is missing, nobody would say that a restart is needed. */
const restartNotifier = '/usr/share/update-notifier/notify-reboot-required'

/** Updates by `apt list --upgradable`, as of the last time that its lists were fetched. */
export async function aptUpdates(machine: Machine): Promise<Reading<Updates>> {
  const [ran, lists] = await Promise.all([
    machine.run('apt', ['list', '--upgradable'], { timeoutMs: 15_000, maxOutputBytes: 4 * 1024 * 1024 }),
    machine.list(listFolder),
  ])
  if (ran.kind !== 'ran') return unknown(whyUnread(ran), source)
  if (await isHiddenFromApt(machine, 'packages')) return unknown('denied', source)
  if (ran.code !== 0) return unknown('failed', source)
  const upgradable = parseAptUpgradable(ran.stdout)
  if (upgradable.kind !== 'listed') return unknown(upgradable.why, source)
  const names = lists.kind === 'found' ? lists.content.filter((name) => name.includes('_dists_')) : []
  const hasSecurity = upgradable.packages.some(isSecurity)
  // Without the list of a security suite an empty answer says nothing about security.
  if (!hasSecurity && !names.some(isSecurityList)) return unknown('incomplete', source)

  const held = hasSecurity ? await heldPackages(machine) : new Set<string>()
  const scannedAt = await newestOf(machine, [...stampFiles, ...names.map((name) => `${listFolder}/${name}`)])
  const restart = await restartNeeded(machine)
  return observed(
    {
      ...countUpdates(upgradable.packages, held),
      ...(restart === undefined ? {} : { restartNeeded: restart }),
      ...(scannedAt === undefined ? {} : { scannedAt }),
    },
    source,
  )
}

/** One line of `apt list --upgradable`. */
export type Upgradable = { readonly name: string; readonly architecture: string; readonly suites: readonly string[] }

export type AptList =
  | { readonly kind: 'listed'; readonly packages: readonly Upgradable[] }
  | { readonly kind: 'unread'; readonly why: 'incomplete' | 'unrecognised-output' }

/**
 * Reads `apt list --upgradable`. Its heading and the words in brackets are translated, so neither is read; the heading
 * must be there, since nothing at all is no answer.
 */
export function parseAptUpgradable(text: string): AptList {
  if (!text.endsWith('\n')) return { kind: 'unread', why: 'incomplete' }
  const [heading = '', ...lines] = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^[NW]: |^WARNING: /.test(line))
  if (!/^\S[^/[\]]*(\.\.\.|…)(\s*\S+)?\s*$/.test(heading)) return { kind: 'unread', why: 'unrecognised-output' }
  const packages = new Map<string, Upgradable>()
  for (const line of lines) {
    const found = /^([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9-]+)?\/(\S+) (\S+) ([a-z0-9-]+) \[[^\]]*[:：]\s*\S*\d\S*\]$/.exec(
      line,
    )
    if (!found) return { kind: 'unread', why: 'unrecognised-output' }
    const [, name = '', suites = '', , architecture = ''] = found
    packages.set(`${name}:${architecture}`, { name, architecture, suites: suites.split(',') })
  }
  return { kind: 'listed', packages: [...packages.values()] }
}

/**
 * Security updates come from a suite whose name ends in `-security`, whatever release it is called by. Held packages
 * count in `pending` only. So do phased ones, and those need no look: apt never phases what is in a security suite.
 */
export function countUpdates(packages: readonly Upgradable[], held: ReadonlySet<string>): Updates {
  const waiting = packages.filter((one) => isSecurity(one) && !held.has(`${one.name}:${one.architecture}`))
  return { pendingSecurity: waiting.length, pending: packages.length }
}

/** Reads `dpkg-query` with the format below: packages that a person told the system not to touch. */
export function parseHeldPackages(text: string): ReadonlySet<string> {
  const held = text.split('\n').map((line) => /^hold (\S+) (\S+)$/.exec(line))
  return new Set(held.flatMap((found) => (found ? [`${found[1]}:${found[2]}`] : [])))
}

/** Every file whose change may change the answer: lists, installed packages, pins, sources, settings, stamps. */
export async function aptInputs(machine: Machine): Promise<readonly string[]> {
  const folders = [listFolder, '/etc/apt/preferences.d', '/etc/apt/sources.list.d', '/etc/apt/apt.conf.d']
  const listed = await Promise.all(folders.map((folder) => machine.list(folder)))
  const entries = listed.flatMap((found, index) =>
    found.kind === 'found' ? found.content.filter(isList).map((name) => `${folders[index]}/${name}`) : [],
  )
  const files = [
    '/var/lib/dpkg/status',
    '/var/lib/dpkg/arch',
    '/etc/apt/preferences',
    '/etc/apt/sources.list',
    '/etc/apt/apt.conf',
  ]
  return [...folders, ...entries, ...files, ...stampFiles, restartFile, restartNotifier]
}

// apt's own lock and work folders change without a change of what is known
function isList(name: string): boolean {
  return name !== 'lock' && name !== 'partial' && name !== 'auxfiles'
}

function isSecurity(one: Upgradable): boolean {
  return one.suites.some((suite) => suite.endsWith('-security'))
}

/** Lists are named after their address: `…_dists_<suite>_<component>_binary-<architecture>_Packages`. */
function isSecurityList(name: string): boolean {
  return /_dists_[^_]*-security_.*_Packages(\.[a-z0-9]+)?$/.test(name)
}

/** None where dpkg does not say: then all of them count. */
async function heldPackages(machine: Machine): Promise<ReadonlySet<string>> {
  const format = '$' + '{db:Status-Want} $' + '{Package} $' + '{Architecture}\\n'
  const ran = await machine.run('dpkg-query', ['--show', `--showformat=${format}`], { maxOutputBytes: 4 * 1024 * 1024 })
  return ran.kind === 'ran' && ran.code === 0 ? parseHeldPackages(ran.stdout) : new Set()
}

async function newestOf(machine: Machine, paths: readonly string[]): Promise<number | undefined> {
  const found = await Promise.all(paths.map((path) => machine.stat(path)))
  const times = found.flatMap((status) => (status.kind === 'found' ? [status.content.modifiedAt] : []))
  return times.length === 0 ? undefined : Math.max(...times)
}

async function restartNeeded(machine: Machine): Promise<boolean | undefined> {
  const [asked, notifier] = await Promise.all([machine.stat(restartFile), machine.stat(restartNotifier)])
  if (asked.kind === 'found') return true
  return asked.kind === 'absent' && notifier.kind === 'found' ? false : undefined
}
