import { existsSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { documentOf, runPostern } from '#test/support/a-postern.ts'
import { startProgram } from '#test/support/a-program.ts'
import { offerSecurityUpdate, withdrawSecurityUpdate } from '#test/support/a-security-update.ts'
import { aSeparateMachine, type SeparateMachine } from '#test/support/a-separate-machine.ts'
import { aStage, type Stage } from '#test/support/a-stage.ts'
import { anSshKey } from '#test/support/an-ssh-key.ts'
import { whyNot } from '#test/support/what-is-here.ts'

// This machine is changed for real, under overlays and in a network of its own: outside nothing is changed.

vi.setConfig({ testTimeout: 60_000 })

type Value = { readonly [member: string]: unknown }

const aptIsHere = existsSync('/usr/bin/apt-get') && existsSync('/var/lib/dpkg/status')

describe('A scan of this machine, whose files and network are changed and changed back', () => {
  let stage: Stage
  let made: SeparateMachine | string
  let before: ReadonlyMap<string, Value>
  beforeEach((context) => {
    if (typeof made === 'string') context.skip(made)
  })
  beforeAll(async () => {
    stage = await aStage()
    made = await aSeparateMachine(stage)
    if (typeof made === 'string') return
    await made.run(['/bin/sh', '-c', 'rm -rf /root/.ssh']) // keys of whoever runs this are theirs
    before = await scan()
  })
  afterAll(() => stage.end())

  it('says of every signal what it observed, or why not', () => {
    expect([...before.keys()]).toHaveLength(16)
    for (const [id, { st, v, why, src, ms }] of before) {
      expect(st === 'observed' ? v : why, id).toBeTruthy()
      expect(src, id).toEqual(expect.any(String))
      expect(ms, id).toEqual(expect.any(Number))
    }
  })

  it('observes at least the signals that Linux tells without a screen', () => {
    const told = ['os-version', 'malware-protection', 'security-agents', 'remote-access', 'automatic-login', 'ssh-keys']
    const byApt = aptIsHere ? ['automatic-updates'] : []
    for (const id of [...told, ...byApt]) expect(before.get(id), id).toMatchObject({ st: 'observed' })
  })

  it('counts an SSH key without passphrase, and no longer once it has one or is gone', async () => {
    await write('/root/.ssh/id_test', anSshKey())
    expect(await value('ssh-keys')).toEqual({ unprotected: 1, protected: 0 })
    await write('/root/.ssh/id_test', anSshKey('a passphrase'))
    expect(await value('ssh-keys')).toEqual({ unprotected: 0, protected: 1 })
    await remove('/root/.ssh/id_test')
    await expectOld('ssh-keys')
  })

  it('tells whether apt installs security updates by itself', async (context) => {
    if (!aptIsHere) context.skip(whyNot('no program', '/usr/bin/apt-get'))
    const file = '/etc/apt/apt.conf.d/20auto-upgrades'
    const there = existsSync(file) ? (await machine().run(['/bin/cat', file])).stdout : undefined
    const settings = (on: 0 | 1) =>
      `APT::Periodic::Update-Package-Lists "${on}";\nAPT::Periodic::Unattended-Upgrade "${on}";\n`
    await write(file, settings(1))
    const on = await value('automatic-updates')
    await write(file, settings(0))
    const off = await value('automatic-updates')
    if (there === undefined) await remove(file)
    else await write(file, there)
    expect(on).toEqual({ state: expect.stringMatching(/^(on|download-only)$/), by: 'user' })
    expect(off).toEqual({ state: 'off', by: 'user' })
    await expectOld('automatic-updates')
  })

  it.each([
    ['0.0.0.0', 'on'],
    ['::', 'on'],
    ['127.0.0.1', 'off'],
  ])('tells of a server at port 22 of %s: remote access is %s', async (address, state) => {
    const listens = `require('net').createServer().listen(22, '${address}', () => console.log('listens'))`
    const server = startProgram([...machine().within, process.execPath, '-e', listens], { env: {} })
    stage.onEnd(() => server.stop())
    await server.until(/listens/)
    const reading = await value('remote-access')
    await server.stop()
    expect(reading).toEqual({ state, services: state === 'on' ? ['ssh'] : [] })
    await expectOld('remote-access')
  })

  it('tells of an sshd that is set to another port', async () => {
    const listens = `require('net').createServer().listen(2222, '0.0.0.0', () => console.log('listens'))`
    const server = startProgram([...machine().within, process.execPath, '-e', listens], { env: {} })
    stage.onEnd(() => server.stop())
    await server.until(/listens/)
    const without = await value('remote-access')
    const file = '/etc/ssh/sshd_config'
    const there = existsSync(file) ? (await machine().run(['/bin/cat', file])).stdout : undefined
    await write(file, 'Port 2222\n')
    const withIt = await value('remote-access')
    if (there === undefined) await remove(file)
    else await write(file, there)
    await server.stop()
    expect([without, withIt]).toMatchObject([{ state: 'off' }, { state: 'on', services: ['ssh'] }])
    await expectOld('remote-access')
  })

  it.each([
    ['/etc/gdm3/daemon.conf', '[daemon]\nAutomaticLoginEnable=true\nAutomaticLogin=ada\n'],
    ['/etc/lightdm/lightdm.conf.d/50-test.conf', '[Seat:*]\nautologin-user=ada\n'],
    [
      '/etc/systemd/system/getty@tty1.service.d/autologin.conf',
      '[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin ada --noclear %I $TERM\n',
    ],
  ])('tells of automatic sign-in by %s', async (file, text) => {
    const there = existsSync(file) ? (await machine().run(['/bin/cat', file])).stdout : undefined
    await write(file, text)
    const reading = await value('automatic-login')
    if (there === undefined) await remove(file)
    else await write(file, there)
    expect(reading).toMatchObject({ state: 'on' })
    await expectOld('automatic-login')
  })

  it('counts a security update that the package lists offer', async (context) => {
    if (!aptIsHere) context.skip(whyNot('no program', '/usr/bin/apt-get'))
    const old = before.get('os-updates')?.['v']
    await offerSecurityUpdate(machine())
    const offered = await value('os-updates')
    await withdrawSecurityUpdate(machine())
    const { pendingSecurity = 0, pending = 0 } = Object(old)
    expect(offered).toMatchObject({ pendingSecurity: pendingSecurity + 1, pending: pending + 1 })
    await expectOld('os-updates')
  })

  it('has left the machine itself as it was', () => {
    expect(existsSync('/etc/apt/sources.list.d/postern-test.list')).toBe(false)
    expect(existsSync('/var/cache/postern-repository')).toBe(false)
  })

  function machine(): SeparateMachine {
    if (typeof made === 'string') throw new Error(made)
    return made
  }
  async function scan(): Promise<ReadonlyMap<string, Value>> {
    const ended = await runPostern(['check', '--json'], machine().place())
    const signals: unknown = documentOf(ended)['signals']
    if (!Array.isArray(signals)) throw new Error(ended.stdout)
    return new Map(signals.map((signal: unknown) => [String(Object(signal).id), { ...Object(signal) }]))
  }
  async function value(id: string): Promise<unknown> {
    const reading = (await scan()).get(id)
    expect(reading, id).toMatchObject({ st: 'observed' })
    return lasting(reading?.['v'])
  }
  async function expectOld(id: string): Promise<void> {
    const reading = (await scan()).get(id)
    const old = before.get(id)
    expect({ st: reading?.['st'], why: reading?.['why'], v: lasting(reading?.['v']) }).toEqual({
      st: old?.['st'],
      why: old?.['why'],
      v: lasting(old?.['v']),
    })
  }
  async function write(path: string, text: string): Promise<void> {
    const script = 'umask 077; mkdir -p "$(dirname "$1")"; printf %s "$2" > "$1"; chmod "$3" "$1"'
    await machine().run(['/bin/sh', '-c', script, 'sh', path, text, path.startsWith('/root') ? '600' : '644'])
  }
  async function remove(path: string): Promise<void> {
    await machine().run(['/bin/rm', path])
  }
})

/** What two scans of the same machine have in common: when its lists were looked at is no such thing. */
function lasting(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'scannedAt' && name !== 'waitingSince'))
}
