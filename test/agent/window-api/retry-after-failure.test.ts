import { describe, expect, it } from 'vitest'
import { retryAfterFailure } from '#agent/window-api/retry-after-failure.ts'
import { Failure } from '#domain/failure.ts'

const chance = () => 0.999
const minutes = (count: number) => count * 60_000

describe('how long a failed report is left alone', () => {
  it('what the gateway asked for, and a little chance on top', () => {
    const failure = new Failure('rate_limited', { retry_after: 100 })
    expect(retryAfterFailure(failure, 0, () => 0)).toBe(100_000)
    expect(retryAfterFailure(failure, 0, chance)).toBeGreaterThan(100_000)
    expect(retryAfterFailure(failure, 0, chance)).toBeLessThanOrEqual(120_000)
  })

  it('5 s doubling to 15 min while the gateway is away or broken', () => {
    const failure = new Failure('gateway_unreachable', { reason: 'There is no network' })
    const waits = [0, 1, 2, 3, 7, 8, 30].map((before) => retryAfterFailure(failure, before, chance))
    expect(waits).toEqual([5, 10, 20, 40, 640, 900, 900].map((seconds) => Math.floor(seconds * 1000 * 0.999)))
  })

  it('1 to 30 min while the key cannot be used', () => {
    const failure = new Failure('key_locked', {})
    expect([0, 1, 4, 5, 50].map((before) => retryAfterFailure(failure, before, chance))).toEqual(
      [1, 2, 16, 30, 30].map(minutes),
    )
  })

  it.each([
    ['device_quarantined', 15],
    ['retired_key', 60],
    ['agent_outdated', 60],
  ] as const)('%s: %i min, since only somebody else can end it', (code, count) => {
    expect(retryAfterFailure(new Failure(code, {}), 0, chance)).toBe(minutes(count))
  })

  it('a bug is retried as a broken network is', () => {
    expect(retryAfterFailure(new Error('a bug'), 0, chance)).toBeLessThan(5000)
  })
})
