import { describe, expect, it } from 'vitest'
import { isFailure } from '#domain/failure.ts'
import { checkTimes } from '#gateway/devices/check-times.ts'

const now = 1_795_510_812

function taken(iat: unknown, exp: unknown): boolean {
  try {
    checkTimes(iat, exp, now)
    return true
  } catch (thrown) {
    if (isFailure(thrown, 'clock_skew')) return false
    throw thrown
  }
}

describe('The times of a message', () => {
  it.each<[string, unknown, unknown, boolean]>([
    ['made now, for two minutes', now, now + 120, true],
    ['made now, for five minutes', now, now + 300, true],
    ['made now, for longer', now, now + 301, false],
    ['made 299 s ago, one second left', now - 299, now + 1, true],
    ['made 300 s ago, for more than five minutes', now - 300, now + 1, false],
    ['made 301 s ago', now - 301, now - 1, false],
    ['made 60 s ahead', now + 60, now + 120, true],
    ['made 61 s ahead', now + 61, now + 120, false],
    ['run out now', now - 100, now, false],
    ['run out before it was made', now + 50, now + 40, false],
    ['without an end', now, undefined, false],
    ['without a beginning', undefined, now + 60, false],
    ['as text', String(now), String(now + 60), false],
    ['with a fraction', now + 0.5, now + 60, false],
    ['in milliseconds', now * 1000, now * 1000 + 60, false],
    ['not a number', Number.NaN, now + 60, false],
    ['null', null, null, false],
  ])('%s: %s to %s is taken: %s', (_what, iat, exp, good) => {
    expect(taken(iat, exp)).toBe(good)
  })
})
