/**
 * The gateway's time (exceptions.md section 1): at start the later of wall clock and last leaf, then as far as the
 * machine has run since. It follows the wall clock forward by at most a minute at a time, and never goes back.
 */
export type RunningClock = {
  readonly nowMs: number
  readonly uptimeMs: number
  readonly wallMs: number
  /** Both clocks differ by more than a minute: nothing is minted, and the sweeper waits. */
  readonly locked: boolean
}

/** One look at both clocks of the machine. `uptimeMs` counts sleep, and never falls while the machine runs. */
export type ClockReading = { readonly wallMs: number; readonly uptimeMs: number }

/** `jumpSeconds` is there when `alarm-clock-jump` is due: how far the wall clock is ahead, negative behind. */
export type ClockTick = { readonly clock: RunningClock; readonly jumpSeconds?: number }

/** The most that the clocks may differ. */
export const largestStepMs = 60_000

/** A start more than a minute before the last leaf is locked, until the wall clock has caught up. */
export function startClock({ wallMs, uptimeMs }: ClockReading, lastLeafSeconds: number | null): ClockTick {
  const leafMs = (lastLeafSeconds ?? 0) * 1000
  const nowMs = Math.max(wallMs, leafMs)
  return settle({ nowMs, uptimeMs, wallMs, locked: false }, nowMs)
}

/** Where the clock is at a later reading. The alarm comes once per jump. */
export function tickClock(before: RunningClock, { wallMs, uptimeMs }: ClockReading): ClockTick {
  const ran = Math.max(0, uptimeMs - before.uptimeMs)
  return settle({ ...before, uptimeMs, wallMs }, before.nowMs + ran)
}

function settle(clock: RunningClock, ranToMs: number): ClockTick {
  const ahead = clock.wallMs - ranToMs
  if (Math.abs(ahead) > largestStepMs) {
    const jumped = { ...clock, nowMs: ranToMs, locked: true }
    return clock.locked ? { clock: jumped } : { clock: jumped, jumpSeconds: Math.trunc(ahead / 1000) }
  }
  return { clock: { ...clock, nowMs: Math.max(ranToMs, clock.wallMs), locked: false } }
}

/** The instant that acts are written with, whole Unix seconds. */
export function clockSeconds({ nowMs }: RunningClock): number {
  return Math.floor(nowMs / 1000)
}

/** The instant that decisions judge grants by: the later of both clocks, so that a doubt ends access sooner. */
export function decisionSeconds({ nowMs, wallMs, locked }: RunningClock): number {
  return Math.floor((locked ? Math.max(nowMs, wallMs) : nowMs) / 1000)
}
