import type { Clock } from '#runtime/clock.ts'

/** How a call came out for the one who asked. After `no-answer` it may still be under way. */
export type CallOutcome<Value> =
  | { readonly kind: 'answered'; readonly value: Value }
  | { readonly kind: 'failed'; readonly cause: unknown }
  | { readonly kind: 'no-answer' }

/** One call at a time. */
export type CallLine = {
  /** Calls once the calls before have settled. Who waited for the whole limit is not called any more. */
  call<Value>(act: () => Promise<Value>): Promise<CallOutcome<Value>>
  /** Whether a call is under way that took longer than its limit. Then `call` answers at once, without calling. */
  isOverdue(): boolean
  /** When every call made so far has settled. */
  settled(): Promise<void>
}

/**
 * Bounds what callers wait for, not the calls: a native call that waits for a person cannot be ended, and holds one of
 * four worker threads until it settles (nodejs.org/api/cli.html#uv_threadpool_sizesize).
 */
export function callLine(clock: Pick<Clock, 'setTimer'>, limitMs: number): CallLine {
  let last: Promise<void> = Promise.resolve()
  let overdue = false

  return {
    call(act) {
      if (overdue) return Promise.resolve({ kind: 'no-answer' })
      return new Promise((resolve) => {
        let stage: 'waiting' | 'under-way' | 'given-up' = 'waiting'
        const cancel = clock.setTimer(limitMs, () => {
          if (stage === 'under-way') overdue = true
          stage = 'given-up'
          resolve({ kind: 'no-answer' })
        })
        last = last.then(async () => {
          if (stage === 'given-up') return
          stage = 'under-way'
          const outcome = await outcomeOf(act)
          overdue = false
          cancel()
          resolve(outcome)
        })
      })
    },
    isOverdue: () => overdue,
    settled: () => last,
  }
}

async function outcomeOf<Value>(act: () => Promise<Value>): Promise<CallOutcome<Value>> {
  try {
    return { kind: 'answered', value: await act() }
  } catch (cause) {
    return { kind: 'failed', cause }
  }
}
