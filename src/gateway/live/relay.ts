import type { Store } from '#gateway/storage/open-store.ts'
import type { OutboxEntry } from '#gateway/storage/outbox-store.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { singleFlight } from '#runtime/single-flight.ts'

export type FeedEntry = Extract<OutboxEntry, { kind: 'feed' }>

export type Relay = {
  /** Begins behind what is already there: whoever connects asks for what it missed. */
  start(): Promise<void>
  onFeed(listener: (entry: FeedEntry) => void): () => void
  stop(): Promise<void>
}

const pollMs = 1000
const pageSize = 500

/**
 * Follows the outbox and tells who listens, in commit order (protocol.md section 9). It polls every second, since
 * another process may have written, and is woken by each commit of this one.
 */
export function createRelay(store: Pick<Store, 'read' | 'onOutbox'>, clock: Clock, log: Log): Relay {
  const listeners = new Set<(entry: FeedEntry) => void>()
  let cursor = 0
  let stopped = false
  let again = false
  let cancelTimer: () => void = () => {}
  let stopHearing: () => void = () => {}

  const tell = (entry: FeedEntry) => {
    for (const listener of [...listeners]) {
      try {
        listener(entry)
      } catch (err) {
        log.error('relay.listener-failed', { err }) // the cursor is past it: the others must hear of it now
      }
    }
  }
  const drain = singleFlight(async () => {
    do {
      again = false
      const entries = await store.read((rows) => rows.outbox.after(cursor, pageSize))
      for (const entry of entries) {
        cursor = entry.id
        if (entry.kind === 'feed') tell(entry)
      }
      if (entries.length === pageSize) again = true
    } while (again && !stopped)
  })
  const wake = () => {
    again = true
    drain().catch((err: unknown) => log.error('relay.failed', { err })) // the next poll tries again
  }
  const poll = () => {
    if (stopped) return
    wake()
    cancelTimer = clock.setTimer(pollMs, poll)
  }
  return {
    async start() {
      cursor = await store.read((rows) => rows.outbox.head())
      stopHearing = store.onOutbox(wake)
      cancelTimer = clock.setTimer(pollMs, poll)
    },
    onFeed(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async stop() {
      stopped = true
      cancelTimer()
      stopHearing()
      await drain().catch(() => undefined) // what was under way has logged its own failure
    },
  }
}
