import { describe, expect, it } from 'vitest'
import { authzenMetadata, evaluationAnswer, evaluationsAnswer } from '#contract/authzen.ts'
import { aClock } from '#test/support/a-clock.ts'
import { type Answer, aDevice, call, type DeviceClient } from '#test/support/a-device.ts'
import {
  access,
  aRunningGateway,
  callerAuth,
  type GatewayWish,
  type RunningGateway,
} from '#test/support/a-running-gateway.ts'
import { exchange } from '#test/support/exchange.ts'

const json = { 'content-type': 'application/json' }

function ask(
  gateway: RunningGateway,
  question: unknown,
  wish: { readonly auth?: string; readonly path?: string; readonly headers?: { readonly [name: string]: string } } = {},
): Promise<Answer> {
  const { auth = callerAuth.any, path = '/access/v1/evaluation', headers = {} } = wish
  const body = typeof question === 'string' ? question : JSON.stringify(question)
  return call('POST', `${gateway.check}${path}`, {
    headers: { ...json, 'x-postern-proxy-auth': auth, ...headers },
    body,
  })
}

const about = (subject: object, resource: object | string = 'wiki', action = 'GET') => ({
  subject,
  action: { name: action },
  resource: typeof resource === 'string' ? { type: 'resource', id: resource } : resource,
})
const ofDevice = (device: DeviceClient) => ({ type: 'device', id: device.id })
const ofAda = { type: 'user', id: 'ada@example.com' }

async function anAttestedDevice(wish: GatewayWish = {}) {
  const gateway = await aRunningGateway(wish)
  const nowMs = wish.clock?.nowMs
  const device = await aDevice(gateway, nowMs === undefined ? {} : { nowMs })
  await device.attest()
  return { gateway, device }
}

const reasonOf = async (answer: Promise<Answer>) => {
  const { json: told } = await answer
  return told.decision ? 'allow' : told.context.reason
}

describe('A caller that asks about a device', () => {
  it('is told yes, with an id of the decision, and nothing to keep', async () => {
    const { gateway, device } = await anAttestedDevice()
    const answer = await ask(gateway, about(ofDevice(device)))
    expect(answer.status).toBe(200)
    expect(answer.headers['cache-control']).toBe('no-store')
    const told = evaluationAnswer.parse(answer.json)
    expect(told.decision).toBe(true)
    expect(told.context?.ttl).toBe(0)
    expect(told.context?.decision_id).toMatch(/^[0-9a-f-]{36}$/)
    expect(told.context?.assertion).toBeUndefined()
  })

  it('is told no, why, and by which checks', async () => {
    const { gateway, device } = await anAttestedDevice()
    device.readings = { firewall: { state: 'off' } }
    await device.attest()
    const { json: told } = await ask(gateway, about(ofDevice(device)))
    expect(told).toMatchObject({ decision: false, context: { reason: 'posture_failed', checks: ['firewall'] } })
  })

  it('may name the person, the device by its owner, the origin, and a path', async () => {
    const { gateway, device } = await anAttestedDevice()
    const origin = { type: 'origin', id: 'https://wiki.example.com' }
    const allowed = [
      about(ofAda),
      about({ type: 'user', id: 'Ada@Example.com' }),
      about({ ...ofAda, properties: { device_id: device.id } }),
      about(ofAda, origin),
      about(ofAda, { ...origin, properties: { path: '/a/b%20c?q=1' } }),
      about(ofAda, 'wiki', 'access'),
    ]
    for (const question of allowed) expect(await reasonOf(ask(gateway, question))).toBe('allow')
    const refused: readonly (readonly [object, string])[] = [
      [about({ type: 'user', id: 'nobody@example.com' }), 'no_device'],
      [about({ type: 'user', id: 'bob@example.com', properties: { device_id: device.id } }), 'no_device'],
      [about({ ...ofAda, properties: { device_id: 7 } }), 'no_device'],
      [about({ type: 'device', id: 'no-such' }), 'no_device'],
      [about({ type: 'robot', id: device.id }), 'no_device'],
      [about(ofAda, 'no-such'), 'unknown_resource'],
      [about(ofAda, { type: 'origin', id: 'https://wiki.example.com:8443' }), 'unknown_resource'],
      [about(ofAda, { type: 'folder', id: 'wiki' }), 'unknown_resource'],
      [about(ofAda, { ...origin, properties: { path: '/a/../b' } }), 'bad_target'],
      [about(ofAda, { ...origin, properties: { path: '/a%2fb' } }), 'bad_target'],
      [about(ofAda, { ...origin, properties: { path: 3 } }), 'bad_target'],
      [about(ofAda, 'wiki', 'get'), 'bad_target'],
      [about(ofAda, 'console'), 'no_policy'],
    ]
    for (const [question, reason] of refused)
      expect([question, await reasonOf(ask(gateway, question))]).toEqual([question, reason])
  })

  it('cannot tell which of several devices of a person is meant', async () => {
    const { gateway, device } = await anAttestedDevice()
    const second = await aDevice(gateway)
    await second.attest()
    expect(await reasonOf(ask(gateway, about(ofAda)))).toBe('no_device')
    expect(await reasonOf(ask(gateway, about({ ...ofAda, properties: { device_id: device.id } })))).toBe('allow')
  })

  it('may ask about its own origins alone', async () => {
    const { gateway, device } = await anAttestedDevice()
    const auth = callerAuth.wiki
    expect(await reasonOf(ask(gateway, about(ofDevice(device)), { auth }))).toBe('allow')
    for (const resource of ['payments', 'console', { type: 'origin', id: 'https://pay.example.com' }])
      expect(await reasonOf(ask(gateway, about(ofDevice(device), resource), { auth }))).toBe('unknown_resource')
  })

  it('cannot overrule what the gateway knows', async () => {
    const { gateway, device } = await anAttestedDevice()
    device.readings = { firewall: { state: 'off' } }
    await device.attest()
    const question = {
      ...about({ ...ofDevice(device), properties: { status: 'active', firewall: 'on' }, decision: true }),
      context: { decision: true, posture: 'affirming' },
      unknown: [[[]]],
    }
    expect(await reasonOf(ask(gateway, question))).toBe('posture_failed')
  })

  it('learns at once of a new report, a new book, and a device on hold', async () => {
    const { gateway, device } = await anAttestedDevice()
    const now = () => reasonOf(ask(gateway, about(ofAda)))
    expect(await now()).toBe('allow')
    device.readings = { firewall: { state: 'off' } }
    await device.attest()
    expect(await now()).toBe('posture_failed')
    device.readings = { firewall: { state: 'on' } }
    await device.attest()
    expect(await now()).toBe('allow')
    await gateway.writePolicy('access.yaml', access('{ check: screen-lock, enforce: block }'))
    await expect.poll(now).toBe('posture_failed')
    await device.attest({ unknown_head: device.head })
    expect(await reasonOf(ask(gateway, about(ofDevice(device))))).toBe('device_not_active')
  })

  it('is refused by time alone when the device falls silent', async () => {
    const clock = aClock()
    const { gateway, device } = await anAttestedDevice({ clock })
    expect(await reasonOf(ask(gateway, about(ofAda)))).toBe('allow')
    await clock.advance(1_801_000)
    expect(await reasonOf(ask(gateway, about(ofAda)))).toBe('posture_failed') // the reading is too old
    await clock.advance(900_000)
    expect(await reasonOf(ask(gateway, about(ofAda)))).toBe('device_silent')
    await device.attest()
    expect(await reasonOf(ask(gateway, about(ofAda)))).toBe('allow')
  })
})

describe('A caller that asks many questions at once', () => {
  const path = '/access/v1/evaluations'

  it('is answered in their order, with defaults, by each of the three semantics', async () => {
    const { gateway, device } = await anAttestedDevice()
    const items = [
      { resource: { type: 'resource', id: 'wiki' } },
      { resource: { type: 'resource', id: 'console' } },
      {},
    ]
    const batch = (semantic?: string) =>
      ask(
        gateway,
        {
          ...about(ofDevice(device), 'payments'),
          evaluations: items,
          broken: 'an unknown member',
          ...(semantic === undefined ? {} : { options: { evaluations_semantic: semantic, other: 1 } }),
        },
        { path },
      )
    const decisions = async (semantic?: string) =>
      evaluationsAnswer.parse((await batch(semantic)).json).evaluations.map(({ decision }) => decision)
    expect(await decisions()).toEqual([true, false, true])
    expect(await decisions('execute_all')).toEqual([true, false, true])
    expect(await decisions('deny_on_first_deny')).toEqual([true, false])
    expect(await decisions('permit_on_first_permit')).toEqual([true])
    expect((await batch('majority')).status).toBe(400)
  })

  it('gets a refusal in the place of a broken one', async () => {
    const { gateway, device } = await anAttestedDevice()
    const good = about(ofDevice(device))
    const evaluations = [good, 7, null, { subject: { type: 'user' } }, [], 'x', good]
    const { json: told } = await ask(gateway, { evaluations }, { path })
    expect(told.evaluations.map(({ decision }: { decision: boolean }) => decision)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
      true,
    ])
  })

  it('may ask fifty, and asks one where there is no list', async () => {
    const { gateway, device } = await anAttestedDevice()
    const good = about(ofDevice(device))
    const many = (count: number) => ask(gateway, { evaluations: Array(count).fill(good) }, { path })
    expect((await many(50)).json.evaluations).toHaveLength(50)
    expect((await many(51)).status).toBe(400)
    expect((await ask(gateway, good, { path })).json.decision).toBe(true)
    expect((await ask(gateway, { ...good, evaluations: [] }, { path })).json.decision).toBe(true)
  })
})

describe('Who is not a registered caller', () => {
  it('is refused, whatever it asks, in the same words', async () => {
    const { gateway, device } = await anAttestedDevice()
    const secret = callerAuth.any.split(':')[1]
    const auths = ['', 'reports', 'reports:', 'reports:wrong', `nobody:${secret}`, `far-away:${secret}`, `:${secret}`]
    for (const auth of auths) {
      const answer = await ask(gateway, about(ofDevice(device)), { auth })
      expect([auth, answer.status, answer.headers['x-postern-deny'], answer.text]).toEqual([
        auth,
        403,
        'proxy_unauthenticated',
        '',
      ])
    }
    const anyPath = await call('GET', `${gateway.check}/metrics`)
    expect(anyPath.status).toBe(403)
  })

  it('is one whose credential comes twice', async () => {
    const { gateway } = await anAttestedDevice()
    const twice = `POST /access/v1/evaluation HTTP/1.1\r\nHost: x\r\nX-Postern-Proxy-Auth: ${callerAuth.any}\r\nX-Postern-Proxy-Auth: ${callerAuth.any}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`
    expect(await exchange(gateway.check, twice)).toMatch(/^HTTP\/1.1 403 /)
  })

  it('may read where to ask', async () => {
    const { gateway } = await anAttestedDevice()
    const answer = await call('GET', `${gateway.check}/.well-known/authzen-configuration`)
    expect(authzenMetadata.parse(answer.json)).toEqual({
      policy_decision_point: gateway.check,
      access_evaluation_endpoint: `${gateway.check}/access/v1/evaluation`,
      access_evaluations_endpoint: `${gateway.check}/access/v1/evaluations`,
    })
  })
})

describe('A question that is none', () => {
  it('is answered with 400, and the id of the request comes back', async () => {
    const { gateway, device } = await anAttestedDevice()
    const good = JSON.stringify(about(ofDevice(device)))
    const questions = [
      '',
      '{',
      '[]',
      'null',
      '{}',
      '{"subject":{"type":"user","id":"a"},"action":{"name":"GET"}}',
      good.replace('{', '{"subject":{},'),
      good.replace('{', `{"x":${'['.repeat(20)}${']'.repeat(20)},`),
      good.replace('{', '{"__proto__":{},'),
      good.replace('"GET"', '""'),
      good.replace('"wiki"', '7'),
      ' '.repeat(65_537),
    ]
    const headers = { 'x-request-id': 'abc-123' }
    for (const question of questions) {
      const answer = await ask(gateway, question, { headers })
      expect([question.slice(0, 60), answer.status]).toEqual([question.slice(0, 60), 400])
      expect(answer.headers['x-request-id']).toBe('abc-123')
    }
    const plain = await ask(gateway, good, { headers: { 'content-type': 'text/plain' } })
    expect(plain.status).toBe(400)
    const bytes = Buffer.concat([
      Buffer.from(good.slice(0, -1)),
      Buffer.from(',"x":"'),
      Buffer.of(0xff),
      Buffer.from('"}'),
    ])
    const notText = await call('POST', `${gateway.check}/access/v1/evaluation`, {
      headers: { ...json, 'x-postern-proxy-auth': callerAuth.any },
      body: bytes,
    })
    expect(notText.status).toBe(400)
    expect((await ask(gateway, good, { headers: { 'content-type': 'application/json; charset=utf-8' } })).status).toBe(
      200,
    )
  })

  it('gets 403 where no path is, for another adapter, and for what is no HTTP', async () => {
    const { gateway, device } = await anAttestedDevice()
    const good = about(ofDevice(device))
    expect((await ask(gateway, good, { path: '/access/v1/search/subject' })).status).toBe(403)
    expect((await ask(gateway, good, { auth: callerAuth.nginx })).headers['x-postern-deny']).toBe('bad_target')
    const auth = { 'x-postern-proxy-auth': callerAuth.any }
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])
      expect((await call(method, `${gateway.check}/access/v1/evaluation`, { headers: auth })).status).toBe(403)
    for (const raw of [
      'nonsense\r\n\r\n',
      'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`,
      'GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nConnection: close\r\n\r\n',
    ])
      expect(await exchange(gateway.check, raw)).toMatch(/^HTTP\/1.1 403 /)
  })
})
