import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keptRefusal } from '#agent/exceptions/kept-refusal.ts'
import { draftRefusal } from '#contract/agent-exceptions.ts'
import { Failure } from '#domain/failure.ts'

describe('A failure that stays with its draft', () => {
  it('keeps what fields are marked by and sentences filled with', () => {
    const errors = [{ pointer: '/ask/reason', detail: 'at least 200 characters' }]
    expect(keptRefusal(new Failure('exception_limit', { errors }), 7)).toEqual({
      code: 'exception_limit',
      at: 7,
      details: { errors },
    })
    expect(keptRefusal(new Failure('config_stale', { have: 3, got: 2 }), 7).details).toEqual({ have: 3, got: 2 })
  })

  it('is bounded and can be kept, whatever the gateway said', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), fc.string({ maxLength: 2000 }), (more, long) => {
        const errors = Array.from({ length: 50 }, () => ({ pointer: long, detail: long, other: long }))
        const failure = new Failure('exception_limit', { errors, ...more })
        const kept = keptRefusal(failure, 7)
        expect(draftRefusal.safeParse(JSON.parse(JSON.stringify(kept))).success).toBe(true)
        expect(JSON.stringify(kept).length).toBeLessThan(40_000)
      }),
    )
  })
})
