import { describe, expect, it } from 'vitest'
import type { DecisionGrant } from '#domain/access/grant.ts'
import type { Book } from '#domain/policy/book.ts'
import { createAccessDesk } from '#gateway/access/decide-for-device.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import { aBook, aGrant, aPolicy, aRequirement, aResource } from '#test/support/a-judged-device.ts'
import { aDeviceRecord, aPersonRecord, aStore } from '#test/support/a-store.ts'
import { deviceJwk, deviceKid, exampleClaims, exampleTime, signClaims } from '#test/support/a-wire.ts'

const ada = aPersonRecord()
const laptop = aDeviceRecord({ platform: 'macos' })
const tablet = aDeviceRecord({ id: '01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e2', platform: 'macos' })
const bob = aPersonRecord({ id: '019aa0c2-7f10-7000-8000-000000000002', email: 'bob@example.com' })
const wiki = aResource()
const now = exampleTime + 10

/** A store in which Ada's laptop has sent the worked example, its firewall as given. */
async function aRegister(firewall: 'on' | 'off' = 'on') {
  const store = await aStore()
  await store.transact(async (rows) => {
    await rows.people.insert(ada)
    await rows.people.insert(bob)
    await rows.devices.insert(laptop)
    await rows.deviceKeys.insert({
      kid: deviceKid,
      deviceId: laptop.id,
      x: deviceJwk.x,
      y: deviceJwk.y,
      state: 'current',
      createdAt: 1,
      retiredAt: null,
    })
  })
  await report(store, firewall, 1)
  return store
}

async function report(store: Store, state: 'on' | 'off', seq: number): Promise<void> {
  const claims = exampleClaims()
  const signals = claims.submods.posture.signals.map((line) =>
    line.id === 'firewall' && line.st === 'observed' ? { ...line, v: { state } } : line,
  )
  const jws = signClaims('eat+jwt', deviceKid, { ...claims, submods: { ...claims.submods, posture: { signals } } })
  const record = { deviceId: laptop.id, kid: deviceKid, seq, hash: `hash-${seq}`, receivedAt: exampleTime, jws }
  await store.transact((rows) => rows.attestations.accept(record))
}

function aDesk(store: Store, members: { book?: () => Book | undefined; grants?: readonly DecisionGrant[] } = {}) {
  let reads = 0
  const counted: Pick<Store, 'read'> = {
    read: (act) => {
      reads += 1
      return store.read(act)
    },
  }
  const desk = createAccessDesk({
    store: counted,
    book: members.book ?? (() => aBook()),
    grantsOf: async () => members.grants ?? [],
  })
  return { desk, reads: () => reads }
}

describe('A decision about a device', () => {
  it('allows what its last report meets', async () => {
    const { desk } = aDesk(await aRegister())
    expect(await desk.decide(laptop.id, wiki, undefined, now)).toMatchObject({ access: 'allow', checks: [] })
  })

  it('refuses what it does not meet, and names the checks', async () => {
    const { desk } = aDesk(await aRegister('off'))
    expect(await desk.decide(laptop.id, wiki, undefined, now)).toMatchObject({
      access: 'refuse',
      code: 'posture_failed',
      checks: ['firewall'],
    })
  })

  it.each([
    ['a device nobody knows', 'unknown', 'no_device'],
    ['a device without a report', tablet.id, 'device_silent'],
  ])('refuses %s', async (_what, id, code) => {
    const store = await aRegister()
    await store.transact((rows) => rows.devices.insert(tablet))
    expect(await aDesk(store).desk.decide(id, wiki, undefined, now)).toMatchObject({ access: 'refuse', code })
  })

  it('refuses everything without a book, or without a policy for it', async () => {
    const store = await aRegister()
    const none = aDesk(store, { book: () => undefined }).desk
    expect(await none.decide(laptop.id, wiki, undefined, now)).toMatchObject({ access: 'refuse', code: 'no_policy' })
    const elsewhere = aResource({ id: 'vault', tags: ['secret'] })
    const { desk } = aDesk(store)
    expect(await desk.decide(laptop.id, elsewhere, undefined, now)).toMatchObject({
      access: 'refuse',
      code: 'no_policy',
    })
  })

  it('is remembered, for each resource alone', async () => {
    const { desk, reads } = aDesk(await aRegister())
    const first = await desk.decide(laptop.id, wiki, undefined, now)
    const before = reads()
    expect(await desk.decide(laptop.id, wiki, { method: 'POST', path: '/x' }, now + 1)).toBe(first)
    await desk.decide(laptop.id, aResource({ id: 'other' }), undefined, now)
    expect(reads()).toBe(before)
  })

  it('is made anew from the second on in which it may change', async () => {
    const { desk } = aDesk(await aRegister())
    const first = await desk.decide(laptop.id, wiki, undefined, now)
    expect(await desk.decide(laptop.id, wiki, undefined, first.recheckAt - 1)).toBe(first)
    const later = await desk.decide(laptop.id, wiki, undefined, exampleTime + 2701)
    expect(later).toMatchObject({ access: 'refuse', code: 'device_silent' })
  })

  it('dies with a new report: a fix opens access at once', async () => {
    const store = await aRegister('off')
    const { desk } = aDesk(store)
    expect((await desk.decide(laptop.id, wiki, undefined, now)).access).toBe('refuse')
    await report(store, 'on', 2)
    desk.deviceChanged(laptop.id)
    expect((await desk.decide(laptop.id, wiki, undefined, now)).access).toBe('allow')
  })

  it('dies with a new book', async () => {
    let book = aBook()
    const { desk } = aDesk(await aRegister('off'), { book: () => book })
    expect((await desk.decide(laptop.id, wiki, undefined, now)).access).toBe('refuse')
    book = aBook({ policies: [aPolicy({ require: [aRequirement({ enforce: 'warn' })] })] })
    desk.everythingChanged()
    expect((await desk.decide(laptop.id, wiki, undefined, now)).access).toBe('allow')
  })

  it('is not remembered when its device changed while it was read', async () => {
    const store = await aRegister('off')
    let change: () => Promise<void> = async () => {}
    const desk = createAccessDesk({
      store: {
        async read(act) {
          const found = await store.read(act)
          await change()
          return found
        },
      },
      book: () => aBook(),
      grantsOf: async () => [],
    })
    change = async () => {
      change = async () => {}
      await report(store, 'on', 2)
      desk.deviceChanged(laptop.id)
    }
    expect((await desk.decide(laptop.id, wiki, undefined, now)).access).toBe('refuse')
    expect((await desk.decide(laptop.id, wiki, undefined, now)).access).toBe('allow')
  })

  it('is made for each method alone where a grant binds them', async () => {
    const grant = aGrant({
      person: ada.id,
      device: laptop.id,
      controls: ['read-only'],
      notBefore: now - 1,
      notAfter: now + 600,
    })
    const { desk } = aDesk(await aRegister('off'), { grants: [grant] })
    const access = async (method: string) => (await desk.decide(laptop.id, wiki, { method, path: '/' }, now)).access
    expect([await access('GET'), await access('POST'), await access('GET')]).toEqual(['allow', 'refuse', 'allow'])
    expect((await desk.decide(laptop.id, wiki, undefined, now)).access).toBe('refuse')
  })

  it('is remembered with a grant that binds no method, to the second at which the grant ends', async () => {
    const grant = aGrant({ person: ada.id, device: laptop.id, notBefore: now - 1, notAfter: now + 600 })
    const { desk } = aDesk(await aRegister('off'), { grants: [grant] })
    const decided = await desk.decide(laptop.id, wiki, { method: 'GET', path: '/' }, now)
    expect(decided.access).toBe('allow')
    expect(await desk.decide(laptop.id, wiki, { method: 'POST', path: '/x' }, now + 599)).toBe(decided)
    expect((await desk.decide(laptop.id, wiki, { method: 'GET', path: '/' }, now + 600)).access).toBe('refuse')
  })
})

describe('The device of a person', () => {
  it('is the only active one', async () => {
    const { desk } = aDesk(await aRegister())
    expect(await desk.deviceOf('ada@example.com', undefined)).toBe(laptop.id)
    expect(await desk.deviceOf('bob@example.com', undefined)).toBeUndefined()
    expect(await desk.deviceOf('eve@example.com', undefined)).toBeUndefined()
  })

  it('must be named where there are several', async () => {
    const store = await aRegister()
    await store.transact((rows) => rows.devices.insert(tablet))
    const { desk } = aDesk(store)
    expect(await desk.deviceOf('ada@example.com', undefined)).toBeUndefined()
    expect(await desk.deviceOf('ada@example.com', tablet.id)).toBe(tablet.id)
  })

  it('is never that of somebody else', async () => {
    const store = await aRegister()
    const { desk } = aDesk(store)
    expect(await desk.deviceOf('bob@example.com', laptop.id)).toBeUndefined()
    expect(await desk.deviceOf('ada@example.com', tablet.id)).toBeUndefined()
    expect(await desk.deviceOf('', laptop.id)).toBeUndefined()
  })

  it('may be named though it is on hold: its decision says why', async () => {
    const store = await aRegister()
    await store.transact((rows) => rows.devices.setState(laptop.id, 'quarantined'))
    const { desk } = aDesk(store)
    expect(await desk.deviceOf('ada@example.com', undefined)).toBeUndefined()
    expect(await desk.deviceOf('ada@example.com', laptop.id)).toBe(laptop.id)
    expect(await desk.decide(laptop.id, wiki, undefined, now)).toMatchObject({ code: 'device_not_active' })
  })

  it('is the other one as soon as one is on hold, and none again when it is back', async () => {
    const store = await aRegister()
    await store.transact((rows) => rows.devices.insert(tablet))
    const { desk } = aDesk(store)
    expect(await desk.deviceOf('ada@example.com', undefined)).toBeUndefined()
    await store.transact((rows) => rows.devices.setState(tablet.id, 'quarantined'))
    desk.deviceChanged(tablet.id)
    expect(await desk.deviceOf('ada@example.com', undefined)).toBe(laptop.id)
    await store.transact((rows) => rows.devices.setState(tablet.id, 'active'))
    desk.deviceChanged(tablet.id)
    expect(await desk.deviceOf('ada@example.com', undefined)).toBeUndefined()
  })

  it('is remembered until people or devices change', async () => {
    const store = await aRegister()
    const { desk, reads } = aDesk(store)
    await desk.deviceOf('ada@example.com', undefined)
    const before = reads()
    await desk.deviceOf('ada@example.com', undefined)
    expect(reads()).toBe(before)
    await store.transact((rows) => rows.devices.insert(tablet))
    desk.everythingChanged()
    expect(await desk.deviceOf('ada@example.com', undefined)).toBeUndefined()
  })
})
