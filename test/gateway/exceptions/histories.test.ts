import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextDue } from '#domain/exceptions/deadlines.ts'
import { foldMoves } from '#domain/exceptions/fold-moves.ts'
import { isFailure } from '#domain/failure.ts'
import { askRequester } from '#gateway/exceptions/ask-requester.ts'
import { cureGrants } from '#gateway/exceptions/cure-grants.ts'
import { outdateRequests } from '#gateway/exceptions/outdate-requests.ts'
import { revokeGrant } from '#gateway/exceptions/revoke-grant.ts'
import { readMove } from '#gateway/exceptions/stored-move.ts'
import { sweep } from '#gateway/exceptions/sweep.ts'
import { anExceptionDesk, type Desk, hour, laptop, staff } from '#test/support/an-exception-desk.ts'

type Act = { readonly name: string; readonly run: (desk: Desk) => Promise<unknown> }

const onNewest = (act: (desk: Desk, id: string) => Promise<unknown>) => async (desk: Desk) => {
  const newest = await desk.store.read((rows) => rows.exceptions.newest(1))
  return newest[0] === undefined ? undefined : await act(desk, newest[0].id)
}
const onGrant = (act: (desk: Desk, id: string, requestId: string) => Promise<unknown>) => async (desk: Desk) => {
  const newest = await desk.store.read((rows) => rows.grants.newest(1))
  return newest[0] === undefined ? undefined : await act(desk, newest[0].id, newest[0].requestId)
}
const voter = fc.constantFrom('ada', 'grace', 'edsger', 'barbara', 'carol', 'dan')
const resource = fc.constantFrom('wiki', 'payments')

const anAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ resource, seconds: fc.constantFrom(600, hour) }).map(({ resource: one, seconds }) => ({
    name: `ask for ${one} for ${seconds}`,
    run: (desk: Desk) => desk.pending({ resources: [one], seconds }),
  })),
  fc
    .record({
      who: voter,
      stage: fc.constantFrom('a', 'b'),
      decision: fc.constantFrom('approve', 'approve', 'approve', 'deny'),
    })
    .map(({ who, stage, decision }) => ({
      name: `${who} ${decision} ${stage}`,
      run: onNewest((desk, id) => desk.vote(who, id, { stage, decision: decision === 'deny' ? 'deny' : 'approve' })),
    })),
  fc.constant({ name: 'edsger approve a', run: onNewest((desk, id) => desk.vote('edsger', id, { stage: 'a' })) }),
  fc.constant({ name: 'barbara approve b', run: onNewest((desk, id) => desk.vote('barbara', id, { stage: 'b' })) }),
  fc.constant({ name: 'withdraw', run: onNewest((desk, id) => desk.act(id, 'withdraw')) }),
  fc.constant({ name: 'reply', run: onNewest((desk, id) => desk.act(id, 'reply', { text: 'because' })) }),
  voter.map((who) => ({
    name: `${who} asks`,
    run: onNewest((desk, requestId) =>
      askRequester(desk.ports, { person: staff[who].id, requestId, text: 'why?' }, {}),
    ),
  })),
  voter.map((who) => ({
    name: `${who} revokes`,
    run: onGrant((desk, grantId) => revokeGrant(desk.ports, { person: staff[who].id, grantId, reason: 'lost' }, {})),
  })),
  fc.constant({ name: 'surrender', run: onGrant((desk, _, requestId) => desk.act(requestId, 'surrender')) }),
  fc.constantFrom('on', 'off').map((firewall) => ({
    name: `firewall ${firewall}`,
    run: async (desk: Desk) => {
      await desk.report(firewall === 'on' ? 'on' : 'off')
      return await cureGrants(desk.ports, laptop.id)
    },
  })),
  fc.constantFrom(1, 299, 601, hour, 9 * hour).map((seconds) => ({
    name: `${seconds} s pass`,
    run: (desk: Desk) => desk.advance(seconds),
  })),
  fc.constant({ name: 'sweep', run: (desk: Desk) => sweep(desk.ports, fail) }),
  fc.constant({ name: 'people change', run: (desk: Desk) => outdateRequests(desk.ports, 'all') }),
)

function fail(id: string, err: unknown): void {
  throw new Error(`${id}: ${err}`)
}

/** Runs acts, some of them at once; every refusal is a foreseen one. */
async function play(desk: Desk, rounds: readonly (readonly Act[])[]): Promise<void> {
  for (const round of rounds) {
    const settled = await Promise.allSettled(round.map(({ run }) => run(desk)))
    for (const each of settled) if (each.status === 'rejected' && !isFailure(each.reason)) throw each.reason
  }
}

describe('Whatever people do, one after another and at once', () => {
  it('rows are what the moves yield, each move has one leaf, and a request has at most one grant', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anAct, { minLength: 1, maxLength: 3 }), { minLength: 4, maxLength: 16 }),
        async (rounds) => {
          const desk = await anExceptionDesk()
          await desk.report('off')
          await play(desk, rounds)
          await desk.log.sequencer.flush()
          await holds(desk)
          await desk.log.sequencer.stop()
          await desk.store.close()
        },
      ),
      { numRuns: 20 },
    )
  }, 60_000)
})

async function holds(desk: Desk): Promise<void> {
  const frames = await desk.frames()
  await desk.store.read(async (rows) => {
    const events = await rows.audit.after(0, 100_000)
    const told = events.filter(({ type }) => /^(request|vote|grant)-/.test(type)).map(({ id }) => id)
    const moved: number[] = []
    for (const record of await rows.exceptions.newest(1000)) {
      const moves = await rows.exceptions.moves(record.id)
      moved.push(...moves.map(({ eventId }) => eventId))
      const request = foldMoves(moves.map(readMove))
      expect(record).toMatchObject({
        state: request.state,
        revision: request.revision,
        termsDigest: request.termsDigest,
        pendingAt: request.pendingAt,
        closedAt: request.closedAt,
        grantId: request.grant?.id ?? null,
        dueAt: nextDue(request) ?? null,
      })
      const leaves = moves.map(async ({ eventId }) => (await rows.log.leafOf(eventId))?.index ?? -1)
      const places = await Promise.all(leaves)
      expect(places).toEqual([...places].sort((left, right) => left - right))
      expect(places.every((place) => place > 0)).toBe(true)
      const minted = moves.filter(({ type }) => type === 'grant-minted')
      expect(minted.length).toBe(request.grant === null ? 0 : 1)
      if (request.grant === null) continue
      const voters = request.tally?.votes.filter(({ counted }) => counted).map(({ person }) => person) ?? []
      expect(new Set(voters).size).toBe(2)
      expect(voters).not.toContain(staff.ada.id)
      const { notAfter, notBefore } = request.grant
      expect(notAfter - notBefore).toBeLessThanOrEqual(hour)
    }
    expect(moved.sort((left, right) => left - right)).toEqual(told)
    // The reader is told of every act, and of each in the order of the log.
    const places = frames.map((frame) => JSON.parse(JSON.stringify(frame)).log.index)
    expect(places).toEqual([...places].sort((left, right) => left - right))
  })
}
