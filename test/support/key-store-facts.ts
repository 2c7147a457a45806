import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeyStore } from '#agent/attestation/key-store.ts'
import { type PublicJwk, thumbprintText } from '#contract/wire-types.ts'
import { isFailure } from '#domain/failure.ts'
import { hash } from '#runtime/digest.ts'

/** One kind of key store, to be held to what every key store promises. */
export type KeyStoreUnderTest = {
  readonly signingState: 'ok' | 'file'
  readonly stateFolder: string
  /** A store over the same place and record, as after a restart. */
  open(machine?: string): KeyStore
  /** Takes the secret away behind the store's back. */
  loseSecret(): Promise<void>
  /** Puts something else in the secret's place. */
  replaceSecret(secret: string): Promise<void>
}

/** What every key store promises, by name. Plain assertions, so that a child process can hold a real keychain to them. */
export const keyStoreFacts: {
  readonly [fact: string]: (store: KeyStoreUnderTest) => Promise<void>
} = {
  async 'has no key at first, and signs nothing'(under) {
    assert.deepEqual(await under.open().state(), { kind: 'missing', reason: 'no-key' })
    await assert.rejects(under.open().sign(Buffer.from('x')), withCode('key_missing'))
    await assert.rejects(under.open().kid(), withCode('key_missing'))
  },

  async 'makes a key that signs ES256 as r and s, and names it by its thumbprint'(under) {
    const store = under.open()
    const jwk = await store.create()
    const content = Buffer.from('header.payload')
    const signature = await store.sign(content)
    assert.equal(signature.length, 64)
    assert.ok(isSignedBy(jwk, content, signature))
    assert.equal(await store.kid(), hash(thumbprintText(jwk)))
    const state = await store.state()
    assert.equal(state.kind, under.signingState)
    assert.ok('tier' in state && state.tier === (under.signingState === 'file' ? 'T0' : 'T1'))
  },

  async 'finds the same key after a restart'(under) {
    const jwk = await under.open().create()
    const after = under.open()
    assert.deepEqual(await after.publicJwk(), jwk)
    assert.ok(isSignedBy(jwk, Buffer.from('later'), await after.sign(Buffer.from('later'))))
  },

  async 'never makes a second key'(under) {
    const store = under.open()
    const [one, other] = await Promise.all([store.create(), store.create()])
    assert.deepEqual(one, other)
    assert.deepEqual(await under.open().create(), one)
  },

  async 'says that the key is gone when its secret is, or is another'(under) {
    const store = under.open()
    await store.create()
    await under.replaceSecret('bm90IGEga2V5')
    assert.deepEqual(await store.state(), { kind: 'missing', reason: 'key-gone' })
    await under.loseSecret()
    assert.deepEqual(await store.state(), { kind: 'missing', reason: 'key-gone' })
    await assert.rejects(store.sign(Buffer.from('x')), withCode('key_missing'))
  },

  async 'does not sign on another machine'(under) {
    await under.open('one machine').create()
    assert.deepEqual(await under.open('another machine').state(), { kind: 'missing', reason: 'other-machine' })
    await assert.rejects(under.open('another machine').sign(Buffer.from('x')), withCode('key_missing'))
    assert.equal((await under.open('one machine').state()).kind, under.signingState)
  },

  async 'has no key any more once it was removed, and makes a new one then'(under) {
    const store = under.open()
    const before = await store.create()
    await store.remove()
    await store.remove()
    assert.deepEqual(await store.state(), { kind: 'missing', reason: 'no-key' })
    assert.notDeepEqual(await store.create(), before)
  },

  async 'keeps no secret in its record, and hands none out'(under) {
    const store = under.open()
    await store.create()
    const record = await readFile(join(under.stateFolder, 'key-record.json'), 'utf8')
    assert.deepEqual(
      Object.keys(JSON.parse(record)).sort(),
      ['backEnd', 'createdAt', 'installId', 'kid', 'machineHash', 'tier', 'version'].sort(),
    )
    assert.deepEqual(Object.keys(await store.publicJwk()).sort(), ['crv', 'kty', 'x', 'y'])
    assert.deepEqual(Object.keys(await store.state()).sort(), ['createdAt', 'kid', 'kind', 'tier'])
  },
}

/** Whether the signature over the content is of the key, as r ‖ s. */
export function isSignedBy(jwk: PublicJwk, content: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  return verify('sha256', content, { key, dsaEncoding: 'ieee-p1363' }, signature)
}

function withCode(code: 'key_missing'): (thrown: unknown) => boolean {
  return (thrown) => isFailure(thrown, code)
}
