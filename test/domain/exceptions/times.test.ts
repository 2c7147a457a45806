import { describe, expect, it } from 'vitest'
import { cooldownUntil, quotaUsed, rollingTotal, totalLeft } from '#domain/exceptions/counting.ts'
import { cureMoves, type MetRun, progressCure, timeToCure } from '#domain/exceptions/cure.ts'
import { decideBy, dueMoves, nextDue } from '#domain/exceptions/deadlines.ts'
import { foldMoves } from '#domain/exceptions/fold-moves.ts'
import { grantInterval, mintGrant } from '#domain/exceptions/grant-interval.ts'
import { isInForce, isKeyReached, unionInForce } from '#domain/exceptions/grants-in-force.ts'
import { judgeVote } from '#domain/exceptions/judge-vote.ts'
import { placeMoves } from '#domain/exceptions/moves.ts'
import { clockSeconds, decisionSeconds, startClock, tickClock } from '#domain/exceptions/running-clock.ts'
import { evaluatePolicy } from '#domain/policy/evaluate-policy.ts'
import {
  aBook,
  aCheck,
  aFailingReport,
  aPolicy,
  aReading,
  aReport,
  aRequirement,
  aSituation,
} from '#test/support/a-judged-device.ts'
import {
  aCompletion,
  aPastGrant,
  aPastRequest,
  aVote,
  aVoteSituation,
  foldOf,
  hour,
  noon,
  someTerms,
  submitted,
} from '#test/support/an-exception.ts'

const day = 24 * hour

describe('A rolling total', () => {
  const past = aPastGrant({ notBefore: noon - 4 * hour, notAfter: noon + 4 * hour })
  const total = (...grants: readonly (typeof past)[]) => rollingTotal(grants, 'firewall', 30 * day, noon)

  it('counts a live grant in full', () => expect(total(past)).toBe(8 * hour))
  it('counts what an ended one lasted', () => expect(total({ ...past, endedAt: noon - hour })).toBe(3 * hour))
  it('counts overlaps twice', () => expect(total(past, { ...past, id: 'other' })).toBe(16 * hour))
  it('counts nothing of a grant that ended before it began', () =>
    expect(total({ ...past, notBefore: noon + hour, endedAt: noon })).toBe(0))
  it('counts a check until it was cured', () =>
    expect(total({ ...past, checks: [], gone: [{ id: 'firewall', at: noon - 2 * hour }] })).toBe(2 * hour))
  it('counts nothing of other checks', () => expect(total({ ...past, checks: [{ id: 'disk' }] })).toBe(0))
  it('lets go of a grant when its end leaves the window', () => {
    const ended = { ...past, notBefore: noon - 31 * day, endedAt: noon - 30 * day, notAfter: noon }
    expect(total(ended)).toBe(0)
    expect(total({ ...ended, endedAt: noon - 30 * day + 1 })).toBe(day + 1)
  })
  it('leaves the least over all checks, and never less than nothing', () => {
    const state = { check: 'a', quota: 6, quota_used: 0, cooldown_until: null }
    expect(
      totalLeft([
        { ...state, total_s: 5, total_cap_s: 9 },
        { ...state, total_s: 1, total_cap_s: 3 },
      ]),
    ).toBe(2)
    expect(totalLeft([{ ...state, total_s: 5, total_cap_s: 3 }])).toBe(0)
  })
})

describe('A quota', () => {
  it('counts requests that became pending, within the window', () => {
    const requests = [
      aPastRequest({ pendingAt: null, state: 'refused' }),
      aPastRequest({ pendingAt: noon - day }),
      aPastRequest({ pendingAt: noon - day + 1 }),
      aPastRequest({ pendingAt: noon, state: 'withdrawn' }),
    ]
    expect(quotaUsed(requests, day, noon)).toBe(2)
  })
})

describe('A cooldown', () => {
  const restsUntil = (members: Parameters<typeof aPastGrant>[0], at = noon) =>
    cooldownUntil({ grants: [aPastGrant(members)], requests: [] }, 'firewall', hour, at)
  it('begins at the end of a grant, whoever ended it', () => {
    expect(restsUntil({ endedAt: noon - 60 })).toBeNull()
    expect(restsUntil({ notAfter: noon + day, endedAt: noon - 60 })).toBe(noon - 60 + hour)
    expect(restsUntil({ notAfter: noon - 60 })).toBe(noon - 60 + hour)
  })
  it('is not begun by a grant that lives', () => expect(restsUntil({ notAfter: noon + 1 })).toBeNull())
  it('is over at its last second', () => expect(restsUntil({ notAfter: noon - hour })).toBeNull())
})

describe('The interval of a grant', () => {
  const terms = someTerms({ duration_s: hour })
  it('begins when it is minted', () =>
    expect(grantInterval(terms, noon)).toEqual({ notBefore: noon, notAfter: noon + hour }))
  it('of a planned window does not slide', () => {
    const planned = { ...terms, not_before: noon }
    expect(grantInterval(planned, noon - day)).toEqual({ notBefore: noon, notAfter: noon + hour })
    expect(grantInterval(planned, noon + 60)).toEqual({ notBefore: noon + 60, notAfter: noon + hour })
    expect(grantInterval(planned, noon + hour)).toBeUndefined()
  })
  it('never reaches past the end of a borrowed device', () => {
    expect(grantInterval(terms, noon, noon + 60)).toEqual({ notBefore: noon, notAfter: noon + 60 })
    expect(grantInterval(terms, noon, noon)).toBeUndefined()
  })
  it('that begins later is scheduled', () => {
    expect(mintGrant('g', terms, { notBefore: noon + 1, notAfter: noon + 2 }, noon).state).toBe('scheduled')
    expect(mintGrant('g', terms, { notBefore: noon, notAfter: noon + 2 }, noon).state).toBe('active')
  })
})

describe('A request that nobody decides', () => {
  it('is due at decide_by, or fifteen minutes after R1 while unproved', () => {
    const open = foldOf(submitted())
    expect(nextDue(open)).toBe(open.decideBy)
    expect(dueMoves(open, open.decideBy - 1)).toEqual([])
    expect(dueMoves(open, open.decideBy)).toMatchObject([{ type: 'request-lapsed', state: 'lapsed' }])
    const waiting = { ...open, state: 'step_up_required' } as const
    expect(nextDue(waiting)).toBe(noon + 900)
    expect(dueMoves(waiting, noon + 899)).toEqual([])
    expect(dueMoves(waiting, noon + 900)).toHaveLength(1)
  })
  it('is decided before its planned window ends', () => {
    expect(decideBy(noon, 8 * hour, { not_before: null, duration_s: hour })).toBe(noon + 8 * hour)
    expect(decideBy(noon, 8 * hour, { not_before: noon + hour, duration_s: hour })).toBe(noon + 2 * hour)
  })
})

const history = placeMoves(
  [submitted(), ...judgeVote(aVote('grace'), aVoteSituation(foldOf(submitted())), aCompletion).moves],
  1,
)
const granted = foldMoves(history)

describe('A grant whose time is over', () => {
  it('is due at its end, and at no second before', () => {
    const end = granted.grant?.notAfter ?? 0
    expect(nextDue(granted)).toBe(end)
    expect(dueMoves(granted, end - 1)).toEqual([])
    const due = dueMoves(granted, end + 60)
    expect(due).toMatchObject([{ type: 'grant-expired', state: 'expired' }])
    const expired = foldMoves([...history, ...placeMoves(due, granted.nextPosition)])
    expect(expired.grant?.endedAt).toBe(end)
    expect([dueMoves(expired, end + 120), nextDue(expired)]).toEqual([[], undefined])
  })
})

const twoChecks = aBook({
  checks: [aCheck(), aCheck({ id: 'boot', signal: 'secure-boot' })],
  policies: [aPolicy({ require: [aRequirement(), aRequirement({ check: 'boot' })] })],
})
const verdict = (receivedAt: number, firewall: 'on' | 'off', boot: 'on' | 'off' = 'off') =>
  evaluatePolicy(
    aSituation({
      book: twoChecks,
      now: receivedAt,
      report: aReport({
        receivedAt,
        iat: receivedAt,
        signals: [
          aReading('firewall', { state: firewall }, receivedAt),
          aReading('secure-boot', { state: boot }, receivedAt),
        ],
      }),
    }),
  )

describe('A check that is met again', () => {
  const covers = ['violated'] as const
  const grant = {
    checks: [
      { id: 'boot', covers },
      { id: 'firewall', covers },
    ],
    notBefore: noon,
  }
  const curedBy = (...reports: readonly (readonly [number, 'on' | 'off'])[]) => {
    let runs: readonly MetRun[] = []
    let cured: readonly string[] = []
    for (const [at, state] of reports) ({ runs, cured } = progressCure(grant, runs, verdict(noon + at, state)))
    return cured
  }

  it.each([
    [
      'two reports ten minutes apart',
      [
        [60, 'on'],
        [660, 'on'],
      ],
      ['firewall'],
    ],
    [
      'a second less',
      [
        [60, 'on'],
        [659, 'on'],
      ],
      [],
    ],
    [
      'three within ten minutes',
      [
        [60, 'on'],
        [120, 'on'],
        [180, 'on'],
      ],
      [],
    ],
    [
      'the same report twice',
      [
        [60, 'on'],
        [60, 'on'],
      ],
      [],
    ],
    [
      'one that failed between them',
      [
        [60, 'on'],
        [300, 'off'],
        [660, 'on'],
      ],
      [],
    ],
    [
      'one from before the grant',
      [
        [-600, 'on'],
        [60, 'on'],
      ],
      [],
    ],
    [
      'many, the last ten minutes after the first',
      [
        [0, 'on'],
        [300, 'on'],
        [600, 'on'],
      ],
      ['firewall'],
    ],
  ] as const)('is cured or not by %s', (_name, reports, expected) => {
    expect(curedBy(...reports)).toEqual(expected)
  })

  it('is not cured by silence, which does not end its run either', () => {
    const { runs } = progressCure(grant, [], verdict(noon + 60, 'on'))
    const silent = evaluatePolicy(aSituation({ book: twoChecks, now: noon + day, report: aFailingReport() }))
    expect(progressCure(grant, runs, { ...silent, receivedAt: noon + 61 })).toEqual({ runs, cured: [] })
    expect(progressCure(grant, runs, { ...silent, receivedAt: null })).toEqual({ runs, cured: [] })
  })

  it('narrows the grant, and the last one ends it', () => {
    const { grant: whole } = granted
    if (whole === null) throw new Error('no grant')
    const two = { ...whole, checks: grant.checks }
    expect(cureMoves(two, ['firewall'], noon + 900)).toMatchObject([{ type: 'grant-narrowed', cured: ['firewall'] }])
    expect(cureMoves(whole, ['firewall'], noon + 900)).toMatchObject([{ type: 'grant-cured', state: 'cured' }])
    expect(cureMoves(whole, ['boot'], noon + 900)).toEqual([])
    expect(cureMoves(whole, ['firewall'], whole.notAfter)).toEqual([])
    expect(timeToCure(whole, whole.notBefore + 900)).toBe(900)
  })
})

describe('Grants in force', () => {
  const one = {
    id: 'one',
    state: 'active',
    checks: [{ id: 'firewall', covers: ['violated'] }],
    resources: ['wiki'],
    notBefore: noon,
    notAfter: noon + hour,
  } as const
  const two = { ...one, id: 'two', resources: ['payments', 'wiki'] } as const

  it('count from their first second to the one before their end', () => {
    expect([noon - 1, noon, noon + hour - 1, noon + hour].map((at) => isInForce(one, at))).toEqual([
      false,
      true,
      true,
      false,
    ])
  })
  it('are one union, which says who gives what', () => {
    expect(unionInForce([two, one], noon)).toEqual([
      { check: 'firewall', covers: 'violated', resource: 'payments', grants: ['two'] },
      { check: 'firewall', covers: 'violated', resource: 'wiki', grants: ['one', 'two'] },
    ])
    expect(unionInForce([one, { ...two, state: 'suspended' }], noon)).toHaveLength(1)
  })
  it('follow a key through signed rotations, in their direction only', () => {
    const rotations = [
      { from: 'b', to: 'c' },
      { from: 'a', to: 'b' },
    ]
    expect(isKeyReached('a', 'c', rotations)).toBe(true)
    expect(isKeyReached('a', 'a', [])).toBe(true)
    expect(isKeyReached('c', 'a', rotations)).toBe(false)
    expect(isKeyReached('a', 'd', rotations)).toBe(false)
  })
})

describe('The running clock', () => {
  const at = (seconds: number) => (noon + seconds) * 1000
  const started = startClock({ wallMs: at(0), uptimeMs: 5000 }, noon - 60).clock
  const read = (wall: number, uptime: number) =>
    tickClock(started, { wallMs: at(wall), uptimeMs: 5000 + uptime * 1000 })

  it('starts at the later of wall clock and last leaf', () => {
    expect(clockSeconds(started)).toBe(noon)
    const { clock, jumpSeconds } = startClock({ wallMs: at(0), uptimeMs: 0 }, noon + 60)
    expect([clockSeconds(clock), clock.locked, jumpSeconds]).toEqual([noon + 60, false, undefined])
    expect(startClock({ wallMs: at(0), uptimeMs: 0 }, null).clock.nowMs).toBe(at(0))
  })
  it('is locked by a start more than a minute before the last leaf', () => {
    const { clock, jumpSeconds } = startClock({ wallMs: at(0), uptimeMs: 0 }, noon + 61)
    expect([clockSeconds(clock), clock.locked, jumpSeconds]).toEqual([noon + 61, true, -61])
  })
  it('follows the wall clock forward by a minute', () => {
    const { clock, jumpSeconds } = read(160, 100)
    expect([clockSeconds(clock), clock.locked, jumpSeconds]).toEqual([noon + 160, false, undefined])
  })
  it('never goes back', () => {
    const { clock, jumpSeconds } = read(40, 100)
    expect([clockSeconds(clock), clock.locked, jumpSeconds]).toEqual([noon + 100, false, undefined])
  })
  it('counts sleep', () => expect(clockSeconds(read(8 * hour, 8 * hour).clock)).toBe(noon + 8 * hour))
  it.each([
    [161, 61],
    [39, -61],
    [100 + 365 * day, 365 * day],
    [100 - 365 * day, -365 * day],
  ])('is locked by a wall clock at %i after a hundred seconds, and says so once', (wall, jump) => {
    const { clock, jumpSeconds } = read(wall, 100)
    expect([clockSeconds(clock), clock.locked, jumpSeconds]).toEqual([noon + 100, true, jump])
    const again = tickClock(clock, { wallMs: at(wall + 10), uptimeMs: 5000 + 110_000 })
    expect([clockSeconds(again.clock), again.clock.locked, again.jumpSeconds]).toEqual([noon + 110, true, undefined])
  })
  it('is free again once both agree', () => {
    const { clock } = read(9999, 100)
    const freed = tickClock(clock, { wallMs: at(115), uptimeMs: 5000 + 110_000 }).clock
    expect([clockSeconds(freed), freed.locked]).toEqual([noon + 115, false])
  })
  it('lets decisions judge grants by the later of both while it is locked', () => {
    expect(decisionSeconds(read(9999, 100).clock)).toBe(noon + 9999)
    expect(decisionSeconds(read(-9999, 100).clock)).toBe(noon + 100)
    expect(decisionSeconds(read(100, 100).clock)).toBe(noon + 100)
  })
})
