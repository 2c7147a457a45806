import { describe, expect, it } from 'vitest'
import { attest, type Stated } from '#agent/attestation/attest.ts'
import { beforeSending } from '#agent/attestation/chain.ts'
import { delegateKeys } from '#agent/attestation/delegate-key.ts'
import { fieldIds } from '#contract/consent-fields.ts'
import { Failure } from '#domain/failure.ts'
import type { ReportedSignal } from '#domain/posture-report.ts'
import { hash } from '#runtime/digest.ts'
import { silentLog } from '#runtime/log.ts'
import { aGateway, aSigningPair, problem } from '#test/support/a-gateway.ts'
import { anEnrolledAgent } from '#test/support/an-enrolled-agent.ts'

const path = '/v1/attestations'
const at = Math.floor(Date.now() / 1000) - 5
const readings: readonly ReportedSignal[] = [
  { id: 'firewall', st: 'observed', v: { state: 'on' }, at, ms: 3, src: 'nft' },
  { id: 'secure-boot', st: 'observed', v: { state: 'on' }, at, ms: 1, src: 'efi' },
  {
    id: 'hardware',
    st: 'observed',
    v: { vendor: 'Lenovo', model: 'ThinkPad X1 Carbon Generation 12' },
    at,
    ms: 1,
    src: 'dmi',
  },
  { id: 'ssh-keys', st: 'unknown', why: 'denied', at, ms: 2, src: 'files' },
]
const stated: Stated = {
  agent: { version: '0.1.0', integrity: 'unknown', channel: 'development', arch: 'x64', os: 'linux' },
  keyStore: 'keytar',
  virtual: 'no',
  uptimeSeconds: 12.7,
  managed: false,
  agreed: fieldIds,
  readings,
}

async function anAgent(gateway: Awaited<ReturnType<typeof aGateway>>) {
  const agent = await anEnrolledAgent(gateway)
  const client = agent.clientOf(gateway.issuer)
  const delegate = delegateKeys({ nowMs: () => 0 }).current()
  const ports = { client, keys: agent.key, chain: agent.chain, log: silentLog }
  const go = (more: Partial<Stated> = {}) => attest(ports, agent.enrollment.active(), { ...stated, ...more }, delegate)
  const sent = () => gateway.payloads(path).map((payload) => JSON.parse(payload))
  return { ...agent, ports, delegate, go, sent }
}

describe('an attestation', () => {
  it('has the members of the protocol in its order, and is kept as it was sent', async () => {
    const gateway = await aGateway()
    const agent = await anAgent(gateway)
    await agent.go()
    const [payload] = gateway.payloads(path)
    expect(Object.keys(JSON.parse(payload ?? ''))).toEqual([
      'eat_profile',
      'iss',
      'aud',
      'iat',
      'exp',
      'jti',
      'eat_nonce',
      'seq',
      'prev',
      'intuse',
      'sueids',
      'swname',
      'swversion',
      'hwmodel',
      'oemboot',
      'uptime',
      'delegate',
      'submods',
    ])
    expect(agent.ledger.latest().find((entry) => entry.typ === 'eat+jwt')?.payload).toBe(payload)
    expect(JSON.parse(payload ?? '')).toMatchObject({
      seq: 1,
      oemboot: true,
      uptime: 12,
      delegate: { jwk: agent.delegate.publicJwk },
      submods: {
        os: { platform: 'linux', arch: 'x64', virtual: 'no' },
        agent: { key_store: 'keytar', integrity: 'unknown', channel: 'development', config_seq: 1, managed: false },
      },
    })
  })

  it('is followed by the next one, each naming the one before', async () => {
    const gateway = await aGateway()
    const agent = await anAgent(gateway)
    const first = await agent.go()
    expect(first.result.status).toBe('affirming')
    expect(first.token).toMatchObject({ access_token: 'a.token.x', delegate: agent.delegate })
    const { hash: accepted } = gateway.head
    await agent.go()
    expect(agent.sent().map((claims) => claims.seq)).toEqual([1, 2])
    expect(agent.sent()[1].prev).toBe(accepted)
    expect(await agent.chain.read()).toMatchObject({ acked: { seq: 2, hash: gateway.head.hash }, sent: [] })
  })

  it('carries only what the configuration asks for, and of that only what was agreed to', async () => {
    const gateway = await aGateway()
    gateway.told.signals = ['firewall', 'ssh-keys', 'secure-boot', 'of-a-newer-gateway']
    const agent = await anAgent(gateway)
    const agreed = fieldIds.filter((field) => !['firewall', 'hardware-model', 'boot-state'].includes(field))
    await agent.go({ agreed })
    const [claims] = agent.sent()
    expect(claims.submods.posture.signals).toEqual([
      { id: 'firewall', st: 'unknown', why: 'not-consented', at, ms: 0, src: 'postern' },
      { id: 'secure-boot', st: 'observed', v: { state: 'on' }, at, ms: 1, src: 'efi' },
      { id: 'ssh-keys', st: 'unknown', why: 'denied', at, ms: 2, src: 'files' },
    ])
    expect(claims).not.toHaveProperty('hwmodel')
    expect(claims).not.toHaveProperty('oemboot')
  })

  it('cuts the model to whole characters of at most 32 bytes', async () => {
    const gateway = await aGateway()
    const agent = await anAgent(gateway)
    const model = `${'x'.repeat(26)}äöü`
    await agent.go({
      readings: [{ id: 'hardware', st: 'observed', v: { vendor: 'Acme', model }, at, ms: 1, src: 'dmi' }],
    })
    const model32 = Buffer.from(agent.sent()[0].hwmodel, 'base64url').toString('utf8')
    expect(model32).toBe(`Acme ${'x'.repeat(26)}`)
  })

  it('says nothing of Secure Boot that was not read, and no where it is not wholly on', async () => {
    const gateway = await aGateway()
    const agent = await anAgent(gateway)
    await agent.go({ readings: [{ id: 'secure-boot', st: 'unknown', why: 'denied', at, ms: 1, src: 'efi' }] })
    await agent.go({
      readings: [{ id: 'secure-boot', st: 'observed', v: { state: 'partial' }, at, ms: 1, src: 'efi' }],
    })
    expect(agent.sent().map((claims) => claims.oemboot)).toEqual([undefined, false])
  })
})

describe('before it leaves', () => {
  it('the chain is on disk: an agent killed in between knows what may have arrived', async () => {
    const gateway = await aGateway()
    const agent = await anAgent(gateway)
    const seen: unknown[] = []
    gateway.next(path, () => {
      seen.push(agent.chain.read())
      return undefined
    })
    await agent.go()
    expect(await Promise.all(seen)).toMatchObject([{ acked: { seq: 0 }, sent: [{ seq: 1, hash: gateway.head.hash }] }])
  })

  it('a chain that cannot be written keeps it here', async () => {
    const gateway = await aGateway()
    const agent = await anAgent(gateway)
    const write = () =>
      Promise.reject(new Failure('state_unwritable', { file: 'chain.json', reason: 'The disk is full (ENOSPC)' }))
    const { chain } = agent
    await expect(
      attest({ ...agent.ports, chain: { ...chain, write } }, agent.enrollment.active(), stated, agent.delegate),
    ).rejects.toMatchObject({ code: 'state_unwritable' })
    expect(gateway.payloads(path)).toEqual([])
  })
})

describe('an answer', () => {
  it.each([
    [
      'signed by a key that is not pinned',
      (gateway: Awaited<ReturnType<typeof aGateway>>, evidence: { seq: number; hash: string }) =>
        gateway.makeResult(evidence, aSigningPair()),
    ],
    [
      'about an older report',
      (gateway: Awaited<ReturnType<typeof aGateway>>, evidence: { seq: number; hash: string }) =>
        gateway.makeResult({ ...evidence, hash: hash('another') }),
    ],
    [
      'that ran out',
      (gateway: Awaited<ReturnType<typeof aGateway>>, evidence: { seq: number; hash: string }) =>
        gateway.makeResult(evidence, gateway.signer, { exp: 1000 }),
    ],
    [
      'for another device',
      (gateway: Awaited<ReturnType<typeof aGateway>>, evidence: { seq: number; hash: string }) =>
        gateway.makeResult(evidence, gateway.signer, { aud: 'urn:uuid:01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e1' }),
    ],
  ])('%s is not believed, and leaves the chain open', async (_name, make) => {
    const gateway = await aGateway()
    const agent = await anAgent(gateway)
    gateway.next(path, (request) => ({
      status: 200,
      body: {
        result: make(gateway, { seq: 1, hash: hash(request.body.split('.').slice(0, 2).join('.')) }),
        access_token: 'x',
        token_type: 'DPoP',
        expires_in: 60,
        next_due: 0,
      },
    }))
    await expect(agent.go()).rejects.toMatchObject({ code: 'token_invalid' })
    expect(await agent.chain.read()).toMatchObject({ acked: { seq: 0 }, sent: [{ seq: 1 }] })
  })

  it('brings a newer configuration, which is handed on proven; an older or foreign one is not', async () => {
    const gateway = await aGateway()
    const agent = await anAgent(gateway)
    gateway.signed.config = gateway.makeConfig(gateway.signer, 2)
    expect((await agent.go()).config).toMatchObject({ claims: { seq: 2 }, jws: gateway.signed.config })
    gateway.signed.config = gateway.makeConfig(aSigningPair(), 3)
    expect((await agent.go()).config).toBeUndefined()
    const { keys } = agent.enrollment.active()
    await agent.enrollment.write({ ...agent.enrollment.active(), config_seq: 9, keys })
    gateway.signed.config = gateway.makeConfig(gateway.signer, 8)
    expect((await agent.go()).config).toBeUndefined()
  })
})

describe('an answer that was lost', () => {
  it('is made up for at once: the gateway tells where it stands, and the next message follows that', async () => {
    const gateway = await aGateway()
    const agent = await anAgent(gateway)
    const chain = await agent.chain.read()
    await agent.go()
    // As if the answer had never come and the agent had been killed: accepted there, open here.
    if (chain === undefined) return expect.fail('no chain')
    await agent.chain.write(beforeSending(chain, { seq: 1, hash: gateway.head.hash }))
    expect((await agent.go()).result.evidence.seq).toBe(2)
    expect(gateway.payloads(path)).toHaveLength(2)
  })

  it('also where it had not arrived', async () => {
    const gateway = await aGateway()
    const agent = await anAgent(gateway)
    const chain = await agent.chain.read()
    if (chain === undefined) return expect.fail('no chain')
    await agent.chain.write(beforeSending(chain, { seq: 1, hash: hash('never arrived') }))
    expect((await agent.go()).result.evidence.seq).toBeGreaterThan(1)
    expect(await agent.chain.read()).toMatchObject({ acked: { hash: gateway.head.hash } })
  })

  it.each([
    [500, 'internal'],
    [503, 'unavailable'],
  ])('as %i %s leaves open whether it was taken', async (status, code) => {
    const gateway = await aGateway()
    const agent = await anAgent(gateway)
    gateway.next(path, () => problem(status, code))
    await expect(agent.go()).rejects.toMatchObject({ code })
    expect(await agent.chain.read()).toMatchObject({ sent: [{ seq: 1 }] })
    expect((await agent.go()).result.evidence.seq).toBeGreaterThan(1)
  })
})

describe('a chain that forked', () => {
  it('is said once, by the head that nobody here knows, and then a person must confirm', async () => {
    const gateway = await aGateway()
    const agent = await anAgent(gateway)
    await agent.go()
    Object.assign(gateway.head, { seq: 7, hash: hash("a clone's report") })
    await expect(agent.go()).rejects.toMatchObject({ code: 'device_quarantined' })
    const told = agent.sent().map((claims) => claims.unknown_head)
    expect(told.filter((head) => head !== undefined)).toEqual([hash(`postern/chain/1\0${gateway.head.hash}`)])
    expect(agent.sent().at(-1).seq).toBeGreaterThan(7)
    gateway.next(path, () => problem(403, 'device_quarantined'))
    await expect(agent.go()).rejects.toMatchObject({ code: 'device_quarantined' })
    expect(agent.sent().at(-1)).not.toHaveProperty('unknown_head')
    expect(agent.sent().at(-1).seq).toBeGreaterThan(agent.sent().at(-2).seq)
  })

  it('is not believed on the word of a key that is not pinned, and tries end', async () => {
    const gateway = await aGateway()
    const agent = await anAgent(gateway)
    const stranger = aSigningPair()
    const lie = () =>
      problem(409, 'chain_fork', { chain_state: gateway.describeChain({ seq: 9, hash: hash('x') }, stranger) })
    gateway.next(path, ...Array.from({ length: 20 }, () => lie))
    await expect(agent.go()).rejects.toMatchObject({ code: 'chain_fork' })
    expect(agent.sent().length).toBeLessThanOrEqual(5)
    expect(agent.sent().some((claims) => 'unknown_head' in claims)).toBe(false)
  })

  it('every number is used once, whatever is refused', async () => {
    const gateway = await aGateway()
    const agent = await anAgent(gateway)
    gateway.next(
      path,
      () => problem(401, 'use_nonce', {}, { 'attestation-nonce': hash('1') }),
      () => problem(429, 'rate_limited'),
      () => problem(401, 'clock_skew'),
      () => problem(422, 'schema_invalid'),
      () => problem(500, 'internal'),
    )
    for (let act = 0; act < 4; act += 1) await agent.go().catch(() => undefined)
    const numbers = agent.sent().map((claims) => claims.seq)
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other))
    expect(await agent.chain.read()).toMatchObject({ acked: { hash: gateway.head.hash } })
  })
})
