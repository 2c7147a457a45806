import { describe, expect, it } from 'vitest'
import { auditEventTypes, isAuditBody } from '#contract/audit-bodies.ts'

const common = { v: 1, at: 1, late: false, actor: null, object: null }
const withdrawn = { ...common, type: 'request-withdrawn', revision: 1, state: 'withdrawn' }

describe('The body of an event', () => {
  it('has the members of its type', () => {
    expect(isAuditBody(withdrawn)).toBe(true)
    expect(isAuditBody({ ...common, type: 'log-started', previous: null })).toBe(true)
  })

  it.each([
    ['a member more', { ...withdrawn, more: 1 }],
    ['one fewer', { ...common, type: 'request-withdrawn', revision: 1 }],
    ['a name where a pseudonym belongs', { ...withdrawn, actor: 'Ada' }],
    ['a state of another machine', { ...withdrawn, state: 'revoked' }],
    ['an unknown type', { ...withdrawn, type: 'request-forgotten' }],
    ['the members of another type', { ...withdrawn, type: 'log-started' }],
  ])('is none with %s', (_, body) => {
    expect(isAuditBody(body)).toBe(false)
  })
})

describe('The list of types', () => {
  it('has those of audit.md section 9', () => {
    expect(auditEventTypes).toHaveLength(97)
  })
})
