import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quietSpanAt, reminderTime } from '#agent/notices/quiet-hours.ts'
import { noon } from '#test/support/a-snapshot.ts'

const usual = { from: '19:00', to: '08:00' }
const hour = 3600
const utc = (at: number) => quietSpanAt(at, usual, 'UTC')
const midnight = noon - 10 * hour

describe('Quiet hours from 19:00 to 08:00', () => {
  it.each([
    [7 * hour + 3599, true],
    [8 * hour, false],
    [19 * hour - 1, false],
    [19 * hour, true],
    [23 * hour, true],
    [24 * hour, true],
  ])('at %i s of the day: %s', (seconds, isQuiet) => {
    expect(utc(midnight + seconds) !== undefined).toBe(isQuiet)
  })

  it('say when they began and when they end', () => {
    expect(utc(midnight + 26 * hour)).toEqual({ from: midnight + 19 * hour, to: midnight + 32 * hour })
  })

  it('follow the place', () => {
    expect(quietSpanAt(midnight + 18 * hour, usual, 'Europe/Berlin')).toBeDefined()
    expect(quietSpanAt(midnight + 18 * hour, usual, 'UTC')).toBeUndefined()
  })

  it('are none where both ends are the same, or nobody wants them', () => {
    expect(quietSpanAt(midnight, { from: '08:00', to: '08:00' }, 'UTC')).toBeUndefined()
    expect(quietSpanAt(midnight, null, 'UTC')).toBeUndefined()
  })
})

describe('Any reminder', () => {
  it('is told outside quiet hours, before its end, and not before its cause began; or not at all', () => {
    const seconds = fc.integer({ min: 0, max: 5 * 86_400 })
    fc.assert(
      fc.property(seconds, seconds, seconds, (begun, toDue, toEnd) => {
        const since = noon + begun
        const due = since + toDue
        const end = due + toEnd + 1
        const at = reminderTime(due, end, since, utc)
        if (at === undefined) return
        expect(utc(at)).toBeUndefined()
        expect(at).toBeLessThan(end)
        expect(at).toBeGreaterThanOrEqual(since)
      }),
    )
  })
})
