import type { Machine } from '#agent/machine/machine.ts'
import type { Reading } from '#domain/reading.ts'
import type { SignalId, SignalValue } from '#domain/signals.ts'
import { type CurrentValue, currentValue } from '#runtime/current-value.ts'
import type { UpdateMemory } from './waiting-since.ts'

export type Kept = { readonly inputs: string; readonly reading: Reading<SignalValue> }

/** What outlasts a scan: values whose inputs can be compared, probes that never came back, what waits since when. */
export type KeptReadings = {
  readonly values: Map<SignalId, Kept>
  readonly running: Set<SignalId>
  readonly updates: CurrentValue<UpdateMemory | undefined>
}

export function noKeptReadings(): KeptReadings {
  return { values: new Map(), running: new Set(), updates: currentValue<UpdateMemory | undefined>(undefined) }
}

/** Files of the kernel change without a trace in what `stat` says. */
const untraceable = /^\/(proc|sys)(\/|$)/
const nanosecondsPerMs = 1_000_000n

/**
 * One text that changes when any of the inputs does: path, existence, inode, size and change time, links followed.
 * Undefined where that cannot be told: an input could not be looked at, or was changed so lately that the next change
 * may bear the same time. Ask before the value is taken, so that a change meanwhile shows the next time.
 */
export async function describeInputs(
  machine: Pick<Machine, 'stat'>,
  paths: readonly string[],
  nowMs: number,
): Promise<string | undefined> {
  const looks = await Promise.all([...new Set(paths)].sort().map((path) => describeInput(machine, path, nowMs)))
  return looks.includes(undefined) ? undefined : looks.join('\n')
}

async function describeInput(
  machine: Pick<Machine, 'stat'>,
  path: string,
  nowMs: number,
  isTarget = false,
): Promise<string | undefined> {
  if (untraceable.test(path)) return undefined
  const found = await machine.stat(path)
  if (found.kind === 'absent' || found.kind === 'denied') return JSON.stringify([path, found.kind])
  if (found.kind !== 'found') return undefined
  const { kind, inode, sizeBytes, changedAt, target } = found.content
  if (isTooFresh(changedAt, nowMs)) return undefined
  const own = JSON.stringify([path, kind, inode, sizeBytes, changedAt, target ?? null])
  if (kind !== 'link' || target === undefined || isTarget) return own
  const led = await describeInput(machine, target, nowMs, true)
  return led === undefined ? undefined : `${own} ${led}`
}

/** Change times move in steps: up to 10 ms where nanoseconds are kept, 2 s where a file system keeps seconds. */
function isTooFresh(changedAt: string, nowMs: number): boolean {
  const nanoseconds = BigInt(changedAt)
  const stepMs = nanoseconds % 1_000_000_000n === 0n ? 2000n : 50n
  return nanoseconds / nanosecondsPerMs > BigInt(nowMs) - stepMs
}
