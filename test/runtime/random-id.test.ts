import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uuid7 } from '#contract/wire-types.ts'
import { uuidV7 } from '#runtime/random-id.ts'

const anyTime = fc.integer({ min: 0, max: 2 ** 48 - 1 })

describe('A UUIDv7', () => {
  it('has the form that goes over the wire, at any time', () => {
    fc.assert(fc.property(anyTime, (nowMs) => uuid7.safeParse(uuidV7(nowMs)).success))
  })

  it('begins with its time', () => {
    fc.assert(
      fc.property(anyTime, (nowMs) => {
        expect(Number.parseInt(uuidV7(nowMs).replace('-', '').slice(0, 12), 16)).toBe(nowMs)
      }),
    )
  })

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 1000 }, () => uuidV7(1_795_510_812_000))).size).toBe(1000)
  })

  it('takes the whole millisecond of a time between two', () => {
    expect(uuidV7(1_795_510_812_000.9).slice(0, 13)).toBe(uuidV7(1_795_510_812_000).slice(0, 13))
  })
})
