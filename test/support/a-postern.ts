import { join, relative } from 'node:path'
import { type Environment, type RunningProgram, startProgram } from './a-program.ts'
import type { Stage } from './a-stage.ts'
import { type Ended, runProgram } from './run-program.ts'

export const checkoutHere = join(import.meta.dirname, '..', '..')

/** Where and as whom `postern` runs. */
export type PosternPlace = {
  readonly env: Environment
  /** Words before the command, such as those that enter a namespace. */
  readonly within?: readonly string[]
  /** Where the checkout lies as seen from there. */
  readonly checkout?: string
  /** An installed `postern` instead of the checkout's. */
  readonly installed?: string
}

/** The words that run `postern`: this checkout's with this very Node, or an installed one. */
export function posternCommand(
  args: readonly string[],
  { within = [], checkout = checkoutHere, installed }: PosternPlace,
): readonly string[] {
  if (installed !== undefined) return [...within, installed, ...args]
  const inside = relative(checkoutHere, process.execPath)
  const node = inside.startsWith('..') ? process.execPath : join(checkout, inside)
  return [...within, node, join(checkout, 'src/cli/postern.ts'), ...args]
}

/** Runs one command to its end. */
export function runPostern(args: readonly string[], place: PosternPlace): Promise<Ended> {
  const [command = '', ...rest] = posternCommand(args, place)
  return runProgram(command, rest, { cwd: '/', env: place.env })
}

/** Starts a command that stays; it ends with the stage at the latest. */
export function startPostern(stage: Stage, args: readonly string[], place: PosternPlace): RunningProgram {
  const running = startProgram(posternCommand(args, place), { env: place.env })
  stage.onEnd(() => running.stop())
  return running
}

/** Starts a command at a terminal of its own, so that it can ask. */
export function startAtTerminal(stage: Stage, args: readonly string[], place: PosternPlace): RunningProgram {
  const line = posternCommand(args, place)
    .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
    .join(' ')
  const running = startProgram(['/usr/bin/script', '--quiet', '--return', '--flush', '--command', line, '/dev/null'], {
    env: { ...place.env, SHELL: '/bin/sh', TERM: 'dumb' },
  })
  stage.onEnd(() => running.stop())
  return running
}

/** One JSON document, as `--json` prints it. */
export function documentOf(ended: Pick<Ended, 'stdout' | 'stderr'>): { readonly [member: string]: unknown } {
  try {
    return { ...Object(JSON.parse(ended.stdout)) }
  } catch (cause) {
    throw new Error(`no document: ${ended.stdout}${ended.stderr}`, { cause })
  }
}
