import { describe, expect, it } from 'vitest'
import { type DecisionInput, decideAccess, longestProofSeconds } from '#domain/access/decide-access.ts'
import type { Decision } from '#domain/access/decision.ts'
import type { DecisionGrant } from '#domain/access/grant.ts'
import { type Control, type Enforcement, enforcements } from '#domain/policy/documents.ts'
import { evaluatePolicy, type VerdictInput } from '#domain/policy/evaluate-policy.ts'
import {
  aBook,
  aCheck,
  aDevice,
  aFailingReport,
  aGrant,
  aPerson,
  aPolicy,
  aReading,
  aReport,
  aRequirement,
  aSituation,
  noon,
} from '#test/support/a-judged-device.ts'

const session = { beganAt: noon - 600, steppedUpAt: null, reasonAt: null }

function decide(situation: Partial<VerdictInput>, more: Partial<DecisionInput> = {}): Decision {
  const input = aSituation({ report: aFailingReport(), ...situation })
  return decideAccess({ verdict: evaluatePolicy(input), grants: [], now: input.now, ...more })
}

function enforcing(enforce: Enforcement): Partial<VerdictInput> {
  return { book: aBook({ policies: [aPolicy({ require: [aRequirement({ enforce })] })] }) }
}

describe('The ladder', () => {
  const expected: { readonly [Step in Enforcement]: readonly [string, string | undefined] } = {
    report: ['allow', undefined],
    warn: ['allow', undefined],
    reason: ['challenge', 'reason_required'],
    'step-up': ['challenge', 'step_up_required'],
    approval: ['refuse', 'posture_failed'],
    block: ['refuse', 'posture_failed'],
  }

  it.each(enforcements)('answers a violated check that says %s', (step) => {
    const { access, code } = decide(enforcing(step))
    expect([access, code]).toEqual(expected[step])
  })

  it.each(enforcements)('answers an unknown check that says %s the same way', (step) => {
    const report = aReport({
      signals: [{ id: 'firewall', st: 'unknown', why: 'denied', at: noon, ms: 1, src: 'test' }],
    })
    const { access, code } = decide({ ...enforcing(step), report })
    expect([access, code]).toEqual(expected[step])
  })

  it('is answered by the hardest of all findings', () => {
    const book = aBook({
      checks: [aCheck(), aCheck({ id: 'other' }, () => false)],
      policies: [aPolicy({ require: [aRequirement({ enforce: 'step-up' }), aRequirement({ check: 'other' })] })],
    })
    expect(decide({ book }).access).toBe('refuse')
  })

  it('names step-up before reason where both are needed', () => {
    const book = aBook({
      checks: [aCheck(), aCheck({ id: 'other' }, () => false)],
      policies: [
        aPolicy({
          require: [aRequirement({ enforce: 'step-up' }), aRequirement({ check: 'other', enforce: 'reason' })],
        }),
      ],
    })
    const { code, needs } = decide({ book })
    expect([code, needs]).toEqual(['step_up_required', ['reason', 'step-up']])
  })

  it('is content with a step-up given in this session, for eight hours', () => {
    const steppedUp = { ...session, steppedUpAt: noon - 60 }
    const decision = decide(enforcing('step-up'), { session: steppedUp })
    expect(decision.access).toBe('allow')
    const old = { beganAt: 0, reasonAt: null, steppedUpAt: noon - longestProofSeconds }
    expect(decide(enforcing('step-up'), { session: old }).access).toBe('challenge')
  })

  it('does not take a step-up given before the session began', () => {
    const before = { ...session, steppedUpAt: session.beganAt - 1 }
    expect(decide(enforcing('step-up'), { session: before }).access).toBe('challenge')
  })

  it('is content with a written reason, but not with one in place of a step-up', () => {
    const reasoned = { ...session, reasonAt: noon - 60 }
    expect(decide(enforcing('reason'), { session: reasoned }).access).toBe('allow')
    expect(decide(enforcing('step-up'), { session: reasoned }).access).toBe('challenge')
  })
})

describe('A refusal', () => {
  it('carries the gate that stopped it', () => {
    expect(decide({ device: aDevice({ tier: 'T0' }) })).toMatchObject({ access: 'refuse', code: 'tier_too_low' })
  })

  it('is device_silent where silence refuses', () => {
    expect(decide({ report: undefined })).toMatchObject({ access: 'refuse', code: 'device_silent' })
  })

  it('is the answer where nothing was judged', () => {
    const verdict = { ...evaluatePolicy(aSituation()), findings: [] }
    expect(decideAccess({ verdict, grants: [], now: noon })).toMatchObject({ access: 'refuse', code: 'posture_failed' })
  })
})

describe('A grant', () => {
  it('excepts the check it names', () => {
    const decision = decide({}, { grants: [aGrant()] })
    expect(decision).toMatchObject({ access: 'allow', grants: ['grant'], sessionEndsAt: noon + 3600 })
    expect(decision.findings[0]).toMatchObject({ outcome: 'excepted', grant: 'grant' })
  })

  it('counts from its beginning and not at its end', () => {
    const grants = [aGrant({ notBefore: noon, notAfter: noon + 10 })]
    const book = aBook()
    const at = (now: number): string => decide({ book, now }, { grants, now }).access
    expect([at(noon - 1), at(noon), at(noon + 9), at(noon + 10)]).toEqual(['refuse', 'allow', 'allow', 'refuse'])
  })

  it('makes the decision be asked again when it begins and when it ends', () => {
    expect(decide({}, { grants: [aGrant({ notBefore: noon + 5 })] }).recheckAt).toBe(noon + 5)
    expect(decide({}, { grants: [aGrant({ notAfter: noon + 7 })] }).recheckAt).toBe(noon + 7)
  })

  const useless: readonly (readonly [string, Partial<DecisionGrant>])[] = [
    ['not yet proven', { proven: false }],
    ['revoked', { state: 'revoked' }],
    ['suspended', { state: 'suspended' }],
    ['awaiting activation', { state: 'awaiting_activation' }],
    ['of somebody else', { person: 'grace' }],
    ['of another device', { device: 'desktop' }],
    ['of a key that was replaced', { keyReached: false }],
    ['for another check', { checks: [{ id: 'screen-lock', covers: ['violated'] }] }],
    ['for another resource', { resources: ['payments'] }],
    ['for another sort of failure', { checks: [{ id: 'firewall', covers: ['unknown'] }] }],
  ]
  it.each(useless)('excuses nothing when it is %s', (_name, members) => {
    expect(decide({}, { grants: [aGrant(members)] }).access).toBe('refuse')
  })

  it('excuses nothing that the book calls not exemptable', () => {
    const require = [aRequirement({ exemptable: false })]
    expect(decide({ book: aBook({ policies: [aPolicy({ require })] }) }, { grants: [aGrant()] }).access).toBe('refuse')
    const exemptable = { allowed: false, covers: [], reasons: [] }
    expect(decide({ book: aBook({ checks: [aCheck({ exemptable })] }) }, { grants: [aGrant()] }).access).toBe('refuse')
  })

  it('never excuses a silent device', () => {
    const grants = [aGrant({ checks: [{ id: 'firewall', covers: ['violated', 'unknown'] }] })]
    expect(decide({ report: undefined }, { grants }).code).toBe('device_silent')
  })

  it('is not used while grace runs', () => {
    const book = aBook({ policies: [aPolicy({ require: [aRequirement({ graceSeconds: 60 })] })] })
    expect(decide({ book }, { grants: [aGrant()] })).toMatchObject({ access: 'allow', grants: [] })
  })
})

describe('Controls', () => {
  const withControls = (...controls: Control[]) => ({ grants: [aGrant({ controls })] })

  it('that are duties are always satisfied, and told', () => {
    const decision = decide({}, withControls('record', 'notify'))
    expect([decision.access, decision.controls]).toEqual(['allow', ['notify', 'record']])
  })

  it('of a session end it', () => {
    const decision = decide({}, { ...withControls('session-ttl-30m'), session })
    expect(decision.sessionEndsAt).toBe(session.beganAt + 1800)
  })

  it('that want a step-up challenge a session, and name it', () => {
    const decision = decide({}, { ...withControls('step-up-per-session'), session })
    expect([decision.access, decision.code, decision.needs]).toEqual(['challenge', 'step_up_required', ['step-up']])
    const steppedUp = { ...session, steppedUpAt: noon }
    expect(decide({}, { ...withControls('step-up-per-session'), session: steppedUp }).access).toBe('allow')
  })

  it('that want a step-up bind sessions only', () => {
    expect(decide({}, withControls('step-up-per-session')).access).toBe('allow')
  })

  it.each(['GET', 'HEAD', 'OPTIONS'])('that allow reading allow %s', (method) => {
    expect(decide({}, { ...withControls('read-only'), request: { method, path: '/' } }).access).toBe('allow')
  })

  it.each(['POST', 'DELETE', 'get'])('that allow reading refuse %s, and say so', (method) => {
    const decision = decide({}, { ...withControls('read-only'), request: { method, path: '/' } })
    expect([decision.access, decision.needs]).toEqual(['refuse', ['read-only']])
  })

  it('that allow reading are not satisfied without a method', () => {
    expect(decide({}, withControls('read-only'))).toMatchObject({ access: 'refuse', needs: ['read-only'] })
  })

  it('bind only what needed that grant', () => {
    const grants = [aGrant({ controls: ['read-only'] })]
    expect(decide({ report: aReport() }, { grants }).access).toBe('allow')
    expect(decide({ report: aReport() }, { grants }).controls).toEqual([])
  })

  it('of one grant do not bind where another one is enough', () => {
    const grants = [aGrant({ id: 'narrow', controls: ['read-only'] }), aGrant({ id: 'wide' })]
    const decision = decide({}, { grants, request: { method: 'POST', path: '/' } })
    expect([decision.access, decision.grants]).toEqual(['allow', ['wide']])
  })
})

describe('Several grants', () => {
  it('give the longest session that one of them gives', () => {
    const grants = [aGrant({ id: 'short', notAfter: noon + 60 }), aGrant({ id: 'long', notAfter: noon + 600 })]
    for (const order of [grants, grants.toReversed()])
      expect(decide({}, { grants: order })).toMatchObject({ grants: ['long'], sessionEndsAt: noon + 600 })
  })
})

describe('A grant that nothing needed', () => {
  const controls = { grants: [aGrant({ controls: ['session-ttl-30m', 'record'] })] }

  it('excepts a warning, and neither ends the session nor brings its controls', () => {
    const decision = decide(enforcing('warn'), controls)
    expect(decision.findings[0]?.outcome).toBe('excepted')
    expect(decision).toMatchObject({ access: 'allow', grants: [], controls: [], sessionEndsAt: null })
  })

  it('does not bind who has stepped up already', () => {
    const steppedUp = { ...session, steppedUpAt: noon }
    expect(decide(enforcing('step-up'), { ...controls, session: steppedUp }).sessionEndsAt).toBeNull()
    expect(decide(enforcing('step-up'), { ...controls, session }).sessionEndsAt).toBe(session.beganAt + 1800)
  })
})

describe('A grant of somebody else', () => {
  it('does not even make the decision be asked again', () => {
    const grants = [aGrant({ person: 'grace', notAfter: noon + 5 })]
    expect(decide({ person: aPerson() }, { grants }).recheckAt).toBe(noon + 2701)
  })
})

describe('Two failing checks', () => {
  it('need a grant each', () => {
    const book = aBook({
      checks: [aCheck(), aCheck({ id: 'other', signal: 'screen-lock' }, () => false)],
      policies: [aPolicy({ require: [aRequirement(), aRequirement({ check: 'other' })] })],
    })
    const report = aFailingReport({
      signals: [aReading('firewall', { state: 'off' }), aReading('screen-lock', { locks: false })],
    })
    const other = aGrant({ id: 'second', checks: [{ id: 'other', covers: ['violated'] }], notAfter: noon + 60 })
    expect(decide({ book, report }, { grants: [aGrant()] }).access).toBe('refuse')
    const both = decide({ book, report }, { grants: [aGrant(), other] })
    expect([both.access, both.grants, both.sessionEndsAt]).toEqual(['allow', ['grant', 'second'], noon + 60])
  })
})
