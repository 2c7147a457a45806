import { describe, expect, it } from 'vitest'
import { parseVerifierKey } from '#gateway/audit/signed-note.ts'
import { challengeOf } from '#gateway/audit/signed-statement.ts'
import { castVote, challengeVote } from '#gateway/exceptions/cast-vote.ts'
import { createLiveGrants } from '#gateway/exceptions/live-grants.ts'
import { outdateRequests } from '#gateway/exceptions/outdate-requests.ts'
import { sweep } from '#gateway/exceptions/sweep.ts'
import { silentLog } from '#runtime/log.ts'
import { aPolicy, aRequirement } from '#test/support/a-judged-device.ts'
import { aJudgedBook } from '#test/support/an-exception-book.ts'
import { anExceptionDesk, asJson, type Desk, hour, laptop, staff } from '#test/support/an-exception-desk.ts'

const expired = { code: 'challenge_expired' }

describe('A vote', () => {
  it('is refused to who asked, to whom it is not, and to who is in no pool', async () => {
    const desk = await anExceptionDesk()
    const { request_id: id } = await desk.pending()
    await expect(desk.vote('ada', id)).rejects.toMatchObject({ code: 'not_eligible', details: { rule: '6.3' } })
    await expect(desk.vote('carol', id)).rejects.toMatchObject({ code: 'not_eligible', details: { rule: '6.1' } })
    await expect(desk.vote('dan', id)).rejects.toMatchObject({ code: 'not_found' })
    await desk.vote('edsger', id)
    await expect(desk.vote('edsger', id)).rejects.toMatchObject({ code: 'already_voted' })
    await expect(desk.vote('grace', id)).rejects.toMatchObject({ code: 'stage_choice', details: { stage: 'b' } })
  })

  it('of who joined the pool later counts for nothing, nor that of who left it', async () => {
    const desk = await anExceptionDesk()
    const { request_id: id } = await desk.pending()
    await desk.store.transact((rows) => rows.people.update({ ...staff.dan, groups: ['a'] }))
    await expect(desk.vote('dan', id)).rejects.toMatchObject({ code: 'not_eligible', details: { rule: '6.1' } })
    await desk.vote('edsger', id)
    await desk.store.transact((rows) => rows.people.update({ ...staff.edsger, groups: [] }))
    const voted = await desk.vote('barbara', id, { stage: 'b' })
    expect(voted).toMatchObject({
      state: 'pending',
      tally: [
        { stage: 'a', have: 0 },
        { stage: 'b', have: 1 },
      ],
    })
    expect(await desk.vote('grace', id)).toMatchObject({ state: 'approved' })
  })

  it('is signed over these terms, here, by this person, with the user verified', async () => {
    const desk = await anExceptionDesk()
    const { request_id: id } = await desk.pending()
    const wrong = [
      { changes: { origin: 'https://evil.example.com' } },
      { changes: { rpId: 'evil.example.com' } },
      { changes: { flags: 0x01 } },
      { changes: { type: 'webauthn.create' } },
      { signer: 'grace' },
    ] as const
    for (const wish of wrong)
      await expect(desk.vote('edsger', id, wish)).rejects.toMatchObject({ code: 'assertion_refused' })
    expect(await desk.state(id)).toBe('pending')
    expect((await desk.events()).some(({ type }) => type === 'vote-approved')).toBe(false)
  })

  it('uses its nonce up, also where the assertion does not hold, and knows nobody else’s', async () => {
    const desk = await anExceptionDesk()
    const { request_id: id } = await desk.pending()
    const { ports } = desk
    const ask = { requestId: id, stage: 'a', decision: 'approve' } as const
    const { statement } = await challengeVote(ports, { ...ask, person: staff.edsger.id })
    const good = desk.passkeys.edsger.assert(challengeOf('postern/vote/1', statement))
    const ballot = {
      requestId: id,
      nonce: statement.nonce,
      assertion: asJson(good),
      opened: [],
      dwellMs: 0,
      person: staff.edsger.id,
    }
    await expect(castVote(ports, { ...ballot, person: staff.grace.id }, {})).rejects.toMatchObject(expired)
    const bad = {
      ...ballot,
      assertion: asJson({
        ...good,
        signature: desk.passkeys.grace.assert(challengeOf('postern/vote/1', statement)).signature,
      }),
    }
    await expect(castVote(ports, bad, {})).rejects.toMatchObject({ code: 'assertion_refused' })
    await expect(castVote(ports, ballot, {})).rejects.toMatchObject(expired)
    const second = await challengeVote(ports, { ...ask, person: staff.edsger.id })
    const assertion = asJson(desk.passkeys.edsger.assert(challengeOf('postern/vote/1', second.statement)))
    const fresh = { ...ballot, nonce: second.statement.nonce, assertion }
    await desk.advance(300)
    await expect(castVote(ports, fresh, {})).rejects.toMatchObject(expired)
    await expect(castVote(ports, { ...fresh, nonce: 'A'.repeat(43) }, {})).rejects.toMatchObject(expired)
  })

  it('against it ends the request, and needs a reason', async () => {
    const desk = await anExceptionDesk()
    const { request_id: id } = await desk.pending()
    await desk.vote('edsger', id)
    const deny = { stage: 'b', decision: 'deny', reason: 'no' } as const
    await expect(desk.vote('barbara', id, deny)).rejects.toMatchObject({ code: 'schema_invalid' })
    expect(await desk.vote('barbara', id, { ...deny, reason: 'not on this laptop' })).toMatchObject({ state: 'denied' })
    expect((await desk.frames()).at(-1)).toMatchObject({ kind: 'decision', state: 'denied', decision: 'signed:denied' })
  })

  it('that completes meets the book now in force: where it no longer allows this, nothing is written', async () => {
    const desk = await anExceptionDesk()
    const { request_id: id } = await desk.pending()
    await desk.vote('edsger', id)
    const before = (await desk.events()).length
    const strict = aPolicy({ require: [aRequirement({ exemptable: false })] })
    desk.book = aJudgedBook({ policies: [strict] })
    await expect(desk.vote('barbara', id, { stage: 'b' })).rejects.toMatchObject({
      code: 'state_conflict',
      details: { refusal: [{ code: 'not_exemptable', limit: null, left: null }] },
    })
    expect(await desk.events()).toHaveLength(before)
    expect(await desk.state(id)).toBe('pending')
    desk.book = aJudgedBook()
    expect(await desk.vote('barbara', id, { stage: 'b' })).toMatchObject({ state: 'approved' })
  })

  it('cast by many at once, over and over, mints one grant', async () => {
    const desk = await anExceptionDesk()
    const { request_id: id } = await desk.pending()
    const votes = [
      () => desk.vote('edsger', id, { stage: 'a' }),
      () => desk.vote('grace', id, { stage: 'a' }),
      () => desk.vote('grace', id, { stage: 'b' }),
      () => desk.vote('barbara', id, { stage: 'b' }),
    ]
    const settled = await Promise.allSettled([...votes, ...votes].map((vote) => vote()))
    expect(settled.some(({ status }) => status === 'fulfilled')).toBe(true)
    const types = (await desk.events()).map(({ type }) => type)
    expect(types.filter((type) => type === 'grant-minted')).toHaveLength(1)
    expect(types.filter((type) => type === 'request-approved')).toHaveLength(1)
    const actors = (await desk.events()).filter(({ type }) => type === 'vote-approved').map(({ actor }) => actor)
    expect(new Set(actors).size).toBe(actors.length)
  })
})

describe('24 A grant that the log does not yield', () => {
  const planted = (desk: Desk, eventId: number, requestId: string) =>
    desk.store.transact((rows) =>
      rows.grants.insert({
        id: '01a20cd0-3a10-7000-8000-0000000000ff',
        requestId,
        subject: staff.ada.id,
        deviceId: laptop.id,
        checks: ['firewall'],
        notBefore: desk.now(),
        notAfter: desk.now() + hour,
        eventId,
      }),
    )

  it('is inert: a row planted beside the leaf of another grant opens nothing, nor lives on when that one ends', async () => {
    const desk = await anExceptionDesk()
    const { requestId } = await desk.granted({ resources: ['payments'] })
    const { request_id: other } = await desk.pending()
    const minted = await desk.store.read(async (rows) => (await rows.exceptions.moves(requestId)).at(-1)?.eventId ?? 0)
    await planted(desk, minted, other)
    expect([await desk.access('wiki'), await desk.access('payments')]).toEqual(['refuse', 'allow'])
    await desk.act(requestId, 'surrender')
    expect(await desk.access('payments')).toBe('refuse')
  })

  it('is inert where the leaf is of something else, or of nothing', async () => {
    const desk = await anExceptionDesk()
    const { request_id: id } = await desk.pending()
    const submitted = await desk.store.read(async (rows) => (await rows.exceptions.moves(id))[0]?.eventId ?? 0)
    await planted(desk, submitted, id)
    expect(await desk.access('wiki')).toBe('refuse')
  })

  it('is not honoured before its leaf is under a checkpoint', async () => {
    const desk = await anExceptionDesk()
    const { request_id: id } = await desk.pending()
    await desk.vote('edsger', id, { stage: 'a' })
    await desk.log.sequencer.stop()
    const never = { ...desk.ports, log: { covered: async () => null, isLocked: () => false } }
    const wish = { person: staff.barbara.id, requestId: id, stage: 'b', decision: 'approve' } as const
    const { statement } = await challengeVote(never, wish)
    const assertion = asJson(desk.passkeys.barbara.assert(challengeOf('postern/vote/1', statement)))
    const ballot = { ...wish, nonce: statement.nonce, assertion, opened: [], dwellMs: 0 }
    expect(await castVote(never, ballot, {})).toMatchObject({
      state: 'approved',
      grant: { state: 'active' },
      log: null,
    })
    expect(await desk.access()).toBe('refuse')
    await desk.log.sequencer.flush()
    expect(await desk.access()).toBe('allow')
  })

  it('stays ended when the end is taken out of the database, after a restart too', async () => {
    const desk = await anExceptionDesk()
    const { requestId, grantId } = await desk.granted()
    await desk.act(requestId, 'surrender')
    await desk.frames()
    const forgetful = (of: typeof desk.ports.grants.of) => (): ReturnType<typeof of> =>
      desk.store.read((rows) => {
        const ofDevice: typeof rows.grants.ofDevice = async (device, now) =>
          (await rows.grants.ofDevice(device, now)).map((grant) => ({ ...grant, end: null }))
        return of({ ...rows, grants: { ...rows.grants, ofDevice } }, laptop.id, desk.now())
      })
    expect(await forgetful(desk.ports.grants.of)()).toEqual([])
    const verifier = parseVerifierKey(desk.log.vkey)
    const trusted = () => (verifier === undefined ? [] : [verifier])
    const restarted = createLiveGrants({ store: desk.store, trusted, log: silentLog })
    expect((await forgetful(restarted.of)()).map(({ id }) => id)).toEqual([grantId])
    await restarted.start(desk.now())
    expect(await forgetful(restarted.of)()).toEqual([])
  })
})

describe('5 Clocks that disagree', () => {
  it('keep submissions, completing votes and the sweeper waiting, and end grants by the later one', async () => {
    const desk = await anExceptionDesk()
    const { requestId } = await desk.granted({ seconds: hour })
    const { request_id: open } = await desk.pending({ resources: ['payments'] })
    await desk.vote('edsger', open)
    desk.jumpWall(365 * 86_400)
    expect(await desk.access()).toBe('refuse')
    await expect(desk.ask({ resources: ['wiki', 'payments'] })).rejects.toMatchObject({ code: 'unavailable' })
    await expect(desk.vote('barbara', open, { stage: 'b' })).rejects.toMatchObject({ code: 'unavailable' })
    await sweep(desk.ports, () => undefined)
    expect((await desk.events()).some(({ type }) => type === 'grant-expired' || type === 'request-lapsed')).toBe(false)
    expect(await desk.act(requestId, 'surrender')).toMatchObject({ grant: { state: 'revoked' } })
    desk.jumpWall(-365 * 86_400)
    expect(await desk.vote('barbara', open, { stage: 'b' })).toMatchObject({ state: 'approved' })
  })
})

describe('People who can no longer fill the stages', () => {
  it('make an open request stale', async () => {
    const desk = await anExceptionDesk()
    const { request_id: id } = await desk.pending()
    await desk.store.transact((rows) => rows.people.update({ ...staff.barbara, status: 'inactive' }))
    expect(await outdateRequests(desk.ports, 'pools')).toBe(0)
    await desk.store.transact((rows) => rows.people.update({ ...staff.grace, groups: ['a'] }))
    expect(await outdateRequests(desk.ports, 'pools')).toBe(1)
    expect(await desk.state(id)).toBe('stale')
    const changed = (await desk.events()).find(({ type }) => type === 'request-outdated')
    expect(changed).toMatchObject({ changed: { what: 'pool', from: 'b', to: null } })
  })

  it('are a subject who left: the grant is voided', async () => {
    const desk = await anExceptionDesk()
    await desk.granted()
    await desk.store.transact((rows) => rows.people.update({ ...staff.ada, status: 'inactive' }))
    expect(await outdateRequests(desk.ports, { person: staff.ada.id })).toBe(1)
    expect((await desk.events()).at(-1)).toMatchObject({ type: 'grant-voided', cause: 'person', actor: null })
  })
})
