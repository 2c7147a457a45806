import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { delegateKeys } from '#agent/attestation/delegate-key.ts'
import { nodeExchange } from '#agent/gateway-client/exchange.ts'
import type { Freshness } from '#agent/gateway-client/gateway-client.ts'
import type { MessageTyp } from '#contract/message-types.ts'
import { Failure, type FailureCode } from '#domain/failure.ts'
import { hash } from '#runtime/digest.ts'
import { aClient } from '#test/support/a-client.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aGateway, aSigningPair, problem, signWith } from '#test/support/a-gateway.ts'
import { readPayloadJson, readStrictJws } from '#verify/strict-jws.ts'

const path = '/v1/attestations'
const pair = aSigningPair()

/** A message of any content: what the client does with it does not depend on it. */
function aMessage(made: Freshness[] = []) {
  return {
    kid: pair.kid,
    make: async (fresh: Freshness) => {
      made.push(fresh)
      return signWith(pair, 'eat+jwt', { eat_nonce: fresh.nonce, n: made.length })
    },
  }
}

async function failureOf(act: Promise<unknown>): Promise<Failure> {
  return act.then(
    () => expect.fail('nothing failed'),
    (thrown: unknown) => (thrown instanceof Failure ? thrown : expect.fail(String(thrown))),
  )
}

describe('before anybody agreed', () => {
  it('only the configuration is fetched, and nothing of the device is in it', async () => {
    const gateway = await aGateway()
    const client = aClient(gateway.issuer, { consented: () => false })
    expect((await client.configuration()).name).toBe('Example')
    for (const act of [
      () => client.jwks(),
      () => client.send('attest', aMessage()),
      () => client.send('enroll', { ...aMessage(), authority: gateway.authority }),
      () => client.send('previewException', aMessage()),
    ])
      expect((await failureOf(act())).code).toBe('consent_missing')
    expect(gateway.seen).toHaveLength(1)
    const [request] = gateway.seen
    expect(request?.body).toBe('')
    expect(Object.keys(request?.headers ?? {}).sort()).toEqual(['accept', 'connection', 'host'])
  })
})

describe('a message', () => {
  it('is copied before it leaves: a copy that cannot be written keeps it here', async () => {
    const gateway = await aGateway()
    const client = aClient(gateway.issuer, {
      keepCopy: async () => {
        throw new Failure('state_unwritable', { file: 'sent-ledger/eat+jwt.json', reason: 'The disk is full (ENOSPC)' })
      },
    })
    expect((await failureOf(client.send('attest', aMessage()))).code).toBe('state_unwritable')
    expect(gateway.seen.map((request) => request.path)).toEqual(['/v1/nonce'])
  })

  it('is copied while the gateway has not seen it', async () => {
    const gateway = await aGateway()
    const seenAtCopy: number[] = []
    const client = aClient(gateway.issuer, {
      keepCopy: async () => {
        seenAtCopy.push(gateway.payloads(path).length)
      },
    })
    gateway.next(path, () => problem(422, 'schema_invalid'))
    await failureOf(client.send('attest', aMessage()))
    expect(seenAtCopy).toEqual([0])
    expect(gateway.seen.at(-1)?.body).toBe(client.kept[0]?.jws)
  })

  it.each<[FailureCode, number]>([
    ['use_nonce', 401],
    ['clock_skew', 401],
    ['invalid_signature', 401],
  ])('refused with %s is made anew and sent once more, and not again', async (code, status) => {
    const gateway = await aGateway()
    const client = aClient(gateway.issuer)
    const made: Freshness[] = []
    const fresh = { 'attestation-nonce': hash('next') }
    gateway.next(
      path,
      () => problem(status, code, {}, fresh),
      () => problem(status, code, {}, fresh),
      () => problem(status, code, {}, fresh),
    )
    expect((await failureOf(client.send('attest', aMessage(made)))).code).toBe(code)
    expect(made.map((one) => one.refused)).toEqual([undefined, code])
    expect(made[1]?.nonce).toBe(hash('next'))
    expect(client.kept).toHaveLength(2)
  })

  it('refused for its nonce without another one asks for one', async () => {
    const gateway = await aGateway()
    const client = aClient(gateway.issuer)
    gateway.next(
      path,
      () => problem(401, 'use_nonce'),
      () => problem(403, 'retired_key'),
    )
    await failureOf(client.send('attest', aMessage()))
    expect(gateway.seen.map((request) => request.path)).toEqual(['/v1/nonce', path, '/v1/nonce', path])
  })

  it.each<[FailureCode, number]>([
    ['schema_invalid', 422],
    ['rate_limited', 429],
    ['device_quarantined', 403],
    ['retired_key', 403],
    ['chain_fork', 409],
    ['unavailable', 503],
    ['internal', 500],
    ['too_large', 413],
  ])('refused with %s is not sent again', async (code, status) => {
    const gateway = await aGateway()
    const client = aClient(gateway.issuer)
    gateway.next(path, () => problem(status, code, { retry_after: 7 }))
    const failure = await failureOf(client.send('attest', aMessage()))
    expect(failure.code).toBe(code)
    expect(failure.details).toMatchObject({ retry_after: 7 })
    expect(gateway.payloads(path)).toHaveLength(1)
  })

  it('takes the nonce that the last answer brought, until it is too old', async () => {
    const gateway = await aGateway()
    const clock = aClock()
    const client = aClient(gateway.issuer, { clock })
    const made: Freshness[] = []
    const refuse = () => problem(422, 'schema_invalid', {}, { 'attestation-nonce': hash('kept') })
    gateway.next(path, refuse, refuse, refuse)
    await failureOf(client.send('attest', aMessage(made)))
    await failureOf(client.send('attest', aMessage(made)))
    expect(made[1]?.nonce).toBe(hash('kept'))
    await clock.advance(240_000)
    await failureOf(client.send('attest', aMessage(made)))
    expect(made[2]?.nonce).not.toBe(hash('kept'))
    expect(gateway.seen.filter((request) => request.path === '/v1/nonce')).toHaveLength(2)
  })

  it('sees the time as the gateway does, once it has answered', async () => {
    const gateway = await aGateway()
    const clock = aClock(Date.now() - 3_600_000)
    const client = aClient(gateway.issuer, { clock })
    await client.configuration()
    expect(Math.abs(client.aheadSeconds() - 3600)).toBeLessThanOrEqual(2)
    expect(Math.abs(client.nowSeconds() - Date.now() / 1000)).toBeLessThanOrEqual(2)
  })
})

describe('an answer that is not the one agreed on', () => {
  const configuration = '/.well-known/postern/configuration'
  it.each<[string, FailureCode, () => ReturnType<typeof problem>]>([
    ['a redirect', 'gateway_answer_invalid', () => ({ status: 302, headers: { location: 'https://evil.example/' } })],
    ['another media type', 'gateway_answer_invalid', () => ({ status: 200, headers: { 'content-type': 'text/html' } })],
    ['no JSON', 'gateway_answer_invalid', () => ({ status: 200, body: '{' })],
    ['a key twice', 'gateway_answer_invalid', () => ({ status: 200, body: '{"issuer":"a","issuer":"b"}' })],
    ['missing members', 'gateway_answer_invalid', () => ({ status: 200, body: {} })],
    ['300 KiB', 'gateway_answer_invalid', () => ({ status: 200, body: `"${'x'.repeat(300_000)}"` })],
    [
      'an encoding',
      'gateway_answer_invalid',
      () => ({ status: 200, body: '', headers: { 'content-encoding': 'gzip' } }),
    ],
    ['a code that stays on devices', 'gateway_answer_invalid', () => problem(400, 'key_missing')],
    ['a page of a proxy', 'gateway_unreachable', () => ({ status: 502, headers: { 'content-type': 'text/html' } })],
    ['a code of no route, with 503', 'unavailable', () => problem(503, 'out_of_order')],
  ])('%s is refused as such', async (_name, code, answer) => {
    const gateway = await aGateway()
    gateway.next(configuration, answer)
    expect((await failureOf(aClient(gateway.issuer).configuration())).code).toBe(code)
    expect(gateway.seen).toHaveLength(1)
  })
})

describe('a gateway that is not there', () => {
  it('is said to be unreachable, with what was tried', async () => {
    const gateway = await aGateway()
    await gateway.stop()
    const failure = await failureOf(aClient(gateway.issuer).configuration())
    expect(failure.code).toBe('gateway_unreachable')
    expect(failure.details).toMatchObject({ reason: expect.stringContaining(new URL(gateway.issuer).host) })
  })

  it('that takes the connection and never answers is given up after 20 seconds', async () => {
    const silent = createServer((socket) => void socket.on('error', () => undefined))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void silent.close())
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const clock = aClock()
    const connected = new Promise((resolve) => silent.once('connection', resolve))
    const answer = nodeExchange(clock)({ method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} })
    const failed = failureOf(answer)
    await connected
    await clock.advance(19_999)
    expect(clock.waiting()).toBeGreaterThan(0)
    await clock.advance(1)
    expect((await failed).details).toMatchObject({ reason: expect.stringContaining('20 seconds') })
  })
})

describe('a proof for the stream', () => {
  it('names the call, the token and a nonce for its own key, and is kept like any other message', async () => {
    const gateway = await aGateway()
    const client = aClient(gateway.issuer)
    const delegate = delegateKeys({ nowMs: () => 0 }).current()
    const proof = await client.prove(
      { access_token: 'a.b.c', exp: 9, delegate },
      'GET',
      `${gateway.issuer}/v1/stream?x#y`,
    )
    const jws = readStrictJws(proof.dpop, 'dpop+jwt')
    expect(jws.jwk).toEqual(delegate.publicJwk)
    expect(readPayloadJson(jws.payload)).toMatchObject({
      htm: 'GET',
      htu: `${gateway.issuer}/v1/stream`,
      ath: hash('a.b.c'),
      nonce: expect.any(String),
    })
    expect(JSON.parse(gateway.seen[0]?.body ?? '')).toEqual({ kid: delegate.kid, use: 'dpop' })
    expect(client.kept.map(({ typ }): MessageTyp => typ)).toEqual(['dpop+jwt'])
  })
})
