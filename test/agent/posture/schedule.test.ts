import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  afterEvent,
  initialSchedule,
  nextRun,
  nextTaking,
  type ScheduleEvent,
  type ScheduleState,
} from '#agent/posture/schedule.ts'

const second = 1000
const minute = 60_000
type Step = { readonly event: ScheduleEvent; readonly afterMs: number; readonly chance: number }

function play(steps: readonly Step[]): { readonly state: ScheduleState; readonly now: number } {
  let state = initialSchedule(900)
  let now = 0
  for (const { event, afterMs, chance } of steps) {
    now += afterMs
    state = afterEvent(state, shifted(event, now), now, () => chance)
  }
  return { state, now }
}

/** Times in generated events count from when they are told. */
function shifted(event: ScheduleEvent, now: number): ScheduleEvent {
  if (event.kind === 'accepted' && event.nextDueAt !== undefined) return { ...event, nextDueAt: now + event.nextDueAt }
  if (event.kind === 'failed' && event.notBefore !== undefined) return { ...event, notBefore: now + event.notBefore }
  return event
}

const at = (event: ScheduleEvent, afterMs = 0, chance = 0.5): Step => ({ event, afterMs, chance })
const ready = at({ kind: 'ready' })
const begun = at({ kind: 'begun' })
const accepted = (nextDueAt?: number, chance = 0.5) =>
  at({ kind: 'accepted', ...(nextDueAt === undefined ? {} : { nextDueAt }) }, 0, chance)
const next = (steps: readonly Step[]) => {
  const { state, now } = play(steps)
  const run = nextRun(state, now)
  return run === undefined ? undefined : { inMs: run.at - now, reason: run.reason }
}

describe('the next attestation', () => {
  it.each<[string, readonly Step[], ReturnType<typeof next>]>([
    ['is none without a key', [], undefined],
    ['is at once at the start', [ready], { inMs: 0, reason: 'start' }],
    ['is none while one runs', [ready, begun], undefined],
    ['is after the interval', [ready, begun, accepted()], { inMs: 15 * minute, reason: 'interval' }],
    ['is up to a fifth earlier', [ready, begun, accepted(undefined, 0)], { inMs: 12 * minute, reason: 'interval' }],
    ['is up to a fifth later', [ready, begun, accepted(undefined, 1)], { inMs: 18 * minute, reason: 'interval' }],
    [
      'follows a new interval',
      [ready, begun, accepted(), at({ kind: 'interval', seconds: 300 })],
      { inMs: 5 * minute, reason: 'interval' },
    ],
    [
      'is not later than the gateway says',
      [ready, begun, accepted(10 * minute, 1)],
      { inMs: 10 * minute, reason: 'next-due' },
    ],
    [
      'is at once on a change',
      [ready, begun, accepted(), at({ kind: 'changed' }, 5 * minute)],
      { inMs: 0, reason: 'changed' },
    ],
    [
      'is 10 s after the last one on a change',
      [ready, begun, accepted(), at({ kind: 'changed' }, 2 * second)],
      { inMs: 8 * second, reason: 'changed' },
    ],
    [
      'tells what changed while one ran',
      [ready, begun, at({ kind: 'changed' }, second), accepted()],
      { inMs: 9 * second, reason: 'changed' },
    ],
    [
      'is at once when somebody asks',
      [ready, begun, accepted(), at({ kind: 'asked' }, second)],
      { inMs: 0, reason: 'asked' },
    ],
    [
      'is the running one for who asks meanwhile',
      [ready, begun, at({ kind: 'asked' }, second), accepted()],
      { inMs: 15 * minute, reason: 'interval' },
    ],
    ['is put off after a failure', [ready, begun, at({ kind: 'failed' })], { inMs: 5 * second, reason: 'retry' }],
    [
      'is put off longer after two',
      [ready, begun, at({ kind: 'failed' }), begun, at({ kind: 'failed' })],
      { inMs: 10 * second, reason: 'retry' },
    ],
    [
      'is at once when somebody asks after a failure',
      [ready, begun, at({ kind: 'failed' }), at({ kind: 'asked' })],
      { inMs: 0, reason: 'asked' },
    ],
    [
      'waits as long as the gateway says',
      [ready, begun, at({ kind: 'failed', notBefore: minute })],
      { inMs: minute, reason: 'retry' },
    ],
    [
      'is not hurried by a change after a failure',
      [ready, begun, at({ kind: 'failed' }), at({ kind: 'changed' })],
      { inMs: 5 * second, reason: 'retry' },
    ],
    ['is none while the machine sleeps', [ready, begun, accepted(), at({ kind: 'asleep' })], undefined],
    [
      'is within a minute after waking',
      [ready, begun, accepted(), at({ kind: 'asleep' }), at({ kind: 'woken', windowOpen: false }, 60 * minute, 1)],
      { inMs: minute, reason: 'woken' },
    ],
    [
      'is at least 5 s after waking',
      [ready, begun, accepted(), at({ kind: 'asleep' }), at({ kind: 'woken', windowOpen: false }, 60 * minute, 0)],
      { inMs: 5 * second, reason: 'woken' },
    ],
    [
      'is at once after waking with the window open',
      [ready, begun, accepted(), at({ kind: 'woken', windowOpen: true })],
      { inMs: 0, reason: 'woken' },
    ],
    [
      'is when it is due on battery',
      [ready, begun, accepted(30 * minute), at({ kind: 'power', power: 'battery' })],
      { inMs: 30 * minute, reason: 'next-due' },
    ],
    [
      'is in an hour while nobody is there',
      [ready, begun, accepted(30 * minute), at({ kind: 'presence', presence: 'away' })],
      { inMs: 60 * minute, reason: 'interval' },
    ],
  ])('%s', (_, steps, expected) => {
    expect(next(steps)).toEqual(expected)
  })
})

const anEvent: fc.Arbitrary<ScheduleEvent> = fc.oneof(
  fc.constantFrom<ScheduleEvent>(
    { kind: 'ready' },
    { kind: 'not-ready' },
    { kind: 'changed' },
    { kind: 'asked' },
    { kind: 'begun' },
    { kind: 'accepted' },
    { kind: 'failed' },
    { kind: 'asleep' },
    { kind: 'woken', windowOpen: true },
    { kind: 'woken', windowOpen: false },
    { kind: 'power', power: 'battery' },
    { kind: 'power', power: 'mains' },
    { kind: 'presence', presence: 'away' },
    { kind: 'presence', presence: 'present' },
  ),
  fc.integer({ min: 300, max: 3600 }).map((seconds): ScheduleEvent => ({ kind: 'interval', seconds })),
  fc.integer({ min: 0, max: 60 * minute }).map((nextDueAt): ScheduleEvent => ({ kind: 'accepted', nextDueAt })),
  fc.integer({ min: 0, max: minute }).map((notBefore): ScheduleEvent => ({ kind: 'failed', notBefore })),
)
const aStep: fc.Arbitrary<Step> = fc.record({
  event: anEvent,
  afterMs: fc.integer({ min: 0, max: 20 * minute }),
  chance: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
})
const aHistory = fc.array(aStep, { maxLength: 30 })

describe('whatever happened', () => {
  it('there is a next attestation exactly when one may run, and it is never in the past', () => {
    return fc.assert(
      fc.property(aHistory, (steps) => {
        const { state, now } = play(steps)
        const run = nextRun(state, now)
        expect(run !== undefined).toBe(state.isReady && !state.isRunning && !state.isAsleep)
        if (run !== undefined) expect(run.at).toBeGreaterThanOrEqual(now)
      }),
    )
  })

  it('it is not later than next_due while the person is there and nothing failed', () => {
    return fc.assert(
      fc.property(aHistory, fc.integer({ min: 0, max: 60 * minute }), (steps, due) => {
        const last = [...steps, at({ kind: 'presence', presence: 'present' }), begun, accepted(due), ready]
        const { state, now } = play(last)
        const run = nextRun({ ...state, isAsleep: false }, now)
        expect(run?.at).toBeLessThanOrEqual(now + due)
      }),
    )
  })

  it('it keeps the interval within a fifth on mains, and is no more than an hour away at all', () => {
    return fc.assert(
      fc.property(aHistory, fc.double({ min: 0, max: 1, noNaN: true }), (steps, chance) => {
        const calm: readonly Step[] = [
          at({ kind: 'power', power: 'mains' }),
          at({ kind: 'presence', presence: 'present' }),
        ]
        const { state, now } = play([...steps, ...calm, begun, accepted(undefined, chance), ready])
        const run = nextRun({ ...state, isAsleep: false }, now)
        expect(run?.at).toBeGreaterThanOrEqual(now + Math.floor(state.intervalMs * 0.8))
        expect(run?.at).toBeLessThanOrEqual(now + state.intervalMs * 1.2)
      }),
    )
  })

  it('a storm of changes makes at most one attestation per 10 s', () => {
    return fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 10, maxLength: 60 }), (gaps) => {
        let { state, now } = play([ready, begun, accepted(30 * minute)])
        const begins: number[] = [now]
        for (const gap of gaps) {
          const until = now + gap
          for (let run = nextRun(state, now); run !== undefined && run.at <= until; run = nextRun(state, now)) {
            now = run.at
            begins.push(now)
            state = afterEvent(state, { kind: 'begun' }, now, () => 0.5)
            state = afterEvent(state, { kind: 'accepted', nextDueAt: now + 30 * minute }, now, () => 0.5)
          }
          now = until
          state = afterEvent(state, { kind: 'changed' }, now, () => 0.5)
        }
        const spacings = begins.slice(1).map((begin, index) => begin - (begins[index] ?? 0))
        for (const spacing of spacings) expect(spacing).toBeGreaterThanOrEqual(10 * second)
      }),
    )
  })

  it('a retry comes within five minutes, or when the gateway allows it', () => {
    return fc.assert(
      fc.property(aHistory, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (steps, chance) => {
        const { state, now } = play([...steps, begun, at({ kind: 'failed' }, 0, chance), ready])
        const run = nextRun({ ...state, isAsleep: false }, now)
        expect(run?.at).toBeGreaterThan(now)
        expect(run?.at).toBeLessThanOrEqual(now + 5 * minute)
      }),
    )
  })
})

describe('the next taking', () => {
  const pace = (signal: 'ssh-keys' | 'os-updates', takenAt?: number) => ({
    signal,
    cost: signal === 'ssh-keys' ? ('light' as const) : ('heavy' as const),
    calmSeconds: signal === 'ssh-keys' ? 900 : 21_600,
    urgentSeconds: signal === 'ssh-keys' ? 5 : 120,
    ...(takenAt === undefined ? {} : { takenAt }),
  })
  it('is none where nothing is wanted, and at once for what was never taken', () => {
    expect(nextTaking([], new Set(), 'mains', 0)).toBeUndefined()
    expect(nextTaking([pace('ssh-keys'), pace('os-updates', 0)], new Set(), 'mains', 7)).toEqual({
      at: 7,
      signals: ['ssh-keys'],
    })
  })

  it('takes along what falls due soon after', () => {
    const paces = [pace('ssh-keys', 0), { ...pace('ssh-keys', 80_000), signal: 'firewall' as const }]
    expect(nextTaking(paces, new Set(), 'mains', 0)).toEqual({ at: 900_000, signals: ['ssh-keys', 'firewall'] })
  })
})
