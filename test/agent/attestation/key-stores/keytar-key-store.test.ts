import { describe, expect, it } from 'vitest'
import { keyRecordFile } from '#agent/attestation/key-record.ts'
import { type KeytarOptions, keytarKeyStore } from '#agent/attestation/key-stores/keytar-key-store.ts'
import type { SecretServiceState } from '#agent/machine/secret-service.ts'
import { keyedHash } from '#runtime/digest.ts'
import { silentLog } from '#runtime/log.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aKeyring, aSecretService } from '#test/support/a-keyring.ts'
import { type KeyStoreUnderTest, keyStoreFacts } from '#test/support/key-store-facts.ts'

const entry = 'dev.postern.agent/device-key'

async function aStore(given: Partial<KeytarOptions> = {}) {
  const stateFolder = await aFolder()
  const ring = aKeyring()
  const service = aSecretService()
  const clock = aClock()
  const open = (machine = 'here', more: Partial<KeytarOptions> = {}) =>
    keytarKeyStore({
      records: keyRecordFile(stateFolder),
      machineHash: async (salt) => keyedHash(salt, machine),
      clock,
      log: silentLog,
      secretService: service,
      development: false,
      loadKeyring: async () => ring.keyring,
      ...given,
      ...more,
    })
  return { stateFolder, ring, service, clock, open, records: keyRecordFile(stateFolder) }
}

describe('a keychain', () => {
  it.each(Object.entries(keyStoreFacts))('%s', async (_, holds) => {
    const { stateFolder, ring, open } = await aStore()
    const under: KeyStoreUnderTest = {
      signingState: 'ok',
      stateFolder,
      open,
      loseSecret: async () => void ring.entries.delete(entry),
      replaceSecret: async (secret) => void ring.entries.set(entry, secret),
    }
    await holds(under)
    expect(ring.mostAtOnce()).toBeLessThanOrEqual(1)
  })

  it('keeps one P-256 key of less than 200 characters under the names of architecture.md', async () => {
    const { ring, open } = await aStore()
    await open().create()
    expect([...ring.entries.keys()]).toEqual([entry])
    expect(ring.entries.get(entry)?.length).toBeLessThan(200)
  })

  it('has an entry of its own in development', async () => {
    const { ring, open } = await aStore({ development: true })
    await open().create()
    expect([...ring.entries.keys()]).toEqual(['dev.postern.agent.development/device-key'])
  })

  it('that has no service to ask first, as on other systems, is called right away', async () => {
    const { open } = await aStore({ secretService: undefined })
    await open().create()
    expect((await open().state()).kind).toBe('ok')
  })
})

describe('a keychain that cannot be used', () => {
  const answers: readonly (readonly [string, SecretServiceState, object])[] = [
    [
      'locked',
      { kind: 'reachable', locked: true, hasCollection: true },
      { kind: 'locked', reason: 'collection-locked' },
    ],
    ['of a session without bus', { kind: 'no-bus' }, { kind: 'unavailable', reason: 'no-session-bus' }],
    ['of a bus without service', { kind: 'no-service' }, { kind: 'unavailable', reason: 'no-secret-service' }],
    ['that hangs', { kind: 'unknown', why: 'timed-out' }, { kind: 'locked', reason: 'no-answer' }],
    ['that denies', { kind: 'unknown', why: 'denied' }, { kind: 'unavailable', reason: 'not-judged' }],
    [
      'that nobody understands',
      { kind: 'unknown', why: 'unrecognised-output' },
      { kind: 'unavailable', reason: 'not-judged' },
    ],
    [
      'that nothing here can ask',
      { kind: 'unknown', why: 'not-supported-here' },
      { kind: 'unavailable', reason: 'cannot-ask' },
    ],
  ]

  it.each(answers)('%s says so, is not called, and gets no second key', async (_, said, state) => {
    const { ring, service, open, records } = await aStore()
    const store = open()
    const jwk = await store.create()
    const record = await records.read()
    ring.calls.length = 0
    service.says(said)

    expect(await store.state()).toEqual(state)
    for (const act of [store.create(), store.sign(Buffer.from('x')), store.publicJwk(), store.remove()])
      await expect(act).rejects.toMatchObject({
        code: expect.stringMatching(/^key_(locked|unavailable)$/),
      })
    expect(ring.calls).toEqual([])

    service.says({ kind: 'reachable', locked: false, hasCollection: true })
    expect([await store.publicJwk(), await records.read()]).toEqual([jwk, record])
  })

  it.each(answers)('%s gets no first key either', async (_, said, state) => {
    const { ring, service, open, records } = await aStore()
    service.says(said)
    expect(await open().state()).toEqual(state)
    await expect(open().create()).rejects.toMatchObject({ code: expect.stringMatching(/^key_/) })
    expect([ring.calls, await records.read()]).toEqual([[], undefined])
  })

  it('because its module does not load, says so, and works once it does', async () => {
    const { open, ring } = await aStore()
    let isThere = false
    const store = open('here', {
      loadKeyring: () => (isThere ? Promise.resolve(ring.keyring) : Promise.reject(new Error('no such module'))),
    })
    await expect(store.create()).rejects.toMatchObject({
      code: 'key_unavailable',
      details: { reason: 'back-end-missing' },
    })
    isThere = true
    await store.create()
    expect((await store.state()).kind).toBe('ok')
  })
})

describe('a keychain that changes between question and call', () => {
  it('is judged by asking again, not by the text of the error', async () => {
    const { ring, open, service } = await aStore()
    const store = open()
    await store.create()
    ring.breakDown()
    expect(await store.state()).toEqual({ kind: 'unavailable', reason: 'back-end-error' })

    let asked = 0
    const locksMeanwhile = open('here', {
      secretService: {
        state: async () => ({ kind: 'reachable', locked: asked++ > 0, hasCollection: true }),
      },
    })
    expect(await locksMeanwhile.state()).toEqual({ kind: 'locked', reason: 'collection-locked' })
    service.says({ kind: 'no-bus' })
    expect(await store.state()).toEqual({ kind: 'unavailable', reason: 'no-session-bus' })
  })

  it('because it was restarted under us, is searched instead', async () => {
    const { ring, open } = await aStore()
    const jwk = await open().create()
    ring.breakDown('all but searching')
    expect(await open().publicJwk()).toEqual(jwk)
    ring.entries.clear()
    expect(await open().state()).toEqual({ kind: 'unavailable', reason: 'back-end-error' })
  })

  it('and finds nothing because it was locked, does not say that the key is gone', async () => {
    const { ring, open } = await aStore()
    await open().create()
    ring.entries.clear()
    let asked = 0
    const store = open('here', {
      secretService: { state: async () => ({ kind: 'reachable', locked: asked++ > 0, hasCollection: true }) },
    })
    expect(await store.state()).toEqual({ kind: 'locked', reason: 'collection-locked' })
  })

  it('and has nowhere to keep anything, does not say that the key is gone', async () => {
    const { ring, service, open } = await aStore()
    await open().create()
    ring.entries.clear()
    service.says({ kind: 'reachable', locked: false, hasCollection: false })
    expect(await open().state()).toEqual({ kind: 'unavailable', reason: 'no-collection' })
  })
})

describe('a call that is not answered', () => {
  it('is given up towards the caller after 10 s; the state is locked, and no second call is made', async () => {
    const { ring, clock, open } = await aStore()
    const store = open()
    await store.create()
    ring.calls.length = 0
    ring.leaveOpen()

    const state = store.state()
    let isSettled = false
    void state.then(() => {
      isSettled = true
    })
    await until(() => clock.waiting() === 1)
    await clock.advance(9_999)
    expect(isSettled).toBe(false)
    await clock.advance(1)
    expect(await state).toEqual({ kind: 'locked', reason: 'no-answer' })
    for (let round = 0; round < 3; round++) expect((await store.state()).kind).toBe('locked')
    await expect(store.sign(Buffer.from('x'))).rejects.toMatchObject({ code: 'key_locked' })
    await expect(store.create()).rejects.toMatchObject({ code: 'key_locked' })
    expect(ring.calls).toEqual(['get'])
    expect(store.hasOpenCall()).toBe(true)
  })

  it('lets the store go on once it settles', async () => {
    const { ring, clock, open } = await aStore()
    const store = open()
    const jwk = await store.create()
    ring.leaveOpen()
    const state = store.state()
    await until(() => clock.waiting() === 1)
    await clock.advance(10_000)
    await state
    ring.letGo()
    await clock.advance(0)
    expect(await store.publicJwk()).toEqual(jwk)
    expect(store.hasOpenCall()).toBe(false)
  })

  it('keeps those waiting who asked meanwhile, each for the limit, and never calls for them', async () => {
    const { ring, clock, open } = await aStore()
    const store = open()
    await store.create()
    ring.calls.length = 0
    ring.leaveOpen()
    const asked = [store.state(), store.state(), store.publicJwk().catch((failure) => failure.code)]
    await until(() => clock.waiting() === 3)
    await clock.advance(10_000)
    expect(await Promise.all(asked)).toEqual([
      { kind: 'locked', reason: 'no-answer' },
      { kind: 'locked', reason: 'no-answer' },
      'key_locked',
    ])
    ring.letGo()
    await clock.advance(0)
    expect(ring.calls).toEqual(['get'])
  })
})

describe('a write that was not answered in time', () => {
  async function anOpenWrite() {
    const parts = await aStore()
    const store = parts.open()
    parts.ring.leaveOpen()
    const created = store.create().catch((failure) => failure.code)
    await until(() => parts.ring.calls.includes('set'))
    await parts.clock.advance(10_000)
    return { ...parts, store, created }
  }

  it('is a locked keychain to its caller, and no key is made until it is known what became of it', async () => {
    const { store, created, ring } = await anOpenWrite()
    expect(await created).toBe('key_locked')
    expect(await store.state()).toEqual({ kind: 'locked', reason: 'no-answer' })
    await expect(store.create()).rejects.toMatchObject({ code: 'key_locked' })
    await expect(store.remove()).rejects.toMatchObject({ code: 'key_locked' })
    expect(ring.calls).toEqual(['set'])
  })

  it('is read back when it settles: the key it wrote is the key', async () => {
    const { store, ring } = await anOpenWrite()
    ring.letGo()
    await until(async () => (await store.state()).kind === 'ok')
    expect(ring.calls.slice(0, 2)).toEqual(['set', 'get'])
    const jwk = await store.publicJwk()
    expect(await store.create()).toEqual(jwk)
    expect(ring.calls.filter((call) => call === 'set')).toHaveLength(1)
  })

  it('and failed in the end, leaves no record behind', async () => {
    const { store, ring, records } = await anOpenWrite()
    ring.breakDown()
    ring.letGo()
    await until(async () => (await store.state()).kind !== 'locked')
    ring.breakDown('no')
    expect(await store.state()).toEqual({ kind: 'missing', reason: 'no-key' })
    expect(await records.read()).toBeUndefined()
    await store.create()
    expect((await store.state()).kind).toBe('ok')
  })
})

describe('a key that did not come back as it was stored', () => {
  it('is not put on record', async () => {
    const { ring, open, records } = await aStore()
    const forgetful = { ...ring.keyring, setPassword: async () => undefined }
    const store = open('here', { loadKeyring: async () => forgetful })
    await expect(store.create()).rejects.toMatchObject({ code: 'key_unavailable', details: { reason: 'not-kept' } })
    expect(await records.read()).toBeUndefined()
  })
})

/** Waits for something that takes turns of the event loop and small file work, no time. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const start = performance.now(); performance.now() - start < 10_000; ) {
    if (await holds()) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error('it did not come about')
}
