import { describe, expect, it } from 'vitest'
import { writeBundle } from '#gateway/audit/bundle.ts'
import { type CountedDecision, createDecisionCounter } from '#gateway/audit/decision-counter.ts'
import { batchedDecisions, decisionWriter } from '#gateway/audit/record-decisions.ts'
import { createSigner } from '#gateway/audit/signer.ts'
import { verifyBundle } from '#gateway/audit/verify-bundle.ts'
import { outdateRequests } from '#gateway/exceptions/outdate-requests.ts'
import { sweep } from '#gateway/exceptions/sweep.ts'
import { viewGrant } from '#gateway/exceptions/view-grants.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aLog } from '#test/support/a-log.ts'
import { anExceptionDesk, type Desk, hour, laptop, staff } from '#test/support/an-exception-desk.ts'

const at = 1_795_510_800
const refused: CountedDecision = { device: laptop.id, resource: 'wiki', outcome: 'refuse', grants: [] }
const aGrant = '01a20cd0-3a10-7000-8000-0000000000b1'
const allowed: CountedDecision = { ...refused, outcome: 'allow', grants: [aGrant] }
const never = (id: string, err: unknown) => {
  throw new Error(`${id}: ${err}`)
}

describe('A counter of decisions', () => {
  it('keeps one tally for each device, resource, outcome and set of grants, and no plain allow', () => {
    const counter = createDecisionCounter(() => undefined, 100)
    counter.logIs(7)
    for (const [decision, now] of [
      [refused, at],
      [refused, at + 9],
      [{ ...refused, device: null }, at],
      [{ ...refused, resource: 'payments' }, at],
      [{ ...refused, outcome: 'challenge' }, at],
      [allowed, at + 1],
      [{ ...allowed, grants: [] }, at],
    ] as const)
      counter.count(decision, now)
    expect(counter.size()).toBe(5)
    expect(counter.take(1)).toEqual([{ ...refused, firstAt: at, lastAt: at + 9, count: 2, checkpoint: 7 }])
    expect(counter.usesOf(aGrant)).toEqual([{ resource: 'wiki', firstAt: at + 1, lastAt: at + 1, count: 1 }])
    expect(counter.take(100)).toHaveLength(4)
    expect(counter.size()).toBe(0)
  })

  it('asks once to be emptied, and says how many found no room', () => {
    let full = 0
    const counter = createDecisionCounter(() => (full += 1), 3, 5)
    for (let at = 0; at < 9; at += 1) counter.count({ ...refused, resource: `r${at}` }, at)
    for (let at = 0; at < 9; at += 1) counter.count({ ...refused, resource: 'r0' }, at)
    expect([full, counter.size(), counter.dropped(), counter.dropped()]).toEqual([1, 5, 4, 0])
  })

  it('goes on with what could not be written', async () => {
    const log = await aLog()
    const counter = createDecisionCounter(() => undefined, 100)
    let isFull = true
    const store: Pick<typeof log.store, 'transact'> = {
      transact: (act) =>
        log.store.transact(async (rows) => {
          const answer = await act(rows)
          if (isFull) throw new Error('database or disk is full')
          return answer
        }),
    }
    const write = decisionWriter(store, counter, () => at)
    counter.count(allowed, at)
    const writing = write()
    counter.count(allowed, at + 5) // while it is written
    await expect(writing).rejects.toThrow('full')
    expect(await log.store.read((rows) => rows.audit.head())).toBe(0)
    isFull = false
    await write()
    await write()
    const events = await log.store.read((rows) => rows.audit.after(0, 10))
    expect(events.map(({ type }) => type)).toEqual(['decision-batch'])
    expect(await log.store.read((rows) => rows.decisions.usesOf(aGrant))).toEqual([
      { resource: 'wiki', firstAt: at, lastAt: at + 5, count: 2 },
    ])
    const [batched] = await batchedDecisions(log.store, events[0]?.id ?? 0)
    expect(batched?.record).toMatchObject({ count: 2, outcome: 'allow', grants: [aGrant], session: null })
    expect(JSON.stringify(batched)).not.toContain(laptop.id)
  })

  it('is written in batches that others need not wait long for', async () => {
    const log = await aLog()
    const counter = createDecisionCounter(() => undefined, 1024)
    for (let n = 0; n < 2500; n += 1) counter.count({ ...refused, resource: `r${n}` }, at)
    await decisionWriter(log.store, counter, () => at)()
    const events = await log.store.read((rows) => rows.audit.after(0, 10))
    expect(events.map(({ body }) => JSON.parse(body).records)).toEqual([1024, 1024, 452])
  })
})

async function bundleOf({ store, log }: Desk) {
  await log.sequencer.flush()
  const folder = await aFolder()
  const sources = {
    terms: (digest: string) => store.read((rows) => rows.exceptions.termsOf(digest)),
    decisions: (eventId: number) => batchedDecisions(store, eventId),
  }
  const range = { log: 1, from: 0, to: Number.MAX_SAFE_INTEGER, version: '0.1.0', vkeys: [log.vkey] }
  await writeBundle(store, createSigner(log.key, log.state, false), sources, folder, range)
  return await verifyBundle(folder, { keys: log.vkey })
}

describe('Decisions that used a grant', () => {
  it('are shown at once, told with its end, and verified to lie within it', async () => {
    const desk = await anExceptionDesk()
    const { grantId } = await desk.granted({ seconds: hour })
    const use = (outcome: CountedDecision['outcome'] = 'allow') =>
      desk.counter.count({ device: laptop.id, resource: 'wiki', outcome, grants: [grantId] }, desk.now())
    use()
    await desk.advance(60)
    use()
    const shown = () => viewGrant(desk.ports, staff.carol.id, grantId)
    expect(await shown()).toMatchObject({ decisions: 2, last_used_at: desk.now() })
    await desk.ports.usage.settle()
    expect(await shown()).toMatchObject({ decisions: 2, last_used_at: desk.now() })
    use('refuse') // another check failed: the grant was used all the same
    const lastUse = desk.now()
    desk.counter.count(refused, desk.now())
    await desk.advance(hour)
    await sweep(desk.ports, never)
    const events = await desk.events()
    expect(events.find(({ type }) => type === 'grant-expired')).toMatchObject({ last_use: lastUse, decisions: 3 })
    expect(await bundleOf(desk)).toMatchObject({ counts: { decisions: 3, lateDecisions: 0 } })
    expect((await bundleOf(desk)).breaks.filter(({ check }) => check === 9)).toEqual([])
  })

  it('are listed by resource where it is voided', async () => {
    const desk = await anExceptionDesk()
    const { grantId } = await desk.granted({ resources: ['payments', 'wiki'], seconds: hour })
    for (const resource of ['wiki', 'wiki', 'payments'])
      desk.counter.count({ device: laptop.id, resource, outcome: 'allow', grants: [grantId] }, desk.now())
    await desk.store.transact((rows) => rows.devices.setState(laptop.id, 'removed'))
    await outdateRequests(desk.ports, 'all')
    const now = desk.now()
    const use = { first_at: now, last_at: now }
    expect((await desk.events()).find(({ type }) => type === 'grant-voided')).toMatchObject({
      used: [
        { resource: 'payments', ...use, count: 1 },
        { resource: 'wiki', ...use, count: 2 },
      ],
    })
  })

  it('of a time when it had ended are found by check 9', async () => {
    const desk = await anExceptionDesk()
    const { grantId } = await desk.granted({ seconds: hour })
    const decision = { device: laptop.id, resource: 'wiki', outcome: 'allow', grants: [grantId] } as const
    desk.counter.count(decision, desk.now())
    desk.counter.count(decision, desk.now() + hour)
    await desk.ports.usage.settle()
    expect((await bundleOf(desk)).breaks.map(({ check }) => check)).toContain(9)
  })
})
