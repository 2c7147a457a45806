import type { Clock } from '#runtime/clock.ts'

/** A clock that may be counted, and moments that may be written down. */
export type Perf = {
  readonly clock: Clock
  mark(name: 'ready' | 'tray' | 'window'): void
}

/** The clock as it is, and nothing counted. */
export function noPerf(clock: Clock): Perf {
  return { clock, mark: () => undefined }
}
