import { isFailure } from '#domain/failure.ts'

/** Acts that wait for the gateway to come back. Nothing is kept of what they send: each is made anew when its turn comes. */
export type Outbox<Kind extends string> = {
  /** Waits; an act of the same kind takes the place of the one before, at the end of the line. */
  put(kind: Kind, act: () => Promise<void>): void
  waiting(): readonly Kind[]
  /** The gateway answers again: acts one after another, and stops where it is not reached. */
  flush(): Promise<void>
}

/** Bounded by its kinds: a device that was away for a week sends its newest state, not a week of old ones. */
export function outbox<Kind extends string>(onBroken: (kind: Kind, thrown: unknown) => void): Outbox<Kind> {
  const acts = new Map<Kind, () => Promise<void>>()
  let flushing: Promise<void> | undefined

  async function flushAll(): Promise<void> {
    for (const [kind, act] of [...acts]) {
      acts.delete(kind)
      try {
        await act()
      } catch (thrown) {
        if (isFailure(thrown, 'gateway_unreachable')) {
          if (!acts.has(kind)) acts.set(kind, act)
          return
        }
        onBroken(kind, thrown)
      }
    }
  }

  return {
    put(kind, act) {
      acts.delete(kind)
      acts.set(kind, act)
    },
    waiting: () => [...acts.keys()],
    flush() {
      flushing ??= flushAll().finally(() => {
        flushing = undefined
      })
      return flushing
    },
  }
}
