import { describe, expect, it } from 'vitest'
import { isFailure } from '#domain/failure.ts'
import { delegateJwk, delegateKid, deviceJwk, deviceKey, deviceKid } from '#test/support/a-wire.ts'
import { keySetOf, readKeySet } from '#verify/key-set.ts'

const published = { ...deviceJwk, kid: deviceKid, alg: 'ES256', use: 'sig', postern_use: 'agent' }
const other = { ...delegateJwk, kid: delegateKid, alg: 'ES256', use: 'sig', postern_use: 'assertion' }
const foreign = { kty: 'RSA', kid: 'rsa-1', n: 'AQAB', e: 'AQAB', use: 'sig', alg: 'RS256', postern_use: 'event' }

async function reasonOf(jwks: unknown): Promise<string> {
  try {
    await readKeySet(jwks, 'agent')
    return 'taken'
  } catch (thrown) {
    return isFailure(thrown, 'token_invalid') ? thrown.details.reason : String(thrown)
  }
}

describe('A published key set', () => {
  it('gives the keys of the use asked for, by thumbprint', async () => {
    const jwks = { keys: [published, other, foreign], more: 1 }
    expect([...(await readKeySet(jwks, 'agent'))]).toEqual([[deviceKid, deviceJwk]])
    expect([...(await readKeySet(jwks, 'assertion'))]).toEqual([[delegateKid, delegateJwk]])
    expect([...(await readKeySet(jwks, 'event'))]).toEqual([])
  })

  it('gives nothing of what names no use of ours', async () => {
    const { postern_use: _use, ...plain } = published
    expect((await readKeySet({ keys: [plain, { kty: 'oct', k: 'AA' }] }, 'agent')).size).toBe(0)
  })

  it('may say that its key verifies', async () => {
    expect(await reasonOf({ keys: [{ ...published, key_ops: ['verify'] }] })).toBe('taken')
  })

  it.each([
    ['no list of keys', { keys: 'x' }, 'not a JWK Set'],
    ['nothing', null, 'not a JWK Set'],
    ['65 keys', { keys: Array.from({ length: 65 }, (_, at) => ({ kty: 'oct', kid: `k${at}` })) }, 'not a JWK Set'],
    ['a key for encryption', { keys: [{ ...published, use: 'enc' }] }, 'not for ES256'],
    ['a key without use', { keys: [{ ...published, use: undefined }] }, 'not for ES256'],
    ['another algorithm', { keys: [{ ...published, alg: 'ES384' }] }, 'not for ES256'],
    ['no algorithm', { keys: [{ ...published, alg: undefined }] }, 'not for ES256'],
    ['a key that signs', { keys: [{ ...published, key_ops: ['sign', 'verify'] }] }, 'not for ES256'],
    ['a key that encrypts', { keys: [{ ...published, key_ops: ['encrypt'] }] }, 'not for ES256'],
    ['operations that are no list', { keys: [{ ...published, key_ops: 'verify' }] }, 'not for ES256'],
    ['a private key', { keys: [{ ...published, d: deviceKey.d }] }, 'not a public P-256 key'],
    ['a point beside the curve', { keys: [{ ...published, y: delegateJwk.y }] }, 'not a public P-256 key'],
    ['another curve', { keys: [{ ...published, crv: 'P-384' }] }, 'not a public P-256 key'],
    ['a name that is not the thumbprint', { keys: [{ ...published, kid: delegateKid }] }, 'thumbprint'],
    ['no name', { keys: [{ ...published, kid: undefined }] }, 'thumbprint'],
    ['a key twice', { keys: [published, published] }, 'stands twice'],
    ['a key in two uses', { keys: [published, { ...published, postern_use: 'event' }] }, 'stands twice'],
    ['a name twice, on keys of other kinds', { keys: [published, foreign, { ...foreign, n: 'AQAC' }] }, 'stands twice'],
    ['its name on a symmetric key', { keys: [{ kty: 'oct', k: 'AA', kid: deviceKid }, published] }, 'stands twice'],
  ])('with %s is refused whole', async (_what, jwks, reason) => {
    expect(await reasonOf(JSON.parse(JSON.stringify(jwks)))).toContain(reason)
  })
})

describe('A set of given keys', () => {
  it('names each by its thumbprint', async () => {
    expect([...(await keySetOf([deviceJwk, delegateJwk]))]).toEqual([
      [deviceKid, deviceJwk],
      [delegateKid, delegateJwk],
    ])
  })
})
