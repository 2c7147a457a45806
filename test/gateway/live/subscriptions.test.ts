import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FeedEntry } from '#gateway/live/relay.ts'
import { createSubscriptions, type LiveEvent, type TopicViews } from '#gateway/live/subscriptions.ts'
import { silentLog } from '#runtime/log.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aStore } from '#test/support/a-store.ts'

const clock = aClock()

/** One topic whose state is how many events there were; events of the kind `secret` are for nobody. */
async function aFeed(slow = false) {
  const store = await aStore()
  const listeners = new Set<(entry: FeedEntry) => void>()
  const relay = {
    onFeed(listener: (entry: FeedEntry) => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const views: TopicViews = {
    device: {
      async snapshot(subject) {
        const { seq } = await store.read((rows) => rows.feeds.head('device', subject))
        return { count: seq }
      },
      async show(event) {
        if (slow) await new Promise((resolve) => setImmediate(resolve))
        return event.kind === 'secret' ? undefined : { kind: event.kind, seq: event.seq }
      },
    },
  }
  const subscriptions = createSubscriptions(store, relay, views, silentLog)
  const happen = async (subject: string, kind = 'result', at = 1) => {
    const seq = await store.transact((rows) => rows.feeds.append({ topic: 'device', subject, kind, data: null, at }))
    for (const listener of listeners) listener({ kind: 'feed', id: seq, at, topic: 'device', subject, seq })
  }
  return { store, subscriptions, happen }
}

function aReader() {
  const events: LiveEvent[] = []
  return { events, send: (event: LiveEvent) => void events.push(event) }
}

const seqs = (events: readonly LiveEvent[]) => events.flatMap((event) => (event.t === 'ev' ? [event.seq] : []))

describe('A subscription', () => {
  it('begins with the state, and goes on with every event', async () => {
    const { subscriptions, happen } = await aFeed()
    await happen('laptop')
    const { events, send } = aReader()
    const subscription = await subscriptions.subscribe('device', 'laptop', send)
    expect(subscription?.seq()).toBe(1)
    await happen('laptop', 'result', 77)
    await clock.advance(0)
    expect(events).toEqual([
      { t: 'snapshot', seq: 1, data: { count: 1 } },
      { t: 'ev', seq: 2, at: 77, data: { kind: 'result', seq: 2 } },
    ])
    expect(subscription?.seq()).toBe(2)
  })

  it('tells nothing of other subjects', async () => {
    const { subscriptions, happen } = await aFeed()
    const { events, send } = aReader()
    await subscriptions.subscribe('device', 'laptop', send)
    await happen('phone')
    await clock.advance(0)
    expect(seqs(events)).toEqual([])
  })

  it('says of what its reader may not see only that there was something, so that no number is missing', async () => {
    const { subscriptions, happen } = await aFeed()
    const reader = aReader()
    await subscriptions.subscribe('device', 'laptop', reader.send)
    await happen('laptop', 'secret')
    await happen('laptop')
    await expect.poll(() => seqs(reader.events)).toEqual([1, 2])
    expect(reader.events.slice(1)).toMatchObject([
      { data: { kind: 'skipped', count: 1 } },
      { data: { kind: 'result' } },
    ])
  })

  it('ends at once, even while an event is on its way', async () => {
    const { subscriptions, happen } = await aFeed(true)
    const { events, send } = aReader()
    const subscription = await subscriptions.subscribe('device', 'laptop', send)
    await happen('laptop')
    subscription?.end()
    await happen('laptop')
    await clock.advance(0)
    expect(seqs(events)).toEqual([])
  })

  it.each(['exceptions', 'constructor', '__proto__', ''])('is not there for the topic %j', async (topic) => {
    const { subscriptions } = await aFeed()
    const { send } = aReader()
    expect(subscriptions.topics).toEqual(['device'])
    expect(await subscriptions.subscribe(topic, 'laptop', send)).toBeUndefined()
    expect(await subscriptions.resume(topic, 'laptop', 0, send)).toBeUndefined()
  })
})

describe('A reader that comes back', () => {
  it('is told what it missed, and no state', async () => {
    const { subscriptions, happen } = await aFeed()
    for (let turn = 0; turn < 3; turn += 1) await happen('laptop')
    const { events, send } = aReader()
    const subscription = await subscriptions.resume('device', 'laptop', 1, send)
    expect(events.map(({ t }) => t)).toEqual(['ev', 'ev'])
    expect(seqs(events)).toEqual([2, 3])
    expect(subscription?.seq()).toBe(3)
  })

  it('is told nothing where it missed nothing', async () => {
    const { subscriptions, happen } = await aFeed()
    await happen('laptop')
    const { events, send } = aReader()
    expect((await subscriptions.resume('device', 'laptop', 1, send))?.seq()).toBe(1)
    expect(events).toEqual([])
  })

  it('is given the state anew where the rest is no longer kept', async () => {
    const { store, subscriptions, happen } = await aFeed()
    for (let turn = 0; turn < 3; turn += 1) await happen('laptop', 'result', turn)
    await store.transact((rows) => rows.feeds.prune(2))
    const { events, send } = aReader()
    await subscriptions.resume('device', 'laptop', 1, send)
    expect(events).toEqual([
      { t: 'reset', reason: 'gap' },
      { t: 'snapshot', seq: 3, data: { count: 3 } },
    ])
    const whole = aReader()
    await subscriptions.resume('device', 'laptop', 2, whole.send)
    expect(seqs(whole.events)).toEqual([3])
  })

  it('is given the state anew where it knows more than there is: a backup was restored', async () => {
    const { subscriptions, happen } = await aFeed()
    await happen('laptop')
    const { events, send } = aReader()
    const subscription = await subscriptions.resume('device', 'laptop', 9, send)
    expect(events).toEqual([
      { t: 'reset', reason: 'restore' },
      { t: 'snapshot', seq: 1, data: { count: 1 } },
    ])
    await happen('laptop')
    await clock.advance(0)
    expect([seqs(events), subscription?.seq()]).toEqual([[2], 2])
  })

  it('is told hundreds of events', async () => {
    const { subscriptions, happen } = await aFeed()
    for (let turn = 0; turn < 250; turn += 1) await happen('laptop')
    const { events, send } = aReader()
    await subscriptions.resume('device', 'laptop', 0, send)
    expect(seqs(events)).toEqual(Array.from({ length: 250 }, (_, at) => at + 1))
  })
})

describe('Whatever happens while readers come', () => {
  it('reaches each of them once, in order, and nothing is left out', async () => {
    const acts = fc.array(fc.constantFrom('happen', 'subscribe', 'resume', 'turn'), { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(acts, async (plan) => {
        const { store, subscriptions, happen } = await aFeed(true)
        const readers: { readonly reader: ReturnType<typeof aReader>; readonly after: number }[] = []
        const running: Promise<unknown>[] = []
        for (const act of plan) {
          const reader = aReader()
          if (act === 'happen') await happen('laptop')
          else if (act === 'turn') await new Promise((resolve) => setImmediate(resolve))
          else {
            readers.push({ reader, after: 0 })
            running.push(
              act === 'subscribe'
                ? subscriptions.subscribe('device', 'laptop', reader.send)
                : subscriptions.resume('device', 'laptop', 0, reader.send),
            )
          }
        }
        await Promise.all(running)
        await clock.advance(0)
        for (let turn = 0; turn < 60; turn += 1) await new Promise((resolve) => setImmediate(resolve))
        const { seq: last } = await store.read((rows) => rows.feeds.head('device', 'laptop'))
        for (const { reader } of readers) {
          const first = reader.events.find(({ t }) => t === 'snapshot')
          const from = first?.t === 'snapshot' ? first.seq : 0
          expect(seqs(reader.events)).toEqual(Array.from({ length: last - from }, (_, at) => from + at + 1))
        }
      }),
      { numRuns: 30 },
    )
  })
})
