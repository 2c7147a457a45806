import { describe, expect, it } from 'vitest'
import { isFailure } from '#domain/failure.ts'
import { createRateLimits, deviceLimits } from '#gateway/http/rate-limits.ts'

async function refusalOf(act: Promise<void>): Promise<number | undefined> {
  try {
    await act
    return undefined
  } catch (thrown) {
    if (isFailure(thrown, 'rate_limited')) return thrown.details.retry_after
    throw thrown
  }
}

const few = { noncesPerMinute: 2, enrollmentsPerHour: 1 }

describe('Limits by device', () => {
  it('are those of the protocol', () => {
    expect(deviceLimits.attestation).toEqual({ points: 12, seconds: 60 })
    expect(deviceLimits.exception).toEqual({ points: 10, seconds: 3600 })
    expect(deviceLimits.preview).toEqual({ points: 60, seconds: 60 })
    expect(deviceLimits.other).toEqual({ points: 30, seconds: 3600 })
  })

  it('refuse one more, and say how long to wait', async () => {
    const limits = createRateLimits(few)
    for (let turn = 0; turn < 12; turn += 1)
      expect(await refusalOf(limits.takeByDevice('attestation', 'a'))).toBeUndefined()
    const wait = await refusalOf(limits.takeByDevice('attestation', 'a'))
    expect(wait).toBeGreaterThanOrEqual(1)
    expect(wait).toBeLessThanOrEqual(60)
  })

  it('count each device and each kind alone', async () => {
    const limits = createRateLimits(few)
    for (let turn = 0; turn < 13; turn += 1) await refusalOf(limits.takeByDevice('attestation', 'a'))
    expect(await refusalOf(limits.takeByDevice('attestation', 'b'))).toBeUndefined()
    expect(await refusalOf(limits.takeByDevice('exception', 'a'))).toBeUndefined()
  })
})

describe('Limits by address', () => {
  it('are those of the settings', async () => {
    const limits = createRateLimits(few)
    expect(await refusalOf(limits.takeByAddress('nonce', '192.0.2.1'))).toBeUndefined()
    expect(await refusalOf(limits.takeByAddress('nonce', '192.0.2.1'))).toBeUndefined()
    expect(await refusalOf(limits.takeByAddress('nonce', '192.0.2.1'))).toBeGreaterThanOrEqual(1)
    expect(await refusalOf(limits.takeByAddress('nonce', '192.0.2.2'))).toBeUndefined()
    expect(await refusalOf(limits.takeByAddress('enrollment', '192.0.2.1'))).toBeUndefined()
    expect(await refusalOf(limits.takeByAddress('enrollment', '192.0.2.1'))).toBeGreaterThan(60)
  })

  it('may be looked at without using them up', async () => {
    const limits = createRateLimits(few)
    for (let turn = 0; turn < 5; turn += 1)
      expect(await refusalOf(limits.checkAddress('nonce', '192.0.2.1'))).toBeUndefined()
    await limits.takeByAddress('nonce', '192.0.2.1')
    expect(await refusalOf(limits.checkAddress('nonce', '192.0.2.1'))).toBeUndefined()
    await limits.takeByAddress('nonce', '192.0.2.1')
    expect(await refusalOf(limits.checkAddress('nonce', '192.0.2.1'))).toBeGreaterThanOrEqual(1)
  })

  it('count for one server each: no state is shared', async () => {
    const one = createRateLimits(few)
    await one.takeByAddress('enrollment', '192.0.2.1')
    expect(await refusalOf(createRateLimits(few).takeByAddress('enrollment', '192.0.2.1'))).toBeUndefined()
  })
})
