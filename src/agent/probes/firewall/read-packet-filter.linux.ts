import type { Found, Machine } from '#agent/machine/machine.ts'
import { whyUnread } from '#agent/probes/linux/unread.ts'
import { observed, type Reading, unknown } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'
import { parseIptables } from './iptables-rules.ts'
import { type Entries, parseNftRuleset } from './nft-ruleset.ts'
import { type DefaultVerdict, defaultOfAll, type Entry } from './packet-filter.ts'

/** Reads the rules themselves, of both kinds: neither listing shows the other's. Needs root. */
export async function readPacketFilter(machine: Machine): Promise<Reading<SignalValues['firewall']>> {
  const [ran, legacy4, legacy6, addresses] = await Promise.all([
    machine.run('nft', ['-j', 'list', 'ruleset'], { maxOutputBytes: 8 * 1024 * 1024 }),
    readLegacy(machine, 'iptables-legacy', '/proc/net/ip_tables_names'),
    readLegacy(machine, 'ip6tables-legacy', '/proc/net/ip6_tables_names'),
    machine.readText('/proc/net/if_inet6'),
  ])
  if (ran.kind !== 'ran') return unknown(whyUnread(ran), 'nft')
  const nft = ran.code === 0 ? parseNftRuleset(ran.stdout) : undefined
  if (nft === undefined) return unknown(ran.code === 0 ? 'unrecognised-output' : 'failed', 'nft')
  if (legacy4 === undefined || legacy6 === undefined) return unknown('incomplete', 'iptables-legacy')
  return judgeRules({ nft, legacy4, legacy6, hasIpv6: usesIpv6(addresses) })
}

/** A default that drops on every protocol in use is `on`, on none `off`, on some `partial`. */
export function judgeRules(rules: {
  readonly nft: Entries
  readonly legacy4: readonly Entry[]
  readonly legacy6: readonly Entry[]
  readonly hasIpv6: boolean
}): Reading<SignalValues['firewall']> {
  const defaults: readonly DefaultVerdict[] = [
    defaultOfAll([...rules.nft.ip4, ...rules.legacy4]),
    ...(rules.hasIpv6 ? [defaultOfAll([...rules.nft.ip6, ...rules.legacy6])] : []),
  ]
  if (defaults.includes('unclear')) return unknown('incomplete', 'nft')
  const [first] = new Set(defaults)
  const isAlike = new Set(defaults).size === 1
  if (isAlike && first === 'drop') return observed({ state: 'on', inbound: 'block' }, 'nft')
  return observed({ state: isAlike && first === 'accept' ? 'off' : 'partial', inbound: 'allow' }, 'nft')
}

/** Whether another machine can reach this one by IPv6: an address beyond loopback and this link. */
export function usesIpv6(addresses: Found<string>): boolean {
  if (addresses.kind !== 'found') return addresses.kind !== 'absent'
  // Address, interface number, prefix, scope (10 host, 20 link), flags, name: net/ipv6/addrconf.c
  return addresses.content.split('\n').some((line) => {
    const scope = /^[0-9a-f]{32} [0-9a-f]+ [0-9a-f]+ ([0-9a-f]{2}) [0-9a-f]+ +\S+$/.exec(line)?.[1]
    return line !== '' && scope !== '10' && scope !== '20'
  })
}

/** Where legacy rules are entered; empty where the kernel holds none. Listing them would load the kernel's modules. */
async function readLegacy(
  machine: Machine,
  program: 'iptables-legacy' | 'ip6tables-legacy',
  names: string,
): Promise<readonly Entry[] | undefined> {
  const tables = await machine.readText(names)
  if (tables.kind === 'absent') return []
  if (tables.kind !== 'found') return undefined
  if (!tables.content.split('\n').includes('filter')) return []
  const ran = await machine.run(program, ['-S'])
  const entry = ran.kind === 'ran' && ran.code === 0 ? parseIptables(ran.stdout) : undefined
  return entry === undefined ? undefined : [entry]
}
