import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { makeP256Key, readP256Key, signsTruly } from '#agent/attestation/p256-key.ts'
import { signMessage } from '#agent/attestation/sign-message.ts'
import { hash } from '#runtime/digest.ts'
import { isSignedBy } from '#test/support/key-store-facts.ts'
import { readPayloadJson, readStrictJws } from '#verify/strict-jws.ts'

const key = makeP256Key()
const keys = {
  kid: async () => key.kid,
  publicJwk: async () => key.publicJwk,
  sign: async (x: Uint8Array) => key.sign(x),
}

const unenroll = {
  iss: 'urn:uuid:01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e1',
  aud: 'https://gate.example.com',
  iat: 1_795_510_812,
  exp: 1_795_510_932,
  jti: 'Zk3vQ0mXr8LwT1yHc9bNeg',
  eat_nonce: 'UQwdJ7VGV1Y6NHU0t9Vx1IyV8N8AC7_-3imJqKXP3B8',
  reason: 'user',
} as const

const enroll = {
  aud: unenroll.aud,
  iat: unenroll.iat,
  exp: unenroll.exp,
  jti: unenroll.jti,
  eat_nonce: unenroll.eat_nonce,
  intuse: 'registration',
  eth: unenroll.eat_nonce,
  swname: 'postern-agent',
  swversion: ['1.0.0', 16384] as ['1.0.0', 16384],
  key_store: 'keytar',
  hints: { platform: 'linux', arch: 'x64' },
  consent: { sha256: unenroll.eat_nonce, at: unenroll.iat, by: 'user' },
} as const

function otherKey(namedCurve: string): string {
  return generateKeyPairSync('ec', { namedCurve })
    .privateKey.export({ format: 'der', type: 'pkcs8' })
    .toString('base64')
}

function headerOf(jws: string): string {
  return Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString()
}

describe('a message of the device', () => {
  it('names its key by thumbprint, and nothing else in its header', async () => {
    const { jws } = await signMessage(keys, 'unenroll+jwt', unenroll)
    expect(headerOf(jws)).toBe(`{"alg":"ES256","typ":"unenroll+jwt","kid":"${key.kid}"}`)
  })

  it('carries the whole key while it is not known yet', async () => {
    const { jws } = await signMessage(keys, 'enroll+jwt', { ...enroll })
    expect(JSON.parse(headerOf(jws))).toEqual({ alg: 'ES256', typ: 'enroll+jwt', jwk: key.publicJwk })
  })

  it('passes the strict reader, and its signature is over header and payload', async () => {
    const signed = await signMessage(keys, 'unenroll+jwt', unenroll)
    const read = readStrictJws(signed.jws, 'unenroll+jwt')
    expect(readPayloadJson(read.payload)).toEqual(unenroll)
    expect(isSignedBy(key.publicJwk, Buffer.from(read.signingInput), Buffer.from(read.signature, 'base64url'))).toBe(
      true,
    )
  })

  it('tells the exact payload and its hash, which no signature changes', async () => {
    const one = await signMessage(keys, 'unenroll+jwt', unenroll)
    const other = await signMessage(keys, 'unenroll+jwt', unenroll)
    expect(one.jws).not.toBe(other.jws)
    expect(one.hash).toBe(other.hash)
    expect(one.hash).toBe(hash(readStrictJws(one.jws, 'unenroll+jwt').signingInput))
    expect(one.payload).toBe(JSON.stringify(unenroll))
  })
})

describe('a device key', () => {
  it('comes back from its secret, of less than 200 characters', () => {
    const secret = key.secret()
    expect(secret.length).toBeLessThan(200)
    expect(readP256Key(secret)?.kid).toBe(key.kid)
  })

  it.each([
    ['nothing', ''],
    ['other text', 'bm90IGEga2V5'],
    ['a key on another curve', otherKey('P-384')],
    ['a key on a curve that looks like it', otherKey('secp256k1')],
  ])('is not read out of %s', (_, secret) => {
    expect(readP256Key(secret)).toBeUndefined()
  })

  it('whose halves do not fit together does not pass its test', () => {
    expect(signsTruly(key)).toBe(true)
    expect(signsTruly({ ...key, publicJwk: makeP256Key().publicJwk })).toBe(false)
  })
})
