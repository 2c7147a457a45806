import fc from 'fast-check'
import { isFailure } from '#domain/failure.ts'
import { askRequester } from '#gateway/exceptions/ask-requester.ts'
import { cureGrants } from '#gateway/exceptions/cure-grants.ts'
import { outdateRequests } from '#gateway/exceptions/outdate-requests.ts'
import { revokeGrant } from '#gateway/exceptions/revoke-grant.ts'
import { sweep } from '#gateway/exceptions/sweep.ts'
import { type Desk, hour, laptop, staff } from './an-exception-desk.ts'

/** Random histories of the gateway's acts; `npm run test:long` asks for more of them. */
export const modelRuns = Number(process.env['POSTERN_MODEL_RUNS'] ?? 300)
/** Of one property with that many histories. */
export const modelTimeout = 60_000 + modelRuns * 1000

export type DeskAct = { readonly name: string; readonly run: (desk: Desk) => Promise<unknown> }

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

/** Anything that anybody may try, the clock included. */
export const aDeskAct: fc.Arbitrary<DeskAct> = fc.oneof(
  fc.record({ resource, seconds: fc.constantFrom(600, hour) }).map(({ resource: one, seconds }) => ({
    name: `ask for ${one} for ${seconds}`,
    run: (desk: Desk) => desk.pending({ resources: [one], seconds }),
  })),
  {
    weight: 2,
    arbitrary: fc.record({ resource, seconds: fc.constantFrom(600, hour) }).map(({ resource: one, seconds }) => ({
      name: `${one} is granted for ${seconds}`,
      run: (desk: Desk) => desk.granted({ resources: [one], seconds }),
    })),
  },
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
  { weight: 2, arbitrary: fc.constant({ name: 'edsger', run: onNewest((desk, id) => desk.vote('edsger', id)) }) },
  {
    weight: 2,
    arbitrary: fc.constant({ name: 'barbara', run: onNewest((desk, id) => desk.vote('barbara', id, { stage: 'b' })) }),
  },
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
  fc.constant({
    name: 'firewall on for ten minutes',
    run: async (desk: Desk) => {
      await desk.report('on')
      await cureGrants(desk.ports, laptop.id)
      await desk.log.clock.leap(601_000)
      await desk.report('on')
      return await cureGrants(desk.ports, laptop.id)
    },
  }),
  {
    weight: 2,
    arbitrary: fc.constantFrom(1, 299, 601, hour, 9 * hour).map((seconds) => ({
      name: `${seconds} s pass`,
      run: (desk: Desk) => desk.log.clock.leap(seconds * 1000),
    })),
  },
  fc.constant({ name: 'sweep', run: (desk: Desk) => sweep(desk.ports, fail) }),
  fc.constant({ name: 'people change', run: (desk: Desk) => outdateRequests(desk.ports, 'all') }),
)

/** Rounds of acts; those of one round happen at once. */
export const aHistory = fc.array(fc.array(aDeskAct, { minLength: 1, maxLength: 3 }), {
  minLength: 3,
  maxLength: 9,
  size: 'max',
})

/** Runs the acts of a round at once; every refusal is a foreseen one. `after` runs as soon as each of them was answered. */
export async function playRound(desk: Desk, round: readonly DeskAct[], after: () => Promise<void>): Promise<void> {
  const settled = await Promise.allSettled(
    round.map(async ({ run }) => {
      await run(desk).catch((thrown: unknown) => {
        if (!isFailure(thrown)) throw thrown
      })
      await after()
    }),
  )
  for (const each of settled) if (each.status === 'rejected') throw each.reason
}

function fail(id: string, err: unknown): void {
  throw new Error(`${id}: ${err}`)
}
