import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { historyPage, type ShownRequest } from '#contract/agent-exceptions.ts'
import { messageTypes } from '#contract/message-types.ts'
import { mostDrafts } from '#domain/exceptions/most-drafts.ts'
import { aGateway, aSigningPair, problem } from '#test/support/a-gateway.ts'
import { anAgent, theGatewayOn } from '#test/support/an-agent.ts'
import {
  ask,
  claimsIn,
  decisionEvent,
  failingFirewall,
  grantEvent,
  grantId,
  previewAnswer,
  requestEvent,
  requestId,
  submissionAnswer,
  termsDigest,
} from '#test/support/an-exception-story.ts'

const path = '/v1/exceptions'

/** Enrolled, its stream open, and refused at the wiki because of the firewall. */
async function anExceptedAgent() {
  const gateway = await aGateway()
  const agent = await anAgent()
  const running = await agent.aProcess()
  const { sha256: consent } = gateway.configuration().consent
  await running.ask('enrollment/confirm', { link: gateway.link(), consent })
  await running.until((now) => now.result !== null)
  await expect.poll(() => agent.streams.length).toBe(1)
  const stream = theGatewayOn(agent)
  stream.hello()
  stream.snapshot(5, { result: null, config: null, state: 'active' })
  stream.snapshot(1, { requests: [], grants: [], ended: [] }, 'exceptions')
  stream.event(6, { kind: 'result', result: gateway.makeResult({ ...gateway.head }, gateway.signer, failingFirewall) })
  await running.until((now) => now.state === 'restricted')
  const show = async () => {
    const reply = await running.ask('exception/show', { request_id: requestId })
    return reply.ok ? isShown(reply.value) : undefined
  }
  return { gateway, agent, running, stream, show, folder: agent.folder }
}
function isShown(value: unknown): ShownRequest
function isShown(value: unknown): unknown {
  return value
}

async function submitted(more: Parameters<typeof submissionAnswer>[1] = {}) {
  const all = await anExceptedAgent()
  all.gateway.next(path, () => ({ status: 201, body: submissionAnswer(all.gateway.issuer, more) }))
  const reply = await all.running.ask('exception/submit', ask)
  return { ...all, reply }
}

describe('The form of an exception', () => {
  it('is filled from the check that fails, with what it closes and the limits of the organisation', async () => {
    const { running } = await anExceptedAgent()
    expect(await running.ask('exception/form', {})).toMatchObject({
      ok: true,
      value: {
        checks: [
          {
            id: 'firewall-on',
            outcome: 'violated',
            offered: true,
            resources: [{ id: 'wiki', name: 'Wiki', offered: true }],
          },
        ],
        limits: { max_duration_s: 3600, reason_min: 20, open_max: 2 },
        drafts: [],
      },
    })
  })

  it('is empty for a check that does not fail', async () => {
    const { running } = await anExceptedAgent()
    expect(await running.ask('exception/form', { check: 'screen-lock' })).toMatchObject({
      ok: true,
      value: { checks: [] },
    })
  })

  it('shows the limits of the gateway without sending a word of the person', async () => {
    const { gateway, running } = await anExceptedAgent()
    gateway.next(`${path}/previews`, () => ({ status: 200, body: { ...previewAnswer, secret: 'unknown member' } }))
    const question = { checks: ['firewall-on'], resources: ['wiki'] }
    expect(await running.ask('exception/preview', question)).toEqual({ ok: true, value: previewAnswer })
    const [payload = ''] = gateway.payloads(`${path}/previews`)
    const claims = messageTypes['exception-preview+jwt'].claims.parse(JSON.parse(payload))
    expect(claims.ask).toEqual({ mode: 'normal', ...question })
    expect(running.core.snapshot.read().sent.find(({ typ }) => typ === 'exception-preview+jwt')?.payload).toBe(payload)
  })

  it('does not show an answer that is out of form', async () => {
    const { gateway, running } = await anExceptedAgent()
    gateway.next(`${path}/previews`, () => ({
      status: 200,
      body: { ...previewAnswer, stages: [{ id: 'x'.repeat(5000), need: 1 }] },
    }))
    expect(await running.ask('exception/preview', { checks: ['firewall-on'], resources: ['wiki'] })).toMatchObject({
      ok: false,
      code: 'gateway_answer_invalid',
    })
  })
})

describe('A request that is sent', () => {
  it('is signed by the device, names the verdict the person looked at, and leaves no draft', async () => {
    const { gateway, running, reply, folder } = await submitted()
    expect(reply).toMatchObject({
      ok: true,
      value: { kind: 'sent', request: { request_id: requestId, proven: false } },
    })
    const [payload = ''] = gateway.payloads(path)
    const claims = messageTypes['exception-request+jwt'].claims.parse(JSON.parse(payload))
    expect(claims.ask).toMatchObject({ ...ask, mode: 'normal' })
    expect(claims.evidence).toEqual(gateway.head)
    expect(running.core.snapshot.read().exceptions).toMatchObject({ drafts: [], requests: [{ request_id: requestId }] })
    expect(await readdir(join(folder, 'drafts'))).toEqual([])
  })

  it('shows the page for the proof only where it is one of the gateway', async () => {
    const fine = await submitted()
    expect((await fine.show())?.step_up_url).toBe(`${fine.gateway.issuer}/step-up/abc`)
    const elsewhere = await submitted({ step_up_url: 'https://gate.example.net/step-up/abc' })
    expect((await elsewhere.show())?.step_up_url).toBeNull()
  })

  it('comes back as a draft with its words where a limit stands against it', async () => {
    const { gateway, running } = await anExceptedAgent()
    gateway.next(path, () =>
      problem(422, 'exception_limit', { errors: [{ pointer: '/ask/reason', detail: 'too short' }] }),
    )
    expect(await running.ask('exception/submit', ask)).toMatchObject({
      ok: false,
      code: 'exception_limit',
      details: { errors: [{ pointer: '/ask/reason' }] },
    })
    expect(running.core.snapshot.read().exceptions.drafts).toMatchObject([{ reason: ask.reason, clicked_at: null }])
  })
})

describe('A request written while the gateway is away', () => {
  it('is kept, survives the process, and is sent once when the gateway answers', async () => {
    const { gateway, agent, running } = await anExceptedAgent()
    const { port } = new URL(gateway.issuer)
    const [handle] = gateway.server.listeners('request')
    await gateway.stop()
    const reply = await running.ask('exception/submit', ask)
    expect(reply).toMatchObject({ ok: true, value: { kind: 'kept', code: 'gateway_unreachable' } })
    const [draft] = running.core.snapshot.read().exceptions.drafts
    expect(draft?.clicked_at).toBeGreaterThan(0)
    await running.core.stop()

    const again = createServer((request, response) => void handle?.call(again, request, response))
    await new Promise<void>((resolve) => again.listen(Number(port), '127.0.0.1', resolve))
    gateway.next(path, () => ({ status: 201, body: submissionAnswer(gateway.issuer) }))
    const next = await agent.aProcess()
    const now = await next.until(
      (shown) => shown.exceptions.requests.length > 0 && shown.exceptions.drafts.length === 0,
    )
    expect(now.exceptions.requests[0]?.request_id).toBe(requestId)
    await next.ask('posture/check-now', undefined)
    const sent = gateway.seen.filter((request) => request.path === path)
    expect(sent).toHaveLength(1)
    expect(sent.map((request) => claimsIn(request)['ask'])).toMatchObject([{ draft_id: draft?.draft_id }])
    await next.core.stop()
    await new Promise<void>((resolve) => {
      again.close(() => resolve())
      again.closeAllConnections()
    })
  })

  it('is sent again under the same name where the answer was lost', async () => {
    const { gateway, running } = await anExceptedAgent()
    gateway.next(
      path,
      () => problem(503, 'unavailable'),
      () => ({ status: 201, body: submissionAnswer(gateway.issuer) }),
    )
    expect(await running.ask('exception/submit', ask)).toMatchObject({ ok: true, value: { kind: 'kept' } })
    await running.ask('posture/check-now', undefined)
    await running.until((now) => now.exceptions.requests.length === 1)
    const ids = gateway.seen.filter((request) => request.path === path).map((request) => draftIn(claimsIn(request)))
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
  })
})
function draftIn(claims: { readonly [name: string]: unknown }): unknown {
  const { ask: asked } = claims
  return typeof asked === 'object' && asked !== null && 'draft_id' in asked ? asked.draft_id : undefined
}

describe('A request that waits and goes out by itself', () => {
  async function aWaitingOne() {
    const all = await anExceptedAgent()
    all.gateway.next(path, () => problem(503, 'unavailable'))
    await all.running.ask('exception/submit', ask)
    const [draft] = all.running.core.snapshot.read().exceptions.drafts
    return { ...all, draft_id: draft?.draft_id }
  }

  it('says why it was refused, and does no more once it is changed', async () => {
    const { gateway, running, draft_id } = await aWaitingOne()
    const errors = [{ pointer: '/ask/reason', detail: 'at least 200 characters' }]
    gateway.next(path, () => problem(422, 'exception_limit', { errors }))
    await running.ask('posture/check-now', undefined)
    const { exceptions } = await running.until(({ exceptions: now }) => now.drafts[0]?.clicked_at === null)
    expect(exceptions.drafts).toMatchObject([
      { draft_id, reason: ask.reason, refused: { code: 'exception_limit', details: { errors } } },
    ])
    expect(await running.ask('exception/form', {})).toMatchObject({ value: { drafts: [{ refused: { details: {} } }] } })
    await running.ask('draft/save', { draft_id, checks: ask.checks, resources: ask.resources, reason: 'another' })
    expect(running.core.snapshot.read().exceptions.drafts[0]).not.toHaveProperty('refused')
  })

  it('is not a draft again where it is changed while it is on its way', async () => {
    const { gateway, running, draft_id } = await aWaitingOne()
    let saving: Promise<unknown> = Promise.resolve()
    gateway.next(path, () => {
      saving = running.ask('draft/save', { draft_id, ...ask, reason: 'Changed at the last moment' })
      return { status: 201, body: submissionAnswer(gateway.issuer) }
    })
    await running.ask('posture/check-now', undefined)
    await running.until((now) => now.exceptions.requests.length === 1 && now.exceptions.drafts.length === 0)
    expect(await saving).toMatchObject({ ok: false, code: 'draft_sent', details: { request_id: requestId } })
    expect(running.core.snapshot.read().exceptions.drafts).toEqual([])
  })
})

describe('A draft', () => {
  it('that finds no room says so, and what to do', async () => {
    const { running } = await anExceptedAgent()
    for (let n = 0; n < mostDrafts; n += 1) {
      const saved = await running.ask('draft/save', { checks: ['firewall-on'], resources: [], reason: `${n}` })
      expect(saved.ok).toBe(true)
    }
    expect(await running.ask('exception/submit', ask)).toMatchObject({ code: 'drafts_full', details: { most: 20 } })
  })

  it('is kept as far as it was written, and is gone when it is discarded', async () => {
    const { running } = await anExceptedAgent()
    const reply = await running.ask('draft/save', { checks: ['firewall-on'], resources: [], reason: 'half a sen' })
    expect(reply).toMatchObject({ ok: true, value: { reason: 'half a sen', clicked_at: null } })
    const [draft] = running.core.snapshot.read().exceptions.drafts
    await running.ask('draft/discard', { draft_id: draft?.draft_id })
    expect(running.core.snapshot.read().exceptions.drafts).toEqual([])
  })
})

describe('The live state of a request', () => {
  it('follows votes, questions, the signed decision, and the end of the grant', async () => {
    const { gateway, stream, show } = await submitted()
    stream.event(2, requestEvent({ votes: { have: 1, need: 2 } }), 'exceptions')
    await expect.poll(async () => (await show())?.votes).toEqual({ have: 1, need: 2 })
    expect((await show())?.step_up_url).toBeNull()
    const question = {
      kind: 'message',
      request_id: requestId,
      id: 'm1',
      from: 'approver',
      by: 'Bob',
      at: 1,
      log: { index: 9 },
    }
    stream.event(3, { ...question, text: 'Why?\u202e', state: 'info_needed' }, 'exceptions')
    await expect.poll(async () => (await show())?.state).toBe('info_needed')
    stream.event(4, decisionEvent(gateway), 'exceptions')
    await expect
      .poll(async () => (await show())?.grant)
      .toMatchObject({ id: grantId, state: 'active', controls: ['record'] })
    expect(await show()).toMatchObject({ state: 'approved', proven: true, waiting_for: [], decide_by: null })
    stream.event(5, grantEvent('cured', { ended_at: 5, cause: 'cured' }), 'exceptions')
    await expect.poll(async () => (await show())?.grant).toMatchObject({ state: 'cured', ended_at: 5 })
    stream.event(6, grantEvent('active'), 'exceptions')
    stream.event(7, requestEvent({ log: { index: 99 } }), 'exceptions')
    await expect.poll(async () => (await show())?.log_index).toBe(99)
    expect(await show()).toMatchObject({ state: 'approved', grant: { state: 'cured' } })
  })

  it.each([
    [
      'a key that is not pinned',
      (gateway: Parameters<typeof decisionEvent>[0]) => decisionEvent(gateway, {}, aSigningPair()),
    ],
    [
      'the right key about another request',
      (gateway: Parameters<typeof decisionEvent>[0]) => decisionEvent(gateway, { request_id: grantId }),
    ],
    [
      'the right key for another device',
      (gateway: Parameters<typeof decisionEvent>[0]) => decisionEvent(gateway, { aud: `urn:uuid:${requestId}` }),
    ],
    ['nobody', () => requestEvent({ state: 'approved' })],
  ])('is not approved by %s', async (_who, event) => {
    const { gateway, stream, show } = await submitted()
    stream.event(2, event(gateway), 'exceptions')
    stream.event(3, grantEvent('active', { not_after: 9_999_999_999, resources: ['wiki'] }), 'exceptions')
    stream.event(4, requestEvent({ votes: { have: 1, need: 2 } }), 'exceptions')
    await expect.poll(async () => (await show())?.votes).toEqual({ have: 1, need: 2 })
    expect(await show()).toMatchObject({ state: 'pending', proven: false, grant: null })
  })

  it('goes on from the last number after the stream was lost', async () => {
    const { stream, show, agent } = await submitted()
    stream.event(2, requestEvent(), 'exceptions')
    await expect.poll(async () => (await show())?.state).toBe('pending')
    stream.lose()
    await expect.poll(() => agent.streams.length, { timeout: 4000 }).toBe(2)
    stream.hello()
    expect(stream.heard()).toContainEqual(
      expect.objectContaining({ t: 'resume', topic: 'exceptions', data: { after: 2 } }),
    )
    stream.event(3, requestEvent({ state: 'lapsed' }), 'exceptions')
    await expect.poll(async () => (await show())?.state).toBe('lapsed')
  })

  it('is hearsay where only a snapshot tells it, until a signed verdict counts with the grant', async () => {
    const { gateway, running, stream, show } = await anExceptedAgent()
    const told = { ...requestEvent({ state: 'approved' }), terms: submissionAnswer('x').terms, thread: [] }
    stream.snapshot(
      9,
      { requests: [told], grants: [grantEvent('active', { resources: ['wiki'] })], ended: [{ kind: 'new' }] },
      'exceptions',
    )
    await expect.poll(async () => (await show())?.grant?.state).toBe('active')
    expect(await show()).toMatchObject({ state: 'approved', proven: false, duration_s: 1800 })
    const inList = () => running.core.snapshot.read().exceptions.requests.map(({ proven }) => proven)
    await expect.poll(inList).toEqual([false])
    const result = gateway.makeResult({ ...gateway.head }, gateway.signer, { ...failingFirewall, grants: [grantId] })
    stream.event(7, { kind: 'result', result })
    await expect.poll(async () => (await show())?.proven).toBe(true)
    await expect.poll(inList).toEqual([true])
  })
})

describe('An act on a request', () => {
  it('names the terms it is about, and the state that follows is shown', async () => {
    const { gateway, running } = await submitted()
    gateway.next(`${path}/${requestId}/actions`, () => ({
      status: 200,
      body: { request_id: requestId, state: 'withdrawn' },
    }))
    expect(await running.ask('exception/withdraw', { request_id: requestId })).toMatchObject({
      ok: true,
      value: { state: 'withdrawn', step_up_url: null },
    })
    const [payload = ''] = gateway.payloads(`${path}/${requestId}/actions`)
    const claims = messageTypes['exception-action+jwt'].claims.parse(JSON.parse(payload))
    expect(claims).toMatchObject({ request_id: requestId, action: 'withdraw', terms_digest: termsDigest })
    expect(running.core.snapshot.read().exceptions.requests).toEqual([])
  })

  it('is refused here where there is no such request or no grant to give back', async () => {
    const { running } = await submitted()
    expect(await running.ask('exception/reply', { request_id: grantId, text: 'x' })).toMatchObject({
      code: 'not_found',
    })
    expect(await running.ask('exception/surrender', { request_id: requestId })).toMatchObject({
      code: 'state_conflict',
    })
  })

  it('says what the gateway says where it came too late', async () => {
    const { gateway, running } = await submitted()
    gateway.next(`${path}/${requestId}/actions`, () => problem(409, 'request_closed', { state: 'lapsed' }))
    expect(await running.ask('exception/withdraw', { request_id: requestId })).toMatchObject({
      ok: false,
      code: 'request_closed',
      details: { state: 'lapsed' },
    })
  })
})

describe('The history', () => {
  it('holds past requests across processes, newest first, page by page', async () => {
    const { running, stream, agent, folder, show } = await submitted()
    const other = '01a20cc8-6771-7c10-8a4e-5d2f0c9be771'
    stream.event(2, requestEvent({ state: 'denied' }), 'exceptions')
    stream.event(3, requestEvent({ request_id: other, state: 'lapsed' }), 'exceptions')
    await expect.poll(() => readdir(join(folder, 'history/requests'))).toContain(`${other}.json`)
    expect((await show())?.state).toBe('denied')
    await running.core.stop()
    const next = await agent.aProcess()
    const first = await next.ask('history/page', { count: 1, kinds: ['exception'] })
    expect(first).toMatchObject({
      ok: true,
      value: { items: [{ kind: 'exception', request: { request_id: other } }], older: expect.any(String) },
    })
    const { older: before } = historyPage.parse(first.ok ? first.value : undefined)
    expect(await next.ask('history/page', { before: before ?? '', kinds: ['exception'] })).toMatchObject({
      ok: true,
      value: { items: [{ request: { request_id: requestId, state: 'denied', reason: ask.reason } }], older: null },
    })
    const file = JSON.parse(await readFile(join(folder, 'history/requests', `${requestId}.json`), 'utf8'))
    expect(file).toMatchObject({ version: 1, state: 'denied' })
  })
})
