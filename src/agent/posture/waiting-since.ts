import type { SignalValues } from '#domain/signals.ts'
import type { StateFile } from '#runtime/state-file.ts'

type Updates = SignalValues['os-updates']

/** Since when security updates have been waiting, as far as this agent knows; empty while none waits. Unix seconds. */
export type UpdateMemory = { readonly waitingSince?: number }

/** Where that outlasts a restart. */
export type UpdateMemoryFile = Pick<StateFile<UpdateMemory>, 'read' | 'write'>

/**
 * Adds `waitingSince`: the oldest known of offer date and first seen, there exactly when security updates wait. A date
 * in the future counts as now.
 */
export function withWaitingSince(
  value: Updates,
  memory: UpdateMemory,
  now: number,
): { readonly value: Updates; readonly memory: UpdateMemory } {
  const { waitingSince: offered, ...rest } = value
  if (value.pendingSecurity === 0) return { value: rest, memory: {} }
  const waitingSince = Math.min(offered ?? now, memory.waitingSince ?? now, now)
  return { value: { ...rest, waitingSince }, memory: { waitingSince } }
}
