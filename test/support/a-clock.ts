import type { Clock } from '#runtime/clock.ts'

export type TestClock = Clock & {
  /**
   * Moves time forward and fires due timers in order, each at its own instant. Between two timers pending promises
   * settle, so a timer that an awaiting function sets still fires within the same call.
   */
  advance(milliseconds: number): Promise<void>
  /** Time passes while the machine sleeps: whatever fell due meanwhile fires once, after it. */
  leap(milliseconds: number): Promise<void>
  /** How many timers wait. */
  waiting(): number
  /** When the next timer fires (ms since 1970), or undefined. */
  nextAt(): number | undefined
}

/** A clock that stands still until it is advanced. */
export function aClock(startMs = 1_795_510_800_000): TestClock {
  let now = startMs
  let made = 0
  const timers = new Map<number, { readonly at: number; readonly fire: () => void }>()

  const first = () => [...timers].sort(([a, one], [b, other]) => one.at - other.at || a - b)[0]

  return {
    nowMs: () => now,
    setTimer(milliseconds, fire) {
      const id = made++
      timers.set(id, { at: now + Math.max(0, milliseconds), fire })
      return () => timers.delete(id)
    },
    async advance(milliseconds) {
      const until = now + milliseconds
      await settle()
      for (let next = first(); next !== undefined && next[1].at <= until; next = first()) {
        const [id, timer] = next
        timers.delete(id)
        now = Math.max(now, timer.at)
        timer.fire()
        await settle()
      }
      now = until
      await settle()
    },
    async leap(milliseconds) {
      now += milliseconds
      for (const [id, timer] of [...timers].sort(([a, one], [b, other]) => one.at - other.at || a - b)) {
        if (timer.at > now || !timers.delete(id)) continue
        timer.fire()
        await settle()
      }
      await settle()
    },
    waiting: () => timers.size,
    nextAt: () => first()?.[1].at,
  }
}

/** Lets promise chains run dry: several turns of the event loop, real file work excepted. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}
