import { describe, expect, it } from 'vitest'
import { createRelay, type FeedEntry } from '#gateway/live/relay.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import { type Log, silentLog } from '#runtime/log.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aStore } from '#test/support/a-store.ts'

async function append(store: Store, ...subjects: readonly string[]): Promise<void> {
  await store.transact(async (rows) => {
    for (const subject of subjects)
      await rows.feeds.append({ topic: 'device', subject, kind: 'result', data: null, at: 1 })
  })
}

async function aRelay(log: Log = silentLog) {
  const store = await aStore()
  const clock = aClock()
  const relay = createRelay(store, clock, log)
  const heard: string[] = []
  const listen = (name = '') =>
    relay.onFeed(({ topic, subject, seq }: FeedEntry) => void heard.push(`${name}${topic} ${subject} ${seq}`))
  return { store, clock, relay, heard, listen }
}

describe('The relay', () => {
  it('tells what was committed, in that order', async () => {
    const { store, clock, relay, heard, listen } = await aRelay()
    await relay.start()
    listen()
    await append(store, 'a', 'b')
    await append(store, 'a')
    await clock.advance(0)
    expect(heard).toEqual(['device a 1', 'device b 1', 'device a 2'])
    await relay.stop()
  })

  it('begins behind what was there: whoever connects asks for what it missed', async () => {
    const { store, clock, relay, heard, listen } = await aRelay()
    await append(store, 'old')
    await relay.start()
    listen()
    await append(store, 'new')
    await clock.advance(0)
    expect(heard).toEqual(['device new 1'])
    await relay.stop()
  })

  it('finds within a second what another process wrote', async () => {
    const { store, clock, heard } = await aRelay()
    const deaf = { read: store.read, onOutbox: () => () => {} }
    const relay = createRelay(deaf, clock, silentLog)
    await relay.start()
    relay.onFeed(({ subject }) => void heard.push(subject))
    await append(store, 'a')
    await clock.advance(999)
    expect(heard).toEqual([])
    await clock.advance(1)
    expect(heard).toEqual(['a'])
    await append(store, 'b')
    await clock.advance(1000)
    expect(heard).toEqual(['a', 'b'])
    await relay.stop()
  })

  it('tells more than a page, each once', async () => {
    const { store, clock, relay, heard, listen } = await aRelay()
    await relay.start()
    listen()
    await append(store, ...Array.from({ length: 1201 }, () => 'a'))
    await clock.advance(0)
    expect(heard).toEqual(Array.from({ length: 1201 }, (_, at) => `device a ${at + 1}`))
    await relay.stop()
  })

  it('tells nobody who left, and nothing once it has stopped', async () => {
    const { store, clock, relay, heard, listen } = await aRelay()
    await relay.start()
    const leave = listen('one ')
    listen('two ')
    leave()
    await append(store, 'a')
    await clock.advance(0)
    expect(heard).toEqual(['two device a 1'])
    await relay.stop()
    await append(store, 'b')
    await clock.advance(5000)
    expect(heard).toEqual(['two device a 1'])
    expect(clock.waiting()).toBe(0)
  })

  it('tells everybody, though one of them throws', async () => {
    const errors: string[] = []
    const log = { ...silentLog, error: (event: string) => void errors.push(event) }
    const { store, clock, relay, heard, listen } = await aRelay(log)
    await relay.start()
    relay.onFeed(() => {
      throw new Error('broken')
    })
    listen()
    await append(store, 'a', 'b')
    await clock.advance(0)
    expect(heard).toEqual(['device a 1', 'device b 1'])
    expect(errors.length).toBeGreaterThan(0)
    await relay.stop()
  })

  it('goes on where a read failed, and loses nothing', async () => {
    const errors: string[] = []
    const { store, clock } = await aRelay()
    let broken = true
    const fragile: Pick<Store, 'read' | 'onOutbox'> = {
      onOutbox: store.onOutbox,
      read: (act) => (broken ? Promise.reject(new Error('busy')) : store.read(act)),
    }
    broken = false
    const relay = createRelay(fragile, clock, { ...silentLog, error: (event) => void errors.push(event) })
    await relay.start()
    const heard: string[] = []
    relay.onFeed(({ subject }) => void heard.push(subject))
    broken = true
    await append(store, 'a')
    await clock.advance(0)
    expect([heard, errors]).toEqual([[], ['relay.failed']])
    broken = false
    await clock.advance(1000)
    expect(heard).toEqual(['a'])
    await relay.stop()
  })
})
