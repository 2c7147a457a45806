import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { challengeText, proofLabel } from '#domain/exceptions/statements.ts'
import { makeTerms, type Terms, termsText } from '#domain/exceptions/terms.ts'
import { digestOf, exampleTerms, sha256, someTerms } from '#test/support/an-exception.ts'

const exampleDigest = 'U6UxH1tOO6s83u31R4TWZQuFfDoL0SRrs7ek7Fd50Yw'

describe('The example of the documents', () => {
  it('has the digest that stands there', () => {
    expect(digestOf(exampleTerms)).toBe(exampleDigest)
  })

  it('has the challenge that stands there, over its digest', () => {
    const nonce = Buffer.from(Array.from({ length: 32 }, (_each, index) => index)).toString('base64url')
    const text = challengeText('postern/vote/1', {
      request_id: '01a20cd0-3a10-7000-8000-0000000000a1',
      revision: 1,
      terms_digest: exampleDigest,
      decision: 'approve',
      stage: 'security',
      nonce,
    })
    expect(sha256(text)).toBe('0BqHfrSarCp8wGvQ1zRmonjJtY1NVdw73VAgQ-zpBqI')
  })

  it('is in its one form already', () => {
    expect(makeTerms(exampleTerms)).toEqual(exampleTerms)
  })
})

const others: { readonly [Member in keyof Omit<Terms, 'v'>]: Terms[Member] } = {
  mode: 'break_glass',
  subject: '019aa0c2-7f10-7000-8000-000000000002',
  device: { id: '01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e1', kid: 'another' },
  checks: [{ id: 'security-updates', covers: ['unknown', 'violated'] }],
  resources: ['payments', 'wiki'],
  duration_s: 14401,
  not_before: 1795608000,
  risk_tier: 'low',
  controls: ['record'],
  book: 'another',
  evidence: { seq: 43, hash: 'jHkdcbJb--vwWCgcs8E9A5pQLTiynX-QlhwyBl-jT1c' },
  category: 'travel',
  justification: 'another',
  remedy_by: null,
  session: 'session',
  extends: '01a20cd0-3a10-7000-8000-0000000000a1',
  replaces: '01a20cd0-3a10-7000-8000-0000000000a1',
  salt: 'AQECAwQFBgcICQoLDA0ODw',
}

describe('A terms digest', () => {
  it.each(Object.entries(others))('changes with %s', (member, value) => {
    const changed = { ...exampleTerms, [member]: value }
    expect(digestOf(changed)).not.toBe(exampleDigest)
  })

  it('covers every member there is', () => {
    expect(Object.keys(others).sort()).toEqual(
      Object.keys(exampleTerms)
        .filter((member) => member !== 'v')
        .sort(),
    )
  })

  it('does not depend on the order or repetition in lists', () => {
    const list = fc.array(fc.constantFrom('wiki', 'payments', 'mail'), { minLength: 1 })
    const checks = fc.array(
      fc.record({
        id: fc.constantFrom('firewall', 'disk'),
        covers: fc.subarray(['violated' as const, 'unknown' as const], { minLength: 1 }),
      }),
      { minLength: 1 },
    )
    fc.assert(
      fc.property(list, checks, (resources, asked) => {
        const once = someTerms({ resources, checks: asked })
        const again = someTerms({
          resources: [...resources, ...resources].reverse(),
          checks: [...asked, ...asked].reverse(),
        })
        expect(termsText(again)).toBe(termsText(once))
      }),
    )
  })

  it('differs where the terms differ', () => {
    const terms = fc
      .record({
        duration_s: fc.integer({ min: 60, max: 1_209_600 }),
        resources: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
        remedy_by: fc.option(fc.nat()),
        category: fc.string({ unit: 'grapheme', maxLength: 5 }),
      })
      .map(someTerms)
    fc.assert(
      fc.property(terms, terms, (left, right) => {
        const same = JSON.stringify(left) === JSON.stringify(right)
        expect(digestOf(left) === digestOf(right)).toBe(same)
      }),
    )
  })
})

describe('A challenge', () => {
  it('is another one under another label', () => {
    const statement = { request_id: 'r', revision: 1, terms_digest: 'd', nonce: 'n' }
    expect(challengeText('postern/request/1', statement)).not.toBe(challengeText('postern/break-glass/1', statement))
    expect([proofLabel('normal'), proofLabel('break_glass')]).toEqual(['postern/request/1', 'postern/break-glass/1'])
  })

  it('changes with every member of a vote', () => {
    const vote = {
      request_id: 'r',
      revision: 1,
      terms_digest: 'd',
      decision: 'approve',
      stage: 's',
      nonce: 'n',
    } as const
    const texts = [
      vote,
      { ...vote, request_id: 'q' },
      { ...vote, revision: 2 },
      { ...vote, terms_digest: 'e' },
      { ...vote, decision: 'deny' } as const,
      { ...vote, stage: 't' },
      { ...vote, nonce: 'm' },
    ].map((each) => challengeText('postern/vote/1', each))
    expect(new Set(texts).size).toBe(7)
  })

  it('leaves out what does not apply', () => {
    expect(challengeText('postern/publish/1', { book: 'b', nonce: 'n' })).toBe(
      'postern/publish/1\u0000{"book":"b","nonce":"n"}',
    )
  })
})
