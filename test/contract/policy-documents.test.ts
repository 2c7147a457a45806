import { describe, expect, expectTypeOf, it } from 'vitest'
import type * as z from 'zod'
import { parsePolicyDocument } from '#contract/parse-policy-document.ts'
import {
  type approvalPolicyDocument,
  type checkDocument,
  date,
  duration,
  type exceptionPolicyDocument,
  instant,
  type policyDocument,
} from '#contract/policy-documents.ts'
import type { ApprovalPolicy, Check, DocumentKind, ExceptionPolicy, Policy } from '#domain/policy/documents.ts'

describe('The schemas', () => {
  it('yield exactly the documents of the domain', () => {
    expectTypeOf<z.output<typeof checkDocument>>().toEqualTypeOf<Check>()
    expectTypeOf<z.output<typeof policyDocument>>().toEqualTypeOf<Policy>()
    expectTypeOf<z.output<typeof exceptionPolicyDocument>>().toEqualTypeOf<ExceptionPolicy>()
    expectTypeOf<z.output<typeof approvalPolicyDocument>>().toEqualTypeOf<ApprovalPolicy>()
  })
})

describe('A duration', () => {
  it.each([
    ['30s', 30],
    ['45m', 2700],
    ['24h', 86_400],
    ['7d', 604_800],
  ])('%s is %i seconds', (text, seconds) => {
    expect(duration.parse(text)).toBe(seconds)
  })

  it.each(['0m', '45', '45 m', '-1h', '1.5h', '1w', '007d', '', '99999d'])('is not %s', (text) => {
    expect(duration.safeParse(text).success).toBe(false)
  })
})

describe('A date', () => {
  it('begins its day in UTC', () => {
    expect(date.parse('2027-01-31')).toBe(Date.UTC(2027, 0, 31) / 1000)
  })

  it.each(['2027-02-30', '2027-13-01', '27-01-01', '2027-01-31T00:00:00Z'])('is not %s', (text) => {
    expect(date.safeParse(text).success).toBe(false)
  })

  it('with a time is an instant', () => {
    expect(instant.parse('2026-11-24T10:00:00Z')).toBe(Date.UTC(2026, 10, 24, 10) / 1000)
    expect(instant.safeParse('2026-11-24T25:00:00Z').success).toBe(false)
  })
})

const requirement = { check: 'firewall', enforce: 'block' }
const aPolicy = {
  kind: 'Policy',
  id: 'everyday',
  assign: { groups: ['staff'] },
  resources: { tags: ['internal'] },
  require: [requirement],
}
const aStage = { id: 'lead', from: 'group:leads', need: 1 }
const approvals = { kind: 'ApprovalPolicy', id: 'standard', match: 'true' }

function saysOf(kind: DocumentKind, content: unknown): readonly string[] {
  const parsed = parsePolicyDocument(kind, content)
  return parsed.kind === 'parsed' ? [] : parsed.issues.map(({ path, says }) => `${path.join('.')}: ${says}`)
}

describe('A document', () => {
  it('has its defaults written out', () => {
    expect(parsePolicyDocument('Policy', aPolicy)).toMatchObject({
      document: { schema: 1, minKeyTier: 'T1', maxSilenceSeconds: 2700, validUntil: null },
    })
  })

  it('is refused for a field nobody knows', () => {
    expect(saysOf('Policy', { ...aPolicy, reqiure: [] })).toEqual(['reqiure: is not known here'])
  })

  const later: readonly (readonly [string, DocumentKind, object])[] = [
    ['graceFrom', 'Policy', { ...aPolicy, require: [{ ...requirement, graceFrom: 'publish' }] }],
    ['renewal', 'ExceptionPolicy', { kind: 'ExceptionPolicy', id: 'a', match: 'true', renewal: { allowed: true } }],
    ['breakGlass', 'ExceptionPolicy', { kind: 'ExceptionPolicy', id: 'a', match: 'true', breakGlass: {} }],
    ['activation', 'ExceptionPolicy', { kind: 'ExceptionPolicy', id: 'a', match: 'true', activation: {} }],
    ['escalateAt', 'ExceptionPolicy', { kind: 'ExceptionPolicy', id: 'a', match: 'true', escalateAt: '1h' }],
    ['deny', 'ApprovalPolicy', { ...approvals, rules: [{ when: 'true', deny: 'subject-not-active' }] }],
    ['auto', 'ApprovalPolicy', { ...approvals, rules: [{ when: 'true', auto: 'approve' }] }],
    ['onlyIf', 'ApprovalPolicy', { ...approvals, rules: [{ when: 'true', stages: [{ ...aStage, onlyIf: 'true' }] }] }],
    ['escalate', 'ApprovalPolicy', { ...approvals, rules: [{ when: 'true', stages: [{ ...aStage, escalate: {} }] }] }],
  ]
  it.each(later)('with %s names the step it belongs to, and nothing else', (field, kind, content) => {
    const says = saysOf(kind, content)
    expect(says).toHaveLength(1)
    expect(says[0]).toContain(`\`${field}\` belongs to a later version [2]`)
  })

  it.each([undefined, 0, -1, 1.5, '1'])('whose stage needs %s persons does not load', (need) => {
    const stage = need === undefined ? { id: 'lead', from: 'group:leads' } : { ...aStage, need }
    expect(saysOf('ApprovalPolicy', { ...approvals, rules: [{ when: 'true', stages: [stage] }] })).toHaveLength(1)
  })

  it.each(['role:employee', 'group:', 'leads', 'user:ada'])('does not take approvers from %s', (from) => {
    expect(
      saysOf('ApprovalPolicy', { ...approvals, rules: [{ when: 'true', stages: [{ ...aStage, from }] }] }),
    ).toHaveLength(1)
  })

  it.each(['narrow-routes', 'session-ttl-0m', 'session-ttl-30', 'step-up'])(
    'does not take the control %s',
    (control) => {
      expect(
        saysOf('ExceptionPolicy', { kind: 'ExceptionPolicy', id: 'a', match: 'true', controls: [control] }),
      ).toHaveLength(1)
    },
  )
})
