import { describe, expect, it } from 'vitest'
import type { AccessTokenClaims } from '#contract/gateway-messages.ts'
import { thumbprintText } from '#contract/wire-types.ts'
import { isFailure } from '#domain/failure.ts'
import { deviceKeyCache } from '#gateway/devices/device-key-cache.ts'
import { checkDeviceToken, seenProofs, type TokenPorts } from '#gateway/devices/device-token.ts'
import { createNonces } from '#gateway/devices/nonce.ts'
import { hash } from '#runtime/digest.ts'
import {
  deviceId,
  deviceJwk,
  deviceKid,
  deviceUrn,
  issuer,
  signText,
  strangerJwk,
  strangerKey,
} from '#test/support/a-wire.ts'

/** The delegate of these tests is the stranger's key: its private part is known. */
const jkt = hash(thumbprintText(strangerJwk))
const now = 1_795_510_812
const path = '/v1/stream'
const token = 'an-access-token'
const nonces = createNonces(new Uint8Array(32), issuer)

const claims: AccessTokenClaims = {
  iss: issuer,
  sub: deviceUrn,
  aud: issuer,
  client_id: 'postern-agent',
  iat: now - 10,
  exp: now + 100,
  jti: 'Zk3vQ0mXr8LwT1yHc9bNeg',
  scope: 'device',
  cnf: { jkt },
  dk: deviceKid,
}

function ports(members: Partial<TokenPorts> = {}, tokenClaims: unknown = claims): TokenPorts {
  return {
    issuer,
    nonces,
    keys: deviceKeyCache(),
    seen: seenProofs(),
    readAccessToken: (given) => (given === token ? tokenClaims : undefined),
    ...members,
  }
}

const goodProof = {
  jti: 'q1Yw8RrT2uI5oPaS6dF9gA',
  htm: 'GET',
  htu: `${issuer}${path}`,
  iat: now,
  ath: hash(token),
  nonce: nonces.issue('dpop', jkt, now),
}

function proof(members: object = {}, header: object = {}): string {
  const head = { typ: 'dpop+jwt', alg: 'ES256', jwk: strangerJwk, ...header }
  return signText(JSON.stringify(head), JSON.stringify({ ...goodProof, ...members }), strangerKey)
}

function codeOf(given: TokenPorts, call: { token?: string; proof?: string; method?: string; path?: string }): string {
  try {
    checkDeviceToken(given, { token, proof: proof(), method: 'GET', path, ...call }, now, () => undefined)
    return 'taken'
  } catch (thrown) {
    return isFailure(thrown) ? thrown.code : String(thrown)
  }
}

describe('An access token with its proof', () => {
  it('says which device calls, by which key', () => {
    const told: string[] = []
    const call = { token, proof: proof(), method: 'GET', path }
    expect(checkDeviceToken(ports(), call, now, (key) => told.push(key))).toEqual({ claims, deviceId, jkt })
    expect(told).toEqual([jkt])
  })

  it.each([
    ['a call of another method', { proof: proof({ htm: 'POST' }) }],
    ['another path', { proof: proof({ htu: `${issuer}/v1/device` }) }],
    ['a path with a query', { proof: proof({ htu: `${issuer}${path}?x=1` }) }],
    ['the WebSocket scheme', { proof: proof({ htu: `wss://gate.example.com${path}` }) }],
    ['another host', { proof: proof({ htu: `https://gate.example.org${path}` }) }],
    ['another token', { proof: proof({ ath: hash('another') }) }],
    ['no token hash', { proof: proof({ ath: undefined }) }],
    ['a proof from 301 s ago', { proof: proof({ iat: now - 301 }) }],
    ['a proof from 61 s ahead', { proof: proof({ iat: now + 61 }) }],
    ['a proof with one member more', { proof: proof({ exp: now + 60 }) }],
    ['a proof without jti', { proof: proof({ jti: undefined }) }],
    ['a proof that is none', { proof: 'x' }],
    ['an empty proof', { proof: '' }],
    ['a kid in the header', { proof: proof({}, { kid: jkt }) }],
    ['another typ', { proof: proof({}, { typ: 'jwt' }) }],
    ['a private key in the header', { proof: proof({}, { jwk: strangerKey }) }],
    ['a key that did not sign', { proof: proof({}, { jwk: deviceJwk }) }],
  ])('is refused for %s: the proof does not fit', (_what, call) => {
    expect(codeOf(ports(), call)).toBe('invalid_dpop_proof')
  })

  it.each([
    ['no nonce', { nonce: undefined }],
    ['an old nonce', { nonce: nonces.issue('dpop', jkt, now - 400) }],
    ['a nonce for device messages', { nonce: nonces.issue('device', jkt, now) }],
    ["another key's nonce", { nonce: nonces.issue('dpop', deviceKid, now) }],
  ])('is asked for another nonce with %s', (_what, members) => {
    expect(codeOf(ports(), { proof: proof(members) })).toBe('use_dpop_nonce')
  })

  it.each<[string, unknown]>([
    ['has run out', { ...claims, exp: now }],
    ['is another gateway’s', { ...claims, iss: 'https://gate.example.org' }],
    ['is for another gateway', { ...claims, aud: 'https://gate.example.org' }],
    ['belongs to another key', { ...claims, cnf: { jkt: deviceKid } }],
    ['has another scope', { ...claims, scope: 'admin' }],
    ['has a member more', { ...claims, admin: true }],
    ['was not signed by us', null],
  ])('is refused where the token %s', (_what, given) => {
    expect(codeOf(ports({}, given), {})).toBe('invalid_token')
  })

  it('is refused with another token, though the proof is good', () => {
    expect(codeOf(ports(), { token: 'another', proof: proof({ ath: hash('another') }) })).toBe('invalid_token')
  })

  it('is taken at the edges of the window', () => {
    expect(codeOf(ports(), { proof: proof({ iat: now - 300 }) })).toBe('taken')
    expect(codeOf(ports(), { proof: proof({ iat: now + 60 }) })).toBe('taken')
  })

  it('is taken once', () => {
    const same = ports()
    expect(codeOf(same, {})).toBe('taken')
    expect(codeOf(same, {})).toBe('invalid_dpop_proof')
    expect(codeOf(same, { proof: proof({ jti: 'Zk3vQ0mXr8LwT1yHc9bNeg' }) })).toBe('taken')
  })

  it('is not used up by a refusal', () => {
    const same = ports()
    expect(codeOf(same, { method: 'POST' })).toBe('invalid_dpop_proof')
    expect(codeOf(same, { proof: proof({ nonce: undefined }) })).toBe('use_dpop_nonce')
    expect(codeOf(same, {})).toBe('taken')
  })

  it('tells the key of a readable proof even where the token is refused, and of no other', () => {
    const told: string[] = []
    const call = (given: string) => ({ token: 'another', proof: given, method: 'GET', path })
    expect(() => checkDeviceToken(ports(), call(proof()), now, (key) => told.push(key))).toThrow('invalid_token')
    expect(told).toEqual([jkt])
    const forged = proof({}, { jwk: deviceJwk })
    expect(() => checkDeviceToken(ports(), call(forged), now, (key) => told.push(key))).toThrow('invalid_dpop_proof')
    expect(told).toEqual([jkt])
  })
})

describe('Proofs that were seen', () => {
  it('count for 600 s, for each key alone', () => {
    const seen = seenProofs()
    expect(seen.claim('a', 'x', now)).toBe(true)
    expect(seen.claim('a', 'x', now + 599)).toBe(false)
    expect(seen.claim('b', 'x', now + 599)).toBe(true)
    expect(seen.claim('a', 'x', now + 600)).toBe(true)
  })

  it('refuse new ones while they are full, and forget none that still counts', () => {
    const seen = seenProofs(2)
    seen.claim('a', 'x', now)
    seen.claim('a', 'y', now + 1)
    expect(() => seen.claim('a', 'z', now + 2)).toThrow('unavailable')
    expect(seen.claim('a', 'x', now + 2)).toBe(false)
    expect(seen.claim('a', 'z', now + 600)).toBe(true)
  })
})
