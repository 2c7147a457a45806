/** Time as it is passed in. `setTimer` fires once; the function it returns cancels. */
export type Clock = {
  /** Milliseconds since 1970, UTC. */
  nowMs(): number
  setTimer(milliseconds: number, fire: () => void): () => void
}

export function secondsNow(clock: Pick<Clock, 'nowMs'>): number {
  return Math.floor(clock.nowMs() / 1000)
}

/** The machine's own clock. Its timers do not keep a process alive by themselves. */
export function systemClock(options: { readonly keepAlive?: boolean } = {}): Clock {
  return {
    nowMs: () => Date.now(),
    setTimer(milliseconds, fire) {
      const timer = setTimeout(fire, milliseconds)
      if (options.keepAlive !== true) timer.unref()
      return () => clearTimeout(timer)
    },
  }
}

/** Waits on the given clock; ends early, without failing, when `signal` aborts. */
export function pause(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve()
    const cancel = clock.setTimer(milliseconds, resolve)
    signal?.addEventListener('abort', () => {
      cancel()
      resolve()
    })
  })
}
