import type { Machine } from '#agent/machine/machine.ts'
import type { Watch } from '#agent/machine/watch.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { Reading } from '#domain/reading.ts'
import type { Cost, SignalId, SignalValues } from '#domain/signals.ts'

/**
 * Reads one signal on one system, without privileges. Its parser is pure and recognises whole answers; anything else
 * is `unknown`.
 */
export type Probe<Signal extends SignalId = SignalId> = {
  readonly signal: Signal
  readonly os: OperatingSystem
  readonly cost: Cost
  readonly watches: readonly Watch[]
  /**
   * Set only where the value follows from these files and folders alone: path, existence, inode, size and change time,
   * links followed. While none of them changed, a kept value still holds and `take` need not run again. A folder tells
   * of entries that come and go, not of edits inside them, so files that matter are named one by one.
   */
  readonly inputs?: (machine: Machine) => Promise<readonly string[]>
  take(machine: Machine): Promise<Reading<SignalValues[Signal]>>
}
