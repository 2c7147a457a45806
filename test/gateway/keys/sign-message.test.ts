import { join } from 'node:path'
import { calculateJwkThumbprint, compactVerify, importJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import type { ChainStateClaims } from '#contract/gateway-messages.ts'
import { keySet, pinnedKeys } from '#gateway/keys/key-set.ts'
import { messageHash, signMessage } from '#gateway/keys/sign-message.ts'
import { openKeys } from '#gateway/keys/signing-keys.ts'
import { hash } from '#runtime/digest.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aFolder } from '#test/support/a-folder.ts'

const claims: ChainStateClaims = {
  iss: 'https://gate.example.com',
  aud: 'urn:uuid:01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e1',
  iat: 1_795_510_812,
  exp: 1_795_511_112,
  jti: 'Zk3vQ0mXr8LwT1yHc9bNeg',
  kid: 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U',
  seq: 42,
  head_check: 'ROtnmeadjhpHCueyxXITSTPOzGKCUehDJPNe_P15JNo',
}

describe('A signed message', () => {
  it('verifies elsewhere, its header exactly alg, typ and kid', async () => {
    const keys = await openKeys(join(await aFolder(), 'keys'), aClock())
    const jws = signMessage(keys, 'chain-state+jwt', claims)
    const { payload, protectedHeader } = await compactVerify(jws, await importJWK(keys.agent.jwk, 'ES256'))
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'chain-state+jwt', kid: keys.agent.kid })
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual(claims)
  })

  it('is hashed over its signing input, so that another signature of the same bytes has the same hash', async () => {
    const keys = await openKeys(join(await aFolder(), 'keys'), aClock())
    const [one, other] = [1, 2].map(() => signMessage(keys, 'chain-state+jwt', claims))
    expect(one).not.toBe(other)
    expect(messageHash(one ?? '')).toBe(messageHash(other ?? ''))
    expect(messageHash('a.b.c')).toBe(hash('a.b'))
  })
})

describe('The published key set', () => {
  it('names every key by thumbprint and use, and says nothing private', async () => {
    const keys = await openKeys(join(await aFolder(), 'keys'), aClock())
    const published = keySet(keys).keys
    expect(published.map(({ postern_use }) => postern_use)).toEqual(['agent', 'assertion', 'event'])
    for (const key of published) {
      expect(key.kid).toBe(await calculateJwkThumbprint(key))
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'postern_use', 'use', 'x', 'y'])
    }
  })

  it('leaves out the key of access tokens', async () => {
    const keys = await openKeys(join(await aFolder(), 'keys'), aClock())
    expect(JSON.stringify(keySet(keys))).not.toContain(keys.token.jwk.x)
  })

  it('pins the agent key from when it was made', async () => {
    const keys = await openKeys(join(await aFolder(), 'keys'), aClock(1_795_510_800_000))
    expect(pinnedKeys(keys)).toEqual([{ jwk: keys.agent.jwk, not_before: 1_795_510_800 }])
  })
})
