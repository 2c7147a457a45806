import { describe, expect, it } from 'vitest'
import { askRequester } from '#gateway/exceptions/ask-requester.ts'
import { cureGrants } from '#gateway/exceptions/cure-grants.ts'
import { outdateRequests } from '#gateway/exceptions/outdate-requests.ts'
import { revokeGrant } from '#gateway/exceptions/revoke-grant.ts'
import { sweep } from '#gateway/exceptions/sweep.ts'
import { anExceptionDesk, hour, laptop, staff, typesOf } from '#test/support/an-exception-desk.ts'

describe('A request for a check that fails', () => {
  it('waits for the proof of who asked, then for votes', async () => {
    const desk = await anExceptionDesk()
    await desk.report('off')
    const answer = await desk.ask()
    expect(answer).toMatchObject({
      state: 'step_up_required',
      terms: { checks: [{ id: 'firewall', covers: ['violated'] }] },
    })
    expect(answer.step_up_url).toMatch(/^https:\/\/gate\.example\.com\/step-up\/[A-Za-z0-9_-]{43}$/)
    expect(answer.log).toEqual({ index: expect.any(Number) })
    expect(await desk.prove(answer)).toEqual({ kind: 'request', request_id: answer.request_id, state: 'pending' })
    expect(await desk.state(answer.request_id)).toBe('pending')
  })

  it('opens access with the second approval, at once, and closes it at the end', async () => {
    const desk = await anExceptionDesk()
    const { request_id: id } = await desk.pending({ seconds: hour })
    expect(await desk.access()).toBe('refuse')
    const first = await desk.vote('edsger', id, { stage: 'a' })
    expect(first).toMatchObject({
      state: 'pending',
      tally: [
        { stage: 'a', have: 1, need: 1 },
        { stage: 'b', have: 0, need: 1 },
      ],
    })
    expect(await desk.access()).toBe('refuse')
    const second = await desk.vote('barbara', id, { stage: 'b' })
    expect(second).toMatchObject({ state: 'approved', grant: { state: 'active', not_after: desk.now() + hour } })
    expect(second.log).toEqual({ index: expect.any(Number) })
    expect(await desk.access()).toBe('allow')
    expect(await desk.access('payments')).toBe('refuse')
    await desk.advance(hour - 1)
    await desk.report('off')
    expect(await desk.access()).toBe('allow')
    await desk.advance(1)
    expect(await desk.access()).toBe('refuse')
  })

  it('leaves one leaf per move, and every body names persons by pseudonym', async () => {
    const desk = await anExceptionDesk()
    await desk.granted()
    const events = await desk.events()
    expect(typesOf(events)).toEqual([
      'request-submitted',
      'stepup-passed',
      'request-proved',
      'vote-approved',
      'vote-approved',
      'request-approved',
      'grant-minted',
    ])
    for (const { id } of Object.values(staff)) expect(JSON.stringify(events)).not.toContain(id)
  })

  it('is told to the device that asked, in the order of the log', async () => {
    const desk = await anExceptionDesk()
    const { requestId, grantId } = await desk.granted()
    const frames = await desk.frames()
    expect(frames).toMatchObject([
      { kind: 'request', request_id: requestId, state: 'step_up_required', votes: { have: 0, need: 2 } },
      { kind: 'request', state: 'pending', waiting_for: ['a', 'b'] },
      { kind: 'request', state: 'pending', votes: { have: 1, need: 2 }, waiting_for: ['b'] },
      { kind: 'decision', state: 'approved', decision: 'signed:approved' },
      { kind: 'grant', grant_id: grantId, state: 'active', checks: ['firewall'], resources: ['wiki'] },
    ])
    const places = frames.map((frame) => JSON.parse(JSON.stringify(frame)).log.index)
    expect([...places].sort((left, right) => left - right)).toEqual(places)
    expect(await desk.frames('admin.exceptions', 'all')).toHaveLength(5)
  })
})

describe('The same draft again', () => {
  it('is answered with the same request, and a fresh link while the proof is due', async () => {
    const desk = await anExceptionDesk()
    await desk.report('off')
    const first = await desk.ask({ draft: 'Zk3vQ0mXr8LwT1yHc9bNeg' })
    const again = await desk.ask({ draft: 'Zk3vQ0mXr8LwT1yHc9bNeg' })
    expect(again).toMatchObject({ request_id: first.request_id, terms_digest: first.terms_digest })
    expect(again.step_up_url).not.toBe(first.step_up_url)
    expect(typesOf(await desk.events())).toEqual(['request-submitted'])
  })

  it('gets the answer that it had, though the request was that of another draft and is over', async () => {
    const desk = await anExceptionDesk()
    await desk.report('off')
    const first = await desk.ask({ draft: 'Zk3vQ0mXr8LwT1yHc9bNeg' })
    const equal = await desk.ask({ draft: 'aaaaaaaaaaaaaaaaaaaaaA' })
    await desk.act(first.request_id, 'withdraw')
    const again = await desk.ask({ draft: 'aaaaaaaaaaaaaaaaaaaaaA' })
    expect([equal.request_id, again.request_id, again.state]).toEqual([first.request_id, first.request_id, 'withdrawn'])
    expect((await desk.ask({ draft: 'bbbbbbbbbbbbbbbbbbbbbA' })).request_id).not.toBe(first.request_id)
  })

  it('so is another draft that asks for the same', async () => {
    const desk = await anExceptionDesk()
    const first = await desk.pending()
    expect((await desk.ask()).request_id).toBe(first.request_id)
    expect((await desk.ask({ resources: ['payments'] })).request_id).not.toBe(first.request_id)
  })
})

describe('What is judged against a request', () => {
  it('is recorded as refused, with the limit', async () => {
    const desk = await anExceptionDesk()
    await desk.report('on')
    const answer = await desk.ask()
    expect(answer).toMatchObject({
      state: 'refused',
      refusal: [{ code: 'check_not_failing', limit: null, left: null }],
    })
    expect(answer.step_up_url).toBeUndefined()
    expect(typesOf(await desk.events())).toEqual(['request-refused'])
  })

  it('of a silent device is device_silent', async () => {
    const desk = await anExceptionDesk()
    await desk.report('off')
    await desk.advance(hour)
    expect((await desk.ask()).refusal?.map(({ code }) => code)).toContain('device_silent')
  })

  it('leaves nothing where it belongs to a later version', async () => {
    const desk = await anExceptionDesk()
    await desk.report('off')
    for (const more of [{ mode: 'break_glass', incident: 'INC-1' }, { not_before: desk.now() + hour }])
      await expect(desk.ask({ more })).rejects.toMatchObject({ code: 'not_supported' })
    expect(await desk.events()).toEqual([])
  })
})

describe('A request that is taken back', () => {
  it('takes no vote any more', async () => {
    const desk = await anExceptionDesk()
    const { request_id: id } = await desk.pending()
    expect(await desk.act(id, 'withdraw')).toEqual({ request_id: id, state: 'withdrawn' })
    await expect(desk.vote('edsger', id)).rejects.toMatchObject({
      code: 'request_closed',
      details: { state: 'withdrawn' },
    })
    await expect(desk.act(id, 'withdraw')).rejects.toMatchObject({ code: 'request_closed' })
  })

  it('while the last vote is cast has one winner', async () => {
    for (let round = 0; round < 6; round += 1) {
      const desk = await anExceptionDesk()
      const { request_id: id } = await desk.pending()
      await desk.vote('edsger', id, { stage: 'a' })
      const vote = () => desk.vote('barbara', id, { stage: 'b' })
      const acts = round % 2 === 0 ? [vote(), desk.act(id, 'withdraw')] : [desk.act(id, 'withdraw'), vote()]
      const settled = await Promise.allSettled(acts)
      expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      const state = await desk.state(id)
      const minted = (await desk.events()).filter(({ type }) => type === 'grant-minted').length
      expect(['approved', 'withdrawn']).toContain(state)
      expect(minted).toBe(state === 'approved' ? 1 : 0)
    }
  })
})

describe('A question and its answer', () => {
  it('stop and continue the request; only the thread holds the words', async () => {
    const desk = await anExceptionDesk()
    const { request_id: id } = await desk.pending()
    const question = { person: staff.grace.id, requestId: id, text: 'Since when?' }
    const blank = { ...question, text: ' \n ' }
    await expect(askRequester(desk.ports, blank, {})).rejects.toMatchObject({ code: 'schema_invalid' })
    expect(await desk.state(id)).toBe('pending')
    expect(await askRequester(desk.ports, question, {})).toMatchObject({ state: 'info_needed' })
    await expect(desk.vote('edsger', id)).rejects.toMatchObject({ code: 'state_conflict' })
    await expect(desk.act(id, 'reply')).rejects.toMatchObject({ code: 'schema_invalid' })
    expect(await desk.act(id, 'reply', { text: 'Since Monday' })).toMatchObject({ state: 'pending' })
    const messages = (await desk.frames()).filter((frame) => JSON.stringify(frame).includes('"message"'))
    expect(messages).toMatchObject([
      { from: 'approver', text: 'Since when?', state: 'info_needed' },
      { from: 'requester', text: 'Since Monday', state: 'pending' },
    ])
    expect(JSON.stringify(await desk.events())).not.toContain('Since')
  })
})

describe('A grant', () => {
  it('ends when its person surrenders it', async () => {
    const desk = await anExceptionDesk()
    const { requestId, grantId } = await desk.granted()
    expect(await desk.act(requestId, 'surrender')).toMatchObject({ grant: { id: grantId, state: 'revoked' } })
    expect(await desk.access()).toBe('refuse')
    await expect(desk.act(requestId, 'surrender')).rejects.toMatchObject({ code: 'request_closed' })
  })

  it('is revoked by who counted, by security, and by nobody else', async () => {
    for (const who of ['edsger', 'carol'] as const) {
      const desk = await anExceptionDesk()
      const { grantId } = await desk.granted()
      const revoke = (name: keyof typeof staff, reason = 'the laptop was lost') =>
        revokeGrant(desk.ports, { person: staff[name].id, grantId, reason }, {})
      await expect(revoke('dan')).rejects.toMatchObject({ code: 'not_found' })
      await expect(revoke('grace')).rejects.toMatchObject({ code: 'not_eligible' })
      await expect(revoke(who, ' ')).rejects.toMatchObject({ code: 'schema_invalid' })
      expect(await revoke(who)).toEqual({ id: grantId, state: 'revoked', sessions_ended: 0 })
      expect(await desk.access()).toBe('refuse')
      await expect(revoke(who)).rejects.toMatchObject({ code: 'request_closed' })
    }
  })

  it('is cured by two reports ten minutes apart that meet its check', async () => {
    const desk = await anExceptionDesk()
    const { requestId } = await desk.granted()
    await desk.advance(60)
    await desk.report('on')
    expect(await cureGrants(desk.ports, laptop.id)).toBe(false)
    await desk.advance(599)
    await desk.report('on')
    expect(await cureGrants(desk.ports, laptop.id)).toBe(false)
    await desk.advance(1)
    await desk.report('on')
    expect(await cureGrants(desk.ports, laptop.id)).toBe(true)
    const cured = (await desk.events()).find(({ type }) => type === 'grant-cured')
    expect(cured).toMatchObject({ cured: ['firewall'], checks: [], time_to_cure_s: 660, actor: null })
    await expect(desk.act(requestId, 'surrender')).rejects.toMatchObject({ code: 'request_closed' })
  })

  it('is voided with its device, and an open request with it', async () => {
    const desk = await anExceptionDesk()
    await desk.granted()
    const { request_id: open } = await desk.pending({ resources: ['payments'] })
    expect(await outdateRequests(desk.ports, { device: laptop.id })).toBe(0)
    await desk.store.transact(async (rows) => {
      await rows.devices.setState(laptop.id, 'removed')
      await rows.deviceKeys.retireAllOf(laptop.id, desk.now())
    })
    expect(await outdateRequests(desk.ports, 'all')).toBe(2)
    expect(await desk.state(open)).toBe('stale')
    const last = (await desk.events()).slice(-2).map(({ type }) => type)
    expect(last.sort()).toEqual(['grant-voided', 'request-outdated'])
  })

  it('of a device on hold stays, and is of no use meanwhile', async () => {
    const desk = await anExceptionDesk()
    await desk.granted()
    await desk.store.transact((rows) => rows.devices.setState(laptop.id, 'quarantined'))
    expect(await desk.access()).toBe('refuse')
    expect(await outdateRequests(desk.ports, { device: laptop.id })).toBe(0)
  })
})

describe('The sweeper', () => {
  it('writes what is true already: lapses and ends', async () => {
    const desk = await anExceptionDesk()
    const fail = (id: string, err: unknown) => {
      throw new Error(`${id}: ${err}`)
    }
    await desk.granted({ seconds: hour })
    await desk.report('off')
    const unproved = await desk.ask({ resources: ['payments'] })
    await sweep(desk.ports, fail)
    expect(await desk.state(unproved.request_id)).toBe('step_up_required')
    await desk.advance(900)
    await expect(desk.prove(unproved)).rejects.toMatchObject({ code: 'challenge_expired' })
    await sweep(desk.ports, fail)
    expect(await desk.state(unproved.request_id)).toBe('lapsed')
    await desk.advance(hour - 900)
    expect(await desk.access()).toBe('refuse')
    await sweep(desk.ports, fail)
    expect(typesOf(await desk.events()).slice(-2)).toEqual(['request-lapsed', 'grant-expired'])
  })
})
