import { join } from 'node:path'
import { app } from 'electron'
import { operatingSystem } from '#agent/system/operating-system.ts'
import { type AgentPaths, agentPathsHere } from '#agent/system/paths.ts'
import { systemClock } from '#runtime/clock.ts'
import { createLog } from '#runtime/log.ts'
import { beforeReady } from './before-ready.ts'
import { cachedSettings } from './cached-settings.ts'
import { readLaunchWords } from './launch-words.ts'
import { noPerf } from './perf.ts'
import { type AppPorts, runApp } from './run-app.ts'
import { sayWhyNot } from './say-why-not.ts'
import { refusalLine, refusedExitCode, startRefusal } from './start-guard.ts'
import { unwritable } from './unwritable.ts'

export type StartPorts = AppPorts & {
  /** First words of the verbs that the app carries. */
  readonly verbs: readonly string[]
  readonly runVerb: (typed: readonly string[]) => Promise<number>
}

/** The app from its first line on. Everything that must come before `ready` happens in this turn of the event loop. */
export function startApp(ports: StartPorts): void {
  const isDevelopment = !app.isPackaged
  if (!isDevelopment) {
    const refusal = startRefusal(process.argv, process.env)
    if (refusal !== undefined) {
      process.stderr.write(`${refusalLine(refusal)}\n`)
      return app.exit(refusedExitCode)
    }
  }
  const words = readLaunchWords(process.argv.slice(process.defaultApp ? 2 : 1), ports.verbs)
  if (words.kind === 'verb') {
    const ended = ports.runVerb(words.typed)
    void ended.catch(sayBug).then((code) => app.exit(code))
    return
  }
  let paths: AgentPaths
  try {
    paths = pathsHere(isDevelopment)
  } catch (thrown) {
    return giveUp(thrown)
  }
  const handOver = { link: words.link ?? '', action: words.action ?? '' }
  const hardwareAcceleration = cachedSettings(paths.state).hardwareAcceleration
  if (!beforeReady({ os: operatingSystem(), stateFolder: paths.state, hardwareAcceleration, handOver })) {
    // The lock is a file: where none can be written, nobody else runs either.
    const why = unwritable(join(paths.state, 'chromium'))
    return why === undefined ? app.exit(0) : giveUp(why)
  }
  const clock = systemClock({ keepAlive: true })
  const { perfReport: minutes } = words
  if (minutes === undefined) return runApp(ports, words, paths, noPerf(clock))
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  void import('./perf-report.ts').then(({ perfReporter }) =>
    runApp(ports, words, paths, perfReporter(clock, minutes, print)),
  )
}

function pathsHere(development: boolean): AgentPaths {
  const environment = development ? process.env : { ...process.env, POSTERN_STATE: '', POSTERN_CONTROL: '' }
  return agentPathsHere({ os: operatingSystem(), development, environment })
}

/** Ends before anything has begun, and says why. */
function giveUp(thrown: unknown): void {
  const log = createLog({ destination: 2 })
  void app
    .whenReady()
    .then(() => sayWhyNot(thrown, log))
    .finally(() => app.exit(1))
}

/** A verb answers for itself; that it could not even be loaded is a bug (architecture.md section 10). */
function sayBug(thrown: unknown): number {
  process.stderr.write(`postern: ${thrown instanceof Error ? thrown.message : 'unknown'}\n`)
  return 70
}
