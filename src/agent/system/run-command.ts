import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { commands, type ProgramName } from '#agent/machine/commands.ts'
import type { Ran } from '#agent/machine/machine.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { Clock } from '#runtime/clock.ts'

export type RunLimits = { readonly timeoutMs?: number; readonly maxOutputBytes?: number }

/** Runs one program of the table by absolute path; never throws. */
export type RunCommand<Name extends string = ProgramName> = (
  program: Name,
  args: readonly string[],
  limits?: RunLimits,
) => Promise<Ran>

const defaultTimeoutMs = 5000
const defaultOutputBytes = 1024 * 1024

/** What the programs that talk to the session get on top, and no other program does. */
const sessionPrograms: ReadonlySet<string> = new Set<ProgramName>(['busctl', 'gsettings', 'systemctl', 'xfconf-query'])
const sessionVariables = [
  'DBUS_SESSION_BUS_ADDRESS',
  'XDG_RUNTIME_DIR',
  'XDG_CONFIG_HOME',
  'XDG_CONFIG_DIRS',
  'XDG_DATA_HOME',
  'XDG_DATA_DIRS',
  'XDG_CURRENT_DESKTOP',
] as const

/**
 * The one place where the agent starts programs. No shell, no lookup in `PATH`, an environment of our own (nothing that
 * changes how programs load or speak gets through), a time limit and an output limit; what outlives a limit is killed
 * with everything it started. Which path exists is remembered; that none does is not, because programs get installed.
 */
export function commandRunner<Name extends string = ProgramName>(from: {
  readonly clock: Pick<Clock, 'setTimer'>
  readonly os: OperatingSystem
  readonly home: string
  readonly environment: { readonly [name: string]: string | undefined }
  readonly programs?: { readonly [Program in Name]: readonly string[] }
}): RunCommand<Name> {
  const programs: { readonly [name: string]: readonly string[] } = from.programs ?? commands
  const known = new Map<Name, string>()
  const plain = plainEnvironment(from.home)
  const session = { ...plain, ...picked(from.environment, sessionVariables) }

  async function pathOf(program: Name): Promise<string | Ran> {
    const remembered = known.get(program)
    if (remembered !== undefined) return remembered
    const found = await firstExecutable(programs[program] ?? [])
    if (typeof found === 'string') known.set(program, found)
    return found
  }

  return async (program, args, limits = {}) => {
    for (let attempt = 0; ; attempt++) {
      const path = await pathOf(program)
      if (typeof path !== 'string') return path
      const environment = sessionPrograms.has(program) ? session : plain
      const ran = await runToEnd(path, args, environment, limits, from)
      const vanished = ran.kind === 'failed' && ran.code === 'ENOENT'
      if (!vanished) return ran
      known.delete(program)
      if (attempt > 0) return ran
    }
  }
}

function plainEnvironment(home: string): { readonly [name: string]: string } {
  return { LC_ALL: 'C', HOME: home, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } // scripts among the programs need a PATH: a fixed one
}

function picked(
  environment: { readonly [name: string]: string | undefined },
  names: readonly string[],
): { readonly [name: string]: string } {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name]
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

async function firstExecutable(paths: readonly string[]): Promise<string | Ran> {
  let refused: string | undefined
  for (const path of paths) {
    try {
      await access(path, constants.X_OK)
      return path
    } catch (cause) {
      const code = codeOf(cause)
      if (code !== 'ENOENT' && code !== 'ENOTDIR') refused = code
    }
  }
  return refused === undefined ? { kind: 'absent' } : { kind: 'failed', code: refused }
}

function runToEnd(
  path: string,
  args: readonly string[],
  environment: { readonly [name: string]: string },
  limits: RunLimits,
  from: { readonly clock: Pick<Clock, 'setTimer'>; readonly os: OperatingSystem },
): Promise<Ran> {
  const maxBytes = limits.maxOutputBytes ?? defaultOutputBytes
  return new Promise((resolve) => {
    let child: ChildProcess
    try {
      child = spawn(path, args, {
        cwd: from.os === 'windows' ? undefined : '/',
        env: { ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
        shell: false,
        windowsHide: true,
        detached: from.os !== 'windows', // a group of its own, so that a limit ends its children too
      })
    } catch (cause) {
      return resolve({ kind: 'failed', code: codeOf(cause) })
    }
    const out: Buffer[] = []
    const err: Buffer[] = []
    const sizes = { out: 0, err: 0 }

    const end = (ran: Ran) => {
      cancelTimer()
      resolve(ran)
    }
    const cutShort = (ran: Ran) => {
      killGroup(child, from.os)
      child.stdout?.destroy() // a grandchild may hold the pipe open for ever
      child.stderr?.destroy()
      end(ran)
    }
    const cancelTimer = from.clock.setTimer(limits.timeoutMs ?? defaultTimeoutMs, () => cutShort({ kind: 'timed-out' }))
    child.stdout?.on('data', (chunk: Buffer) => {
      sizes.out += chunk.length
      if (sizes.out > maxBytes) cutShort({ kind: 'too-much-output' })
      else out.push(chunk)
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      sizes.err += chunk.length
      if (sizes.err > maxBytes) cutShort({ kind: 'too-much-output' })
      else err.push(chunk)
    })
    child.on('error', (cause) => end({ kind: 'failed', code: codeOf(cause) }))
    child.on('close', (code, signal) => {
      if (code === null) return end({ kind: 'failed', code: signal ?? 'unknown' })
      end({
        kind: 'ran',
        code,
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: Buffer.concat(err).toString('utf8'),
      })
    })
  })
}

function killGroup(child: ChildProcess, os: OperatingSystem): void {
  if (child.pid === undefined) return
  try {
    if (os === 'windows') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL') // the group is gone already; at most the child itself is left
  }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'unknown'
}
