import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { operatingSystem } from '#agent/system/operating-system.ts'
import { agentPathsHere } from '#agent/system/paths.ts'
import { headlessPorts } from '#cli/headless-ports.ts'
import { runAgent } from '#cli/run-agent.ts'
import { fillText } from '#contract/fill-text.ts'
import { isFailure } from '#domain/failure.ts'
import { systemClock } from '#runtime/clock.ts'
import { createLog } from '#runtime/log.ts'
import { browserPorts } from './browser-ports.ts'
import { findElectron } from './find-electron.ts'
import { howToStart } from './how-to-start.ts'
import { isStale } from './is-stale.ts'
import { serveLoopback } from './serve-loopback.ts'
import { servedWindows } from './serve-windows.ts'

/**
 * `npm start`: the app in Electron where its binary is there, otherwise its windows in a browser, with the same core. For
 * development, never packaged. Says in one line which of the two it is; a further line names the address once a browser left.
 */
const root = join(import.meta.dirname, '..', '..')
const { values } = parseArgs({ options: { browser: { type: 'boolean', default: false } } })
const start = howToStart({
  versions: process.versions,
  environment: process.env,
  os: operatingSystem(),
  uid: userInfo().uid,
  wantsBrowser: values.browser,
  electron: findElectron({
    packageFolder: join(root, 'node_modules', 'electron'),
    environment: process.env,
    readText,
    isExecutable,
  }),
})
const refusedCode = 64
const failedCode = 2

if (start.kind === 'refused') {
  process.stderr.write('The development shell never runs inside Electron: start the app itself.\n')
  process.exitCode = refusedCode
} else process.exit(await (start.kind === 'electron' ? runElectron(start) : runInBrowser(start.because)))

/** The app as it ships, unpacked. It ends with us, and we with it. */
async function runElectron({ path, version }: { readonly path: string; readonly version: string }): Promise<number> {
  const main = join(root, 'out', 'app', 'main.cjs')
  if (await isStale(main, root, ['src', 'renderer'])) {
    const code = await ended(spawn(process.execPath, [join(root, 'src', 'packaging', 'build.ts')], { stdio: quiet }))
    if (code !== 0) return failedCode
  }
  process.stdout.write(`Electron ${version}: the app, from its sources\n`)
  const child = spawn(path, [main], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  return await ended(child)
}

/** A build says what it does beside the one line of ours. */
const quiet: StdioOptions = ['ignore', 2, 2]

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(failedCode))
    child.once('exit', (code) => resolve(code ?? failedCode))
  })
}

async function runInBrowser(because: string): Promise<number> {
  const clock = systemClock()
  const log = createLog({ level: 'warn', destination: 2 })
  let quit = () => {}
  const stopped = new Promise<void>((resolve) => {
    quit = resolve
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
  const say = (line: string) => void process.stdout.write(`${line}\n`)
  try {
    const paths = agentPathsHere({ os: operatingSystem(), development: true })
    const pages = await servedWindows(root)
    const ports = headlessPorts({ paths, development: true, clock, log })
    const { core, stop } = await runAgent({ ...ports, ...browserPorts(paths.state, say, quit) })
    const close = await serveLoopback({
      pages,
      answer: core.answers('window'),
      onNotice: core.onNotice,
      onAddress: (address) => say(`${because}: development shell at ${address} (never packaged)`),
      clock,
      log,
    })
    await stopped
    await close()
    await stop()
    return 0
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown
    const { failures } = (await import('#contract/texts/en.ts')).en
    const { title, detail } = failures[thrown.code]
    const details = Object.fromEntries(Object.entries(thrown.details))
    process.stderr.write(`${fillText(title, details)}\n${fillText(detail, details)}\n`)
    return failedCode
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined // not there
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
