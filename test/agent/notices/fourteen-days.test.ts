import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFailing } from '#agent/notices/failing.ts'
import type { Notice } from '#agent/notices/notice.ts'
import { quietSpanAt } from '#agent/notices/quiet-hours.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { aFinding, aResult, noon } from '#test/support/a-snapshot.ts'
import { anySnapshot } from '#test/support/any-snapshot.ts'
import { aTeller, aVote, day, hour, inBerlin, minute } from '#test/support/notice-stories.ts'

type Result = NonNullable<Snapshot['result']>
type Outcome = Result['checks'][number]['outcome']

const end = noon + 14 * day
const checkIds = ['firewall', 'disk', 'updates'] as const
type CheckId = (typeof checkIds)[number]

/** Something happens after so many minutes. */
type Step = { readonly after: number; readonly act: Act }
type Act =
  | { readonly kind: 'judged'; readonly check: CheckId; readonly outcome: Outcome; readonly graceHours: number }
  | { readonly kind: 'asked'; readonly request: string; readonly hours: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'verdict-gone' }
  | { readonly kind: 'snoozed'; readonly check: CheckId; readonly hours: number }

const outcome = fc.constantFrom<Outcome>('met', 'tolerated', 'excepted', 'violated', 'unknown')
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant('judged' as const),
      check: fc.constantFrom(...checkIds),
      outcome,
      graceHours: fc.integer({ min: 1, max: 240 }),
    }),
    weight: 6,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('asked' as const),
      request: fc.uuid({ version: 7 }),
      hours: fc.integer({ min: 1, max: 72 }),
    }),
    weight: 2,
  },
  { arbitrary: fc.constant({ kind: 'restart' as const }), weight: 1 },
  { arbitrary: fc.constant({ kind: 'verdict-gone' as const }), weight: 1 },
  {
    arbitrary: fc.record({
      kind: fc.constant('snoozed' as const),
      check: fc.constantFrom(...checkIds),
      hours: fc.integer({ min: 1, max: 48 }),
    }),
    weight: 1,
  },
)
const steps = fc.array(
  fc.record({ after: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 30, max: 1440 })), act }),
  {
    minLength: 5,
    maxLength: 60,
  },
)

type World = {
  readonly checks: {
    readonly [Id in CheckId]: { readonly outcome: Outcome; readonly since: number; readonly until: number }
  }
  readonly votes: Snapshot['asked_votes']
  readonly snoozed: Snapshot['snoozed']
  readonly isKnown: boolean
}

function snapshotOf(world: World): Partial<Snapshot> {
  const checks = checkIds.map((check) => ({ check, signal: 'firewall', outcome: world.checks[check].outcome }))
  const resources = checkIds.map((check) => ({
    id: check,
    name: check,
    access: world.checks[check].outcome === 'violated' ? ('refuse' as const) : ('allow' as const),
    findings: [aFinding(check, { outcome: world.checks[check].outcome, grace_until: world.checks[check].until })],
  }))
  return {
    checks: [],
    result: world.isKnown ? aResult({ exp: end + day, checks, resources }) : null,
    asked_votes: world.votes,
    snoozed: world.snoozed,
  }
}

function changed(world: World, act: Act, now: number): World {
  switch (act.kind) {
    case 'judged': {
      const judged = { outcome: act.outcome, since: now, until: now + act.graceHours * hour }
      const before = world.checks[act.check]
      // Failing goes on, whatever it is called.
      const goesOn = isFailing(before) && isFailing(judged) ? { since: before.since } : {}
      return { ...world, isKnown: true, checks: { ...world.checks, [act.check]: { ...judged, ...goesOn } } }
    }
    case 'asked':
      return {
        ...world,
        votes: [...world.votes, aVote({ request_id: act.request, decide_by: now + act.hours * hour })],
      }
    case 'snoozed':
      return { ...world, snoozed: [{ check: act.check, until: now + act.hours * hour }] }
    case 'verdict-gone':
      return { ...world, isKnown: false }
    case 'restart':
      return world
  }
}

type Told = { readonly at: number; readonly notice: Notice; readonly world: World; readonly act: Act | undefined }

/** Fourteen days of one device: asked after each change, and whenever the policy wanted to be. */
function fourteenDays(steps: readonly Step[]): readonly Told[] {
  const teller = aTeller(inBerlin)
  const fine = { outcome: 'met', since: noon, until: noon } as const
  let world: World = {
    checks: { firewall: fine, disk: fine, updates: fine },
    votes: [],
    snoozed: [],
    isKnown: true,
  }
  const told: Told[] = []
  let now = noon
  let askAgainAt: number | undefined
  const look = (act: Act | undefined) => {
    const decision = teller.at(now, { snapshot: snapshotOf(world) })
    for (const notice of decision.notices) told.push({ at: now, notice, world, act })
    if (decision.askAgainAt !== undefined) expect(decision.askAgainAt).toBeGreaterThan(now)
    askAgainAt = decision.askAgainAt
  }
  const waitUntil = (then: number) => {
    while (askAgainAt !== undefined && askAgainAt < then) {
      now = askAgainAt
      look(undefined)
    }
    now = then
  }
  for (const { after, act } of steps) {
    waitUntil(Math.min(end, now + after * minute))
    if (act.kind === 'restart') teller.restart()
    world = changed(world, act, now)
    look(act)
  }
  waitUntil(end)
  return told
}

const quietAt = (at: number) => quietSpanAt(at, inBerlin.quietHours, inBerlin.timeZone) !== undefined
const checkOf = ({ subject }: Notice) => checkIds.find((id) => subject === `check:${id}`)
const isSnoozed = (world: World, check: CheckId, at: number) =>
  world.snoozed.some((each) => each.check === check && each.until > at)

/** Why a notice may be shown at that moment; undefined: for no reason. */
const causes: { readonly [Kind in Notice['kind']]: (told: Told) => boolean } = {
  failing({ notice, world, at }) {
    const check = checkOf(notice)
    if (check === undefined || quietAt(at) || isSnoozed(world, check, at)) return false
    return world.isKnown && isFailing(world.checks[check]) && at - world.checks[check].since >= 10 * minute
  },
  deadline({ notice, world, at }) {
    const check = checkOf(notice)
    if (check === undefined || quietAt(at) || isSnoozed(world, check, at)) return false
    return world.isKnown && world.checks[check].outcome === 'tolerated' && world.checks[check].until > at
  },
  refused: ({ world, act }) =>
    world.isKnown && act?.kind === 'judged' && checkIds.some((id) => world.checks[id].outcome === 'violated'),
  fixed({ notice, world }) {
    const check = checkOf(notice)
    return check !== undefined && world.isKnown && world.checks[check].outcome === 'met'
  },
  vote: ({ notice, world, at }) =>
    world.votes.some(({ request_id, decide_by }) => notice.subject === `vote:${request_id}` && decide_by > at),
  exception: () => false,
  start: () => false,
}

function countBy<Item>(items: readonly Item[], key: (item: Item) => string): readonly number[] {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1)
  return [...counts.values()]
}

describe('Fourteen days of any device', () => {
  it('tell nothing without a current cause, in quiet hours no reminder, and nothing beyond its limit', () => {
    fc.assert(
      fc.property(steps, (steps) => {
        const told = fourteenDays(steps)
        for (const each of told) expect(causes[each.notice.kind](each), JSON.stringify(each.notice)).toBe(true)
        const of = (kind: Notice['kind']) => told.filter(({ notice }) => notice.kind === kind)

        const sinceOf = ({ notice, world }: Told) =>
          `${notice.subject} ${world.checks[checkOf(notice) ?? 'disk'].since}`
        const untilOf = ({ notice, world }: Told) =>
          `${notice.subject} ${world.checks[checkOf(notice) ?? 'disk'].until}`
        expect(Math.max(0, ...countBy(of('failing'), sinceOf))).toBeLessThanOrEqual(1)
        expect(Math.max(0, ...countBy(of('deadline'), untilOf))).toBeLessThanOrEqual(2)
        expect(Math.max(0, ...countBy(of('vote'), ({ notice }) => notice.subject))).toBeLessThanOrEqual(2)
        const refusals = of('refused').map(({ at }) => at)
        expect(new Set(refusals).size).toBe(refusals.length)
        for (const check of checkIds) {
          const calls = of('deadline').filter(({ notice }) => checkOf(notice) === check)
          calls.slice(1).forEach(({ at }, before) => {
            expect(at - (calls[before]?.at ?? 0)).toBeGreaterThanOrEqual(hour)
          })
        }
      }),
    )
  })

  it('tell less than once an hour while a check fails all the time', () => {
    const act = { kind: 'judged', check: 'firewall', outcome: 'violated', graceHours: 1 } as const
    const steps = Array.from({ length: 14 * 24 }, (): Step => ({ after: 60, act }))
    expect(fourteenDays(steps)).toHaveLength(1)
  })

  it('tell something: each kind is met with', () => {
    const kinds = new Set<string>()
    fc.assert(
      fc.property(steps, (steps) => {
        for (const { notice } of fourteenDays(steps)) kinds.add(notice.kind)
      }),
      { numRuns: 60 },
    )
    expect([...kinds].sort()).toEqual(['deadline', 'failing', 'fixed', 'refused', 'vote'])
  })
})

describe('Any snapshot', () => {
  const hidden = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u{61c}\u{200b}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2060}-\u{2069}\u{feff}]/u

  it('gives notices that are short and plain, one per subject, and none a second time', () => {
    fc.assert(
      fc.property(anySnapshot, fc.constantFrom('en' as const, 'de' as const), (snapshot, language) => {
        const teller = aTeller({ ...inBerlin, language })
        const happening = { snapshot, trayMissing: true, updateReady: { version: snapshot.version } }
        const told = [noon, noon + 11 * minute].flatMap((at) => {
          const { notices } = teller.at(at, happening)
          expect(new Set(notices.map(({ subject }) => subject)).size).toBe(notices.length)
          expect(teller.at(at, happening).notices).toEqual([])
          return notices
        })
        for (const { title, body, subject } of told) {
          for (const text of [title, body]) {
            expect(text.trim()).not.toBe('')
            expect(text).not.toMatch(hidden)
          }
          expect(title.length).toBeLessThanOrEqual(100)
          expect(Buffer.byteLength(body)).toBeLessThanOrEqual(256)
          expect(subject.length).toBeLessThanOrEqual(80)
        }
      }),
    )
  })
})
