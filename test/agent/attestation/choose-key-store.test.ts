import { describe, expect, it } from 'vitest'
import { chooseKeyStore, openKeyStore } from '#agent/attestation/choose-key-store.ts'
import { type KeyState, type KeyStore, unavailableReasons } from '#agent/attestation/key-store.ts'
import type { KeyBackEnd, KeyRecord } from '#contract/attestation-state.ts'

const kid = 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U'
const recordOf = (backEnd: KeyBackEnd): KeyRecord => ({
  backEnd,
  kid,
  tier: backEnd === 'file' ? 'T0' : 'T1',
  createdAt: 1,
  installId: 'Zk3vQ0mXr8LwT1yHc9bNeg',
})
const noBus: KeyState = { kind: 'unavailable', reason: 'no-session-bus' }

describe('a device that has a key', () => {
  it.each(['keytar', 'file'] as const)('keeps it where its record says: %s', (backEnd) => {
    for (const allowFileKey of [true, false])
      for (const keychain of [noBus, { kind: 'missing', reason: 'no-key' }] as const)
        expect(chooseKeyStore({ record: recordOf(backEnd), allowFileKey, keychain })).toBe(backEnd)
  })
})

describe('a device without a key', () => {
  const choose = (keychain: KeyState, allowFileKey = true) =>
    chooseKeyStore({ record: undefined, allowFileKey, keychain })

  it('makes it in the keychain, however the policy is, while there is one', () => {
    expect(choose({ kind: 'missing', reason: 'no-key' })).toBe('keytar')
    expect(choose({ kind: 'locked', reason: 'collection-locked' })).toBe('keytar')
    expect(choose({ kind: 'locked', reason: 'no-answer' })).toBe('keytar')
  })

  it('makes a file only where that is allowed and there is no keychain', () => {
    expect([choose(noBus), choose(noBus, false)]).toEqual(['file', 'keytar'])
  })

  it('takes no passing trouble for a missing keychain', () => {
    const toFile = unavailableReasons.filter((reason) => choose({ kind: 'unavailable', reason }) === 'file')
    expect(toFile).toEqual(['no-session-bus', 'no-secret-service', 'no-collection', 'cannot-ask', 'back-end-missing'])
  })
})

describe('opening the store', () => {
  function stores(keychain: KeyState) {
    let asked = 0
    const one = (backEnd: KeyBackEnd): KeyStore => ({
      backEnd,
      state: async () => {
        asked += 1
        return keychain
      },
      kid: async () => kid,
      publicJwk: () => Promise.reject(new Error('not asked for')),
      sign: () => Promise.reject(new Error('not asked for')),
      create: () => Promise.reject(new Error('not asked for')),
      remove: async () => undefined,
    })
    return { stores: { keytar: one('keytar'), file: one('file') }, asked: () => asked }
  }

  it('asks the keychain only where its answer matters', async () => {
    const { stores: all, asked } = stores(noBus)
    const records = { read: async () => recordOf('keytar') }
    expect((await openKeyStore({ records, allowFileKey: true, stores: all })).backEnd).toBe('keytar')
    const none = { read: async () => undefined }
    expect((await openKeyStore({ records: none, allowFileKey: false, stores: all })).backEnd).toBe('keytar')
    expect(asked()).toBe(0)
    expect((await openKeyStore({ records: none, allowFileKey: true, stores: all })).backEnd).toBe('file')
    expect(asked()).toBe(1)
  })
})
