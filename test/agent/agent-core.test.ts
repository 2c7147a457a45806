import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inspectAgent } from '#agent/agent-core.ts'
import { nodeExchange } from '#agent/gateway-client/exchange.ts'
import { snapshot } from '#contract/ipc.ts'
import { Failure } from '#domain/failure.ts'
import { observed } from '#domain/reading.ts'
import { systemClock } from '#runtime/clock.ts'
import { hash } from '#runtime/digest.ts'
import { aClock } from '#test/support/a-clock.ts'
import { type AGateway, aGateway, aSigningPair, problem } from '#test/support/a-gateway.ts'
import { anAgent, theGatewayOn } from '#test/support/an-agent.ts'

type Agent = Awaited<ReturnType<typeof anAgent>>
const path = '/v1/attestations'

async function anEnrolled() {
  const gateway = await aGateway()
  const agent = await anAgent()
  const running = await agent.aProcess()
  await enrolled(running, gateway)
  return { gateway, agent, running, device: theGatewayOn(agent) }
}

async function enrolled(running: Awaited<ReturnType<Agent['aProcess']>>, gateway: AGateway) {
  const { sha256: consent } = gateway.configuration().consent
  const reply = await running.ask('enrollment/confirm', { link: gateway.link(), consent })
  expect(reply).toMatchObject({ ok: true })
  await running.until((now) => now.result !== null)
}

describe('an agent that nobody has enrolled', () => {
  it('reads this machine, shows it, and sends nothing', async () => {
    const gateway = await aGateway()
    const running = await (await anAgent()).aProcess()
    const now = await running.until((shown) => shown.state !== 'starting')
    expect(now).toMatchObject({ state: 'not-enrolled', issuer: null, sent: [], stream: 'off', result: null })
    expect(now.readings.find((reading) => reading.id === 'firewall')).toMatchObject({
      st: 'observed',
      v: { state: 'on' },
    })
    expect(now.readings).toHaveLength(16)
    expect(await running.ask('posture/check-now', undefined)).toMatchObject({ ok: true })
    expect(gateway.seen).toEqual([])
    expect(snapshot.parse(now)).toEqual(now)
  })

  it('asks for the configuration alone when a person goes on, and makes no key', async () => {
    const gateway = await aGateway()
    const agent = await anAgent()
    const running = await agent.aProcess()
    expect(await running.ask('enrollment/preview', { link: gateway.link() })).toMatchObject({
      ok: true,
      value: { organisation: 'Example' },
    })
    expect(gateway.seen.map((request) => request.path)).toEqual(['/.well-known/postern/configuration'])
    expect(agent.keyring.calls).toEqual([])
  })

  it('says what is wrong with a link', async () => {
    const running = await (await anAgent()).aProcess()
    expect(await running.ask('enrollment/preview', { link: 'postern://enroll' })).toMatchObject({
      ok: false,
      code: 'link_invalid',
    })
  })
})

describe('an agent that is enrolled', () => {
  it('reports, shows the verdict of the gateway, and every payload as the gateway received it', async () => {
    const { gateway, running } = await anEnrolled()
    const now = await running.until((shown) => shown.sent.some((message) => message.typ === 'dpop+jwt'))
    expect(now).toMatchObject({
      state: 'healthy',
      issuer: gateway.issuer,
      organisation: 'Example',
      owner: 'Ada',
      key_store: { kind: 'keytar', state: 'ok', reason: null },
      result: { evidence: { seq: 1, hash: gateway.head.hash } },
      failure: null,
    })
    const sent = (typ: string) => now.sent.find((message) => message.typ === typ)?.payload
    expect(sent('enroll+jwt')).toBe(gateway.payloads('/v1/enrollments')[0])
    expect(sent('eat+jwt')).toBe(gateway.payloads(path)[0])
  })

  it('opens the stream with a proof of its delegate key, and follows what is signed there', async () => {
    const { gateway, agent, running, device } = await anEnrolled()
    await expect.poll(() => agent.streams.length).toBe(1)
    expect(agent.streams[0]?.url).toBe(`${gateway.issuer.replace('http', 'ws')}/v1/stream`)
    expect(agent.streams[0]?.headers['authorization']).toBe('DPoP a.token.x')
    device.hello()
    device.snapshot(5, { result: null, config: null, state: 'active' })
    const access = [{ id: 'wiki', name: 'Wiki', access: 'refuse', code: 'posture_failed', findings: [] }]
    device.event(6, {
      kind: 'result',
      result: gateway.makeResult({ ...gateway.head }, gateway.signer, { resources: access }),
    })
    expect((await running.until((now) => now.state === 'refused')).stream).toBe('open')
  })

  it('believes nothing on the stream that no pinned key signed', async () => {
    const { gateway, agent, running, device } = await anEnrolled()
    await expect.poll(() => agent.streams.length).toBe(1)
    device.hello()
    device.snapshot(5, { result: null, config: null, state: 'active' })
    const stranger = aSigningPair()
    const access = [{ id: 'wiki', name: 'Wiki', access: 'refuse', findings: [] }]
    device.event(6, {
      kind: 'result',
      result: gateway.makeResult({ ...gateway.head }, stranger, { resources: access }),
    })
    device.event(7, { kind: 'config', config: gateway.makeConfig(stranger, 9, [stranger]) })
    device.event(8, { kind: 'config', config: gateway.makeConfig(gateway.signer, 2) })
    device.event(9, { kind: 'attest_now', reason: 'operator' })
    await expect.poll(() => gateway.payloads(path).length).toBe(2)
    expect(JSON.parse(gateway.payloads(path)[1] ?? '').submods.agent.config_seq).toBe(2)
    expect(running.core.snapshot.read().state).toBe('healthy')
  })

  it('shows whose request waits for the vote of this person, until it is decided', async () => {
    const { agent, running, device } = await anEnrolled()
    await expect.poll(() => agent.streams.length).toBe(1)
    device.hello()
    device.snapshot(5, { result: null, config: null, state: 'active' })
    const review = {
      request_id: '01a20cc8-6770-7c10-8a4e-5d2f0c9be771',
      stage: 'device-security',
      checks: ['firewall'],
      decide_by: Math.floor(Date.now() / 1000) + 3600,
    }
    device.event(6, { kind: 'review', ...review, requester: { name: 'Grace' } })
    const told = await running.until((now) => now.asked_votes.length > 0)
    expect(told.asked_votes).toMatchObject([{ ...review, requester: 'Grace' }])
  })

  it('does not go back to an older verdict', async () => {
    const { gateway, agent, running, device } = await anEnrolled()
    await expect.poll(() => agent.streams.length).toBe(1)
    device.hello()
    device.snapshot(5, { result: null, config: null, state: 'active' })
    const resources = [{ id: 'wiki', name: 'Wiki', access: 'refuse', findings: [] }]
    const iat = Math.floor(Date.now() / 1000) - 100
    device.event(6, {
      kind: 'result',
      result: gateway.makeResult({ ...gateway.head }, gateway.signer, { resources, iat }),
    })
    await running.ask('posture/check-now', undefined)
    expect(running.core.snapshot.read()).toMatchObject({ state: 'healthy', result: { evidence: { seq: 2 } } })
  })

  it('only asks where an unsigned frame says that it is on hold', async () => {
    const { gateway, agent, running, device } = await anEnrolled()
    await expect.poll(() => agent.streams.length).toBe(1)
    device.hello()
    device.snapshot(5, { result: null, config: null, state: 'quarantined' })
    await expect.poll(() => gateway.payloads(path).length).toBe(2)
    expect((await running.until((now) => now.result?.evidence.seq === 2)).state).toBe('healthy')
  })

  it('reports when a watched setting has changed, ten seconds after the last report at the earliest', async () => {
    const gateway = await aGateway()
    const clock = aClock(Date.now())
    const agent = await anAgent({ clock })
    await enrolled(await agent.aProcess(), gateway)
    agent.firewall.now = observed({ state: 'off' }, 'nft')
    agent.firewall.tell()
    await clock.advance(9_000)
    expect(gateway.payloads(path)).toHaveLength(1)
    await clock.advance(1_000)
    await expect.poll(() => gateway.payloads(path).length).toBe(2)
    const { signals } = JSON.parse(gateway.payloads(path)[1] ?? '').submods.posture
    expect(signals.find((signal: { id: string }) => signal.id === 'firewall').v).toEqual({ state: 'off' })
  })

  it('goes on with its chain and its pinned keys after a restart', async () => {
    const { gateway, agent, running } = await anEnrolled()
    await running.core.stop()
    const again = await agent.aProcess()
    const now = await again.until((shown) => shown.result !== null)
    expect(now).toMatchObject({ state: 'healthy', result: { evidence: { seq: 2, hash: gateway.head.hash } } })
    expect(agent.keyring.calls.filter((call) => call === 'set')).toHaveLength(1)
    expect(gateway.payloads('/v1/enrollments')).toHaveLength(1)
  })

  it('sends nothing after it was stopped', async () => {
    const { gateway, agent, running } = await anEnrolled()
    await running.core.stop()
    const before = gateway.seen.length
    agent.firewall.now = observed({ state: 'off' }, 'nft')
    agent.firewall.tell()
    expect(await running.ask('posture/check-now', undefined)).toMatchObject({ ok: false, code: 'agent_not_running' })
    expect(gateway.seen).toHaveLength(before)
    expect(running.core.snapshot.read().stream).toBe('off')
  })
})

describe('trouble', () => {
  it('a gateway that is away is told with the last verdict, and over when it is back', async () => {
    const { gateway, running } = await anEnrolled()
    const { port } = new URL(gateway.issuer)
    await gateway.stop()
    await running.ask('posture/check-now', undefined)
    expect(running.core.snapshot.read()).toMatchObject({
      state: 'offline',
      failure: { code: 'gateway_unreachable' },
      result: { evidence: { seq: 1 } },
    })
    const [handle] = gateway.server.listeners('request')
    const back = createServer((request, response) =>
      Reflect.apply(handle ?? failNow, gateway.server, [request, response]),
    )
    await new Promise<void>((resolve) => back.listen(Number(port), '127.0.0.1', resolve))
    await running.ask('posture/check-now', undefined)
    expect(running.core.snapshot.read()).toMatchObject({
      state: 'healthy',
      failure: null,
      result: { evidence: { hash: gateway.head.hash } },
    })
    await running.core.stop()
    await new Promise((resolve) => back.close(resolve))
  })

  it('a locked keychain is told, makes no second key, and is over when it is unlocked', async () => {
    const { agent, running } = await anEnrolled()
    agent.secretService.says({ kind: 'reachable', locked: true, hasCollection: true })
    await running.ask('posture/check-now', undefined)
    expect(running.core.snapshot.read()).toMatchObject({
      state: 'key-locked',
      key_store: { state: 'locked', reason: 'collection-locked' },
      failure: { code: 'key_locked' },
    })
    agent.secretService.says({ kind: 'reachable', locked: false, hasCollection: true })
    expect(await running.ask('key/try-again', undefined)).toMatchObject({ ok: true, value: { state: 'healthy' } })
    expect(agent.keyring.calls.filter((call) => call === 'set')).toHaveLength(1)
  })

  it('a device on hold is told, by whom it was put there', async () => {
    const { gateway, running } = await anEnrolled()
    gateway.next(path, () => problem(403, 'device_quarantined'))
    await running.ask('posture/check-now', undefined)
    expect(running.core.snapshot.read()).toMatchObject({ state: 'quarantined', contact: 'it@example.com' })
    await running.ask('posture/check-now', undefined)
    expect(running.core.snapshot.read().state).toBe('healthy')
  })

  it('a gateway that no longer takes this agent asks for an update', async () => {
    const { gateway, running } = await anEnrolled()
    gateway.next(path, () => problem(422, 'agent_outdated'))
    await running.ask('posture/check-now', undefined)
    expect(running.core.snapshot.read().state).toBe('update-required')
  })

  it('a state file of a newer Postern stops the start and stays as it is', async () => {
    const agent = await anAgent()
    await writeFile(join(agent.folder, 'enrollment.json'), '{"version":99}')
    await expect(agent.aProcess()).rejects.toMatchObject({ code: 'state_too_new' })
  })
})

describe('what doctor sees', () => {
  it('before enrolment: no key yet, no gateway asked', async () => {
    const { ports } = await anAgent()
    expect(await inspectAgent(ports)).toMatchObject({
      stateFolder: { path: ports.paths.state, kind: 'absent' },
      enrollment: { kind: 'none' },
      key: { kind: 'judged', backEnd: 'keytar', state: { kind: 'missing', reason: 'no-key' } },
      secretService: { kind: 'not-here' },
      gateway: { kind: 'not-asked' },
    })
  })

  it('of an enrolled agent: the key, the gateway and its clock, beside the running one', async () => {
    const { gateway, agent } = await anEnrolled()
    expect(await inspectAgent(agent.ports)).toMatchObject({
      enrollment: { kind: 'active', issuer: gateway.issuer, deviceId: gateway.deviceId },
      key: { kind: 'judged', state: { kind: 'ok' } },
      gateway: { kind: 'reached', name: 'Example', aheadSeconds: 0 },
    })
  })

  it('what cannot be read or reached, by its code', async () => {
    const { gateway, agent } = await anEnrolled()
    await gateway.stop()
    expect(await inspectAgent(agent.ports)).toMatchObject({
      gateway: { kind: 'trouble', trouble: { code: 'gateway_unreachable' } },
    })
    await writeFile(join(agent.folder, 'enrollment.json'), hash('damaged'))
    expect(await inspectAgent(agent.ports)).toMatchObject({
      enrollment: { kind: 'trouble', trouble: { code: 'state_unreadable' } },
    })
  })
})

function failNow(): never {
  throw new Error('the gateway answers nothing')
}

describe('an agent whose gateway stays away', () => {
  it('says since when, however often it has tried in between', async () => {
    const gateway = await aGateway()
    const late = { ms: 0 }
    const clock = { ...systemClock(), nowMs: () => Date.now() + late.ms }
    const reach = nodeExchange(clock)
    const away = { is: false }
    const agent = await anAgent({
      clock,
      exchange: (question) =>
        away.is
          ? Promise.reject(new Failure('gateway_unreachable', { reason: 'There is no network' }))
          : reach(question),
    })
    const running = await agent.aProcess()
    await enrolled(running, gateway)
    away.is = true
    await running.ask('posture/check-now', undefined)
    const since = running.core.snapshot.read().failure
    expect(since).toMatchObject({ code: 'gateway_unreachable' })
    late.ms = 120_000
    await running.ask('posture/check-now', undefined)
    expect(running.core.snapshot.read().failure).toEqual(since)
    away.is = false
    await running.ask('posture/check-now', undefined)
    expect(running.core.snapshot.read().failure).toBeNull()
  })
})
