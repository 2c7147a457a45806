import { readFile } from 'node:fs/promises'
import { app } from 'electron'
import type { Clock } from '#runtime/clock.ts'
import type { Perf } from './perf.ts'

/** What is measured inside the app, where `--perf-report` asks for it (desktop.md section 14). */
export type PerfReport = {
  readonly minutes: number
  /** Callbacks of our own timers that fired, per minute. */
  readonly wakeUpsPerMinute: number
  /** Of one processor, the main process alone. */
  readonly mainCpuPercent: number
  /** `pssKb`: its share of the memory, on Linux; elsewhere what Electron tells. */
  readonly processes: readonly { readonly type: string; readonly pid: number; readonly pssKb: number }[]
  /** Milliseconds from the start of the process. */
  readonly marks: { readonly [name: string]: number }
}

/** What a start sets off is over by then. */
const settledMs = 60_000

/**
 * Counts what the clock fires, and prints one JSON line on stdout: `{ "perfReport": … }`. It begins a minute after the
 * start, with less than two minutes to measure after half of that time, and takes so many minutes.
 */
export function perfReporter(clock: Clock, minutes: number, print: (line: string) => void): Perf {
  const marks: { [name: string]: number } = {}
  let fired = 0
  const counting: Clock = {
    nowMs: clock.nowMs,
    setTimer: (milliseconds, fire) =>
      clock.setTimer(milliseconds, () => {
        fired += 1
        fire()
      }),
  }
  function begin(): void {
    const before = { fired, cpu: process.cpuUsage(), atMs: clock.nowMs() }
    clock.setTimer(minutes * 60_000, () => {
      const wakeUps = fired - before.fired
      const cpu = process.cpuUsage(before.cpu)
      const elapsedMs = clock.nowMs() - before.atMs
      void processes().then((seen) => {
        const perfReport: PerfReport = {
          minutes,
          wakeUpsPerMinute: wakeUps / (elapsedMs / 60_000),
          mainCpuPercent: (cpu.user + cpu.system) / 1000 / elapsedMs / 0.01,
          processes: seen,
          marks,
        }
        print(JSON.stringify({ perfReport }))
      })
    })
  }
  return {
    clock: counting,
    mark(name) {
      marks[name] = clock.nowMs() - (process.getCreationTime() ?? clock.nowMs())
      if (name === 'ready') clock.setTimer(Math.min(settledMs, minutes * 30_000), begin)
    },
  }
}

async function processes(): Promise<PerfReport['processes']> {
  const seen = app.getAppMetrics().map(async ({ type, pid, memory }) => ({
    type,
    pid,
    pssKb: (await pssOf(pid)) ?? memory.privateBytes ?? memory.workingSetSize,
  }))
  return Promise.all(seen)
}

/** The kernel's own sum (proc_pid_smaps(5)); undefined where it is not told. */
async function pssOf(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  const found = /^Pss:\s+(\d+) kB$/m.exec(text)?.[1]
  return found === undefined ? undefined : Number(found)
}
