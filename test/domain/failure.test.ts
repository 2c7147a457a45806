import { describe, expect, it } from 'vitest'
import { Failure, isFailure } from '#domain/failure.ts'

describe('A failure', () => {
  it('keeps its code, its details and its cause', () => {
    const cause = new Error('below')
    const failure = new Failure('posture_failed', { checks: ['firewall'] }, { cause })
    expect([failure.code, failure.message, failure.name]).toEqual(['posture_failed', 'posture_failed', 'Failure'])
    expect(failure.details).toEqual({ checks: ['firewall'] })
    expect(failure.cause).toBe(cause)
  })

  it('is told from errors and from failures of another code', () => {
    const failure: unknown = new Failure('not_found', {})
    expect(isFailure(failure)).toBe(true)
    expect(isFailure(failure, 'not_found')).toBe(true)
    expect(isFailure(failure, 'internal')).toBe(false)
    expect(isFailure(new Error('not_found'), 'not_found')).toBe(false)
    expect(isFailure({ code: 'not_found', details: {} }, 'not_found')).toBe(false)
  })
})
