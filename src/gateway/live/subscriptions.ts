import type { Json } from '#domain/canonical-json.ts'
import type { FeedEvent } from '#gateway/storage/feed-store.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { Log } from '#runtime/log.ts'
import type { Relay } from './relay.ts'

/** What a topic shows: its whole state, and an event as its reader may see it now; `undefined` is not for this reader. */
export type TopicView = {
  /** The one feed that everybody reads; left out, each reader has one of their own. */
  readonly feed?: string
  /** Whether there is this topic for this reader; left out, for everybody. */
  mayRead?(reader: string): Promise<boolean>
  snapshot(reader: string): Promise<Json>
  show(event: FeedEvent, reader: string): Promise<Json | undefined>
}
export type TopicViews = { readonly [topic: string]: TopicView | undefined }

export type LiveEvent =
  | { readonly t: 'snapshot'; readonly seq: number; readonly data: Json }
  | { readonly t: 'ev'; readonly seq: number; readonly at: number; readonly data: Json }
  | { readonly t: 'reset'; readonly reason: 'gap' | 'restore' }

export type Subscription = {
  /** The number of the last event that was sent, or is contained in the snapshot. */
  readonly seq: () => number
  readonly end: () => void
}

export type Subscriptions = {
  readonly topics: readonly string[]
  /** Sends the state, then every event as it comes. `undefined`: there is no such topic. */
  subscribe(topic: string, reader: string, send: (event: LiveEvent) => void): Promise<Subscription | undefined>
  /** Sends what came after `after`, or a reset and the state where that is no longer whole. */
  resume(
    topic: string,
    reader: string,
    after: number,
    send: (event: LiveEvent) => void,
  ): Promise<Subscription | undefined>
}

/** What stands for an event that is not for its reader. */
const skipped = { kind: 'skipped', count: 1 } as const

type Reader = {
  readonly id: string
  readonly view: TopicView
  readonly topic: string
  readonly subject: string
  readonly send: (event: LiveEvent) => void
  seq: number
  delivering: Promise<void>
  ended: boolean
}

const pageSize = 100

/** Feeds and who reads them. Per reader events leave in the order of `seq`, none twice and none left out. */
export function createSubscriptions(
  store: Pick<Store, 'read'>,
  relay: Pick<Relay, 'onFeed'>,
  views: TopicViews,
  log: Log,
): Subscriptions {
  const readers = new Map<string, Set<Reader>>()
  relay.onFeed(({ topic, subject }) => {
    for (const reader of readers.get(keyOf(topic, subject)) ?? []) deliver(reader)
  })

  function deliver(reader: Reader): void {
    reader.delivering = reader.delivering
      .then(() => catchUp(reader))
      .catch((err: unknown) => log.error('live.delivery-failed', { topic: reader.topic, err })) // the next event, or a resume, makes it whole
  }

  async function catchUp(reader: Reader): Promise<void> {
    const { topic, subject, view, id } = reader
    for (;;) {
      if (reader.ended) return
      const events = await store.read((rows) => rows.feeds.after(topic, subject, reader.seq, pageSize))
      for (const event of events) {
        const data = await view.show(event, id)
        if (reader.ended) return
        reader.seq = event.seq
        // A number that never came would look like one that was lost, and be asked for without end.
        reader.send({ t: 'ev', seq: event.seq, at: event.at, data: data ?? skipped })
      }
      if (events.length < pageSize) return
    }
  }

  async function sendSnapshot(reader: Reader): Promise<void> {
    const { topic, subject, view, id } = reader
    // The number first: what happens between the two reads is then sent twice rather than never.
    const { seq } = await store.read((rows) => rows.feeds.head(topic, subject))
    const data = await view.snapshot(id)
    reader.seq = seq
    reader.send({ t: 'snapshot', seq, data })
  }

  function open(reader: Reader): Subscription {
    const key = keyOf(reader.topic, reader.subject)
    const there = readers.get(key) ?? new Set()
    there.add(reader)
    readers.set(key, there)
    return {
      seq: () => reader.seq,
      end() {
        reader.ended = true
        there.delete(reader)
        if (there.size === 0) readers.delete(key)
      },
    }
  }

  function newReader(topic: string, id: string, send: (event: LiveEvent) => void, seq: number): Reader | undefined {
    const view = Object.hasOwn(views, topic) ? views[topic] : undefined
    if (view === undefined) return undefined
    const subject = view.feed ?? id
    return { id, view, topic, subject, send, seq, delivering: Promise.resolve(), ended: false }
  }

  return {
    topics: Object.keys(views),
    async subscribe(topic, id, send) {
      const reader = newReader(topic, id, send, 0)
      if (reader === undefined || (await reader.view.mayRead?.(id)) === false) return undefined
      await sendSnapshot(reader)
      const subscription = open(reader)
      deliver(reader)
      await reader.delivering
      return subscription
    },
    async resume(topic, id, after, send) {
      const reader = newReader(topic, id, send, after)
      if (reader === undefined || (await reader.view.mayRead?.(id)) === false) return undefined
      const head = await store.read((rows) => rows.feeds.head(topic, reader.subject))
      if (after > head.seq || after < head.pruned) {
        send({ t: 'reset', reason: after > head.seq ? 'restore' : 'gap' })
        await sendSnapshot(reader)
      }
      const subscription = open(reader)
      deliver(reader)
      await reader.delivering
      return subscription
    },
  }
}

function keyOf(topic: string, subject: string): string {
  return `${topic}\0${subject}`
}
