import { Failure } from '#domain/failure.ts'

/** Lets acts through until it is closed. Afterwards each is refused with `agent_not_running`. */
export type Gate = {
  pass<Done>(act: () => Promise<Done>): Promise<Done>
  /** Resolves when what was let through before has ended, however it ended. */
  close(): Promise<void>
}

export function gate(): Gate {
  const underWay = new Set<Promise<unknown>>()
  let isOpen = true
  return {
    pass(act) {
      if (!isOpen) return Promise.reject(new Failure('agent_not_running', {}))
      const done = act()
      const ended = done.then(
        () => undefined,
        () => undefined, // whoever acted is told
      )
      underWay.add(ended)
      void ended.then(() => underWay.delete(ended))
      return done
    },
    async close() {
      isOpen = false
      await Promise.all(underWay)
    },
  }
}
