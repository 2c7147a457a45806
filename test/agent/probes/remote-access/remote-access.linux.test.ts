import { describe, expect, it } from 'vitest'
import { parseProcNetTcp, parseSs } from '#agent/probes/remote-access/listening-sockets.ts'
import { remoteAccessOnLinux } from '#agent/probes/remote-access/remote-access.linux.ts'
import { parseSshdConfig } from '#agent/probes/remote-access/sshd-ports.linux.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'
import { aSample } from '#test/support/a-sample.ts'

const heading = 'State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n'
const ss = (...addresses: readonly string[]) =>
  heading + addresses.map((address) => `LISTEN 0      128    ${address}   0.0.0.0:*    \n`).join('')
const take = (parts: LinuxMachineParts) => remoteAccessOnLinux.take(aLinuxMachine(parts))
const listening = (
  addresses: readonly string[],
  files: LinuxMachineParts['files'] = {},
  denied: readonly string[] = [],
) => take({ files, denied, programs: { ss: { stdout: ss(...addresses) } } })
const on = (...services: readonly string[]) => ({ kind: 'observed', value: { state: 'on', services } })
const off = { kind: 'observed', value: { state: 'off', services: [] } }

describe('addresses of ss', () => {
  it.each([
    '0.0.0.0:22',
    '[::]:22',
    '*:22',
    ':::22',
    '192.168.1.5:22',
    '[fe80::1%eth0]:22',
    '[fe80::1]%eth0:22',
    '10.127.0.1:22',
  ])('%s can be reached', (address) => {
    expect([...parseSs(ss(address)).ports]).toEqual([22])
  })
  it.each(['127.0.0.1:22', '127.0.0.53%lo:53', '[::1]:22', '::1:22', '[::ffff:127.0.0.1]:22', '127.8.9.1:22'])(
    '%s is this machine only',
    (address) => {
      expect(parseSs(ss(address))).toEqual({ ports: new Set(), isWhole: true })
    },
  )
  it('are whole only in a whole table', () => {
    expect(parseSs(ss('0.0.0.0:443').trimEnd()).isWhole).toBe(false)
    expect(parseSs(`${ss()}LISTEN 0 128 0.0.0.0:4\n`).isWhole).toBe(false)
    expect(parseSs('').isWhole).toBe(false)
    expect(parseSs('Netid State\n').isWhole).toBe(false)
  })
  it('may be followed by the program', () => {
    const line = 'LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))\n'
    expect(parseSs(heading + line)).toEqual({ ports: new Set([22]), isWhole: true })
  })
})

describe('the kernel’s tables', () => {
  it('say the same as ss', () => {
    const tables = [
      parseProcNetTcp(aSample('proc-net-tcp.listening.txt')),
      parseProcNetTcp(aSample('proc-net-tcp6.listening.txt')),
    ]
    expect(tables.every(({ isWhole }) => isWhole)).toBe(true)
    const ports = new Set(tables.flatMap((table) => [...table.ports]))
    expect(ports).toEqual(parseSs(aSample('ss-listen.ipv4-and-ipv6.txt')).ports)
  })
  it('leave out connections and loopback', () => {
    const text = aSample('proc-net-tcp.listening.txt').replaceAll(' 0A ', ' 01 ')
    expect(parseProcNetTcp(text)).toEqual({ ports: new Set(), isWhole: true })
    const mapped = aSample('proc-net-tcp6.listening.txt').replaceAll(
      /: 0{32}:170F/g,
      ': 0000000000000000FFFF00000100007F:170F',
    )
    expect([...parseProcNetTcp(mapped).ports]).toEqual([])
  })
  it('are asked where there is no ss', async () => {
    const files = {
      '/proc/net/tcp': aSample('proc-net-tcp.listening.txt'),
      '/proc/net/tcp6': aSample('proc-net-tcp6.listening.txt'),
    }
    expect(await take({ files })).toMatchObject({ ...on('screen-sharing'), source: 'proc-net' })
    expect(await take({})).toMatchObject({ kind: 'unknown', why: 'not-present' })
    expect(await take({ files, denied: ['/proc/net/tcp6'] })).toMatchObject({ kind: 'unknown', why: 'denied' })
  })
})

describe('ways in', () => {
  it('are named by their ports, each once and in order', async () => {
    const ports = ['0.0.0.0:22', '[::]:22', '*:5900', '*:5909', '*:3389', '*:445', '*:2049', '*:5910', '*:8080']
    expect(await listening(ports)).toMatchObject(on('file-sharing', 'remote-desktop', 'screen-sharing', 'ssh'))
  })
  it('are none when nothing of them listens', async () => {
    expect(await listening(['0.0.0.0:8080', '127.0.0.1:22'])).toMatchObject(off)
  })
  it('are unknown when ss did not answer, or by half', async () => {
    expect(await take({ programs: { ss: { kind: 'timed-out' } } })).toMatchObject({ kind: 'unknown', why: 'timed-out' })
    expect(await take({ programs: { ss: { code: 1, stdout: ss() } } })).toMatchObject({
      kind: 'unknown',
      why: 'failed',
    })
    expect(await take({ programs: { ss: { stdout: ss('127.0.0.1:22').slice(0, -20) } } })).toMatchObject({
      kind: 'unknown',
    })
  })
})

describe('a server of SSH on another port', () => {
  const config = '/etc/ssh/sshd_config'
  it.each([
    'Port 2222\n',
    'port=2222\n',
    '  PORT   "2222"  # comment\n',
    'Port 22\nPort 2222',
    'ListenAddress 0.0.0.0:2222\n',
    'ListenAddress [::]:2222\n',
  ])('is seen by %j', async (text) => {
    expect(await listening(['0.0.0.0:2222'], { [config]: text })).toMatchObject(on('ssh'))
  })
  it.each(['#Port 2222\n', 'Ports 2222\n', 'ListenAddress 0.0.0.0\n', 'Port 22222\n'])(
    'is not made by %j',
    async (text) => {
      expect(await listening(['0.0.0.0:2222'], { [config]: text })).toMatchObject(off)
    },
  )
  it('is seen through files that are included', async () => {
    const files = {
      [config]: 'Include /etc/ssh/sshd_config.d/*.conf other.conf\n',
      '/etc/ssh/sshd_config.d/10-port.conf': 'Port 2222\n',
      '/etc/ssh/sshd_config.d/20.disabled': 'Port 2223\n',
      '/etc/ssh/other.conf': 'Port 2224\n',
    }
    expect(await listening(['0.0.0.0:2222'], files)).toMatchObject(on('ssh'))
    expect(await listening(['0.0.0.0:2224'], files)).toMatchObject(on('ssh'))
    expect(await listening(['0.0.0.0:2223'], files)).toMatchObject(off)
  })
  it('is unknown while its settings cannot be read, unless another way was proven', async () => {
    const files = {
      [config]: 'Include /etc/ssh/sshd_config.d/*.conf\n',
      '/etc/ssh/sshd_config.d/a.conf': 'Port 2222\n',
    }
    for (const denied of [config, '/etc/ssh/sshd_config.d', '/etc/ssh/sshd_config.d/a.conf']) {
      expect(await listening(['0.0.0.0:2222'], files, [denied])).toMatchObject({ kind: 'unknown', why: 'denied' })
      expect(await listening(['0.0.0.0:22', '*:2222'], files, [denied])).toMatchObject(on('ssh'))
    }
  })
  it('is read to the end of a circle', async () => {
    const files = { [config]: `Include ${config}\n` }
    expect(await listening(['0.0.0.0:8080'], files)).toMatchObject({ kind: 'unknown', why: 'incomplete' })
  })
  it('is read where openSUSE keeps it', async () => {
    expect(await listening(['0.0.0.0:2222'], { '/usr/etc/ssh/sshd_config': 'Port 2222\n' })).toMatchObject(on('ssh'))
  })
  it('names ports and includes only', () => {
    expect(parseSshdConfig('Port 1\nPort 70000\nPermitRootLogin no\nInclude a b\n')).toEqual({
      ports: [1],
      includes: ['a', 'b'],
    })
  })
})
