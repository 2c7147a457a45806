import { describe, expect, it } from 'vitest'
import { problem } from '#contract/problem.ts'
import { en } from '#contract/texts/en.ts'
import { Failure } from '#domain/failure.ts'
import { failureStatus, isWireCode } from '#gateway/http/failure-status.ts'
import { problemAnswer } from '#gateway/http/problem-answer.ts'

const requestId = '5f0d5b1e-7d5b-4a55-9c3e-0a1b2c3d4e5f'

describe('A failure that crosses the wire', () => {
  it.each(Object.keys(failureStatus).filter(isWireCode))('%s is a problem with its status and sentence', (code) => {
    const failure = new Failure<typeof code>(code, { state: 'pending' })
    const { status, body } = problemAnswer(failure, requestId)
    expect(problem.parse(body)).toEqual(body)
    expect(status).toBe(failureStatus[code])
    expect(body).toMatchObject({
      type: `https://postern.dev/problems/${code}`,
      title: en.failures[code].title,
      status,
      instance: `urn:uuid:${requestId}`,
      code,
    })
    expect(`${body.title}${body.detail}`).not.toMatch(/[{}]/)
  })

  it('carries what the protocol lets it carry, and nothing else of its details', () => {
    const errors = [{ pointer: '/iss', detail: 'is not the device of this key' }]
    expect(problemAnswer(new Failure('schema_invalid', { errors }), requestId).body.errors).toEqual(errors)
    expect(problemAnswer(new Failure('chain_fork', { chain_state: 'e30.e30.AA' }), requestId).body.chain_state).toBe(
      'e30.e30.AA',
    )
    expect(problemAnswer(new Failure('posture_failed', { checks: ['firewall'] }), requestId).body.checks).toEqual([
      'firewall',
    ])
    const { body } = problemAnswer(new Failure('invalid_signature', { cause: 'unknown_key' }), requestId)
    expect(JSON.stringify(body)).not.toContain('unknown_key')
  })

  it('says how long to wait in body and header', () => {
    const { headers, body } = problemAnswer(new Failure('rate_limited', { retry_after: 17 }), requestId)
    expect(headers).toEqual({ 'retry-after': '17' })
    expect(body.retry_after).toBe(17)
  })

  it.each([
    ['use_nonce', 'Postern error="use_nonce"'],
    ['clock_skew', 'Postern error="clock_skew"'],
    ['invalid_signature', 'Postern error="invalid_signature"'],
    ['invalid_token', 'DPoP error="invalid_token"'],
    ['invalid_dpop_proof', 'DPoP error="invalid_dpop_proof"'],
    ['use_dpop_nonce', 'DPoP error="use_dpop_nonce"'],
  ] as const)('names its scheme where it is a 401: %s', (code, challenge) => {
    expect(problemAnswer(new Failure(code, {}), requestId).headers).toEqual({ 'www-authenticate': challenge })
  })

  it('names no scheme elsewhere', () => {
    expect(problemAnswer(new Failure('retired_key', {}), requestId).headers).toEqual({})
  })
})

describe('What is not for the wire', () => {
  it.each([
    ['a bug', new Error('at /home/ada/secret.ts:7')],
    ['a failure of a device', new Failure('key_missing', { reason: '/home/ada/secret' })],
    ['details of a device', new Failure('question_invalid', { errors: [{ pointer: '/secret', detail: 'x' }] })],
    ['text', 'secret'],
    ['nothing', undefined],
    ['a thing that looks like a failure', { code: 'not_found', details: { state: 'secret' } }],
  ])('is internal, without a word of why: %s', (_what, thrown) => {
    const { status, body } = problemAnswer(thrown, requestId)
    expect([status, body.code]).toEqual([500, 'internal'])
    expect(JSON.stringify(body)).not.toContain('secret')
  })
})
