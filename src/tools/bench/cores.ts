import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** Which processor the measured process gets, and which one the load: two different ones. */
export type Cores = { readonly measured: number; readonly load: number }

/** Undefined where processes cannot be bound to a processor, or there is only one: then nothing is bound. */
export function findCores(): Cores | undefined {
  if (availableParallelism() < 2) return undefined
  try {
    const list = /:\s*(.+)$/m.exec(execFileSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' }))?.[1]
    const [measured, load] = (list ?? '').split(',').flatMap(rangeOf)
    return measured === undefined || load === undefined ? undefined : { measured, load }
  } catch {
    return undefined // no taskset: macOS, Windows
  }
}

/** Binds this process and all its threads to one processor, until the returned function is called. */
export function bindSelf(core: number | undefined): () => void {
  if (core === undefined) return () => {}
  const pid = String(process.pid)
  const before = /:\s*(.+)$/m.exec(execFileSync('taskset', ['-cp', pid], { encoding: 'utf8' }))?.[1]
  execFileSync('taskset', ['-acp', String(core), pid], { stdio: 'ignore' })
  return () => {
    if (before !== undefined) execFileSync('taskset', ['-acp', before.trim(), pid], { stdio: 'ignore' })
  }
}

function rangeOf(text: string): readonly number[] {
  const [first = Number.NaN, last = first] = text.trim().split('-').map(Number)
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
