import { describe, expect, it } from 'vitest'
import {
  adminAuditEvent,
  adminAuditSnapshot,
  adminExceptionEvent,
  adminExceptionsSnapshot,
  gatewayFrame,
} from '#contract/live-frames.ts'
import { aDevice, hashOf, newId, openStream, StreamClient } from '#test/support/a-device.ts'
import { ada, bob } from '#test/support/a-running-gateway.ts'
import { aStaffedGateway, edsger, grace, type StaffedGateway } from '#test/support/a-staffed-gateway.ts'

const topic = 'admin.exceptions'
const firewallOff = { firewall: { state: 'off' }, 'screen-lock': { locks: true, delaySeconds: 0, idleSeconds: 300 } }

type Upgrade = { readonly [name: string]: string | undefined }

/** What a browser sends with the upgrade; `undefined` leaves a header out. */
async function connect(gateway: StaffedGateway, email: string, changes: Upgrade = {}, path = '/v1/stream') {
  const headers = { cookie: await gateway.cookieOf(email), origin: gateway.issuer, ...changes }
  const present = Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value ? [[name, value]] : [])))
  return await openStream(`${gateway.api.replace('http', 'ws')}${path}`, ['postern.v1'], present, undefined)
}

async function ticketOf(gateway: StaffedGateway, email: string): Promise<string> {
  const answer = await gateway.as(email, 'POST', '/v1/admin/stream-tickets')
  return answer.json.ticket
}

async function aConsoleStream(gateway: StaffedGateway, email: string): Promise<StreamClient> {
  const stream = await connect(gateway, email)
  if (!(stream instanceof StreamClient)) throw new Error(`refused: ${stream.status} ${stream.text}`)
  const answer = await stream.ask('reauth', { data: { ticket: await ticketOf(gateway, email) } })
  if (answer.t !== 'ack') throw new Error(`not let in: ${JSON.stringify(answer)}`)
  return stream
}

/** A request that is filed, and confirmed by its requester. */
async function aRequest(gateway: StaffedGateway): Promise<string> {
  const device = await aDevice(gateway)
  device.readings = firewallOff
  await device.attest()
  await gateway.as(ada.email, 'GET', '/v1/me') // a passkey for the proof
  const claims = {
    ask: {
      draft_id: newId(),
      mode: 'normal',
      checks: ['firewall'],
      resources: ['wiki'],
      duration_s: 3600,
      category: 'debugging',
      reason: 'The vendor sent a broken update; a fix is on its way.',
    },
    presence: { method: 'click', at: device.now },
    evidence: { seq: 1, hash: hashOf('x') },
  }
  const answer = await device.call('POST', '/v1/exceptions', {
    headers: { 'content-type': 'application/jose' },
    body: await device.message('exception-request+jwt', claims),
  })
  await gateway.prove(answer.json.step_up_url)
  return answer.json.request_id
}

const isPending = ({ data }: StreamClient['frames'][number]) => data?.kind === 'request' && data.state === 'pending'

describe('A console that connects', () => {
  it('is greeted, proves its session by a ticket, and is told each move with its place in the log', async () => {
    const gateway = await aStaffedGateway()
    const stream = await aConsoleStream(gateway, grace.email)
    const hello = stream.frames[0]
    expect(hello).toMatchObject({ t: 'hello', data: { heartbeat_s: 30, topics: [topic, 'admin.audit'] } })
    expect(hello.data.token_exp - hello.ts).toBeGreaterThan(43_000)
    await stream.ask('sub', { topic })
    const snapshot = stream.frames.find(({ t }) => t === 'snapshot')
    expect(adminExceptionsSnapshot.parse(snapshot.data)).toEqual({ requests: [], grants: [] })
    const id = await aRequest(gateway)
    await stream.until(isPending)
    await gateway.vote(grace.email, id, 'security')
    await gateway.vote(edsger.email, id, 'platform')
    await stream.until(({ data }) => data?.kind === 'grant')
    for (const frame of stream.frames) gatewayFrame.parse(frame)
    const events = stream.frames.filter(({ t }) => t === 'ev')
    const told = events.map(({ data }) => adminExceptionEvent.parse(data))
    expect(told.map((each) => [each.kind, 'state' in each ? each.state : undefined])).toEqual([
      ['request', 'step_up_required'],
      ['request', 'pending'],
      ['request', 'pending'],
      ['decision', 'approved'],
      ['grant', 'active'],
    ])
    expect(told.slice(1, 3)).toMatchObject([
      { votes: { have: 0, need: 2 }, waiting_for: ['security', 'platform'], risk_tier: expect.any(String) },
      { votes: { have: 1, need: 2 }, waiting_for: ['platform'] },
    ])
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => snapshot.seq + 1 + at))
    const places = events.map(({ data }) => data.log.index)
    expect(places).toEqual([...places].sort((one, other) => one - other))
    expect(JSON.stringify(events)).not.toContain('broken update')
  })

  it('begins with what is open and what lives, and goes on without a gap where it was cut off', async () => {
    const gateway = await aStaffedGateway()
    const first = await aConsoleStream(gateway, grace.email)
    const { seq } = await first.ask('sub', { topic })
    first.socket.terminate()
    const id = await aRequest(gateway)
    const second = await aConsoleStream(gateway, grace.email)
    const ack = await second.ask('resume', { topic, data: { after: seq } })
    const missed = second.frames.filter(({ t }) => t === 'ev')
    expect(missed.map((frame) => frame.seq)).toEqual(Array.from({ length: ack.seq - seq }, (_, at) => seq + 1 + at))
    await expect
      .poll(async () => {
        const third = await aConsoleStream(gateway, grace.email)
        await third.ask('sub', { topic })
        return third.frames.find(({ t }) => t === 'snapshot')?.data.requests
      })
      .toMatchObject([{ request_id: id, state: 'pending', waiting_for: ['security', 'platform'] }])
    await gateway.vote(grace.email, id, 'security')
    await gateway.vote(edsger.email, id, 'platform')
    await expect
      .poll(async () => {
        const last = await aConsoleStream(gateway, grace.email)
        await last.ask('sub', { topic })
        return last.frames.find(({ t }) => t === 'snapshot')?.data
      })
      .toMatchObject({ requests: [], grants: [{ request_id: id, state: 'active' }] })
  })

  it('is closed when its session ends', async () => {
    const gateway = await aStaffedGateway()
    const stream = await aConsoleStream(gateway, grace.email)
    await gateway.as(grace.email, 'POST', '/v1/sign-out')
    expect(await stream.closed).toEqual({ code: 4401, reason: 'invalid_token' })
    expect(stream.frames.at(-1)).toMatchObject({ t: 'bye', data: { detail: 'the session has ended' } })
  })

  it('is told nothing before it has proven its session', async () => {
    const gateway = await aStaffedGateway()
    const stream = await connect(gateway, grace.email)
    if (!(stream instanceof StreamClient)) throw new Error('refused')
    stream.send('sub', { topic })
    expect((await stream.closed).code).toBe(4401)
    expect(stream.frames.map(({ t }) => t)).toEqual(['hello', 'bye'])
  })

  it.each([
    [
      'that was used',
      async (gateway: StaffedGateway) => {
        const ticket = await ticketOf(gateway, grace.email)
        const other = await connect(gateway, grace.email)
        if (other instanceof StreamClient) await other.ask('reauth', { data: { ticket } })
        return { ticket }
      },
    ],
    ['of another session', async (gateway: StaffedGateway) => ({ ticket: await ticketOf(gateway, edsger.email) })],
    ['that nobody made', async () => ({ ticket: 'A'.repeat(43) })],
    ['that is the proof of an agent', async () => ({ access_token: 'x', dpop: 'y' })],
  ] as const)('takes no ticket %s', async (_which, proofFor) => {
    const gateway = await aStaffedGateway()
    const data = await proofFor(gateway)
    const stream = await connect(gateway, grace.email)
    if (!(stream instanceof StreamClient)) throw new Error('refused')
    expect(await stream.ask('reauth', { data })).toMatchObject({ t: 'err', data: { code: 'invalid_token' } })
    expect((await stream.closed).code).toBe(4401)
  })

  it('has no topic of agents', async () => {
    const gateway = await aStaffedGateway()
    const stream = await aConsoleStream(gateway, grace.email)
    for (const name of ['device', 'exceptions'])
      expect(await stream.ask('sub', { topic: name })).toMatchObject({ t: 'err', data: { code: 'not_found' } })
  })
})

describe('A console that follows the log', () => {
  it('is told how far it is signed, and again as it grows', async () => {
    const auditor = { email: 'ivy@example.com', name: 'Ivy', groups: [], admin: false, roles: ['auditor' as const] }
    const gateway = await aStaffedGateway({ people: [ada, auditor, grace, edsger] })
    const stream = await aConsoleStream(gateway, auditor.email)
    await stream.ask('sub', { topic: 'admin.audit' })
    const snapshot = stream.frames.find(({ t }) => t === 'snapshot')
    const { head } = adminAuditSnapshot.parse(snapshot.data)
    await aRequest(gateway)
    const event = await stream.until(({ t, data }) => t === 'ev' && data.kind === 'head' && data.size > head.size)
    expect(adminAuditEvent.parse(event.data)).not.toMatchObject({ root: head.root })
    expect(event.topic).toBe('admin.audit')
  })

  it('has no such topic where the person only approves', async () => {
    const gateway = await aStaffedGateway()
    const stream = await aConsoleStream(gateway, grace.email)
    const answer = await stream.ask('sub', { topic: 'admin.audit' })
    expect(answer).toMatchObject({ t: 'err', data: { code: 'not_found' } })
  })
})

describe('A console is refused before the upgrade', () => {
  it.each([
    ['from a page of another site', { origin: 'https://evil.example.com' }, 403, 'origin_refused'],
    ['without a page', { origin: undefined }, 403, 'origin_refused'],
    ['without a session', { cookie: undefined }, 401, 'login_required'],
    ['with a session that nobody has', { cookie: `__Host-postern=${'A'.repeat(43)}` }, 401, 'login_required'],
    ['with a token beside the session', { authorization: 'DPoP x' }, 403, 'ambiguous_credentials'],
  ] as const)('%s', async (_which, changes, status, code) => {
    const gateway = await aStaffedGateway()
    const refused = await connect(gateway, grace.email, changes)
    if (refused instanceof StreamClient) throw new Error('let in')
    expect([refused.status, refused.json.code]).toEqual([status, code])
  })

  it('where the person has no part in the console', async () => {
    const gateway = await aStaffedGateway()
    const refused = await connect(gateway, bob.email)
    expect(refused).toMatchObject({ status: 404 })
  })

  it('at another address', async () => {
    const gateway = await aStaffedGateway()
    expect(await connect(gateway, grace.email, {}, '/v1/other')).toMatchObject({ status: 404 })
  })

  it('when the person has twenty of them', async () => {
    const gateway = await aStaffedGateway()
    const open = []
    for (let count = 0; count < 20; count += 1) open.push(await connect(gateway, grace.email))
    expect(open.every((each) => each instanceof StreamClient)).toBe(true)
    expect(await connect(gateway, grace.email)).toMatchObject({ status: 429 })
  })
})
