import { spawn } from 'node:child_process'
import type { Ended } from './run-program.ts'

/** A program that stays, or that asks. What it printed is kept; it is ended by its id. */
export type RunningProgram = {
  readonly pid: number
  /** Everything printed so far, stdout and stderr apart. */
  out(): string
  err(): string
  /** The first place behind `from` where stdout or stderr shows it; rejects when the program ends, or after the limit. */
  until(shows: RegExp, limitMs?: number): Promise<RegExpExecArray>
  /** The first line of stdout that is a JSON object and fits, behind those that were found before. */
  untilLine(fits: (line: Line) => boolean, limitMs?: number): Promise<Line>
  write(text: string): void
  /** The last thing it gets to read. */
  end(text: string): void
  readonly ended: Promise<Ended>
  /** Asks it to end and waits until it has; after the limit it is killed and the code is `null`. */
  stop(signal?: NodeJS.Signals): Promise<Ended>
}

export type Line = { readonly [member: string]: unknown }
export type Environment = { readonly [name: string]: string }

const patienceMs = 20_000
const stopMs = 10_000

/** Starts a program; `env` is all it gets. */
export function startProgram(
  [command = '', ...args]: readonly string[],
  { env, cwd = '/' }: { readonly env: Environment; readonly cwd?: string },
): RunningProgram {
  const child = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
  const printed = { out: '', err: '' }
  const listeners = new Set<() => void>()
  let end: Ended | undefined
  let linesSeen = 0
  const tell = () => {
    for (const listener of [...listeners]) listener()
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed.out += text
    tell()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed.err += text
    tell()
  })
  child.stdin.on('error', () => undefined) // it ended before it read
  const ended = new Promise<Ended>((resolve) => {
    const finish = (code: number | null) => {
      end ??= { code, stdout: printed.out, stderr: printed.err }
      resolve(end)
      tell()
    }
    child.on('error', (cause) => {
      printed.err += String(cause)
      finish(null)
    })
    child.on('close', finish)
  })

  function wait<Found>(find: () => Found | undefined, what: string, limitMs: number): Promise<Found> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer)
        listeners.delete(look)
      }
      const fail = (why: string) => {
        leave()
        reject(new Error(`${why} before ${what}\n${printed.out}\n${printed.err}`))
      }
      const timer = setTimeout(() => fail(`${limitMs} ms passed`), limitMs)
      const look = () => {
        const found = find()
        if (found !== undefined) {
          leave()
          resolve(found)
        } else if (end !== undefined) fail(`it ended with ${String(end.code)}`)
      }
      listeners.add(look)
      look()
    })
  }

  return {
    pid: child.pid ?? -1,
    out: () => printed.out,
    err: () => printed.err,
    until: (shows, limitMs = patienceMs) =>
      wait(() => shows.exec(printed.out) ?? shows.exec(printed.err) ?? undefined, String(shows), limitMs),
    untilLine: (fits, limitMs = patienceMs) =>
      wait(
        () => {
          const lines = printed.out.split('\n').slice(0, -1)
          while (linesSeen < lines.length) {
            const line = readLine(lines[linesSeen] ?? '')
            linesSeen += 1
            if (line !== undefined && fits(line)) return line
          }
          return undefined
        },
        'such a line',
        limitMs,
      ),
    write: (text) => child.stdin.write(text),
    end: (text) => child.stdin.end(text),
    ended,
    async stop(signal = 'SIGTERM') {
      if (end !== undefined) return end
      child.kill(signal)
      let isKilled = false
      const timer = setTimeout(() => {
        isKilled = true
        child.kill('SIGKILL')
      }, stopMs)
      const done = await ended
      clearTimeout(timer)
      return isKilled ? { ...done, code: null } : done
    },
  }
}

function readLine(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
