import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFailure } from '#domain/failure.ts'
import { challengeOf } from '#gateway/audit/signed-statement.ts'
import { castVote, challengeVote } from '#gateway/exceptions/cast-vote.ts'
import { outdateRequests } from '#gateway/exceptions/outdate-requests.ts'
import type { ExceptionPorts } from '#gateway/exceptions/ports.ts'
import { sweep } from '#gateway/exceptions/sweep.ts'
import { openStore } from '#gateway/storage/open-store.ts'
import type { PersonRecord } from '#gateway/storage/person-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { anExceptionDesk, asJson, type Desk, hour, type StaffName, staff } from '#test/support/an-exception-desk.ts'
import { modelRuns, modelTimeout } from '#test/support/exception-histories.ts'

/** Invariants of exceptions.md section 12 about votes, held at the gateway's own acts and database. */

/** What an act came to: taken, or the code by which it was refused. */
async function coded(act: Promise<unknown>): Promise<string> {
  return await act.then(
    () => 'taken',
    (thrown: unknown) => {
      if (isFailure(thrown)) return thrown.code
      throw thrown
    },
  )
}

async function closed({ log, store }: Desk): Promise<void> {
  await log.sequencer.stop()
  await store.close()
}

describe('4 In a terminal state every vote answers request_closed, and nothing mints a further grant', () => {
  const ends: readonly (readonly [string, (desk: Desk, requestId: string) => Promise<unknown>])[] = [
    ['denied', (desk, id) => desk.vote('edsger', id, { decision: 'deny' })],
    ['withdrawn', (desk, id) => desk.act(id, 'withdraw')],
    [
      'lapsed',
      async (desk) => {
        await desk.advance(9 * hour)
        await sweep(desk.ports, () => undefined)
      },
    ],
    [
      'stale',
      async (desk) => {
        await desk.store.transact((rows) => rows.people.update({ ...staff.barbara, status: 'inactive' }))
        await desk.store.transact((rows) => rows.people.update({ ...staff.grace, groups: ['a'] }))
        await outdateRequests(desk.ports, 'pools')
      },
    ],
    [
      'approved',
      async (desk, id) => {
        await desk.vote('edsger', id)
        await desk.vote('barbara', id, { stage: 'b' })
        await desk.act(id, 'surrender')
      },
    ],
  ]
  it.each(ends)('%s', async (state, end) => {
    const desk = await anExceptionDesk()
    const { request_id: id } = await desk.pending()
    // A challenge that was open before is worth nothing afterwards either.
    const open = await challengeVote(desk.ports, {
      person: staff.grace.id,
      requestId: id,
      stage: 'a',
      decision: 'approve',
    })
    const assertion = asJson(desk.passkeys.grace.assert(challengeOf('postern/vote/1', open.statement)))
    await end(desk, id)
    expect(await desk.state(id)).toBe(state)
    const before = await desk.events()
    const ballot = { person: staff.grace.id, requestId: id, nonce: open.statement.nonce, assertion }
    expect(await coded(castVote(desk.ports, { ...ballot, opened: [], dwellMs: 0 }, {}))).toBe('request_closed')
    const voters = ['grace', 'edsger', 'barbara', 'ada', 'carol'] as const
    for (const who of voters)
      for (const stage of ['a', 'b'])
        for (const decision of ['approve', 'deny'] as const)
          expect(await coded(desk.vote(who, id, { stage, decision })), `${who} ${stage}`).toBe('request_closed')
    await sweep(desk.ports, () => undefined)
    expect(await desk.events()).toEqual(before)
    expect(await desk.store.read((rows) => rows.grants.newest(9))).toHaveLength(state === 'approved' ? 1 : 0)
    await closed(desk)
  })
})

type Race = {
  readonly who: 'edsger' | 'barbara'
  readonly when: 'before the challenge' | 'between challenge and vote' | 'between check and write'
  readonly change: Partial<PersonRecord>
  readonly completes: boolean
}

const race: fc.Arbitrary<Race> = fc.record({
  who: fc.constantFrom('edsger', 'barbara'),
  when: fc.constantFrom(
    'before the challenge',
    'between challenge and vote',
    'between check and write',
    'between check and write',
  ),
  change: fc.constantFrom({ groups: [] }, { status: 'inactive' as const }, { groups: ['staff'] }),
  completes: fc.boolean(),
})

/** Stops the first act that has read who may vote, until it is let go on. */
function aBarrier(ports: ExceptionPorts) {
  let reach = () => {}
  let release = () => {}
  const reached = new Promise<void>((resolve) => {
    reach = resolve
  })
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const directory = async (rows: Rows) => {
    const people = await ports.directory(rows)
    reach()
    await released
    return people
  }
  return { ports: { ...ports, directory }, reached, release: () => release() }
}

async function signedBallot(desk: Desk, who: StaffName, requestId: string, stage: string) {
  const person = staff[who].id
  const { statement } = await challengeVote(desk.ports, { person, requestId, stage, decision: 'approve' })
  const assertion = asJson(desk.passkeys[who].assert(challengeOf('postern/vote/1', statement)))
  return { person, requestId, nonce: statement.nonce, assertion, opened: [], dwellMs: 0 }
}

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

describe('14 Eligibility withdrawn between check and write: the vote is not written; no state is written and then corrected', () => {
  it(
    `holds for ${modelRuns} random races of a vote and the change that bars its voter`,
    async () => {
      const seen = new Map<string, number>()
      await fc.assert(
        fc.asyncProperty(race, async ({ who, when, change, completes }) => {
          const desk = await anExceptionDesk()
          const { request_id: id } = await desk.pending()
          const stage = who === 'edsger' ? 'a' : 'b'
          if (completes) await desk.vote('grace', id, { stage: stage === 'a' ? 'b' : 'a' })
          const moves = () => desk.store.read((rows) => rows.exceptions.moves(id))
          const before = await moves()
          // The change sees, in its own transaction, whether the vote had been written before it.
          const bar = () =>
            desk.store.transact(async (rows) => {
              await rows.people.update({ ...staff[who], ...change })
              return (await rows.exceptions.moves(id)).some(({ actor }) => actor === staff[who].id)
            })
          let wasFirst = false
          let outcome = ''
          if (when === 'before the challenge') {
            wasFirst = await bar()
            outcome = await coded(desk.vote(who, id, { stage }))
          } else {
            const ballot = await signedBallot(desk, who, id, stage)
            if (when === 'between challenge and vote') {
              wasFirst = await bar()
              outcome = await coded(castVote(desk.ports, ballot, {}))
            } else {
              const barrier = aBarrier(desk.ports)
              const voting = coded(castVote(barrier.ports, ballot, {}))
              await barrier.reached
              const barring = bar()
              await turns(3)
              barrier.release()
              wasFirst = await barring
              outcome = await voting
            }
          }
          // Either the vote was there before the change, or it is not there at all.
          expect(outcome === 'taken').toBe(wasFirst)
          const after = await moves()
          expect(after.slice(0, before.length)).toEqual(before)
          const mine = after.filter(({ actor, type }) => actor === staff[who].id && type.startsWith('vote-'))
          expect(mine).toHaveLength(outcome === 'taken' ? 1 : 0)
          const grants = await desk.store.read((rows) => rows.grants.newest(9))
          expect(grants).toHaveLength(outcome === 'taken' && completes ? 1 : 0)
          expect(await desk.state(id)).toBe(grants.length === 1 ? 'approved' : 'pending')
          seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
          await closed(desk)
        }),
        { numRuns: modelRuns },
      )
      for (const outcome of ['taken', 'not_eligible']) expect(seen.get(outcome) ?? 0, outcome).toBeGreaterThan(0)
    },
    modelTimeout,
  )

  it('nor can another connection withdraw it while the vote stands between its check and its write', async () => {
    const file = join(await aFolder(), 'gate.sqlite')
    const desk = await anExceptionDesk({ store: await openStore(file) })
    const { request_id: id } = await desk.pending()
    const ballot = await signedBallot(desk, 'edsger', id, 'a')
    const barrier = aBarrier(desk.ports)
    const voting = castVote(barrier.ports, ballot, {})
    await barrier.reached
    const other = new DatabaseSync(file)
    other.exec('pragma busy_timeout = 0')
    const withdraw = () => other.exec(`update persons set status = 'inactive' where id = '${staff.edsger.id}'`)
    expect(withdraw).toThrow(/locked/)
    barrier.release()
    expect(await voting).toMatchObject({ state: 'pending' })
    withdraw()
    // Written before, it stays; it counts no more.
    expect(await desk.vote('barbara', id, { stage: 'b' })).toMatchObject({
      state: 'pending',
      tally: [
        { stage: 'a', have: 0 },
        { stage: 'b', have: 1 },
      ],
    })
    other.close()
    await closed(desk)
  })
})
