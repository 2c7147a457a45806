import { describe, expect, it } from 'vitest'
import { parseIptables } from '#agent/probes/firewall/iptables-rules.ts'
import { parseNftRuleset } from '#agent/probes/firewall/nft-ruleset.ts'
import { defaultOf, defaultOfAll } from '#agent/probes/firewall/packet-filter.ts'

const metainfo = { metainfo: { version: '1.0.6', json_schema_version: 1 } }
const rule = (chain: string, ...expr: readonly object[]) => ({ rule: { family: 'inet', table: 't', chain, expr } })
const chain = (name: string, more: object = {}) => ({ chain: { family: 'inet', table: 't', name, ...more } })
const input = (policy: string) => chain('in', { type: 'filter', hook: 'input', prio: 0, policy })
const nft = (...items: readonly object[]) => {
  const entries = parseNftRuleset(JSON.stringify({ nftables: [metainfo, ...items] }))
  if (entries === undefined) throw new Error('not a rule set')
  return defaultOfAll(entries.ip4)
}
const [accept, drop, counter] = [{ accept: null }, { drop: null }, { counter: { packets: 0, bytes: 0 } }]
const onPort = { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 22 } }
const on = (op: string, name: string) => ({ match: { op, left: { meta: { key: 'iifname' } }, right: name } })

describe('the default of a chain of nftables', () => {
  it.each([
    ['a policy that drops', 'drop', [input('drop')]],
    ['a policy that accepts', 'accept', [input('accept')]],
    ['no chain at all', 'accept', []],
    ['a hook of another kind', 'accept', [chain('out', { type: 'filter', hook: 'output', policy: 'drop' })]],
    ['a chain of addresses', 'accept', [chain('n', { type: 'nat', hook: 'input', policy: 'drop' })]],
    ['a chain without a hook', 'accept', [chain('x'), rule('x', drop)]],
    ['accepting before the policy drops', 'accept', [input('drop'), rule('in', counter, accept)]],
    ['accepting a port before the policy drops', 'drop', [input('drop'), rule('in', onPort, accept)]],
    ['accepting loopback before the policy drops', 'drop', [input('drop'), rule('in', on('==', 'lo'), accept)]],
    ['a final drop', 'drop', [input('accept'), rule('in', onPort, accept), rule('in', counter, drop)]],
    ['a final reject', 'drop', [input('accept'), rule('in', { reject: { type: 'icmpx' } })]],
    ['a drop of a port only', 'accept', [input('accept'), rule('in', onPort, drop)]],
    ['a drop of too much only', 'accept', [input('accept'), rule('in', { limit: { rate: 5, per: 'second' } }, drop)]],
    ['a drop of what comes from outside', 'drop', [input('accept'), rule('in', on('!=', 'lo'), drop)]],
    ['a drop on one interface', 'some', [input('accept'), rule('in', on('==', 'wlan0'), drop)]],
    [
      'a drop on one interface, then an accept',
      'accept',
      [input('accept'), rule('in', on('==', 'wlan0'), drop), rule('in', accept)],
    ],
    [
      'a drop in a chain that is jumped to',
      'drop',
      [input('accept'), chain('x'), rule('in', { jump: { target: 'x' } }), rule('x', drop)],
    ],
    [
      'an accept in a chain that is gone to',
      'accept',
      [input('drop'), chain('x'), rule('in', { goto: { target: 'x' } }), rule('x', accept)],
    ],
    [
      'a chain that returns',
      'drop',
      [
        input('drop'),
        chain('x'),
        rule('in', { jump: { target: 'x' } }),
        rule('x', { return: null }),
        rule('x', accept),
      ],
    ],
    [
      'a jump for a port only',
      'accept',
      [input('accept'), chain('x'), rule('in', onPort, { jump: { target: 'x' } }), rule('x', drop)],
    ],
    ['a jump to nowhere', 'unclear', [input('accept'), rule('in', { jump: { target: 'gone' } })]],
    ['a jump in a circle', 'unclear', [input('accept'), rule('in', { jump: { target: 'in' } })]],
    ['an extension that nobody can name', 'unclear', [input('accept'), rule('in', counter, { xt: null })]],
    ['such an extension before a policy that drops', 'drop', [input('drop'), rule('in', { xt: null })]],
    ['a target of iptables', 'drop', [input('accept'), rule('in', { xt: { type: 'target', name: 'REJECT' } })]],
    [
      'a match of iptables',
      'accept',
      [input('accept'), rule('in', { xt: { type: 'match', name: 'conntrack' } }, drop)],
    ],
    ['a comment of iptables', 'drop', [input('accept'), rule('in', { xt: { type: 'match', name: 'comment' } }, drop)]],
    ['a statement that nobody knows', 'accept', [input('accept'), rule('in', { future: {} }, drop)]],
  ])('%s: %s', (_, verdict, items) => {
    expect(nft(...items)).toBe(verdict)
  })

  it('is that of the strictest chain', () => {
    const open = chain('open', { type: 'filter', hook: 'input', prio: 5, policy: 'accept' })
    expect(nft(open, input('drop'))).toBe('drop')
  })

  it('is kept apart by protocol and table', () => {
    const text = JSON.stringify({
      nftables: [
        metainfo,
        { chain: { family: 'ip', table: 'f', name: 'INPUT', type: 'filter', hook: 'input', policy: 'drop' } },
      ],
    })
    expect(parseNftRuleset(text)?.ip4).toHaveLength(1)
    expect(parseNftRuleset(text)?.ip6).toHaveLength(0)
  })

  it.each([
    '',
    '[]',
    '{"nftables":[]}',
    '{"nftables":[{"metainfo":{}}',
    JSON.stringify({ nftables: [metainfo, rule('in', drop)] }),
  ])('is not told by half a listing: %s', (text) => {
    expect(parseNftRuleset(text)).toBeUndefined()
  })
})

describe('the default of legacy iptables', () => {
  const of = (text: string) => {
    const entry = parseIptables(text)
    return entry === undefined ? undefined : defaultOf(entry)
  }
  const open = '-P INPUT ACCEPT\n-P FORWARD DROP\n-P OUTPUT ACCEPT\n'
  it.each([
    ['-P INPUT DROP\n', 'drop'],
    [open, 'accept'],
    [`${open}-A INPUT -j REJECT --reject-with icmp-port-unreachable\n`, 'drop'],
    [`${open}-A INPUT ! -i lo -j DROP\n`, 'drop'],
    [`${open}-A INPUT -i eth0 -j DROP\n`, 'some'],
    [`${open}-A INPUT -i eth0 -p tcp -j DROP\n`, 'accept'],
    [`${open}-A INPUT -m comment --comment "all of it" -j DROP\n`, 'drop'],
    [`${open}-A INPUT -p tcp -m comment --comment "-j DROP" -j ACCEPT\n`, 'accept'],
    [`${open}-N ts-input\n-A INPUT -j ts-input\n-A ts-input -s 100.64.0.0/10 ! -i tailscale0 -j DROP\n`, 'accept'],
    [`${open}-N x\n-A INPUT -g x\n-A x -j DROP\n`, 'drop'],
    [`${open}-A INPUT -j LOG\n-A INPUT\n`, 'accept'],
    [`${open}-A INPUT -j NFQUEUE --queue-num 0\n`, 'unclear'],
    ['-P INPUT DROP\n-A INPUT -j ACCEPT\n', 'accept'],
    ['-P FORWARD DROP\n', undefined],
    ['-P INPUT DROP', undefined],
    ['-P INPUT SOMETHING\n', undefined],
    ['Chain INPUT (policy DROP)\n', undefined],
    ['', undefined],
  ])('%j is %s', (text, verdict) => {
    expect(of(text)).toBe(verdict)
  })
})
