import { describe, expect, it } from 'vitest'
import { type RunOutcome, runSchedule } from '#agent/posture/run-schedule.ts'
import type { RunReason } from '#agent/posture/schedule.ts'
import { silentLog } from '#runtime/log.ts'
import { aClock } from '#test/support/a-clock.ts'

function aSchedule(act: (reason: RunReason) => Promise<RunOutcome> = async () => ({ kind: 'accepted' })) {
  const clock = aClock()
  const acts: { readonly reason: RunReason; readonly atMs: number }[] = []
  const start = clock.nowMs()
  const schedule = runSchedule({
    clock,
    random: () => 0.5,
    log: silentLog,
    act(reason) {
      acts.push({ reason, atMs: clock.nowMs() - start })
      return act(reason)
    },
  })
  return { clock, acts, schedule }
}

describe('the running schedule', () => {
  it('acts when it may, then by the interval', async () => {
    const { clock, acts, schedule } = aSchedule()
    await clock.advance(60_000)
    expect(acts).toEqual([])
    schedule.tell({ kind: 'ready' })
    await clock.advance(900_000)
    expect(acts.map((one) => one.reason)).toEqual(['start', 'interval'])
  })

  it('acts at once when asked, and whoever asks while it acts waits for the same end', async () => {
    let end = (_outcome: RunOutcome) => {}
    const { clock, acts, schedule } = aSchedule(
      () =>
        new Promise((resolve) => {
          end = resolve
        }),
    )
    schedule.tell({ kind: 'ready' })
    schedule.tell({ kind: 'asked' })
    schedule.tell({ kind: 'asked' })
    let ended = false
    const waiting = schedule.finished().then(() => {
      ended = true
    })
    await clock.advance(0)
    expect([acts.length, ended]).toEqual([1, false])
    end({ kind: 'accepted' })
    await waiting
    expect(acts).toHaveLength(1)
  })

  it('counts an act that throws as failed, and tries again later', async () => {
    const { clock, acts, schedule } = aSchedule(() => Promise.reject(new Error('a bug')))
    schedule.tell({ kind: 'ready' })
    await clock.advance(0)
    expect(schedule.state().failures).toBe(1)
    await clock.advance(60_000)
    expect(acts.length).toBeGreaterThan(1)
    expect(acts[1]?.reason).toBe('retry')
  })

  it('does nothing after it was stopped, and leaves no timer', async () => {
    const { clock, acts, schedule } = aSchedule()
    schedule.tell({ kind: 'ready' })
    await clock.advance(0)
    schedule.stop()
    schedule.tell({ kind: 'asked' })
    await clock.advance(3_600_000)
    expect(acts).toHaveLength(1)
    expect(clock.waiting()).toBe(0)
  })
})
