import type { Machine } from '#agent/machine/machine.ts'
import { observed, type Reading, unknown } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'
import { whyUnread } from '../linux/unread.ts'

type Updates = SignalValues['os-updates']

const source = 'dnf'

/** Security updates by dnf's advisories. It may go to the network when its metadata has expired. */
export async function dnfUpdates(machine: Machine): Promise<Reading<Updates>> {
  const ran = await machine.run('dnf', ['-q', 'updateinfo', 'list', '--updates'], { timeoutMs: 25_000 })
  if (ran.kind !== 'ran') return unknown(whyUnread(ran), source)
  if (ran.code !== 0) return unknown('failed', source)
  const reading = parseDnfAdvisories(ran.stdout)
  const restart = await machine.run('needs-restarting', ['-r'], { timeoutMs: 5000 })
  const isTold = restart.kind === 'ran' && (restart.code === 0 || restart.code === 1)
  if (reading.kind !== 'observed' || !isTold) return reading
  return observed({ ...reading.value, restartNeeded: restart.code === 1 }, source)
}

/**
 * Reads `dnf updateinfo list` (version 4) and `dnf advisory list` (version 5): distinct packages of security
 * advisories. One package is often in several advisories. A line that is none of theirs makes all of it unknown.
 */
export function parseDnfAdvisories(text: string): Reading<Updates> {
  if (text.trim() === '') return observed({ pendingSecurity: 0 }, source) // -q prints nothing where none is pending
  if (!text.endsWith('\n')) return unknown('incomplete', source)
  const packages = new Set<string>()
  for (const line of text.split('\n')) {
    if (line.trim() === '' || isHeading(line)) continue
    const advisory = parseAdvisory(line)
    if (advisory === undefined) return unknown('unrecognised-output', source)
    if (advisory.isSecurity) packages.add(advisory.package)
  }
  return observed({ pendingSecurity: packages.size }, source)
}

function isHeading(line: string): boolean {
  return /^(Last metadata expiration check: |Updating and loading repositories:|Repositories loaded\.|Name\s+Type\s+Severity\s+Package\s)/.test(
    line,
  )
}

function parseAdvisory(line: string): { readonly isSecurity: boolean; readonly package: string } | undefined {
  const words = line.trim().replace(/^i\s+/, '').split(/\s+/) // `i` marks an installed one, in lists of all
  const [id, kind = '', third = ''] = words
  // Version 4: `RHSA-2024:1234 Important/Sec. openssl-3.0.7-25.el9.x86_64`. Version 5 has type and severity apart.
  const isFour = words.length === 3
  const named = isFour ? third : words.length >= 5 ? (words[3] ?? '') : ''
  const name = packageName(named)
  if (id === undefined || name === undefined || !isKind(kind, isFour)) return undefined
  return { isSecurity: isFour ? /\/Sec\.$/.test(kind) : kind === 'security', package: name }
}

function isKind(kind: string, isFour: boolean): boolean {
  return (
    (isFour && /^[A-Za-z]+\/Sec\.$/.test(kind)) ||
    /^(security|bugfix|enhancement|newpackage|unspecified|unknown)$/.test(kind)
  )
}

/** Name and architecture of `name-epoch:version-release.architecture`. */
function packageName(nevra: string): string | undefined {
  const found = /^(.+)-[^-]+-[^-]+\.([^.-]+)$/.exec(nevra)
  return found ? `${found[1]}.${found[2]}` : undefined
}
