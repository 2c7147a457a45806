import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldMoves } from '#domain/exceptions/fold-moves.ts'
import { isFailure } from '#domain/failure.ts'
import { challengeOf } from '#gateway/audit/signed-statement.ts'
import { castVote, challengeVote } from '#gateway/exceptions/cast-vote.ts'
import { readMove } from '#gateway/exceptions/stored-move.ts'
import { aBookStage } from '#test/support/an-exception.ts'
import { aJudgedBook } from '#test/support/an-exception-book.ts'
import { anExceptionDesk, asJson, type Desk, type StaffName, staff } from '#test/support/an-exception-desk.ts'
import { modelRuns, modelTimeout } from '#test/support/exception-histories.ts'

type Ballot = {
  readonly who: StaffName
  readonly stage: 'a' | 'b'
  readonly decision: 'approve' | 'deny'
  /** How often the very same bytes are sent, all at once. */
  readonly times: number
  /** Turns of the event loop before it is sent. */
  readonly after: number
}

const ballot: fc.Arbitrary<Ballot> = fc.record({
  who: fc.constantFrom('grace', 'edsger', 'barbara', 'carol', 'ada'),
  stage: fc.constantFrom('a', 'b'),
  decision: fc.integer({ min: 0, max: 11 }).map((n) => (n === 0 ? 'deny' : 'approve')),
  times: fc.constantFrom(1, 1, 2, 3),
  after: fc.nat({ max: 6 }),
})

/** Everybody but Ada and Carol is in both groups, so that more people vote than are needed. */
async function aFullDesk(): Promise<Desk> {
  const both = { groups: ['a', 'b'] }
  const stages = [aBookStage({ id: 'a', from: 'group:a' }), aBookStage({ id: 'b', from: 'group:b' })]
  return await anExceptionDesk({ book: aJudgedBook({ stages }), people: { grace: both, edsger: both, barbara: both } })
}

/** What a vote came to: taken, or the code by which it was refused. */
async function coded(act: Promise<unknown>): Promise<string> {
  return await act.then(
    () => 'taken',
    (thrown: unknown) => {
      if (isFailure(thrown)) return thrown.code
      throw thrown
    },
  )
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

async function sendAll(
  desk: Desk,
  requestId: string,
  { who, stage, decision, times, after }: Ballot,
): Promise<readonly string[]> {
  await turns(after)
  const person = staff[who].id
  let cast: () => Promise<unknown>
  try {
    const { statement } = await challengeVote(desk.ports, { person, requestId, stage, decision })
    const assertion = asJson(desk.passkeys[who].assert(challengeOf('postern/vote/1', statement)))
    const signed = { person, requestId, nonce: statement.nonce, assertion, opened: ['device'], dwellMs: 4000 }
    const told = decision === 'deny' ? { ...signed, reason: 'not needed any more' } : signed
    cast = () => castVote(desk.ports, told, {})
  } catch (thrown) {
    if (isFailure(thrown)) return [thrown.code]
    throw thrown
  }
  return await Promise.all(Array.from({ length: times }, () => coded(cast())))
}

async function historyOf(desk: Desk, requestId: string) {
  return await desk.store.read(async (rows) => (await rows.exceptions.moves(requestId)).map(readMove))
}

/** What moves say apart from ids and times. */
function outline(moves: Awaited<ReturnType<typeof historyOf>>) {
  return moves.map((move) => ({
    type: move.type,
    state: move.state,
    actor: move.actor,
    ...('vote' in move ? { stage: move.vote.stage, decision: move.vote.decision } : {}),
    ...('tally' in move ? { tally: move.tally } : {}),
  }))
}

describe('9 k concurrent votes, retries and replays in every interleaving: the tally equals some serial order, grants minted at most 1, overshoot of the quorum still approves', () => {
  it(
    `holds for ${modelRuns} random storms of votes`,
    async () => {
      const reached = new Map<string, number>()
      const count = (what: string) => reached.set(what, (reached.get(what) ?? 0) + 1)
      await fc.assert(
        fc.asyncProperty(fc.array(ballot, { minLength: 2, maxLength: 8, size: 'max' }), async (ballots) => {
          const desk = await aFullDesk()
          const { request_id: requestId } = await desk.pending()
          const answers = await Promise.all(ballots.map((one) => sendAll(desk, requestId, one)))
          const moves = await historyOf(desk, requestId)
          const request = foldMoves(moves)

          // One set of bytes is taken once at most, and as many votes are kept as were taken.
          for (const codes of answers) expect(codes.filter((code) => code === 'taken').length).toBeLessThanOrEqual(1)
          const cast = moves.flatMap((move) => ('vote' in move ? [move.vote] : []))
          expect(answers.flat().filter((code) => code === 'taken')).toHaveLength(cast.length)
          expect(new Set(cast.map(({ person }) => person)).size).toBe(cast.length)
          expect(cast.map(({ person }) => person)).not.toContain(staff.ada.id)
          const grants = await desk.store.read((rows) => rows.grants.newest(100))
          expect(grants).toHaveLength(request.grant === null ? 0 : 1)

          // Who was taken, one after another on a desk of their own, makes the same history.
          const alone = await aFullDesk()
          const { request_id: again } = await alone.pending()
          for (const { person, stage, decision } of cast) {
            const who = Object.keys(staff)
              .filter(isStaff)
              .find((name) => staff[name].id === person)
            if (who !== undefined) await alone.vote(who, again, { stage, decision })
          }
          expect(outline(moves)).toEqual(outline(await historyOf(alone, again)))

          // Whoever came too late did not undo it.
          const places = new Set(cast.filter(({ decision }) => decision === 'approve').map(({ stage }) => stage))
          if (cast.every(({ decision }) => decision === 'approve') && places.size === 2)
            expect(request.state).toBe('approved')
          if (cast.some(({ decision }) => decision === 'deny')) expect(request.state).toBe('denied')
          count(request.state)
          for (const code of answers.flat()) count(code)
          for (const each of [desk, alone]) {
            await each.log.sequencer.stop()
            await each.store.close()
          }
        }),
        { numRuns: modelRuns },
      )
      for (const what of ['approved', 'denied', 'pending', 'taken', 'request_closed', 'already_voted'])
        expect(reached.get(what) ?? 0, `${what} of ${[...reached.keys()]}`).toBeGreaterThan(0)
    },
    modelTimeout,
  )
})

function isStaff(name: string): name is StaffName {
  return Object.hasOwn(staff, name)
}
