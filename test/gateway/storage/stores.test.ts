import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStore, type Store } from '#gateway/storage/open-store.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aDeviceRecord, aPersonRecord, aStore } from '#test/support/a-store.ts'

const places = [
  ['in memory', aStore],
  ['on disk', async () => openStore(join(await aFolder(), 'postern.sqlite'))],
] as const

const id43 = (letter: string) => letter.repeat(42) + 'A'
const at = 1_795_510_800

describe.each(places)('A store %s', (_, open) => {
  it('gives a person back as they were, found by address in any case', async () => {
    const store = await open()
    const ada = aPersonRecord({ admin: true, roles: ['auditor'], groups: ['staff', 'web'], team: 'web' })
    await store.transact((rows) => rows.people.insert(ada))
    expect(await store.read((rows) => rows.people.findByEmail('ADA@example.com'))).toEqual(ada)
    await store.transact((rows) => rows.people.update({ ...ada, status: 'inactive' }))
    expect(await store.read((rows) => rows.people.find(ada.id))).toEqual({ ...ada, status: 'inactive' })
  })

  it('gives a device back as it was, and keeps its removed key as a tombstone', async () => {
    const store = await withDevice(open)
    const device = aDeviceRecord({ serialHash: id43('s'), until: at + 10 })
    await store.transact(async (rows) => {
      await rows.devices.update(device)
      await rows.deviceKeys.insert({
        kid: id43('k'),
        deviceId: device.id,
        x: id43('x'),
        y: id43('y'),
        state: 'current',
        createdAt: at,
        retiredAt: null,
      })
      await rows.deviceKeys.retireAllOf(device.id, at + 1)
    })
    expect(await store.read((rows) => rows.devices.find(device.id))).toEqual(device)
    expect(await store.read((rows) => rows.deviceKeys.find(id43('k')))).toMatchObject({
      state: 'retired',
      retiredAt: at + 1,
    })
  })

  it('finds devices by owner, by hint and by end', async () => {
    const store = await withDevice(open)
    const other = aDeviceRecord({ id: 'other', machineHash: id43('m'), until: at })
    const gone = aDeviceRecord({ id: 'gone', machineHash: id43('m'), state: 'removed', until: at })
    await store.transact(async (rows) => {
      await rows.devices.insert(other)
      await rows.devices.insert(gone)
    })
    const ids = (devices: readonly { readonly id: string }[]) => devices.map(({ id }) => id)
    const owner = aPersonRecord().id
    await store.read(async (rows) => {
      expect(ids(await rows.devices.ofOwner(owner, 'active'))).toEqual([aDeviceRecord().id, 'other'])
      expect(ids(await rows.devices.withHint({ serialHash: null, machineHash: id43('m') }))).toEqual(['other'])
      expect(ids(await rows.devices.ended(at, 10))).toEqual(['other'])
      expect(ids(await rows.devices.ended(at - 1, 10))).toEqual([])
      expect(ids(await rows.devices.page(aDeviceRecord().id, 10))).toEqual(['gone', 'other'])
      expect(await rows.devices.countIn('active')).toBe(2)
    })
  })

  it('takes a message id once per device', async () => {
    const store = await open()
    const claim = (device: string) =>
      store.transact((rows) => rows.messageIds.claim(device, 'Zk3vQ0mXr8LwT1yHc9bNeg', at))
    expect([await claim('one'), await claim('one'), await claim('other')]).toEqual([true, false, true])
    await store.transact((rows) => rows.messageIds.prune(at + 1))
    expect(await claim('one')).toBe(true)
  })

  it('lets a head advance, count forks and re-anchor', async () => {
    const store = await withDevice(open)
    const head = {
      kid: id43('k'),
      deviceId: aDeviceRecord().id,
      seq: 1,
      hash: id43('h'),
      receivedAt: at,
      forks: 0,
      reanchorUntil: null,
    }
    await store.transact(async (rows) => {
      await rows.heads.put(head)
      await rows.heads.put({ ...head, seq: 2 })
      await rows.heads.setForks(head.kid, 3)
      expect(await rows.heads.reanchorAll(at + 60)).toBe(1)
    })
    expect(await store.read((rows) => rows.heads.find(head.kid))).toEqual({
      ...head,
      seq: 2,
      forks: 3,
      reanchorUntil: at + 60,
    })
  })

  it('keeps the newest report as it came, and the history until it is pruned', async () => {
    const store = await withDevice(open)
    const report = (seq: number) => ({
      deviceId: aDeviceRecord().id,
      kid: id43('k'),
      seq,
      hash: id43('h'),
      receivedAt: at + seq,
      jws: `e30.${Buffer.from(JSON.stringify({ seq })).toString('base64url')}.c2ln`,
    })
    await store.transact(async (rows) => {
      await rows.attestations.accept(report(1))
      await rows.attestations.accept(report(2))
    })
    expect(await store.read((rows) => rows.attestations.newest(aDeviceRecord().id))).toEqual({
      ...report(2),
      claims: { seq: 2 },
    })
    await store.transact((rows) => rows.attestations.prune(at + 2))
    const history = await store.read((rows) => rows.attestations.history(aDeviceRecord().id, 10))
    expect(history.map(({ seq }) => seq)).toEqual([2])
  })

  it('lets one enrolment token be used once, and never after it was revoked', async () => {
    const store = await withDevice(open)
    const token = (id: string) => ({
      id,
      tokenHash: id43(id),
      ownerId: aPersonRecord().id,
      ownership: 'personal' as const,
      until: at + 100,
      assetTag: null,
      serialHash: null,
      createdAt: at,
      createdBy: null,
      expiresAt: at + 86_400,
      usedAt: null,
      usedKid: null,
      revokedAt: null,
    })
    await store.transact(async (rows) => {
      await rows.tokens.insert(token('t'))
      await rows.tokens.insert(token('r'))
      expect(await rows.tokens.use('t', id43('k'), at)).toBe(true)
      expect(await rows.tokens.use('t', id43('l'), at)).toBe(false)
      expect(await rows.tokens.revoke('r', at)).toBe(true)
      expect(await rows.tokens.use('r', id43('k'), at)).toBe(false)
    })
    expect(await store.read((rows) => rows.tokens.findByHash(id43('t')))).toEqual({
      ...token('t'),
      usedAt: at,
      usedKid: id43('k'),
    })
  })

  it('counts failures of an authority nobody knows', async () => {
    const store = await open()
    for (const _ of [1, 2]) await store.transact((rows) => rows.tokens.countFailure(id43('a'), at))
    expect(await store.read((rows) => rows.tokens.failuresOf(id43('a')))).toBe(2)
    await store.transact((rows) => rows.tokens.pruneFailures(at + 1))
    expect(await store.read((rows) => rows.tokens.failuresOf(id43('a')))).toBe(0)
  })

  it('finds an enrolment again by authority and key, and refuses a second one for both', async () => {
    const store = await open()
    const enrollment = {
      id: 'Zk3vQ0mXr8LwT1yHc9bNeg',
      authorityHash: id43('a'),
      kid: id43('k'),
      state: 'pending' as const,
      deviceId: null,
      tokenId: 't',
      jws: 'e30.e30.c2ln',
      hash: id43('h'),
      at,
      updatedAt: at,
    }
    await store.transact((rows) => rows.enrollments.insert(enrollment))
    await store.transact((rows) => rows.enrollments.update({ ...enrollment, state: 'active', deviceId: 'd' }))
    expect(await store.read((rows) => rows.enrollments.findBy(id43('a'), id43('k')))).toEqual({
      ...enrollment,
      state: 'active',
      deviceId: 'd',
    })
    await expect(store.transact((rows) => rows.enrollments.insert({ ...enrollment, id: 'another' }))).rejects.toThrow()
  })

  it('keeps one config, one result and one set of episodes per device', async () => {
    const store = await withDevice(open)
    const deviceId = aDeviceRecord().id
    const config = (seq: number) => ({
      deviceId,
      seq,
      contentHash: id43('c'),
      configHash: id43('h'),
      jws: 'e30.e30.c2ln',
      issuedAt: at,
      expiresAt: at + 1,
    })
    const result = {
      deviceId,
      status: 'affirming',
      book: id43('b'),
      issuedAt: at,
      expiresAt: at + 2700,
      recheckAt: at + 60,
      jws: 'e30.eyJhIjoxfQ.c2ln',
    }
    await store.transact(async (rows) => {
      await rows.configs.put(config(1))
      await rows.configs.put(config(2))
      await rows.results.put(result)
      await rows.episodes.put(deviceId, [{ check: 'disk' }])
    })
    await store.read(async (rows) => {
      expect(await rows.configs.find(deviceId)).toEqual(config(2))
      expect(await rows.results.find(deviceId)).toEqual({ ...result, claims: { a: 1 } })
      expect(await rows.results.dueForRecheck(at + 59, 10)).toEqual([])
      expect(await rows.results.dueForRecheck(at + 60, 10)).toEqual([deviceId])
      expect(await rows.episodes.find(deviceId)).toEqual([{ check: 'disk' }])
    })
  })

  it('knows the newest book, also when an old one is published again', async () => {
    const store = await open()
    const publish = (letter: string) =>
      store.transact((rows) =>
        rows.books.publish({ hash: id43(letter), source: 'folder', publishedAt: at, documents: [letter] }),
      )
    expect([await publish('a'), await publish('b'), await publish('a')]).toEqual([1, 2, 3])
    expect(await store.read((rows) => rows.books.current())).toMatchObject({ version: 3, documents: ['a'] })
    expect(await store.read((rows) => rows.books.findByHash(id43('b')))).toMatchObject({ version: 2 })
  })

  it('numbers each feed without gaps, and says what it no longer keeps', async () => {
    const store = await open()
    const append = (subject: string, time: number) =>
      store.transact((rows) => rows.feeds.append({ topic: 'device', subject, kind: 'state', data: { time }, at: time }))
    const numbers = await Promise.all([append('one', 1), append('other', 1), append('one', 2), append('one', 3)])
    expect(numbers).toEqual([1, 1, 2, 3])
    await store.transact((rows) => rows.feeds.prune(3))
    await store.read(async (rows) => {
      expect(await rows.feeds.head('device', 'one')).toEqual({ seq: 3, pruned: 2 })
      expect(await rows.feeds.head('device', 'nobody')).toEqual({ seq: 0, pruned: 0 })
      expect((await rows.feeds.after('device', 'one', 0, 10)).map(({ seq }) => seq)).toEqual([3])
      expect((await rows.outbox.after(0, 10)).map((entry) => entry.kind)).toEqual(['feed', 'feed', 'feed', 'feed'])
      expect(await rows.outbox.head()).toBe(4)
    })
  })

  it('gives everybody one pseudonym key, and always the same', async () => {
    const store = await open()
    const keys = await Promise.all(
      ['ada', 'ada', 'bob'].map((id) => store.transact((rows) => rows.pseudonymKeys.keyOf('person', id))),
    )
    const [first, second, bob] = keys.map((key) => Buffer.from(key).toString('hex'))
    expect(second).toBe(first)
    expect(bob).not.toBe(first)
    expect(first).toHaveLength(64)
  })
})

async function withDevice(open: () => Promise<Store>): Promise<Store> {
  const store = await open()
  await store.transact(async (rows) => {
    await rows.people.insert(aPersonRecord())
    await rows.devices.insert(aDeviceRecord())
  })
  return store
}
