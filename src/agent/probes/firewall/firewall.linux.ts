import type { Machine } from '#agent/machine/machine.ts'
import { systemdUnits, timer } from '#agent/probes/linux/paces.ts'
import { type UnitStates, unitStates } from '#agent/probes/linux/unit-states.linux.ts'
import type { Probe } from '#agent/probes/probe.ts'
import { na, observed, type Reading, unknown } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'
import { type Manager, readFirewalld, readUfw } from './firewall-managers.linux.ts'
import { readPacketFilter } from './read-packet-filter.linux.ts'

/** Units that load rules and end: that they ran says that there are rules, not which. */
const ruleLoaders = [
  'nftables.service',
  'iptables.service',
  'ip6tables.service',
  'netfilter-persistent.service',
  'shorewall.service',
  'shorewall6.service',
  'ferm.service',
  'firehol.service',
] as const

/**
 * Asks the firewall's managers; where they do not decide, and with rights, the rules themselves. Managers go first for
 * root too, so that rights never turn an answer round.
 */
export const firewallOnLinux: Probe<'firewall'> = {
  signal: 'firewall',
  os: 'linux',
  cost: 'light',
  watches: [
    { on: 'd-bus', bus: 'system', name: 'org.fedoraproject.FirewallD1' },
    systemdUnits,
    { on: 'file', path: '/etc/ufw/ufw.conf' },
    timer('light'),
  ],

  async take(machine) {
    const virtual = await machine.virtual()
    if (virtual === 'container' || virtual === 'wsl') return na('not-present', 'virtual')
    const units = await unitStates(machine)
    const managers = await Promise.all([readFirewalld(machine, units), readUfw(machine, units)])
    return judgeManagers(managers, loadedBy(units)) ?? (await readRules(machine))
  },
}

/** A manager on is `on`; all installed ones off, and nobody else who loads rules, is `off`; else they do not decide. */
export function judgeManagers(
  managers: readonly Manager[],
  loaders: 'active' | 'none' | 'unknown',
): Reading<SignalValues['firewall']> | undefined {
  const on = managers.find(({ state }) => state === 'on')
  if (on !== undefined) {
    const inbound = on.inbound === undefined ? {} : { inbound: on.inbound }
    return observed({ state: 'on', ...inbound }, on.name)
  }
  const installed = managers.filter(({ state }) => state !== 'absent')
  const first = installed[0]
  if (first === undefined || loaders !== 'none' || installed.some(({ state }) => state !== 'off')) return undefined
  return observed({ state: 'off' }, first.name)
}

function loadedBy(units: UnitStates): 'active' | 'none' | 'unknown' {
  const states = ruleLoaders.map((unit) => units.of(unit))
  if (states.includes('active') || states.includes('exited')) return 'active'
  return !units.isAnswered || states.includes('unknown') ? 'unknown' : 'none'
}

async function readRules(machine: Machine): Promise<Reading<SignalValues['firewall']>> {
  // Only root reads rules; asking as anybody else costs a start and yields a refusal.
  if (machine.host().user.uid !== 0) return unknown('denied', 'nft')
  return readPacketFilter(machine)
}
