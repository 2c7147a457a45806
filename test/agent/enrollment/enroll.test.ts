import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { applyConfig } from '#agent/enrollment/apply-config.ts'
import { continueEnrollment, enroll, previewEnrollment } from '#agent/enrollment/enroll.ts'
import { consentDigest } from '#agent/privacy/consent.ts'
import { fieldIds } from '#contract/consent-fields.ts'
import { configuration } from '#contract/enrollment.ts'
import { Failure } from '#domain/failure.ts'
import { hash, keyedHash } from '#runtime/digest.ts'
import { type AGateway, aGateway, aSigningPair, problem } from '#test/support/a-gateway.ts'
import { aSigningKey } from '#test/support/a-signing-key.ts'
import { anEnrolledAgent, anEnrollingAgent } from '#test/support/an-enrolled-agent.ts'
import { readPayloadJson, readStrictJws } from '#verify/strict-jws.ts'

const configurationPath = '/.well-known/postern/configuration'
const agreedTo = (gateway: AGateway) => ({ sha256: gateway.configuration().consent.sha256, by: 'user' as const })
const paths = (gateway: AGateway) => gateway.seen.map((request) => request.path)

/** The gateway's description with other members, and a digest that fits or does not. */
function described(gateway: AGateway, more: object, consent: object = {}) {
  const own = gateway.configuration()
  return { status: 200, body: { ...own, ...more, consent: { ...own.consent, ...consent } } }
}

describe('looking at a gateway before agreeing', () => {
  it('fetches its configuration and nothing else, and shows what it wants', async () => {
    const gateway = await aGateway()
    const agent = await anEnrollingAgent()
    const preview = await previewEnrollment(agent.ports, gateway.link())
    expect(preview).toMatchObject({
      issuer: gateway.issuer,
      organisation: 'Example',
      fields: fieldIds,
      retention_days: 400,
      consent: gateway.configuration().consent.sha256,
    })
    expect(paths(gateway)).toEqual([configurationPath])
    expect(agent.key.created()).toBe(0)
    expect(agent.consent.inForce()).toBeUndefined()
  })

  it.each([
    ['no link', () => 'https://gate.example.com'],
    ['a link of another kind', () => 'postern://handoff?id=Zk3vQ0mXr8LwT1yHc9bNeg'],
    ['a short code', (gateway: AGateway) => gateway.link().replace(/code=.*/, 'code=short')],
    ['a parameter twice', (gateway: AGateway) => `${gateway.link()}&server=x`],
  ])('%s is refused before anything is asked', async (_name, link) => {
    const gateway = await aGateway()
    const agent = await anEnrollingAgent()
    await expect(previewEnrollment(agent.ports, link(gateway))).rejects.toMatchObject({ code: 'link_invalid' })
    expect(gateway.seen).toEqual([])
  })

  it('a loopback gateway is refused outside development before anything is asked', async () => {
    const gateway = await aGateway()
    const agent = await anEnrollingAgent({ development: false })
    await expect(previewEnrollment(agent.ports, gateway.link())).rejects.toMatchObject({ code: 'issuer_not_allowed' })
    expect(gateway.seen).toEqual([])
  })

  it.each([
    [
      'says that it is another',
      'gateway_identity',
      (gateway: AGateway) => described(gateway, { issuer: 'https://evil.example' }),
    ],
    [
      'hides a field behind an old digest',
      'gateway_answer_invalid',
      (gateway: AGateway) => described(gateway, {}, { fields: [...fieldIds, 'zodiac'] }),
    ],
    [
      'changes its name behind an old digest',
      'gateway_answer_invalid',
      (gateway: AGateway) => described(gateway, { name: 'Other' }),
    ],
    [
      'speaks another profile',
      'profile_unsupported',
      (gateway: AGateway) => described(gateway, { profiles: ['tag:postern.dev,2030:posture-eat:2'] }),
    ],
    ['wants a newer agent', 'agent_outdated', (gateway: AGateway) => described(gateway, { min_agent: '9.0.0' })],
  ])('a gateway that %s is refused', async (_name, code, answer) => {
    const gateway = await aGateway()
    const agent = await anEnrollingAgent()
    gateway.next(configurationPath, () => answer(gateway))
    await expect(previewEnrollment(agent.ports, gateway.link())).rejects.toMatchObject({ code })
  })
})

describe('enrolling', () => {
  it('sends a message signed by a new key, for this authority, with what was agreed to', async () => {
    const gateway = await aGateway()
    const agent = await anEnrolledAgent(gateway)
    const sent = gateway.seen.find((request) => request.path === '/v1/enrollments')
    const jws = readStrictJws(sent?.body ?? '', 'enroll+jwt')
    const salt = Buffer.from(gateway.configuration().hint_salt, 'base64url')
    expect(jws.jwk).toEqual(await agent.key.publicJwk())
    expect(readPayloadJson(jws.payload)).toMatchObject({
      aud: gateway.issuer,
      intuse: 'registration',
      eth: hash(gateway.authority),
      swversion: ['0.1.0', 16384],
      key_store: 'keytar',
      hints: { hostname: 'ada-laptop', platform: 'linux', arch: 'x64', machine_h: keyedHash(salt, 'machine') },
      consent: { sha256: gateway.configuration().consent.sha256, by: 'user' },
    })
    expect(agent.key.created()).toBe(1)
  })

  it('keeps the enrolment, the pinned keys and the start of the chain', async () => {
    const gateway = await aGateway()
    const agent = await anEnrolledAgent(gateway)
    const record = JSON.parse(await readFile(join(agent.folder, 'enrollment.json'), 'utf8'))
    expect(record).toMatchObject({
      version: 1,
      state: 'active',
      issuer: gateway.issuer,
      device_id: gateway.deviceId,
      owner: 'Ada',
      org: 'Example',
      config: gateway.signed.config,
      config_seq: 1,
      keys: [{ jwk: gateway.signer.jwk, not_before: 0 }],
      kid: await agent.key.kid(),
    })
    expect(JSON.stringify(record)).not.toContain(gateway.authority)
    expect(await agent.chain.read()).toEqual({ kid: await agent.key.kid(), acked: { ...gateway.head }, sent: [] })
    expect(agent.ledger.latest().map(({ typ, payload }) => [typ, payload])).toEqual([
      ['enroll+jwt', gateway.payloads('/v1/enrollments')[0]],
    ])
  })

  it('is not begun with a description that has changed since it was read', async () => {
    const gateway = await aGateway()
    const agent = await anEnrollingAgent()
    const act = enroll(agent.ports, gateway.link(), { sha256: hash('an older one'), by: 'user' })
    await expect(act).rejects.toMatchObject({ code: 'consent_changed' })
    expect(paths(gateway)).toEqual([configurationPath])
    expect(agent.key.created()).toBe(0)
  })

  it('is not begun while the key store is locked, and consent is all that was kept', async () => {
    const gateway = await aGateway()
    const locked = { ...aSigningKey(), create: () => Promise.reject(new Failure('key_locked', {})) }
    const agent = await anEnrollingAgent({ keys: async () => locked })
    await expect(enroll(agent.ports, gateway.link(), agreedTo(gateway))).rejects.toMatchObject({ code: 'key_locked' })
    expect(paths(gateway)).toEqual([configurationPath])
  })

  it('leaves out the hints that nobody agreed to', async () => {
    const gateway = await aGateway()
    const fields = fieldIds.filter((field) => !['device-name', 'machine-hash', 'serial-hash'].includes(field))
    const own = configuration.parse(described(gateway, {}, { fields }).body)
    const sha256 = consentDigest(own)
    gateway.next(configurationPath, () => ({ status: 200, body: { ...own, consent: { ...own.consent, sha256 } } }))
    gateway.next('/v1/enrollments', () => problem(403, 'enrollment_refused'))
    const agent = await anEnrollingAgent()
    await expect(enroll(agent.ports, gateway.link(), { sha256, by: 'user' })).rejects.toMatchObject({
      code: 'enrollment_refused',
    })
    expect(JSON.parse(gateway.payloads('/v1/enrollments')[0] ?? '').hints).toEqual({ platform: 'linux', arch: 'x64' })
  })

  it('never changes the gateway of an enrolled agent', async () => {
    const [first, second] = [await aGateway(), await aGateway()]
    const agent = await anEnrolledAgent(first)
    for (const act of [
      previewEnrollment(agent.ports, second.link()),
      enroll(agent.ports, second.link(), agreedTo(second)),
    ])
      await expect(act).rejects.toMatchObject({
        code: 'already_enrolled',
        details: { host: new URL(first.issuer).host },
      })
    expect(second.seen).toEqual([])
  })

  it('with a lost key goes on with the same gateway alone, under a new key', async () => {
    const [first, second] = [await aGateway(), await aGateway()]
    const agent = await anEnrolledAgent(first)
    const ports = { ...agent.ports, isLost: () => true }
    await expect(previewEnrollment(ports, second.link())).rejects.toMatchObject({ code: 'already_enrolled' })
    first.next('/v1/enrollments', () => problem(403, 'enrollment_refused'))
    await expect(enroll(ports, first.link(), agreedTo(first))).rejects.toMatchObject({ code: 'enrollment_refused' })
    expect(agent.key.created()).toBe(2)
  })

  it('takes a new key, once, where the gateway knows the old one from another record', async () => {
    const gateway = await aGateway()
    const agent = await anEnrollingAgent()
    gateway.next('/v1/enrollments', () => problem(409, 'key_in_use'))
    await enroll(agent.ports, gateway.link(), agreedTo(gateway))
    expect(agent.key.created()).toBe(2)
    expect(agent.enrollment.active().kid).toBe(await agent.key.kid())
  })
})

describe('the first configuration', () => {
  const withConfig = (config: (gateway: AGateway) => string) => (gateway: AGateway) => () => ({
    status: 201,
    body: {
      enrollment_id: 'Zk3vQ0mXr8LwT1yHc9bNeg',
      state: 'active',
      device_id: gateway.deviceId,
      sueid: 'AZ08Hwt6Xkwti28QITJDVGo',
      tier: 'T1',
      owner: { name: 'Ada' },
      chain: { seq: 0, hash: hash('enroll') },
      agent_config: config(gateway),
    },
  })

  it('signed by a key that was not fetched over TLS enrols nothing', async () => {
    const gateway = await aGateway()
    const agent = await anEnrollingAgent()
    gateway.next('/v1/enrollments', withConfig((of) => of.makeConfig(aSigningPair()))(gateway))
    await expect(enroll(agent.ports, gateway.link(), agreedTo(gateway))).rejects.toMatchObject({
      code: 'token_invalid',
    })
    expect(agent.enrollment.read()).toBeUndefined()
    expect(await agent.chain.read()).toBeUndefined()
  })

  it('must be signed by exactly the key that the link names', async () => {
    const gateway = await aGateway()
    const agent = await anEnrollingAgent()
    const other = gateway.link(aSigningPair().kid)
    await expect(enroll(agent.ports, other, agreedTo(gateway))).rejects.toMatchObject({ code: 'token_invalid' })
    expect(agent.enrollment.read()).toBeUndefined()
    await enroll(agent.ports, gateway.link(gateway.signer.kid), agreedTo(gateway))
    expect(agent.enrollment.active().config_seq).toBe(1)
  })

  it('must be signed by the key that the organisation names, whatever the link says', async () => {
    const gateway = await aGateway()
    const named = aSigningPair().kid
    const agent = await anEnrollingAgent({ namedKid: () => named })
    await expect(enroll(agent.ports, gateway.link(gateway.signer.kid), agreedTo(gateway))).rejects.toMatchObject({
      code: 'link_invalid',
    })
    await expect(enroll(agent.ports, gateway.link(), agreedTo(gateway))).rejects.toMatchObject({
      code: 'token_invalid',
    })
  })
})

describe('a device that an administrator must approve', () => {
  it('waits, asks again with the same key, and is enrolled then', async () => {
    const gateway = await aGateway()
    gateway.told.pending = true
    const agent = await anEnrollingAgent()
    const pending = await enroll(agent.ports, gateway.link(), agreedTo(gateway))
    expect(pending).toMatchObject({ state: 'pending', org: 'Example', authority: gateway.authority })
    expect(() => agent.enrollment.active()).toThrow('not_enrolled')
    if (pending.state !== 'pending') return expect.fail('not pending')
    expect((await continueEnrollment(agent.ports, pending)).state).toBe('pending')
    gateway.told.pending = false
    expect((await continueEnrollment(agent.ports, pending)).state).toBe('active')
    expect(agent.key.created()).toBe(1)
  })
})

describe('a later configuration', () => {
  async function enrolled() {
    const gateway = await aGateway()
    const agent = await anEnrolledAgent(gateway)
    const now = Math.floor(Date.now() / 1000)
    return { gateway, agent, apply: (jws: string) => applyConfig(agent.enrollment, jws, now) }
  }

  it('is put in force when a pinned key signed it, and its keys are the pinned ones from then on', async () => {
    const { gateway, agent, apply } = await enrolled()
    const next = aSigningPair()
    await apply(gateway.makeConfig(gateway.signer, 2, [next]))
    expect(agent.enrollment.active()).toMatchObject({ config_seq: 2, keys: [{ jwk: next.jwk }] })
    await expect(apply(gateway.makeConfig(gateway.signer, 3))).rejects.toMatchObject({ code: 'token_invalid' })
    await apply(gateway.makeConfig(next, 3, [next]))
    expect(agent.enrollment.active().config_seq).toBe(3)
  })

  it('signed by a key that is not pinned is refused, though the gateway publishes it', async () => {
    const { gateway, agent, apply } = await enrolled()
    const before = agent.enrollment.active()
    await expect(apply(gateway.makeConfig(aSigningPair(), 2))).rejects.toMatchObject({ code: 'token_invalid' })
    expect(agent.enrollment.active()).toEqual(before)
  })

  it('with a lower number is stale, and nothing changes', async () => {
    const { gateway, agent, apply } = await enrolled()
    await apply(gateway.makeConfig(gateway.signer, 5))
    await expect(apply(gateway.makeConfig(gateway.signer, 4))).rejects.toMatchObject({
      code: 'config_stale',
      details: { have: 5, got: 4 },
    })
    expect(agent.enrollment.active().config_seq).toBe(5)
  })

  it('that is the one in force changes nothing', async () => {
    const { gateway, apply } = await enrolled()
    expect(await apply(gateway.signed.config)).toBeUndefined()
  })
})
