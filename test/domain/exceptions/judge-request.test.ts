import { describe, expect, it } from 'vitest'
import { type Asked, judgeRequest, type RequestSituation } from '#domain/exceptions/judge-request.ts'
import { previewRequest } from '#domain/exceptions/preview-request.ts'
import { type ApprovalSituation, recheckApproval } from '#domain/exceptions/recheck-approval.ts'
import { submitRequest, termsOf } from '#domain/exceptions/submit-request.ts'
import {
  aCheck,
  aDevice,
  aFailingReport,
  aPerson,
  aPolicy,
  aReading,
  aReport,
  aRequirement,
  aResource,
} from '#test/support/a-judged-device.ts'
import {
  aBookStage,
  aDirectory,
  aFrozenStage,
  aMember,
  anAsk,
  anExceptionBook,
  aPastGrant,
  aPastRequest,
  aRequestSituation,
  exampleTerms,
  hour,
  noHistory,
  noon,
  someTerms,
  staff,
} from '#test/support/an-exception.ts'

function codes(asked: Partial<Asked> = {}, situation: Partial<RequestSituation> = {}): readonly string[] {
  return judgeRequest(anAsk(asked), aRequestSituation(situation)).refusal.map(({ code }) => code)
}

const day = 24 * hour
const tied = { device: { ...aDevice(), until: noon + 1800 } }
const grants = (...members: readonly Parameters<typeof aPastGrant>[0][]) => ({
  history: { ...noHistory, grants: members.map(aPastGrant) },
})
const requests = (...members: readonly Parameters<typeof aPastRequest>[0][]) => ({
  history: { ...noHistory, requests: members.map(aPastRequest) },
})

describe('A request for the failing check', () => {
  it('may become pending', () => {
    expect(codes()).toEqual([])
  })

  const refused: readonly (readonly [string, Partial<Asked>, Partial<RequestSituation>, readonly string[]])[] = [
    ['a check that is met', {}, { report: aReport() }, ['check_not_failing']],
    [
      'a check that nobody knows',
      { checks: ['firewall', 'moon'] },
      {},
      ['check_not_failing', 'no_quorum', 'justification'],
    ],
    [
      'a check that only warns',
      {},
      { book: anExceptionBook({ policies: [aPolicy({ require: [aRequirement({ enforce: 'warn' })] })] }) },
      ['check_not_failing'],
    ],
    [
      'a reading that is missing, which nothing excuses',
      {},
      { report: aReport({ signals: [] }) },
      ['check_not_failing'],
    ],
    [
      'a requirement that is not exemptable',
      {},
      { book: anExceptionBook({ policies: [aPolicy({ require: [aRequirement({ exemptable: false })] })] }) },
      ['not_exemptable'],
    ],
    [
      'a check whose document excuses another kind of failure',
      {},
      {
        book: anExceptionBook({
          checks: [aCheck({ exemptable: { allowed: true, covers: ['unknown'], reasons: ['debugging'] } })],
        }),
      },
      ['not_exemptable'],
    ],
    ['a resource that is outside the policies', { resources: ['wiki', 'vault'] }, {}, ['outside_policy']],
    [
      'a resource that no policy names',
      { resources: ['other'] },
      { resources: [aResource({ id: 'other', tags: [] })] },
      ['outside_policy'],
    ],
    ['a device that is silent', {}, { now: noon + day }, ['device_silent']],
    ['a device without a report', {}, { report: undefined }, ['device_silent']],
    ['a longer time than the cap', { durationSeconds: day + 1 }, {}, ['duration']],
    ['a time past the end of a borrowed device', {}, tied, ['duration']],
    ['a text that is too short', { justification: { chars: 19 } }, {}, ['justification']],
    ['a category that the check does not have', { category: 'travel' }, {}, ['justification']],
    [
      'no ticket where one is asked',
      {},
      { book: anExceptionBook({ exception: { justification: { ticket: 'OPS-*' } } }) },
      ['justification'],
    ],
    ['an overdue obligation', {}, { overdue: true }, ['obligation_overdue']],
    [
      'as many open requests as may be',
      {},
      requests({ state: 'pending', checks: ['disk'] }, { state: 'info_needed', checks: ['disk'] }),
      ['open_at_once'],
    ],
    ['a used-up quota', {}, requests(...Array.from({ length: 6 }, () => ({ checks: ['disk'] }))), ['quota']],
    [
      'a total that is used up',
      {},
      grants({ notBefore: noon - 6 * day, notAfter: noon - 6 * day + 5 * day - hour + 1 }),
      ['total'],
    ],
    [
      'a pair that rests after its last grant',
      {},
      {
        ...grants({ endedAt: noon - 7 * hour }),
        book: anExceptionBook({ exception: { quota: { cooldownSeconds: 8 * hour } } }),
      },
      ['cooldown'],
    ],
    [
      'a pair that rests after a denial',
      {},
      {
        ...requests({ state: 'denied', closedAt: noon - 3600 }),
        book: anExceptionBook({ exception: { quota: { cooldownSeconds: 3601 } } }),
      },
      ['cooldown'],
    ],
    ['nobody who could approve', {}, { people: aDirectory(aMember('ada', { groups: ['a'] })) }, ['no_quorum']],
    [
      'too few distinct persons for both stages',
      {},
      {
        book: anExceptionBook({ stages: [aBookStage(), aBookStage({ id: 'b', from: 'group:b' })] }),
        people: aDirectory(aMember('ada'), aMember('grace', { groups: ['a', 'b'] })),
      },
      ['no_quorum'],
    ],
    [
      'nobody of another team',
      {},
      {
        book: anExceptionBook({ stages: [aBookStage({ from: 'group:b', distinctTeamFromRequester: true })] }),
        people: aDirectory(aMember('ada', { team: 'red' }), aMember('barbara', { groups: ['b'], team: 'red' })),
      },
      ['no_quorum'],
    ],
    [
      'a pool of more than a thousand',
      {},
      { people: aDirectory(...Array.from({ length: 1001 }, (_each, n) => aMember(`p${n}`, { groups: ['a'] }))) },
      ['no_quorum'],
    ],
    ['a stage without a need', {}, { book: anExceptionBook({ stages: [aBookStage({ need: 0 })] }) }, ['no_quorum']],
  ]
  it.each(refused)('is refused for %s', (_name, asked, situation, expected) => {
    expect(codes(asked, situation)).toEqual(expected)
  })

  it('says the limit and what is left of it', () => {
    const { refusal } = judgeRequest(
      anAsk({ durationSeconds: 2 * day }),
      aRequestSituation(grants({ notBefore: noon - 5 * day, notAfter: noon - day, endedAt: noon - day })),
    )
    expect(refusal).toEqual([
      { code: 'duration', limit: day, left: day },
      { code: 'total', limit: 5 * day, left: day },
    ])
  })

  it('may have cooled down at the very second', () => {
    const book = anExceptionBook({ exception: { quota: { cooldownSeconds: 3600 } } })
    expect(codes({}, { book, ...requests({ state: 'denied', closedAt: noon - 3600 }) })).toEqual([])
    expect(codes({}, { book, ...requests({ state: 'lapsed', closedAt: noon - 1 }) })).toEqual([])
  })

  it('finds the equal one that is open', () => {
    const open = { state: 'pending', id: 'open', resources: ['payments', 'wiki'] } as const
    const asked = { resources: ['wiki', 'payments'] }
    expect(judgeRequest(anAsk(asked), aRequestSituation(requests(open))).equal?.id).toBe('open')
    expect(judgeRequest(anAsk(), aRequestSituation(requests(open))).equal).toBeUndefined()
    expect(judgeRequest(anAsk(asked), aRequestSituation(requests({ ...open, state: 'denied' }))).equal).toBeUndefined()
  })

  it.each([
    ['break glass', { mode: 'break_glass' }],
    ['a planned start', { notBefore: noon + 60 }],
    ['an extension', { extends: 'grant' }],
  ] as const)('does not take %s yet', (_name, asked) => {
    const call = () => codes(asked)
    expect(call).toThrow(expect.objectContaining({ code: 'not_supported' }))
  })
})

describe('The risk of a request', () => {
  it('rises with repetition, other failing checks and approving elsewhere, each factor stored', () => {
    const book = anExceptionBook({
      checks: [aCheck(), aCheck({ id: 'boot', signal: 'secure-boot' })],
      policies: [aPolicy({ require: [aRequirement(), aRequirement({ check: 'boot' })] })],
    })
    const report = aFailingReport({
      signals: [aReading('firewall', { state: 'off' }), aReading('secure-boot', { state: 'off' })],
    })
    const people = new Map([...staff, ['ada', aMember('ada', { groups: ['a'] })]])
    const { rules } = judgeRequest(anAsk(), aRequestSituation({ book, report, people, ...requests({}) }))
    expect(rules?.risk.factors).toEqual(
      expect.arrayContaining([
        { id: 'base', weight: 35 },
        { id: 'again', weight: 10 },
        { id: 'other-failing', weight: 5 },
        { id: 'approver', weight: 10 },
      ]),
    )
  })
})

describe('A submission', () => {
  const judgement = judgeRequest(anAsk(), aRequestSituation())
  const terms = termsOf(judgement, { ...exampleTerms, subject: 'ada', resources: ['wiki'], duration_s: hour })

  it('takes the kind of failure, the tier and the controls from what was judged', () => {
    expect(terms).toMatchObject({
      checks: [{ id: 'firewall', covers: ['violated'] }],
      risk_tier: 'medium',
      controls: ['session-ttl-4h'],
      not_before: null,
    })
  })

  it('waits for the proof that the tier asks', () => {
    expect(submitRequest(judgement, terms, 'd', 'ada', noon)).toMatchObject({
      type: 'request-submitted',
      state: 'step_up_required',
      submission: { decideBy: noon + 8 * hour, requesterStepUp: 'any-mfa', stages: [{ pool: ['edsger', 'grace'] }] },
    })
  })

  it('of a low risk needs none', () => {
    const low = judgeRequest(
      anAsk(),
      aRequestSituation({ book: anExceptionBook({ checks: [aCheck({ severity: 'low' })] }) }),
    )
    expect(submitRequest(low, terms, 'd', 'ada', noon).state).toBe('pending')
  })

  it('is recorded as refused, with why', () => {
    const refused = judgeRequest(anAsk({ durationSeconds: 2 * day }), aRequestSituation())
    expect(submitRequest(refused, terms, 'd', 'ada', noon)).toMatchObject({
      type: 'request-refused',
      state: 'refused',
      refusal: [{ code: 'duration' }],
    })
  })

  it('is not made where an equal one is open', () => {
    const equal = judgeRequest(anAsk(), aRequestSituation(requests({ state: 'pending' })))
    expect(() => submitRequest(equal, terms, 'd', 'ada', noon)).toThrow(
      expect.objectContaining({ code: 'state_conflict' }),
    )
  })
})

describe('A preview', () => {
  it('says what the form shows, judged at the cap', () => {
    const { durationSeconds: _none, ...asked } = anAsk({ justification: 'preview' })
    expect(previewRequest(judgeRequest(asked, aRequestSituation()))).toEqual({
      offered: true,
      max_duration_s: day,
      total_left_s: 5 * day,
      quota_left: 6,
      risk_tier: 'medium',
      stages: [{ id: 'a', need: 1 }],
      step_up: 'any-mfa',
      controls: ['session-ttl-4h'],
      categories: ['debugging'],
      reason_min: 20,
    })
  })

  it('offers nothing where something refuses', () => {
    const { durationSeconds: _none, ...asked } = anAsk({ justification: 'preview' })
    const preview = previewRequest(judgeRequest(asked, aRequestSituation({ report: aReport() })))
    expect(preview).toMatchObject({ offered: false, refusal: [{ code: 'check_not_failing' }] })
  })
})

function recheck(members: Partial<ApprovalSituation> = {}): readonly string[] {
  return recheckApproval({
    book: anExceptionBook(),
    resources: [aResource()],
    subject: aPerson(),
    device: { ...aDevice(), until: null },
    keyReached: true,
    history: noHistory,
    terms: someTerms(),
    submittedAt: noon,
    stages: [aFrozenStage({ stepUp: 'webauthn' })],
    risk: { tier: 'medium', score: 35, factors: [{ id: 'base', weight: 35 }] },
    now: noon + 60,
    ...members,
  }).map(({ code }) => code)
}

describe('The guards of an approval', () => {
  it('are content while all is as it was', () => {
    expect(recheck()).toEqual([])
  })

  const cases: readonly (readonly [string, Partial<ApprovalSituation>, readonly string[]])[] = [
    [
      'a check that left the book',
      { book: anExceptionBook({ checks: [aCheck({ id: 'other' })], policies: [] }) },
      ['not_exemptable', 'outside_policy', 'duration', 'no_quorum'],
    ],
    [
      'a requirement that is no longer exemptable',
      { book: anExceptionBook({ policies: [aPolicy({ require: [aRequirement({ exemptable: false })] })] }) },
      ['not_exemptable'],
    ],
    ['a resource that left the settings', { resources: [] }, ['outside_policy', 'duration', 'no_quorum']],
    ['a shorter cap', { book: anExceptionBook({ exception: { maxDurationSeconds: 4 * hour - 1 } }) }, ['duration']],
    [
      'a total used up since',
      { history: { ...noHistory, grants: [aPastGrant({ notBefore: noon - 5 * day, notAfter: noon })] } },
      ['total'],
    ],
    ['a subject who is not active', { subject: aPerson({ status: 'inactive' }) }, ['outside_policy']],
    [
      'a device that is not active',
      { device: { ...aDevice({ status: 'quarantined' }), until: null } },
      ['device_silent'],
    ],
    ['another device', { device: { ...aDevice({ id: 'other' }), until: null } }, ['device_silent']],
    ['another key', { keyReached: false }, ['device_silent']],
    ['a borrowed device whose time is over', { device: { ...aDevice(), until: noon + 60 } }, ['duration']],
    [
      'a stage that was not frozen',
      { book: anExceptionBook({ stages: [aBookStage({ from: 'group:b' })] }) },
      ['no_quorum'],
    ],
    ['a larger need', { book: anExceptionBook({ stages: [aBookStage({ need: 2 })] }) }, ['no_quorum']],
    ['a higher step-up', { book: anExceptionBook({ stages: [aBookStage({ stepUp: 'webauthn-uv' })] }) }, ['no_quorum']],
  ]
  it.each(cases)('stop at %s', (_name, members, expected) => {
    expect(recheck(members)).toEqual(expected)
  })

  it('judge by the risk that was stored, not by the hour of the vote', () => {
    const saturdayNight = noon + 4 * day + 12 * hour
    expect(recheck({ now: saturdayNight })).toEqual([])
  })

  it('raise the tier where a resource has become more important', () => {
    expect(recheck({ resources: [aResource({ tier: 'critical' })] })).toEqual(['no_quorum'])
  })

  it('do not ask quota, cooldown and open requests again', () => {
    const history = {
      grants: [aPastGrant({ endedAt: noon - 7 * hour })],
      requests: Array.from({ length: 9 }, () => aPastRequest({ state: 'pending' })),
    }
    const book = anExceptionBook({ exception: { quota: { cooldownSeconds: 30 * day, perSubject: 1, openAtOnce: 1 } } })
    expect(recheck({ history, book })).toEqual([])
  })
})
