import { describe, expect, it } from 'vitest'
import { globMatch } from '#domain/exceptions/glob-match.ts'
import { areEnough, combineLimits, type ExceptionLimits, uniteStages } from '#domain/exceptions/limits.ts'
import { assessRisk, tierOfScore, timeOfWeek } from '#domain/exceptions/risk-tier.ts'
import type { ApprovalRule, ExceptionPolicy, RiskTier, Stage } from '#domain/policy/documents.ts'

function aPolicy(members: Partial<ExceptionPolicy> = {}): ExceptionPolicy {
  return { kind: 'ExceptionPolicy', schema: 1, id: 'standard', match: 'true', ...members }
}

function limits(tier: RiskTier, ...policies: readonly ExceptionPolicy[]): ExceptionLimits {
  const combined = combineLimits(policies, tier)
  if (combined === undefined) throw new Error('no limits')
  return combined
}

function aStage(members: Partial<Stage> = {}): Stage {
  return { id: 'lead', from: 'group:team-leads', need: 1, distinctTeamFromRequester: false, ...members }
}

function aRule(...stages: readonly Stage[]): ApprovalRule {
  return { when: 'true', stages, validUntil: null }
}

describe('The limits of an exception', () => {
  it('do not exist without an ExceptionPolicy', () => {
    expect(combineLimits([], 'low')).toBeUndefined()
  })

  it('are those of the tier where nobody says more', () => {
    expect(limits('high', aPolicy())).toMatchObject({
      maxDurationSeconds: 8 * 3600,
      minChars: 20,
      categoryRequired: true,
      remedyByRequired: false,
      decideBySeconds: 8 * 3600,
      controls: ['record', 'session-ttl-1h', 'step-up-per-session'],
      quota: { perSubject: 6, cooldownSeconds: 0, openAtOnce: 2 },
    })
  })

  it('are only tightened by plain fields', () => {
    expect(limits('high', aPolicy({ maxDurationSeconds: 86_400 })).maxDurationSeconds).toBe(8 * 3600)
    expect(limits('high', aPolicy({ maxDurationSeconds: 60 })).maxDurationSeconds).toBe(60)
  })

  it('are loosened by tiers, but never beyond fourteen days', () => {
    const tiers = { high: { maxDurationSeconds: 86_400 * 60 } }
    expect(limits('high', aPolicy({ tiers })).maxDurationSeconds).toBe(86_400 * 14)
    expect(limits('critical', aPolicy({ tiers })).maxDurationSeconds).toBe(4 * 3600)
  })

  it('take the smallest cap of several policies', () => {
    const both = limits('low', aPolicy({ maxDurationSeconds: 300 }), aPolicy({ maxDurationSeconds: 200 }))
    expect(both.maxDurationSeconds).toBe(200)
  })

  it('keep every ticket, the longest text and the shorter session', () => {
    const both = limits(
      'high',
      aPolicy({ justification: { ticket: 'OPS-*', minChars: 10 }, controls: ['session-ttl-30m'] }),
      aPolicy({ justification: { ticket: '*-7', minChars: 50 } }),
    )
    expect([both.tickets, both.minChars]).toEqual([['*-7', 'OPS-*'], 50])
    expect(both.controls).toEqual(['record', 'session-ttl-30m', 'step-up-per-session'])
  })
})

describe('Stages', () => {
  it('of the same source are one, with the larger need and the higher step-up', () => {
    const rules = [aRule(aStage({ stepUp: 'webauthn' })), aRule(aStage({ id: 'chief', need: 2, stepUp: 'any-mfa' }))]
    expect(uniteStages(rules, limits('low', aPolicy()))).toEqual([aStage({ need: 2, stepUp: 'webauthn' })])
  })

  it('ask at least the step-up of the tier', () => {
    expect(uniteStages([aRule(aStage({ stepUp: 'session' }))], limits('high', aPolicy()))[0]?.stepUp).toBe(
      'webauthn-uv',
    )
  })

  const owner = aStage({ id: 'owner', from: 'role:resource-owner' })
  const cases: readonly (readonly [string, RiskTier, readonly Stage[], boolean])[] = [
    ['one place is enough for medium', 'medium', [aStage()], true],
    ['one place is not enough for high', 'high', [aStage()], false],
    ['two places of one stage are not enough for high', 'high', [aStage({ need: 2 })], false],
    ['two stages are enough for high', 'high', [aStage(), aStage({ id: 'b', from: 'group:b' })], true],
    ['critical needs the owner', 'critical', [aStage(), aStage({ id: 'b', from: 'group:b' })], false],
    ['critical is content with owner and another', 'critical', [aStage(), owner], true],
    ['the owner alone is not enough', 'critical', [{ ...owner, need: 2 }], false],
  ]
  it.each(cases)('%s', (_name, tier, stages, enough) => {
    expect(areEnough(stages, limits(tier, aPolicy()))).toBe(enough)
  })

  it('may be fewer where tiers says so', () => {
    expect(areEnough([aStage()], limits('high', aPolicy({ tiers: { high: { approvals: 1 } } })))).toBe(true)
  })
})

describe('Risk', () => {
  it.each([
    [0, 'low'],
    [24, 'low'],
    [25, 'medium'],
    [49, 'medium'],
    [50, 'high'],
    [74, 'high'],
    [75, 'critical'],
    [100, 'critical'],
  ] as const)('of %i is %s', (score, tier) => {
    expect(tierOfScore(score)).toBe(tier)
  })

  it('begins with the worst of checks and resources', () => {
    expect(assessRisk({ severities: ['low'], tiers: ['high'], times: {} })).toEqual({
      tier: 'high',
      score: 60,
      factors: [{ id: 'base', weight: 60 }],
    })
  })

  it('counts what repeats up to its limit', () => {
    const { factors } = assessRisk({ severities: ['low'], tiers: [], times: { again: 5, 'other-failing': 9 } })
    expect(factors).toEqual([
      { id: 'base', weight: 10 },
      { id: 'again', weight: 20 },
      { id: 'other-failing', weight: 15 },
    ])
  })

  it('is cut at a hundred', () => {
    const times = { again: 2, 'other-failing': 3, 'idp-risk': 1 }
    expect(assessRisk({ severities: ['critical'], tiers: [], times }).score).toBe(100)
  })

  it.each([
    ['2026-11-25T06:59:59Z', true, 3],
    ['2026-11-25T07:00:00Z', false, 3],
    ['2026-11-25T18:59:59Z', false, 3],
    ['2026-11-25T19:00:00Z', true, 3],
    ['2026-11-28T12:00:00Z', true, 6],
    ['2026-11-29T12:00:00Z', true, 7],
    ['2026-11-30T12:00:00Z', false, 1],
  ])('at %s knows whether people are at work', (instant, offHours, weekday) => {
    expect(timeOfWeek(Date.parse(instant) / 1000)).toMatchObject({ offHours, weekday })
  })
})

describe('A glob', () => {
  it.each([
    ['OPS-7', 'OPS-*', true],
    ['OPS-', 'OPS-*', true],
    ['XOPS-7', 'OPS-*', false],
    ['abc', 'a?c', true],
    ['ac', 'a?c', false],
    ['a.c', 'a.c', true],
    ['abc', 'a.c', false],
    ['', '*', true],
    ['aXbXc', '*b*', true],
    ['a*c', 'a\\*c', false],
  ])('%s against %s', (text, glob, matches) => {
    expect(globMatch(text, glob)).toBe(matches)
  })

  it('stays quick on what makes a backtracking matcher hang', () => {
    expect(globMatch('a'.repeat(4000), `${'a*'.repeat(100)}b`)).toBe(false)
  })
})
