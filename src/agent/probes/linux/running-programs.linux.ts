import type { Machine } from '#agent/machine/machine.ts'

/** The kernel keeps this many characters of a program's name. */
const longestName = 15

/** Names of running programs. Only while `isComplete` does a missing name prove that nothing of that name runs. */
export type RunningPrograms = {
  /** Whole names as `/proc/<pid>/comm` has them, cut at 15 characters. */
  readonly names: ReadonlySet<string>
  readonly isComplete: boolean
}

/** Whether a program of exactly this name runs, as far as was seen. */
export function isRunning(programs: RunningPrograms, name: string): boolean {
  return programs.names.has(name.slice(0, longestName))
}

/**
 * What runs on this machine, without rights. Where `/proc` hides other people's processes (mount option `hidepid`)
 * the list is not complete: pid 1 belongs to root and is always there.
 */
export async function runningPrograms(machine: Machine): Promise<RunningPrograms> {
  const listed = await machine.list('/proc')
  if (listed.kind !== 'found') return { names: new Set(), isComplete: false }
  const pids = listed.content.filter((name) => /^[1-9][0-9]*$/.test(name))
  const seen = await Promise.all(pids.map((pid) => nameOf(machine, pid)))
  const names = new Set(seen.flatMap((name) => (name.kind === 'named' ? [name.name] : [])))
  return { names, isComplete: pids.includes('1') && seen.every((name) => name.kind !== 'hidden') }
}

type Named = { readonly kind: 'named'; readonly name: string } | { readonly kind: 'ended' | 'hidden' }

async function nameOf(machine: Machine, pid: string): Promise<Named> {
  const comm = await machine.readText(`/proc/${pid}/comm`, 64)
  if (comm.kind === 'found') return { kind: 'named', name: comm.content.replace(/\n$/, '') }
  if (comm.kind === 'absent') return { kind: 'ended' }
  if (comm.kind === 'denied') return { kind: 'hidden' }
  // A process that ends between opening and reading fails in its own way; its folder is gone then.
  return (await machine.stat(`/proc/${pid}`)).kind === 'absent' ? { kind: 'ended' } : { kind: 'hidden' }
}
