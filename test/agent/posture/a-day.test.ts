import { describe, expect, it } from 'vitest'
import { type RunOutcome, runSchedule } from '#agent/posture/run-schedule.ts'
import type { RunReason, ScheduleEvent } from '#agent/posture/schedule.ts'
import { silentLog } from '#runtime/log.ts'
import { aClock } from '#test/support/a-clock.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** What the gateway grants after each report: the next one is due after the longest interval that it may ask for. */
const dueAfter = 30 * minute

type Act = { readonly reason: RunReason; readonly at: number }

/** A schedule over a day, every timer on a clock of our own; `happens` by the millisecond of the day. */
async function aDay(
  happens: readonly (readonly [at: number, event: ScheduleEvent])[],
  given: { readonly outcome?: () => RunOutcome; readonly chance?: (call: number) => number } = {},
) {
  const clock = aClock()
  const start = clock.nowMs()
  const acts: Act[] = []
  let drawn = 0
  const schedule = runSchedule({
    clock,
    random: () => (given.chance ?? ((call) => (call * 0.37) % 1))(drawn++),
    log: silentLog,
    async act(reason) {
      acts.push({ reason, at: clock.nowMs() - start })
      return given.outcome?.() ?? { kind: 'accepted', nextDueAt: clock.nowMs() + dueAfter }
    },
  })
  let mostWaiting = 0
  for (const [at, event] of [[0, { kind: 'ready' }] as const, ...happens]) {
    await clock.advance(at - (clock.nowMs() - start))
    schedule.tell(event)
    await clock.advance(0)
    mostWaiting = Math.max(mostWaiting, clock.waiting())
  }
  await clock.advance(day - (clock.nowMs() - start))
  schedule.stop()
  return { acts, mostWaiting, waitingAfter: clock.waiting() }
}

const gaps = (acts: readonly Act[]) => acts.slice(1).map(({ at }, index) => at - (acts[index]?.at ?? 0))

describe('A day of a device that somebody works on', () => {
  it('on mains: each report within a fifth of the interval, spread, and never past what is due', async () => {
    const { acts, mostWaiting, waitingAfter } = await aDay([])
    expect(acts.length).toBeGreaterThan((0.8 * day) / (15 * minute))
    expect(acts[0]).toEqual({ reason: 'start', at: 0 })
    expect(Math.min(...gaps(acts))).toBeGreaterThanOrEqual(12 * minute)
    expect(Math.max(...gaps(acts))).toBeLessThanOrEqual(18 * minute)
    expect(new Set(gaps(acts)).size).toBeGreaterThan(10)
    expect([mostWaiting, waitingAfter]).toEqual([1, 0])
  })

  it('on mains, with an interval longer than the gateway waits: at what is due', async () => {
    const { acts } = await aDay([[0, { kind: 'interval', seconds: 3600 }]])
    expect(new Set(gaps(acts))).toEqual(new Set([dueAfter]))
  })

  it('on battery: when it is due, no earlier and no later', async () => {
    const { acts } = await aDay([[0, { kind: 'power', power: 'battery' }]])
    expect(acts).toHaveLength(day / dueAfter + 1)
    expect(new Set(gaps(acts))).toEqual(new Set([dueAfter]))
  })

  it('goes over from mains to battery and back without a report too many', async () => {
    const changes = Array.from(
      { length: 47 },
      (_, at) =>
        [(at + 1) * 30 * minute, { kind: 'power', power: at % 2 === 0 ? 'battery' : 'mains' } as const] as const,
    )
    const { acts, mostWaiting } = await aDay(changes)
    expect(Math.min(...gaps(acts))).toBeGreaterThanOrEqual(12 * minute)
    expect(Math.max(...gaps(acts))).toBeLessThanOrEqual(dueAfter)
    expect(mostWaiting).toBe(1)
  })
})

describe('A day of a device that nobody uses', () => {
  it('locked: a report an hour, since no session needs the verdict', async () => {
    const { acts } = await aDay([[0, { kind: 'presence', presence: 'away' }]])
    expect(new Set(gaps(acts))).toEqual(new Set([hour]))
  })

  it('locked over night: reports at once when it is unlocked', async () => {
    const { acts } = await aDay([
      [18 * hour, { kind: 'presence', presence: 'away' }],
      [23 * hour + 30 * minute, { kind: 'presence', presence: 'present' }],
      [23 * hour + 30 * minute, { kind: 'asked' }],
    ])
    const evening = acts.filter(({ at }) => at > 18 * hour && at < 23 * hour + 30 * minute)
    expect(evening.length).toBeLessThanOrEqual(6)
    expect(acts).toContainEqual({ reason: 'asked', at: 23 * hour + 30 * minute })
  })

  it('asleep: none, and one within a minute of waking', async () => {
    const { acts } = await aDay([
      [8 * hour, { kind: 'asleep' }],
      [16 * hour, { kind: 'woken', windowOpen: false }],
    ])
    expect(acts.filter(({ at }) => at > 8 * hour && at < 16 * hour + 5 * second)).toEqual([])
    const woken = acts.find(({ at }) => at >= 16 * hour)
    expect(woken?.reason).toBe('woken')
    expect(woken?.at).toBeLessThanOrEqual(16 * hour + minute)
  })

  it('asleep with an open window: one at once', async () => {
    const { acts } = await aDay([
      [8 * hour, { kind: 'asleep' }],
      [16 * hour, { kind: 'woken', windowOpen: true }],
    ])
    expect(acts).toContainEqual({ reason: 'woken', at: 16 * hour })
  })
})

describe('A day of trouble', () => {
  it('a storm of changes, five a second for an hour: one report per 10 s, the last one after the last change', async () => {
    const storm = Array.from({ length: 5 * 3600 }, (_, at) => [hour + at * 200, { kind: 'changed' }] as const)
    const { acts, mostWaiting } = await aDay(storm)
    const within = acts.filter(({ at }) => at >= hour && at <= 2 * hour + 10 * second)
    expect(Math.min(...gaps(within))).toBeGreaterThanOrEqual(10 * second)
    expect(within.length).toBeGreaterThan(350)
    expect(within.length).toBeLessThanOrEqual(362)
    expect(within.at(-1)?.at).toBeGreaterThanOrEqual(2 * hour - 200)
    expect(mostWaiting).toBe(1)
  })

  it('a gateway that is away all day: tries wait longer, at most five minutes, and none is at an interval of its own', async () => {
    const { acts } = await aDay([], { outcome: () => ({ kind: 'failed' }) })
    expect(Math.max(...gaps(acts))).toBeLessThanOrEqual(5 * minute)
    expect(
      gaps(acts)
        .slice(10)
        .reduce((sum, gap) => sum + gap, 0) /
        (acts.length - 11),
    ).toBeGreaterThan(minute)
    expect(new Set(acts.slice(1).map(({ reason }) => reason))).toEqual(new Set(['retry']))
  })
})
