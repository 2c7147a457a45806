import { describe, expect, it } from 'vitest'
import { exceptionDecisionClaims } from '#contract/exceptions.ts'
import { exceptionsApi } from '#contract/exceptions-api.ts'
import { exceptionEvent } from '#contract/live-frames.ts'
import { type Answer, aDevice, call, claimsOf, type DeviceClient, hashOf, newId } from '#test/support/a-device.ts'
import { ada, callerAuth } from '#test/support/a-running-gateway.ts'
import { aStaffedGateway, edsger, grace, type StaffedGateway } from '#test/support/a-staffed-gateway.ts'

const jose = { 'content-type': 'application/jose' }
const firewallOff = { firewall: { state: 'off' }, 'screen-lock': { locks: true, delaySeconds: 0, idleSeconds: 300 } }

async function post(device: DeviceClient, path: string, typ: string, claims: object) {
  return await device.call('POST', path, { headers: jose, body: await device.message(typ, { ...claims }) })
}

function asks(device: DeviceClient, members: object = {}) {
  const ask = {
    draft_id: newId(),
    mode: 'normal',
    checks: ['firewall'],
    resources: ['wiki'],
    duration_s: 60,
    category: 'debugging',
    reason: 'The vendor sent a broken update; a fix is on its way.',
    ...members,
  }
  return post(device, '/v1/exceptions', 'exception-request+jwt', {
    ask,
    presence: { method: 'click', at: device.now },
    evidence: { seq: 1, hash: hashOf('x') },
  })
}

async function acts(
  device: DeviceClient,
  answer: { readonly request_id: string; readonly terms_digest: string },
  action: string,
  more = {},
) {
  const { request_id, terms_digest } = answer
  const claims = { request_id, terms_digest, action, ...more }
  return await post(device, `/v1/exceptions/${request_id}/actions`, 'exception-action+jwt', claims)
}

async function decisionOf(gateway: StaffedGateway, device: DeviceClient, resource = 'wiki') {
  const body = JSON.stringify({
    subject: { type: 'user', id: ada.email, properties: { device_id: device.id } },
    action: { name: 'GET' },
    resource: { type: 'resource', id: resource },
  })
  const headers = { 'content-type': 'application/json', 'x-postern-proxy-auth': callerAuth.any }
  const answer = await call('POST', `${gateway.check}/access/v1/evaluation`, { headers, body })
  return answer.json.decision
}

async function aFailingDevice() {
  const gateway = await aStaffedGateway()
  const device = await aDevice(gateway)
  device.readings = firewallOff
  expect((await device.attest()).status).toBe(200)
  return { gateway, device }
}

/** The requester needs a passkey before the page can ask for it. */
async function proven(gateway: StaffedGateway, asked: Answer): Promise<void> {
  await gateway.as(ada.email, 'GET', '/v1/me')
  const answer = await gateway.prove(asked.json.step_up_url)
  expect([answer.status, answer.json]).toMatchObject([200, { kind: 'request', state: 'pending' }])
}

describe('A device whose firewall is off', () => {
  it('is told what an exception would need, before it asks', async () => {
    const { device } = await aFailingDevice()
    const ask = { mode: 'normal', checks: ['firewall'], resources: ['wiki'] }
    const answer = await post(device, '/v1/exceptions/previews', 'exception-preview+jwt', { ask })
    expect([answer.status, answer.json]).toMatchObject([
      200,
      {
        offered: true,
        stages: [
          { id: 'security', need: 1 },
          { id: 'platform', need: 1 },
        ],
        categories: ['debugging'],
      },
    ])
  })

  it('asks, and is let in by two people, until it gives the grant back', async () => {
    const { gateway, device } = await aFailingDevice()
    const stream = await device.stream()
    await stream.ask('sub', { topic: 'exceptions' })
    expect(await decisionOf(gateway, device)).toBe(false)
    const asked = await asks(device, { duration_s: 3600 })
    expect([asked.status, asked.json.state]).toEqual([201, 'step_up_required'])
    await proven(gateway, asked)
    await gateway.vote(grace.email, asked.json.request_id, 'security')
    expect(await decisionOf(gateway, device)).toBe(false)
    const last = await gateway.vote(edsger.email, asked.json.request_id, 'platform')
    expect([last.status, last.json]).toMatchObject([200, { state: 'approved', grant: { state: 'active' } }])
    expect(exceptionsApi.vote.answers[200].parse(last.json).log).toEqual({ index: expect.any(Number) })
    expect(await decisionOf(gateway, device)).toBe(true)
    const granted = await stream.until(({ data }) => data?.kind === 'grant')
    expect(exceptionEvent.parse(granted.data)).toMatchObject({ state: 'active', checks: ['firewall'] })
    expect(await decisionOf(gateway, device)).toBe(true)
    expect(await decisionOf(gateway, device, 'payments')).toBe(false)
    const decided = stream.frames.find(({ data }) => data?.kind === 'decision')
    const claims = exceptionDecisionClaims.parse(claimsOf(decided.data.decision))
    expect(claims).toMatchObject({
      state: 'approved',
      terms_digest: asked.json.terms_digest,
      grant: { state: 'active' },
    })
    const events = stream.frames.filter(({ t }) => t === 'ev')
    for (const { data } of events) exceptionEvent.parse(data)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + events[0].seq))
    const given = await acts(device, asked.json, 'surrender')
    expect([given.status, given.json.grant.state]).toEqual([200, 'revoked'])
    expect(await decisionOf(gateway, device)).toBe(false)
    await stream.until(({ data }) => data?.kind === 'grant' && data.state === 'revoked')
  })

  it('is pushed the result that its grant makes', async () => {
    const { gateway, device } = await aFailingDevice()
    const stream = await device.stream()
    await stream.ask('sub', { topic: 'device' })
    const asked = await asks(device, { duration_s: 3600 })
    await proven(gateway, asked)
    await gateway.vote(grace.email, asked.json.request_id, 'security')
    await gateway.vote(edsger.email, asked.json.request_id, 'platform')
    const pushed = await stream.until(
      ({ t, data }) => t === 'ev' && data.kind === 'result' && claimsOf(data.result).grants.length === 1,
    )
    const wiki = claimsOf(pushed.data.result).resources.find(({ id }: { id: string }) => id === 'wiki')
    expect(wiki.access).toBe('allow')
  })

  it('tells those who may vote on their own devices', async () => {
    const { gateway, device } = await aFailingDevice()
    const other = await aDevice(gateway, { email: grace.email })
    await other.attest()
    const stream = await other.stream()
    await stream.ask('sub', { topic: 'device' })
    const asked = await asks(device)
    await proven(gateway, asked)
    const notice = await stream.until(({ data }) => data?.kind === 'review')
    expect(notice.data).toMatchObject({
      request_id: asked.json.request_id,
      stage: 'security',
      checks: ['firewall'],
      requester: { name: 'Ada' },
    })
  })
})

describe('An ask beyond what the agent knew', () => {
  it('is exception_limit with the member, and leaves nothing', async () => {
    const { gateway, device } = await aFailingDevice()
    const tooMuch = [{ duration_s: 1_209_600 }, { reason: 'short' }, { category: 'other' }]
    for (const members of tooMuch) {
      const answer = await asks(device, members)
      expect([answer.status, answer.json.code]).toEqual([422, 'exception_limit'])
      expect(answer.json.errors[0].pointer).toBe(`/ask/${Object.keys(members)[0]}`)
    }
    const kept = await gateway.store.read((rows) => rows.exceptions.ofDevice(device.id, 10))
    expect(kept).toEqual([])
  })
})

describe('An action', () => {
  it('of a later version is not_supported; of another request than the path says schema_invalid', async () => {
    const { device } = await aFailingDevice()
    const asked = await asks(device)
    expect((await acts(device, asked.json, 'activate')).json.code).toBe('not_supported')
    const path = `/v1/exceptions/${asked.json.request_id}/actions`
    const claims = { request_id: device.id, terms_digest: asked.json.terms_digest, action: 'withdraw' }
    expect((await post(device, path, 'exception-action+jwt', claims)).json.code).toBe('schema_invalid')
  })

  it('on what is not theirs is not_found', async () => {
    const { gateway, device } = await aFailingDevice()
    const asked = await asks(device)
    const stranger = await aDevice(gateway, { email: grace.email })
    expect((await acts(stranger, asked.json, 'withdraw')).json.code).toBe('not_found')
    const withdrawn = await acts(device, asked.json, 'withdraw')
    expect([withdrawn.status, withdrawn.json.state]).toEqual([200, 'withdrawn'])
    const again = await acts(device, asked.json, 'withdraw')
    expect([again.status, again.json.code, again.json.state]).toEqual([409, 'request_closed', 'withdrawn'])
  })
})

describe('A device that is taken out of service', () => {
  it('takes its grant and its open requests along', async () => {
    const { gateway, device } = await aFailingDevice()
    const granted = await asks(device, { duration_s: 3600 })
    await proven(gateway, granted)
    await gateway.vote(grace.email, granted.json.request_id, 'security')
    await gateway.vote(edsger.email, granted.json.request_id, 'platform')
    const open = await asks(device)
    expect([granted.status, open.status]).toEqual([201, 201])
    await gateway.store.transact(async (rows) => {
      await rows.devices.setState(device.id, 'removed')
      const at = device.now
      await rows.deviceKeys.retireAllOf(device.id, at)
      const data = { state: 'removed' }
      await rows.feeds.append({ topic: 'device', subject: device.id, kind: 'state', data, at })
    })
    const states = () =>
      gateway.store.read(async (rows) => {
        const end = (await rows.grants.ofDevice(device.id, device.now))[0]?.end?.state
        return [end, (await rows.exceptions.find(open.json.request_id))?.state]
      })
    await expect.poll(states, { timeout: 5000 }).toEqual(['voided', 'stale'])
  })
})

describe('A message that was sent before', () => {
  it('is replayed, whatever it asked', async () => {
    const { device } = await aFailingDevice()
    const ask = { mode: 'normal', checks: ['firewall'], resources: ['wiki'] }
    const body = await device.message('exception-preview+jwt', { ask })
    const send = () => device.call('POST', '/v1/exceptions/previews', { headers: jose, body })
    expect((await send()).status).toBe(200)
    expect((await send()).json.code).toBe('replayed')
  })
})

describe('An approver', () => {
  it('is told the stage to take instead, and the rule that bars them', async () => {
    const { gateway, device } = await aFailingDevice()
    const asked = await asks(device)
    await proven(gateway, asked)
    const wrong = await gateway.vote(grace.email, asked.json.request_id, 'platform')
    expect([wrong.status, wrong.json.code, wrong.json.rule]).toEqual([403, 'not_eligible', '6.1'])
    const none = await gateway.vote(grace.email, asked.json.request_id, 'nowhere')
    expect([none.status, none.json.code, none.json.stage]).toEqual([409, 'stage_choice', 'security'])
  })

  it('sees the request, with its terms and what they may do, until it is decided', async () => {
    const { gateway, device } = await aFailingDevice()
    const asked = await asks(device)
    await proven(gateway, asked)
    const id = asked.json.request_id
    const queue = await gateway.as(grace.email, 'GET', '/v1/admin/exceptions?open=true&mine=true')
    const { items } = exceptionsApi.exceptions.answers[200].parse(queue.json)
    expect(items).toMatchObject([
      { id, state: 'pending', may: { vote: { stage: 'security' } }, votes: { have: 0, need: 2 } },
    ])
    const one = await gateway.as(grace.email, 'GET', `/v1/admin/exceptions/${id}`)
    const detail = exceptionsApi.exception.answers[200].parse(one.json)
    expect(detail).toMatchObject({
      revisions: [{ terms_digest: asked.json.terms_digest }],
      may: { ask: true, revoke: false },
    })
    expect(detail.justification).toMatchObject({
      reason: expect.stringContaining('broken update'),
      category: 'debugging',
    })
    expect(detail).toMatchObject({
      now: { findings: [{ outcome: 'violated', enforce: 'block', resource: 'wiki' }] },
      other_failing: [],
      remedies: [{ check: 'firewall' }],
      pairs: [{ check: 'firewall', grants_90d: 0 }],
      limits: [{ check: 'firewall', total_s: 0 }],
      names: { resources: { wiki: 'Wiki' } },
    })
    const preview = await gateway.as(grace.email, 'GET', `/v1/admin/exceptions/${id}/preview`)
    expect(exceptionsApi.exceptionPreview.answers[200].parse(preview.json).resources).toMatchObject([
      { id: 'wiki', without: { access: 'refuse' }, with: { access: 'allow' } },
    ])
    const denied = await gateway.vote(grace.email, id, 'security', { decision: 'deny', reason: 'fix it first, please' })
    expect([denied.status, denied.json.state]).toEqual([200, 'denied'])
    const late = await gateway.vote(edsger.email, id, 'platform')
    expect([late.status, late.json.code, late.json.state]).toEqual([409, 'request_closed', 'denied'])
  })

  it('asks, and takes back what they gave', async () => {
    const { gateway, device } = await aFailingDevice()
    const asked = await asks(device, { duration_s: 3600 })
    await proven(gateway, asked)
    const id = asked.json.request_id
    const question = await gateway.as(edsger.email, 'POST', `/v1/admin/exceptions/${id}/messages`, { text: 'Why?' })
    expect([question.status, question.json.state]).toEqual([201, 'info_needed'])
    expect((await acts(device, asked.json, 'reply', { text: 'Because' })).json.state).toBe('pending')
    await gateway.vote(grace.email, id, 'security')
    const { json } = await gateway.vote(edsger.email, id, 'platform')
    const listed = await gateway.as(grace.email, 'GET', '/v1/admin/grants?live=true')
    expect(exceptionsApi.grants.answers[200].parse(listed.json).items).toMatchObject([
      { id: json.grant.id, request_id: id, proven: true, state: 'active' },
    ])
    const path = `/v1/admin/grants/${json.grant.id}/revocation`
    const revoked = await gateway.as(grace.email, 'POST', path, { reason: 'the fix is there' })
    expect([revoked.status, revoked.json]).toEqual([200, { id: json.grant.id, state: 'revoked', sessions_ended: 0 }])
    expect(await decisionOf(gateway, device)).toBe(false)
  })

  it('of nothing does not see it; who asked may not vote', async () => {
    const { gateway, device } = await aFailingDevice()
    const asked = await asks(device)
    await proven(gateway, asked)
    const stranger = await gateway.as('guest@example.com', 'GET', `/v1/admin/exceptions/${asked.json.request_id}`)
    expect(stranger.json.code).toBe('not_found')
    const own = await gateway.vote(ada.email, asked.json.request_id, 'security')
    expect(own.json.code).toBe('not_found')
  })
})
