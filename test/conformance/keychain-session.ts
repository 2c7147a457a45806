// Run in a session of its own, with one scenario's name: holds the key store to a real keychain and prints what it saw.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { keyRecordFile } from '#agent/attestation/key-record.ts'
import type { KeyState, KeyStore } from '#agent/attestation/key-store.ts'
import { type Keyring, type KeytarOptions, keytarKeyStore } from '#agent/attestation/key-stores/keytar-key-store.ts'
import { commandRunner } from '#agent/system/run-command.ts'
import { secretServiceOnLinux } from '#agent/system/secret-service.linux.ts'
import { isFailure } from '#domain/failure.ts'
import { systemClock } from '#runtime/clock.ts'
import { keyedHash } from '#runtime/digest.ts'
import { silentLog } from '#runtime/log.ts'
import { randomSecret } from '#runtime/random-id.ts'
import { keyStoreFacts } from '#test/support/key-store-facts.ts'
import { secondKeyring } from '#test/support/second-keyring.ts'

const home = process.env['HOME'] ?? ''
const clock = systemClock({ keepAlive: true })
const run = commandRunner({ clock, os: 'linux', home, environment: process.env })
const service = secretServiceOnLinux({ run })
const password = randomSecret()
const daemons: ChildProcess[] = []

type Seen = { readonly [name: string]: unknown }

/** Every promise of a key store, held against the real keychain by the library that is given. */
async function factsOf(load: () => Promise<Keyring>): Promise<Seen> {
  await startDaemon('unlocked')
  const seen: { [fact: string]: string } = {}
  for (const [index, [fact, holds]] of Object.entries(keyStoreFacts).entries()) {
    const keyring = await load()
    await keyring.deletePassword('dev.postern.agent', 'device-key')
    const stateFolder = join(home, `facts-${index}`)
    seen[fact] = await holds({
      signingState: 'ok',
      stateFolder,
      open: (machine = 'here') => aStore({ stateFolder, machine, loadKeyring: load }),
      loseSecret: async () => void (await keyring.deletePassword('dev.postern.agent', 'device-key')),
      replaceSecret: (secret) => keyring.setPassword('dev.postern.agent', 'device-key', secret),
    }).then(
      () => 'holds',
      (cause) => String(cause),
    )
  }
  return seen
}

const scenarios: { readonly [name: string]: () => Promise<Seen> } = {
  facts: () => factsOf(async () => (await realKeyring()).keyring),
  'facts by a second library': () => factsOf(secondKeyring),

  async 'locked by a second library'() {
    await startDaemon('unlocked')
    const made = await kidOf(aStore({ loadKeyring: secondKeyring }).create())
    await lockEverything()
    const refused = await refusedActs(aStore({ loadKeyring: secondKeyring }))
    return { ...refused, made }
  },

  async 'restarted with its agent'() {
    await startDaemon('unlocked')
    const made = await kidOf(aStore().create())
    await stopDaemon()
    await startDaemon('unlocked')
    return { made, ...(await asNewAgent()) }
  },

  async 'restarted under its agent'() {
    await startDaemon('unlocked')
    const store = aStore()
    const made = await kidOf(store.create())
    await stopDaemon()
    const meanwhile = await store.state()
    await startDaemon('unlocked')
    return { made, meanwhile, after: await store.state(), signature: (await store.sign(Buffer.from('x'))).length }
  },

  async locked() {
    await startDaemon('unlocked')
    const made = await kidOf(aStore().create())
    await lockEverything()
    const counted = await realKeyring()
    const { seen, loop } = await watched(() => refusedActs(aStore({ loadKeyring: async () => counted.keyring })))
    await stopDaemon()
    await startDaemon('unlocked')
    return { ...seen, loop, calls: counted.calls, made, ...(await asNewAgent()) }
  },

  async 'locked from the start'() {
    await startDaemon('unlocked')
    const made = await kidOf(aStore().create())
    await stopDaemon()
    await startDaemon('locked')
    const counted = await realKeyring()
    const { seen, loop } = await watched(() => refusedActs(aStore({ loadKeyring: async () => counted.keyring })))
    return { ...seen, loop, calls: counted.calls, made }
  },

  async 'no service'() {
    return refusedActs(aStore())
  },

  async 'no bus'() {
    return refusedActs(aStore())
  },

  /** Locked after the question, so that keytar's own call opens a prompt; the prompter never answers. */
  async 'prompt while reading'() {
    await startDaemon('unlocked')
    const made = await kidOf(aStore().create())
    await lockEverything()
    const counted = await realKeyring()
    const store = aStore({ loadKeyring: async () => counted.keyring, secretService: saysUnlocked, limitMs: 1000 })
    const { seen, loop } = await watched(() => refusedActs(store))
    const callsMeanwhile = [...counted.calls]
    const stillOpen = counted.open()
    await endPrompter()
    await until(async () => counted.open() === 0)
    await stopDaemon()
    await startDaemon('unlocked')
    return { ...seen, loop, calls: callsMeanwhile, stillOpen, made, ...(await asNewAgent()) }
  },

  /** A daemon without any collection: storing asks for the password of a new one. */
  async 'prompt while writing'() {
    await startDaemon('locked')
    const counted = await realKeyring()
    const store = aStore({ loadKeyring: async () => counted.keyring, limitMs: 1000 })
    const { seen, loop } = await watched(async () => ({
      before: await service.state(),
      created: await codeOf(store.create()),
      second: await codeOf(store.create()),
      state: await store.state(),
    }))
    const callsMeanwhile = [...counted.calls]
    const stillOpen = counted.open()
    await endPrompter()
    await until(async () => (await store.state()).kind !== 'locked')
    const record = await keyRecordFile(home).read()
    return { ...seen, loop, calls: callsMeanwhile, stillOpen, record: record === undefined ? 'none' : 'one' }
  },
}

const saysUnlocked: KeytarOptions['secretService'] = {
  state: async () => ({ kind: 'reachable', locked: false, hasCollection: true }),
}

function aStore(
  given: Partial<KeytarOptions> & { readonly stateFolder?: string; readonly machine?: string } = {},
): KeyStore {
  const { stateFolder = home, machine = 'here', ...options } = given
  return keytarKeyStore({
    records: keyRecordFile(stateFolder),
    machineHash: async (salt) => keyedHash(salt, machine),
    clock,
    log: silentLog,
    secretService: service,
    development: false,
    ...options,
  })
}

/** The real keytar, its calls counted. */
async function realKeyring(): Promise<{ keyring: Keyring; calls: string[]; open: () => number }> {
  const { default: keytar } = await import('keytar')
  const calls: string[] = []
  let open = 0
  const counted = async <Value>(name: string, call: Promise<Value>): Promise<Value> => {
    calls.push(name)
    open += 1
    try {
      return await call
    } finally {
      open -= 1
    }
  }
  return {
    calls,
    open: () => open,
    keyring: {
      getPassword: (...of) => counted('get', keytar.getPassword(...of)),
      setPassword: (...of) => counted('set', keytar.setPassword(...of)),
      deletePassword: (...of) => counted('delete', keytar.deletePassword(...of)),
      findCredentials: (...of) => counted('find', keytar.findCredentials(...of)),
    },
  }
}

async function refusedActs(store: KeyStore): Promise<Seen> {
  const before = performance.now()
  const state: KeyState = await store.state()
  const stateMs = performance.now() - before
  return {
    state,
    stateMs,
    signed: await codeOf(store.sign(Buffer.from('x'))),
    created: await codeOf(store.create()),
  }
}

/** Does something and tells how the event loop and the file system fared meanwhile: longest pause, median file read. */
async function watched<Value>(act: () => Promise<Value>): Promise<{ seen: Value; loop: Seen }> {
  let ticks = 0
  let longestMs = 0
  let last = performance.now()
  const timer = setInterval(() => {
    ticks += 1
    longestMs = Math.max(longestMs, performance.now() - last)
    last = performance.now()
  }, 10)
  const reads: number[] = []
  let isOver = false
  const reading = (async () => {
    while (!isOver) {
      const start = performance.now()
      await readFile('/proc/self/stat')
      reads.push(performance.now() - start)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  const seen = await act()
  isOver = true
  await reading
  clearInterval(timer)
  return { seen, loop: { ticks, longestMs, readMs: reads.sort((a, b) => a - b)[Math.floor(reads.length / 2)] } }
}

/** What an agent sees and can do that starts now, in the same session. */
async function asNewAgent(): Promise<Seen> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, 'look'])
  return { ...Object(JSON.parse(stdout)) }
}

async function look(): Promise<Seen> {
  const store = aStore()
  return { after: await store.state(), signature: (await store.sign(Buffer.from('x'))).length }
}

async function codeOf(act: Promise<unknown>): Promise<string> {
  return act.then(
    () => 'done',
    (thrown) => (isFailure(thrown) ? thrown.code : String(thrown)),
  )
}

async function kidOf(created: Promise<unknown>): Promise<string | undefined> {
  await created
  return (await keyRecordFile(home).read())?.kid
}

async function startDaemon(as: 'unlocked' | 'locked'): Promise<void> {
  const runtime = join(process.env['XDG_RUNTIME_DIR'] ?? '', 'keyring')
  await mkdir(runtime, { recursive: true, mode: 0o700 })
  const options = ['--foreground', '--components=secrets', `--control-directory=${runtime}`]
  const daemon = spawn('/usr/bin/gnome-keyring-daemon', as === 'unlocked' ? [...options, '--unlock'] : options, {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  daemons.push(daemon)
  await leavePid(daemon.pid)
  daemon.stdin?.end(as === 'unlocked' ? password : '')
  await until(async () => {
    const state = await service.state()
    return state.kind === 'reachable' && (as === 'locked' || (state.hasCollection && !state.locked))
  })
}

async function stopDaemon(): Promise<void> {
  const daemon = daemons.pop()
  if (daemon === undefined || daemon.exitCode !== null) return
  const gone = new Promise((resolve) => daemon.once('exit', resolve))
  daemon.kill('SIGTERM')
  await gone
  await until(async () => (await service.hasOwner()) !== 'yes')
}

async function lockEverything(): Promise<void> {
  const login = '/org/freedesktop/secrets/collection/login'
  const where = ['org.freedesktop.secrets', '/org/freedesktop/secrets', 'org.freedesktop.Secret.Service']
  await promisify(execFile)('/usr/bin/busctl', ['--user', 'call', ...where, 'Lock', 'ao', '1', login])
  await until(async () => (await service.isLocked()) === 'yes')
}

/** By these ids our caller ends what outlives its time. */
async function leavePid(pid: number | undefined): Promise<void> {
  if (pid !== undefined) await appendFile(join(home, 'pids'), `${pid}\n`)
}

/** Ends the prompter that the bus started, by the id it left. */
async function endPrompter(): Promise<void> {
  const path = join(home, 'prompter.pid')
  const pid = Number(await readFile(path, 'utf8').catch(() => ''))
  if (pid > 1) process.kill(pid, 'SIGKILL')
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const start = performance.now(); performance.now() - start < 20_000; ) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it did not come about')
}

const [, , name = ''] = process.argv
await leavePid(process.pid)
if (name === 'look') {
  process.stdout.write(JSON.stringify(await look()))
  process.exit(0)
} else {
  const scenario = scenarios[name]
  if (scenario === undefined) throw new Error('no such scenario')
  try {
    await writeFile(join(home, 'seen.json'), JSON.stringify(await scenario()))
  } finally {
    await endPrompter().catch(() => undefined)
    await stopDaemon().catch(() => undefined)
  }
}
process.kill(process.pid, 'SIGKILL') // not `exit`: that waits for worker threads, and one may hang in a prompt for ever
