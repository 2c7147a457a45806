import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export type ChildWish = {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: { readonly [name: string]: string | undefined }
  readonly cwd?: string
  /** Linux: the one processor that it and its children may use. */
  readonly core?: number
  /** What it reads from stdin; left out, nothing. */
  readonly input?: string
}

export type RunningChild = {
  readonly pid: number
  /** The first line on stdout that fits. Fails when the child ends before. */
  line(fits: (line: string) => boolean): Promise<string>
  /** What it wrote to stderr so far, for when it goes wrong. */
  complaints(): string
  /** Names the process that is asked to end in its stead, where it only waits for that one. */
  endsWith(pid: number): void
  /** Asks it to end, and after three seconds no longer asks. */
  stop(): Promise<void>
  /** Resolves when it has ended, whoever ended it. */
  readonly ended: Promise<void>
}

const patienceMs = 3000

/** The children of one run: whatever happens, none is left behind. */
export function children() {
  const running = new Set<RunningChild>()
  return {
    start(wish: ChildWish): RunningChild {
      const child = startChild(wish, () => running.delete(child))
      running.add(child)
      return child
    },
    async stopAll(): Promise<void> {
      await Promise.all([...running].map((child) => child.stop()))
    },
  }
}
export type Children = ReturnType<typeof children>

function startChild(wish: ChildWish, onEnd: () => void): RunningChild {
  const [command, args] = onCore(wish)
  const process_ = spawn(command, args, {
    cwd: wish.cwd,
    env: { ...process.env, ...wish.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  process_.on('error', () => undefined) // not there, or not ours to run: then there is no pid either
  process_.stdin.on('error', () => undefined) // it ended without reading
  process_.stdin.end(wish.input ?? '')
  const { pid } = process_
  if (pid === undefined) throw new Error(`${command} could not be started`)
  let asked = pid
  let errors = ''
  process_.stderr.on('data', (part: Buffer) => {
    errors = `${errors}${part.toString()}`.slice(-8000)
  })
  const lines: string[] = []
  const listeners = new Set<(line: string) => void>()
  createInterface({ input: process_.stdout }).on('line', (line) => {
    lines.push(line)
    for (const listener of [...listeners]) listener(line)
  })
  const ended = endOf(process_)
  void ended.then(onEnd)
  return {
    pid,
    ended,
    complaints: () => errors,
    line: (fits) =>
      new Promise((resolve, reject) => {
        const known = lines.find(fits)
        if (known !== undefined) return resolve(known)
        const listener = (line: string) => {
          if (!fits(line)) return
          listeners.delete(listener)
          resolve(line)
        }
        listeners.add(listener)
        void ended.then(() => reject(new Error(`${[command, ...args].join(' ')} ended: ${errors}`)))
      }),
    endsWith(other) {
      asked = other
    },
    async stop() {
      if (process_.exitCode !== null || process_.signalCode !== null) return
      endProcess(asked, 'SIGTERM')
      const timer = setTimeout(() => process_.kill('SIGKILL'), patienceMs)
      await ended
      clearTimeout(timer)
    },
  }
}

function endProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // it is gone already
  }
}

/** Runs to the end; answers wall time and output. */
export async function runChild(wish: ChildWish): Promise<{
  readonly ms: number
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}> {
  const [command, args] = onCore(wish)
  const began = performance.now()
  const child = spawn(command, args, {
    cwd: wish.cwd,
    env: { ...process.env, ...wish.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => out.push(part))
  child.stderr.on('data', (part: Buffer) => err.push(part))
  const [code] = await once(child, 'exit')
  const ms = performance.now() - began
  if (child.stdout.readable) await once(child.stdout, 'close')
  return {
    ms,
    code: typeof code === 'number' ? code : null,
    stdout: Buffer.concat(out).toString(),
    stderr: Buffer.concat(err).toString(),
  }
}

function onCore({ command, args, core }: ChildWish): [string, readonly string[]] {
  return core === undefined ? [command, args] : ['taskset', ['-c', String(core), command, ...args]]
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
