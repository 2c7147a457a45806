import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { keyStoreFacts } from '#test/support/key-store-facts.ts'
import { describeUnless, whatIsMissing } from '#test/support/what-is-here.ts'

// A real gnome-keyring on a real session bus, both of this test alone: folders, bus, password and prompter are its own.

const programs = ['/usr/bin/dbus-run-session', '/usr/bin/gnome-keyring-daemon', '/usr/bin/busctl']
const missing = whatIsMissing(programs, { keytar: true })

const longestSessionMs = 40_000
vi.setConfig({ testTimeout: 60_000 })

type Seen = { readonly [name: string]: unknown }
type Session = 'bus' | 'no-bus'

const noLoopStop = { ticks: expect.any(Number), longestMs: expect.any(Number), readMs: expect.any(Number) }

describeUnless(missing, 'a real keychain that is unlocked', () => {
  const facts = Object.keys(keyStoreFacts)
  let seen: Seen = {}
  beforeAll(async () => {
    seen = await see('facts')
  })

  it.each(facts)('%s', (fact) => {
    expect(seen[fact]).toBe('holds')
  })

  it.each(['restarted with its agent', 'restarted under its agent'])('has the same key when %s', async (name) => {
    const { made, after, signature } = await see(name)
    expect(after).toMatchObject({ kind: 'ok', kid: made, tier: 'T1' })
    expect(signature).toBe(64)
  })
})

describeUnless(missing, 'a real keychain by a second library', () => {
  let seen: Seen = {}
  beforeAll(async () => {
    seen = await see('facts by a second library')
  })

  it.each(Object.keys(keyStoreFacts))('%s', (fact) => {
    expect(seen[fact]).toBe('holds')
  })

  it('says so when it is locked, and signs nothing', async () => {
    expect(await see('locked by a second library')).toMatchObject({
      state: { kind: 'locked', reason: 'collection-locked' },
      signed: 'key_locked',
      created: 'key_locked',
    })
  })
})

describeUnless(missing, 'a real keychain that is locked', () => {
  it.each(['locked', 'locked from the start'])('%s: says so, signs nothing, and is not called', async (name) => {
    const seen = await see(name)
    expect(seen).toMatchObject({
      state: { kind: 'locked', reason: 'collection-locked' },
      signed: 'key_locked',
      created: 'key_locked',
      calls: [],
      loop: noLoopStop,
    })
    expectFreeLoop(seen)
  })

  it('has the same key once it is unlocked', async () => {
    const { made, after } = await see('locked')
    expect(after).toMatchObject({ kind: 'ok', kid: made })
  })
})

describeUnless(missing, 'a session without a keychain', () => {
  it('whose bus has no Secret Service says so', async () => {
    expect(await see('no service')).toMatchObject({
      state: { kind: 'unavailable', reason: 'no-secret-service' },
      signed: 'key_unavailable',
      created: 'key_unavailable',
    })
  })

  it('that has no bus says so', async () => {
    expect(await see('no bus', 'no-bus')).toMatchObject({
      state: { kind: 'unavailable', reason: 'no-session-bus' },
      signed: 'key_unavailable',
      created: 'key_unavailable',
    })
  })
})

describeUnless(missing, 'a prompt that nobody answers', () => {
  it('while reading is a locked keychain after the limit; no second call, and the loop stays free', async () => {
    const seen = await see('prompt while reading')
    expect(seen).toMatchObject({
      state: { kind: 'locked', reason: 'no-answer' },
      signed: 'key_locked',
      created: 'key_locked',
      calls: ['get'],
      stillOpen: 1,
      after: { kind: 'ok', kid: seen['made'] },
    })
    expect(seen['stateMs']).toBeGreaterThan(950)
    expect(seen['stateMs']).toBeLessThan(5000)
    expectFreeLoop(seen)
  })

  it('while writing makes no key, asks for no second one, and leaves no record', async () => {
    const seen = await see('prompt while writing')
    expect(seen).toMatchObject({
      before: { kind: 'reachable', hasCollection: false },
      created: 'key_locked',
      second: 'key_locked',
      state: { kind: 'locked', reason: 'no-answer' },
      calls: ['set'],
      stillOpen: 1,
      record: 'none',
    })
    expectFreeLoop(seen)
  })
})

/** Timers went on, and files could be read: a blocked loop would have stood still for the whole limit. */
function expectFreeLoop(seen: Seen): void {
  const { longestMs, readMs } = Object(seen['loop'])
  expect(longestMs).toBeLessThan(500)
  expect(readMs).toBeLessThan(100)
}

const folders: string[] = []
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

/** Plays one scenario in a session of its own and returns what it saw. */
async function see(scenario: string, session: Session = 'bus'): Promise<Seen> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-keychain-'))
  folders.push(folder)
  for (const name of ['run', 'services', 'nothing']) await mkdir(join(folder, name), { mode: 0o700 })
  await writeFile(join(folder, 'bus.conf'), busSettings(folder))
  await writeFile(join(folder, 'services', 'org.gnome.keyring.SystemPrompter.service'), deafPrompter(folder))

  const script = [process.execPath, join(import.meta.dirname, 'keychain-session.ts'), scenario]
  const onBus = ['/usr/bin/dbus-run-session', `--config-file=${join(folder, 'bus.conf')}`, '--', ...script]
  const [program = '', ...args] = session === 'bus' ? onBus : script
  const said = await ended(program, args, {
    PATH: '/usr/bin:/bin',
    LC_ALL: 'C',
    HOME: folder,
    XDG_RUNTIME_DIR: join(folder, 'run'),
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_DATA_DIRS: join(folder, 'nothing'),
  })
  const text = await readFile(join(folder, 'seen.json'), 'utf8').catch(() => undefined)
  if (text === undefined) throw new Error(`the session saw nothing: ${said}`)
  const seen: unknown = JSON.parse(text)
  return { ...Object(seen) }
}

/** Runs to the end. What outlives its time is ended by the ids it left; the bus goes with the session's program. */
function ended(
  program: string,
  args: readonly string[],
  env: { readonly HOME: string; readonly [name: string]: string },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    const timer = setTimeout(() => void endAll(env.HOME), longestSessionMs)
    child.on('error', reject)
    child.on('close', () => {
      clearTimeout(timer)
      resolve(said)
    })
  })
}

async function endAll(folder: string): Promise<void> {
  for (const name of ['pids', 'prompter.pid']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => '')
    for (const pid of text
      .split('\n')
      .map(Number)
      .filter((id) => id > 1)) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // it has ended already
      }
    }
  }
}

/** A session bus that starts nothing but what lies in our folder: the machine's own services stay out. */
function busSettings(folder: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=${folder}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>${join(folder, 'services')}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="service_start_timeout">60000</limit>
</busconfig>
`
}

/** A prompter that is started and never speaks: the prompt stays open. It leaves its id, and ends by itself at last. */
function deafPrompter(folder: string): string {
  const script = `echo $$ > ${join(folder, 'prompter.pid')}; exec sleep 50`
  return `[D-BUS Service]\nName=org.gnome.keyring.SystemPrompter\nExec=/bin/sh -c "${script}"\n`
}
