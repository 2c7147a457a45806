import {
  type ClockTick,
  clockSeconds,
  decisionSeconds,
  type RunningClock,
  startClock,
  tickClock,
} from '#domain/exceptions/running-clock.ts'
import { Failure } from '#domain/failure.ts'

/** The time that exceptions are written and judged by (exceptions.md section 1). Whole Unix seconds. */
export type ActingClock = {
  /** For what grants or is done by the clock alone. Throws `unavailable` while the clocks of the machine disagree. */
  now(): number
  /** For what only takes away, or asks. */
  anyNow(): number
  /** The instant that decisions judge grants by. */
  decisionNow(): number
  isLocked(): boolean
  /** Milliseconds, for ids that sort by time. */
  nowMs(): number
}

export type ClockPorts = {
  readonly wallMs: () => number
  /** Counts sleep, and never falls while the machine runs. */
  readonly uptimeMs: () => number
  /** The time of the last leaf; null where there is none. */
  readonly lastLeafSeconds: number | null
  /** `alarm-clock-jump` is due: how far the wall clock is ahead, negative behind. */
  readonly onJump: (jumpSeconds: number, now: number) => void
}

/** Follows both clocks of the machine; each look at it may find a jump, which is told once. */
export function createActingClock(ports: ClockPorts): ActingClock {
  const reading = () => ({ wallMs: ports.wallMs(), uptimeMs: ports.uptimeMs() })
  let clock: RunningClock = settle(startClock(reading(), ports.lastLeafSeconds))

  function settle({ clock: next, jumpSeconds }: ClockTick): RunningClock {
    if (jumpSeconds !== undefined) ports.onJump(jumpSeconds, clockSeconds(next))
    return next
  }
  function tick(): RunningClock {
    clock = settle(tickClock(clock, reading()))
    return clock
  }
  return {
    now() {
      const at = tick()
      if (at.locked) throw new Failure('unavailable', { retry_after: 60 })
      return clockSeconds(at)
    },
    anyNow: () => clockSeconds(tick()),
    decisionNow: () => decisionSeconds(tick()),
    isLocked: () => tick().locked,
    nowMs: () => tick().nowMs,
  }
}
