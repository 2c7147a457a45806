import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandRunner } from '#agent/system/run-command.ts'
import { pause, systemClock } from '#runtime/clock.ts'
import { aFolder } from '#test/support/a-folder.ts'

const clock = systemClock({ keepAlive: true })
const hostile = { PATH: '/tmp/evil', LD_LIBRARY_PATH: '/tmp/evil', LD_PRELOAD: '/tmp/x.so', LANG: 'de_DE.UTF-8' }

function runner(programs: { readonly [name: string]: readonly string[] }, environment = {}) {
  return commandRunner({ clock, os: 'linux', home: '/home/ada', environment: { ...hostile, ...environment }, programs })
}

async function aScript(body: string): Promise<string> {
  const path = join(await aFolder(), 'script')
  await writeFile(path, `#!/bin/sh\n${body}\n`)
  await chmod(path, 0o755)
  return path
}

async function isAlive(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '0 (gone) Z')
  return !/\) [ZX] /.test(`${state} `)
}

describe('a program of the table', () => {
  it('answers with its exit code and both outputs', async () => {
    const path = await aScript('echo said "$1"; echo warned >&2; exit 3')
    expect(await runner({ tool: [path] })('tool', ['$HOME; ls'])).toEqual({
      kind: 'ran',
      code: 3,
      stdout: 'said $HOME; ls\n',
      stderr: 'warned\n',
    })
  })

  it('is taken from the first path that exists', async () => {
    const path = await aScript('echo second')
    expect(await runner({ tool: ['/nowhere/tool', path] })('tool', [])).toMatchObject({ stdout: 'second\n' })
  })

  it('is absent where no path exists, and found once it is installed', async () => {
    const path = join(await aFolder(), 'late')
    const run = runner({ tool: ['/nowhere/tool', path] })
    expect(await run('tool', [])).toEqual({ kind: 'absent' })
    await writeFile(path, '#!/bin/sh\necho here\n', { mode: 0o755 })
    expect(await run('tool', [])).toMatchObject({ kind: 'ran', stdout: 'here\n' })
    await rm(path)
    expect(await run('tool', [])).toEqual({ kind: 'absent' })
  })

  it('that may not be executed has failed, and is not absent', async () => {
    const path = join(await aFolder(), 'data')
    await writeFile(path, 'x', { mode: 0o644 })
    expect(await runner({ tool: [path] })('tool', [])).toEqual({ kind: 'failed', code: 'EACCES' })
  })

  it('that a signal ends has failed', async () => {
    const path = await aScript('kill -SEGV $$')
    expect(await runner({ tool: [path] })('tool', [])).toEqual({ kind: 'failed', code: 'SIGSEGV' })
  })
})

describe('the environment', () => {
  const printed = async (program: string, environment = {}) => {
    const ran = await runner({ [program]: ['/usr/bin/env', '/bin/env'] }, environment)(program, [])
    if (ran.kind !== 'ran') throw new Error(ran.kind)
    return ran.stdout.trim().split('\n').sort()
  }
  const plain = ['HOME=/home/ada', 'LC_ALL=C', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin']

  it('is three variables of our own, whatever ours holds', async () => {
    expect(await printed('lsblk', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/x' })).toEqual(plain)
  })

  it('names the session to the programs that talk to it', async () => {
    const session = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/x', XDG_RUNTIME_DIR: '/run/user/7', XDG_SEAT: 'seat0' }
    expect(await printed('gsettings', session)).toEqual(
      [...plain, 'DBUS_SESSION_BUS_ADDRESS=unix:path=/x', 'XDG_RUNTIME_DIR=/run/user/7'].sort(),
    )
  })
})

describe('a program that does not end', () => {
  it('is killed at its time limit, with what it started', async () => {
    const folder = await aFolder()
    const path = await aScript(`sleep 60 & echo $! > ${folder}/child; echo $$ > ${folder}/self; wait`)
    const begun = performance.now()
    expect(await runner({ tool: [path] })('tool', [], { timeoutMs: 300 })).toEqual({ kind: 'timed-out' })
    expect(performance.now() - begun).toBeLessThan(3000)
    const pids = await Promise.all(
      ['child', 'self'].map(async (name) => Number(await readFile(join(folder, name), 'utf8'))),
    )
    await pause(clock, 100) // the kernel's turn
    expect(await Promise.all(pids.map(isAlive))).toEqual([false, false])
  })

  it('is answered for at its limit even if a stranger to its group holds the pipe', async () => {
    const path = await aScript('setsid sleep 2 & exit 0')
    const begun = performance.now()
    expect(await runner({ tool: [path] })('tool', [], { timeoutMs: 300 })).toEqual({ kind: 'timed-out' })
    expect(performance.now() - begun).toBeLessThan(1500)
  })

  it('is killed when it prints more than its limit', async () => {
    const path = await aScript('while :; do echo 0123456789; done')
    expect(await runner({ tool: [path] })('tool', [], { maxOutputBytes: 4096 })).toEqual({ kind: 'too-much-output' })
  })

  it('is killed when it complains more than its limit', async () => {
    const path = await aScript('while :; do echo 0123456789 >&2; done')
    expect(await runner({ tool: [path] })('tool', [], { maxOutputBytes: 4096 })).toEqual({ kind: 'too-much-output' })
  })
})
