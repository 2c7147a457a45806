import type { Machine } from '#agent/machine/machine.ts'
import { systemdUnits, timer } from '#agent/probes/linux/paces.ts'
import { whyUnread } from '#agent/probes/linux/unread.ts'
import type { Probe } from '#agent/probes/probe.ts'
import { observed, type Reading, type UnknownReason, unknown } from '#domain/reading.ts'
import { type RemoteService, remoteServices, type SignalValues } from '#domain/signals.ts'
import { type ListeningPorts, parseProcNetTcp, parseSs } from './listening-sockets.ts'
import { readSshdPorts, type SshdPorts } from './sshd-ports.linux.ts'

/**
 * Asks which ways in other machines can reach, by listening sockets and never by names of programs: so the answer is
 * the same with and without rights.
 */
export const remoteAccessOnLinux: Probe<'remote-access'> = {
  signal: 'remote-access',
  os: 'linux',
  cost: 'light',
  watches: [systemdUnits, timer('light')],

  async take(machine) {
    const [sockets, sshd] = await Promise.all([readSockets(machine), readSshdPorts(machine)])
    return judgeRemoteAccess(sockets, sshd)
  },
}

/** The table of listening sockets: what it came to, and who told. */
export type Sockets = {
  readonly read: ListeningPorts
  readonly source: string
  /** Why nothing could be read; only where nothing was. */
  readonly why?: UnknownReason
}

/** One proven way is an answer; that there is none takes the whole table and every port that sshd may have. */
export function judgeRemoteAccess(sockets: Sockets, sshd: SshdPorts): Reading<SignalValues['remote-access']> {
  const { read, source, why } = sockets
  const services = servicesOf(read.ports, sshd.ports)
  if (services.length > 0) return observed({ state: 'on', services }, source)
  if (why !== undefined) return unknown(why, source)
  if (!read.isWhole) return unknown('unrecognised-output', source)
  if (!sshd.isWhole) return unknown(sshd.why ?? 'incomplete', 'sshd_config')
  return observed({ state: 'off', services }, source)
}

function servicesOf(open: ReadonlySet<number>, sshPorts: readonly number[]): readonly RemoteService[] {
  const found = new Set<RemoteService>()
  for (const port of open) {
    if (port === 22 || sshPorts.includes(port)) found.add('ssh')
    if (port === 3389) found.add('remote-desktop')
    if (port >= 5900 && port <= 5909) found.add('screen-sharing')
    if (port === 139 || port === 445 || port === 2049) found.add('file-sharing')
  }
  return remoteServices.filter((service) => found.has(service)).sort()
}

async function readSockets(machine: Machine): Promise<Sockets> {
  const ran = await machine.run('ss', ['-ltn'])
  if (ran.kind === 'ran' && ran.code === 0) return { read: parseSs(ran.stdout), source: 'ss' }
  if (ran.kind !== 'absent') {
    const why = ran.kind === 'ran' ? 'failed' : whyUnread(ran)
    return { read: { ports: new Set(), isWhole: false }, source: 'ss', why }
  }
  const source = 'proc-net'
  const [four, six] = await Promise.all([machine.readText('/proc/net/tcp'), machine.readText('/proc/net/tcp6')])
  const tables = [four, six].flatMap((file) => (file.kind === 'found' ? [parseProcNetTcp(file.content)] : []))
  const ports = new Set(tables.flatMap((table) => [...table.ports]))
  const isWhole = four.kind === 'found' && tables.length > 0 && tables.every((table) => table.isWhole)
  // A kernel without IPv6 has no second table; everything else that is missing is missing.
  const lack = four.kind !== 'found' ? four : six.kind !== 'found' && six.kind !== 'absent' ? six : undefined
  return { read: { ports, isWhole }, source, ...(lack === undefined ? {} : { why: whyUnread(lack) }) }
}
