import { describe, expect, it } from 'vitest'
import { firewallOnLinux } from '#agent/probes/firewall/firewall.linux.ts'
import {
  parseFirewallCmdState,
  parseFirewalldState,
  parseUfwConf,
} from '#agent/probes/firewall/firewall-managers.linux.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'
import { aSample } from '#test/support/a-sample.ts'
import { aSystemdAnswer } from '#test/support/a-systemd-answer.ts'

const root = { user: { name: 'root', uid: 0 } }
const systemd = { '/run/systemd/system': [] }
const take = (parts: LinuxMachineParts) => firewallOnLinux.take(aLinuxMachine(parts))
const is = (state: string) => ({ kind: 'observed', value: { state } })
const withUnits = (
  units: Parameters<typeof aSystemdAnswer>[0],
  files: LinuxMachineParts['files'] = {},
  more: LinuxMachineParts = {},
) => take({ ...more, files, folders: systemd, programs: { systemctl: aSystemdAnswer(units), ...more.programs } })

const ufw = {
  '/usr/sbin/ufw': '',
  '/etc/ufw/ufw.conf': 'ENABLED=yes\n',
  '/etc/default/ufw': 'DEFAULT_INPUT_POLICY="DROP"\n',
}
const ufwOff = { ...ufw, '/etc/ufw/ufw.conf': 'ENABLED=no\n' }
const firewalld = { '/usr/sbin/firewalld': '' }
const dropping = { nft: { stdout: aSample('nft-list-ruleset.policy-drop.json') } }
const empty = { nft: { stdout: aSample('nft-list-ruleset.empty.json') } }

describe('ufw', () => {
  it('is on when it is enabled and its unit ran', async () => {
    expect(await withUnits({ 'ufw.service': 'exited' }, ufw)).toEqual({
      kind: 'observed',
      value: { state: 'on', inbound: 'block' },
      source: 'ufw',
    })
    const open = { ...ufw, '/etc/default/ufw': 'DEFAULT_INPUT_POLICY="ACCEPT"\n' }
    expect(await withUnits({ 'ufw.service': 'exited' }, open)).toMatchObject({
      value: { state: 'on', inbound: 'allow' },
    })
    const quoted = { ...ufw, '/etc/ufw/ufw.conf': aSample('ufw.conf.enabled-YES-quoted') }
    expect(await withUnits({ 'ufw.service': 'exited' }, quoted)).toMatchObject(is('on'))
  })
  it('is off while it is disabled, though its unit is active', async () => {
    expect(await withUnits({ 'ufw.service': 'exited' }, ufwOff)).toMatchObject(is('off'))
  })
  it('is unknown when enabled and its unit did not run, or was not asked', async () => {
    expect((await withUnits({ 'ufw.service': 'inactive' }, ufw)).kind).toBe('unknown')
    expect((await take({ files: ufw })).kind).toBe('unknown')
  })
  it('is unknown when its file cannot be read', async () => {
    expect((await withUnits({ 'ufw.service': 'exited' }, ufw, { denied: ['/etc/ufw/ufw.conf'] })).kind).toBe('unknown')
  })
  it.each([
    ['ENABLED=yes\n', true],
    ['ENABLED="YES"\n', true],
    ['ENABLED=no\n', false],
    ['# ENABLED=yes\n', undefined],
    ['ENABLED=yes', undefined],
    ['ENABLED=inactive\n', undefined],
    ['', undefined],
  ])('%j says %s', (text, enabled) => {
    expect(parseUfwConf(text)).toBe(enabled)
  })
})

describe('firewalld', () => {
  const call =
    'busctl --system --auto-start=no --timeout=3 get-property org.fedoraproject.FirewallD1 /org/fedoraproject/FirewallD1 org.fedoraproject.FirewallD1 state'
  const running = { 'firewalld.service': 'running' } as const
  it('is on when it says RUNNING, and is not started for that', async () => {
    expect(await withUnits(running, firewalld, { programs: { [call]: { stdout: 's "RUNNING"\n' } } })).toMatchObject(
      is('on'),
    )
  })
  it('is off when its unit is not active, without being asked', async () => {
    expect(await withUnits({ 'firewalld.service': 'inactive' }, firewalld)).toMatchObject(is('off'))
    expect(await withUnits({ 'firewalld.service': 'failed' }, firewalld)).toMatchObject(is('off'))
  })
  it('is asked by its own program where there is no busctl', async () => {
    const cmd = (answer: object) => withUnits(running, firewalld, { programs: { 'firewall-cmd --state': answer } })
    expect(await cmd({ stdout: 'running\n' })).toMatchObject(is('on'))
    expect(await cmd({ stderr: 'not running\n', code: 252 })).toMatchObject(is('off'))
    expect((await cmd({ stderr: 'Authorization failed.\n', code: 253 })).kind).toBe('unknown')
  })
  it.each([
    ['s "RUNNING"\n', 'on'],
    ['s "FAILED"\n', 'off'],
    ['s "INIT"\n', 'off'],
    ['s "RUNN', undefined],
    ['s "not RUNNING"\n', undefined],
    ['', undefined],
  ])('%j is %s', (text, state) => {
    expect(parseFirewalldState(text)).toBe(state)
  })
  it.each([
    ['running\n', 0, 'on'],
    ['not running\n', 252, 'off'],
    ['not running\n', 0, undefined],
    ['running\n', 1, undefined],
    ['', 36, undefined],
  ])('firewall-cmd: %j with %i is %s', (text, code, state) => {
    expect(parseFirewallCmdState(text, code)).toBe(state)
  })
})

describe('several managers', () => {
  it('are on when one is, off when all are', async () => {
    const both = { ...ufwOff, ...firewalld }
    const bus = { programs: { busctl: { stdout: 's "RUNNING"\n' } } }
    expect(await withUnits({ 'firewalld.service': 'running' }, both, bus)).toMatchObject({
      ...is('on'),
      source: 'firewalld',
    })
    expect(await withUnits({ 'firewalld.service': 'inactive' }, both)).toMatchObject(is('off'))
  })
  it('do not decide while one is unknown', async () => {
    expect((await withUnits({ 'firewalld.service': 'running' }, { ...ufwOff, ...firewalld })).kind).toBe('unknown')
  })
})

describe('a machine where nobody answers for the firewall', () => {
  it('is unknown without rights: no manager, or a unit that loaded rules', async () => {
    expect(await withUnits({})).toMatchObject({ kind: 'unknown', why: 'denied' })
    expect(await withUnits({ 'nftables.service': 'exited' }, ufwOff)).toMatchObject({ kind: 'unknown', why: 'denied' })
    expect(await take({ files: ufwOff })).toMatchObject({ kind: 'unknown', why: 'denied' })
  })
  it('starts no program that would refuse', async () => {
    const machine = aLinuxMachine({})
    await firewallOnLinux.take(machine)
    expect(machine.asked.filter((question) => question.startsWith('run '))).toEqual([])
  })
  it('is read from its rules by root', async () => {
    expect(await withUnits({ 'nftables.service': 'exited' }, {}, { ...root, programs: dropping })).toMatchObject(
      is('on'),
    )
    expect(await withUnits({}, {}, { ...root, programs: empty })).toMatchObject(is('off'))
    expect(await take({ ...root, files: ufwOff, programs: dropping })).toMatchObject(is('on'))
  })
})

describe('rights', () => {
  const machines: readonly (readonly [string, LinuxMachineParts])[] = [
    [
      'ufw on',
      { files: ufw, folders: systemd, programs: { systemctl: aSystemdAnswer({ 'ufw.service': 'exited' }), ...empty } },
    ],
    ['ufw off', { files: ufwOff, folders: systemd, programs: { systemctl: aSystemdAnswer({}), ...dropping } }],
    ['no manager', { folders: systemd, programs: { systemctl: aSystemdAnswer({}), ...dropping } }],
    ['no systemd', { files: { ...ufwOff, ...firewalld }, processes: ['init'], programs: dropping }],
  ]
  it.each(machines)('never turn an answer round: %s', async (_, parts) => {
    const [asUser, asRoot] = [await take(parts), await take({ ...parts, ...root })]
    if (asUser.kind === 'observed' && asRoot.kind === 'observed') expect(asUser.value.state).toBe(asRoot.value.state)
    else expect(asUser.kind).toBe('unknown')
  })
})

describe('rules of both kinds', () => {
  const legacy = { 'iptables-legacy': { stdout: aSample('iptables-S.legacy-policy-drop.txt') } }
  const tables = { '/proc/net/ip_tables_names': 'filter\nnat\n' }
  it('are both read', async () => {
    expect(await take({ ...root, files: tables, programs: { ...empty, ...legacy } })).toMatchObject(is('on'))
    expect((await take({ ...root, files: tables, programs: empty })).kind).toBe('unknown')
    expect((await take({ ...root, files: tables, denied: ['/proc/net/ip_tables_names'], programs: empty })).kind).toBe(
      'unknown',
    )
  })
  it('are not listed where the kernel holds none, since that would load its modules', async () => {
    const machine = aLinuxMachine({
      ...root,
      files: { '/proc/net/ip_tables_names': 'nat\n' },
      programs: { ...empty, ...legacy },
    })
    expect(await firewallOnLinux.take(machine)).toMatchObject(is('off'))
    expect(machine.asked).not.toContain('run iptables-legacy -S')
  })
  it('that drop IPv4 only are partial where IPv6 is in use', async () => {
    const programs = { nft: { stdout: aSample('nft-list-ruleset.iptables-final-reject.json') } }
    const address = (scope: string) => ({
      '/proc/net/if_inet6': `fd000000000000000000000000000002 04 40 ${scope} 82     eth0\n`,
    })
    expect(await take({ ...root, programs })).toMatchObject(is('on'))
    expect(await take({ ...root, programs, files: address('20') })).toMatchObject(is('on'))
    expect(await take({ ...root, programs, files: address('00') })).toMatchObject({
      value: { state: 'partial', inbound: 'allow' },
    })
  })
  it('are unknown without nft', async () => {
    expect(await take(root)).toMatchObject({ kind: 'unknown', why: 'not-present' })
  })
})
