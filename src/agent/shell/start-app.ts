import { app } from 'electron'
import { operatingSystem } from '#agent/system/operating-system.ts'
import { agentPathsHere } from '#agent/system/paths.ts'
import { systemClock } from '#runtime/clock.ts'
import { beforeReady } from './before-ready.ts'
import { cachedSettings } from './cached-settings.ts'
import { readLaunchWords } from './launch-words.ts'
import { noPerf } from './perf.ts'
import { type AppPorts, runApp } from './run-app.ts'
import { refusalLine, refusedExitCode, startRefusal } from './start-guard.ts'

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
  const paths = agentPathsHere({
    os: operatingSystem(),
    development: isDevelopment,
    environment: isDevelopment ? process.env : { ...process.env, POSTERN_STATE: '', POSTERN_CONTROL: '' },
  })
  const handOver = { link: words.link ?? '', action: words.action ?? '' }
  const hardwareAcceleration = cachedSettings(paths.state).hardwareAcceleration
  if (!beforeReady({ os: operatingSystem(), stateFolder: paths.state, hardwareAcceleration, handOver }))
    return app.exit(0)
  const clock = systemClock({ keepAlive: true })
  const { perfReport: minutes } = words
  if (minutes === undefined) return runApp(ports, words, paths, noPerf(clock))
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  void import('./perf-report.ts').then(({ perfReporter }) =>
    runApp(ports, words, paths, perfReporter(clock, minutes, print)),
  )
}

/** A verb answers for itself; that it could not even be loaded is a bug (architecture.md section 10). */
function sayBug(thrown: unknown): number {
  process.stderr.write(`postern: ${thrown instanceof Error ? thrown.message : 'unknown'}\n`)
  return 70
}
