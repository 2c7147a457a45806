import { type Clock, systemClock } from '#runtime/clock.ts'

/** The machine's clock, whose seconds since `beganMs` pass `speed` times as fast; timers keep the machine's pace. */
export function fastClock(beganMs: number, speed: number, machine: Clock = systemClock()): Clock {
  return { ...machine, nowMs: () => Math.floor(beganMs + (machine.nowMs() - beganMs) * speed) }
}
