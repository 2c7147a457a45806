import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideAccess } from '#domain/access/decide-access.ts'
import type { DecisionGrant } from '#domain/access/grant.ts'
import { type PastGrant, rollingTotal } from '#domain/exceptions/counting.ts'
import { requestStateAt } from '#domain/exceptions/deadlines.ts'
import { foldMoves } from '#domain/exceptions/fold-moves.ts'
import { grantInterval } from '#domain/exceptions/grant-interval.ts'
import { asDecisionGrant, unionInForce } from '#domain/exceptions/grants-in-force.ts'
import { judgeRequest } from '#domain/exceptions/judge-request.ts'
import { judgeVote, type SignedVote } from '#domain/exceptions/judge-vote.ts'
import { combineLimits } from '#domain/exceptions/limits.ts'
import type { CastVote, Move } from '#domain/exceptions/moves.ts'
import { canonicalPerson, electorateOf } from '#domain/exceptions/pools.ts'
import { recheckApproval } from '#domain/exceptions/recheck-approval.ts'
import { type RunningClock, startClock, tickClock } from '#domain/exceptions/running-clock.ts'
import { tallyVotes } from '#domain/exceptions/tally.ts'
import { isFailure } from '#domain/failure.ts'
import type { ExceptionPolicy } from '#domain/policy/documents.ts'
import { evaluatePolicy } from '#domain/policy/evaluate-policy.ts'
import {
  aBook,
  aDevice,
  aFailingReport,
  aPerson,
  aPolicy,
  aRequirement,
  aResource,
  aSituation,
} from '#test/support/a-judged-device.ts'
import {
  aBookStage,
  aCompletion,
  aDirectory,
  aFrozenStage,
  aMember,
  anAsk,
  anExceptionBook,
  aRequestSituation,
  aVote,
  aVoter,
  aVoteSituation,
  digest,
  foldOf,
  hour,
  noHistory,
  noon,
  someTerms,
  stageB,
  submitted,
  withMoves,
} from '#test/support/an-exception.ts'

/** The invariants of exceptions.md section 12 as far as the domain alone can break them; each by its number. */

const day = 24 * hour
const durations = fc.integer({ min: 60, max: 4 * hour })
const near = fc.integer({ min: -2 * hour, max: 2 * hour }).map((offset) => noon + offset)

function grantAfter(votes: readonly SignedVote[], terms = someTerms(), now = noon + 60) {
  let history: readonly Move[] = withMoves([], [submitted()])
  for (const cast of votes) {
    const situation = aVoteSituation(foldMoves(history), { now })
    history = withMoves(history, judgeVote(cast, situation, () => aCompletion({ terms })).moves)
  }
  const { grant } = foldMoves(history)
  if (grant === null) throw new Error('no grant')
  return grant
}

const everyday = aBook()

function decide(grants: readonly DecisionGrant[], now: number, book = everyday, method = 'GET') {
  const report = aFailingReport({
    receivedAt: now,
    iat: now,
    signals: aFailingReport().signals.map((each) => ({ ...each, at: now })),
  })
  return decideAccess({
    verdict: evaluatePolicy(aSituation({ book, report, now })),
    grants,
    now,
    request: { method, path: '/' },
  })
}

const plain = (members: Partial<DecisionGrant>): DecisionGrant => ({
  id: 'grant',
  state: 'active',
  proven: true,
  person: 'ada',
  device: 'laptop',
  keyReached: true,
  checks: [{ id: 'firewall', covers: ['violated'] }],
  resources: ['wiki'],
  controls: [],
  notBefore: noon,
  notAfter: noon + hour,
  ...members,
})
const grants = fc.array(
  fc
    .record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      state: fc.constantFrom('active' as const, 'active' as const, 'revoked' as const, 'suspended' as const),
      notBefore: near,
      notAfter: near,
      resources: fc.subarray(['wiki', 'payments']),
      controls: fc.subarray(['record', 'read-only'] as const),
    })
    .map(plain),
  { maxLength: 4 },
)

describe('1 A grant is half-open', () => {
  it('usable from not_before to the second before not_after, and never again, the sweeper stopped', () => {
    fc.assert(
      fc.property(durations, fc.integer({ min: -9, max: 9 }), (duration_s, offset) => {
        const folded = grantAfter([aVote('grace')], someTerms({ duration_s, controls: [] }))
        const grant = asDecisionGrant(folded, { subject: 'ada', device: 'laptop' }, { proven: true, keyReached: true })
        for (const edge of [folded.notBefore, folded.notAfter]) {
          const at = edge + offset
          const inside = folded.notBefore <= at && at < folded.notAfter
          expect(decide([grant], at).access).toBe(inside ? 'allow' : 'refuse')
          expect(unionInForce([folded], at).length > 0).toBe(inside)
        }
        expect(decide([grant], folded.notAfter + 9 * day).access).toBe('refuse')
      }),
    )
  })
})

describe('2 A session ends with its grant', () => {
  it('at whatever instant it was opened', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: hour - 1 }), (into) => {
        const decision = decide([plain({ controls: ['session-ttl-4h'] })], noon + into)
        expect(decision.sessionEndsAt).toBeLessThanOrEqual(noon + hour)
      }),
    )
  })
})

describe('3 A grant is never longer than asked, nor than the cap', () => {
  it('with the smallest cap of all policies that match', () => {
    const caps = fc.array(fc.integer({ min: 60, max: 30 * day }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(caps, (values) => {
        const policies = values.map(
          (maxDurationSeconds): ExceptionPolicy => ({
            kind: 'ExceptionPolicy',
            schema: 1,
            id: 'p',
            match: 'true',
            maxDurationSeconds,
          }),
        )
        expect(combineLimits(policies, 'low')?.maxDurationSeconds).toBe(Math.min(7 * day, ...values))
      }),
    )
  })

  it('whatever was planned and whenever it was minted', () => {
    const planned = fc.option(near)
    fc.assert(
      fc.property(durations, planned, near, fc.option(near), (duration_s, not_before, mintedAt, until) => {
        const interval = grantInterval({ duration_s, not_before }, mintedAt, until)
        if (interval === undefined) return
        const from = Math.max(mintedAt, not_before ?? mintedAt)
        expect(interval.notBefore).toBe(from)
        expect(interval.notAfter - from).toBeLessThanOrEqual(duration_s)
        if (until !== null) expect(interval.notAfter).toBeLessThanOrEqual(until)
      }),
    )
  })

  it('by the caps of the book at the time of the decision', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 2 * day }), fc.integer({ min: 60, max: 2 * day }), (cap, duration_s) => {
        const refusal = recheckApproval({
          book: anExceptionBook({ exception: { maxDurationSeconds: cap } }),
          resources: [aResource()],
          subject: aPerson(),
          device: { ...aDevice(), until: null },
          keyReached: true,
          history: noHistory,
          terms: someTerms({ duration_s }),
          submittedAt: noon,
          stages: [aFrozenStage()],
          risk: { tier: 'medium', score: 35, factors: [{ id: 'base', weight: 35 }] },
          now: noon,
        })
        expect(refusal.some(({ code }) => code === 'duration')).toBe(duration_s > Math.min(cap, day))
      }),
    )
  })
})

describe('5 Only the gateway keeps time', () => {
  it('and its clock never goes back, nor runs ahead of the machine by more than a minute at a step', () => {
    const readings = fc.array(
      fc.record({ wall: fc.integer({ min: -1_000_000, max: 1_000_000 }), ran: fc.nat(200_000) }),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(readings, (steps) => {
        let clock: RunningClock = startClock({ wallMs: noon * 1000, uptimeMs: 0 }, null).clock
        for (const { wall, ran } of steps) {
          const before = clock
          clock = tickClock(before, { wallMs: noon * 1000 + wall, uptimeMs: before.uptimeMs + ran }).clock
          expect(clock.nowMs - before.nowMs).toBeGreaterThanOrEqual(ran)
          expect(clock.nowMs - before.nowMs).toBeLessThanOrEqual(ran + 60_000)
          if (clock.locked) expect(clock.nowMs - before.nowMs).toBe(ran)
        }
      }),
    )
  })

  it('so a grant from 22:00 to 06:00 is usable at 02:00', () => {
    const tenInTheEvening = Math.floor(noon / day) * day + 22 * hour
    const night = plain({ notBefore: tenInTheEvening, notAfter: tenInTheEvening + 8 * hour })
    const at = (after: number) => decide([night], tenInTheEvening + after).access
    expect([at(-1), at(0), at(4 * hour), at(8 * hour - 1), at(8 * hour)]).toEqual([
      'refuse',
      'allow',
      'allow',
      'allow',
      'refuse',
    ])
  })
})

describe('6 A request that is pending for any time', () => {
  it('yields the full duration', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 * hour - 1 }), durations, (waited, duration_s) => {
        const { notBefore, notAfter } = grantAfter([aVote('grace')], someTerms({ duration_s }), noon + waited)
        expect([notBefore, notAfter]).toEqual([noon + waited, noon + waited + duration_s])
      }),
    )
  })
})

const everybody = ['ada', 'sue', 'grace', 'edsger', 'barbara']

describe('7 Nobody approves their own', () => {
  it('as requester, subject, or delegate of either, whatever their roles and pools', () => {
    const who = fc.record({
      roles: fc.subarray(['admin', 'security', 'auditor']),
      groups: fc.subarray(['a', 'b']),
      as: fc.constantFrom('requester', 'subject', 'delegate-of-requester', 'delegate-of-subject', 'alias'),
      stage: fc.constantFrom('a', 'b'),
      decision: fc.constantFrom('approve' as const, 'deny' as const),
    })
    fc.assert(
      fc.property(who, ({ roles, groups, as, stage, decision }) => {
        const everyone = { roles, groups }
        const people = aDirectory(
          ...everybody.map((id) =>
            aMember(id, id === 'ada' || id === 'sue' ? everyone : { groups: ['a', 'b'], roles }),
          ),
          aMember('ada-old', { ...everyone, mergedInto: 'ada' }),
        )
        const stages = [
          aFrozenStage({ pool: [...everybody, 'ada-old'] }),
          { ...stageB, pool: [...everybody, 'ada-old'] },
        ]
        const request = foldOf(submitted({ requester: 'ada', subject: 'sue', stages }))
        const person = as === 'requester' ? 'ada' : as === 'subject' ? 'sue' : as === 'alias' ? 'ada-old' : 'grace'
        const delegateOf = as === 'delegate-of-requester' ? ['ada'] : as === 'delegate-of-subject' ? ['sue'] : []
        const cast = aVote(person, { stage, decision, voter: aVoter(person, { delegateOf }) })
        const call = () => judgeVote(cast, aVoteSituation(request, { people }), aCompletion)
        expect(call).toThrow(expect.objectContaining({ code: 'not_eligible', details: { rule: '6.3' } }))
        const smuggled: CastVote = {
          person,
          stage,
          decision: 'approve',
          revision: 1,
          termsDigest: digest,
          voterDevice: 'any',
        }
        if (delegateOf.length === 0)
          expect(tallyVotes([smuggled], digest, electorateOf(request, people, [], noon)).votes[0]?.counted).toBe(false)
      }),
    )
  })
})

describe('8 One person counts once', () => {
  it('over all stages, groups and aliases, by whatever way they are reached', () => {
    const aliases = fc.array(fc.constantFrom('grace', 'grace-1', 'grace-2', 'edsger'), { minLength: 1, maxLength: 8 })
    const votes = aliases.chain((people) =>
      fc.tuple(...people.map((person) => fc.record({ person: fc.constant(person), stage: fc.constantFrom('a', 'b') }))),
    )
    const people = aDirectory(
      aMember('ada'),
      aMember('grace', { groups: ['a', 'b'] }),
      aMember('grace-1', { groups: ['a'], mergedInto: 'grace' }),
      aMember('grace-2', { groups: ['b'], mergedInto: 'grace-1' }),
      aMember('edsger', { groups: ['a', 'b'] }),
    )
    const stages = [aFrozenStage({ need: 2 }), { ...stageB, pool: ['edsger', 'grace-2'] }]
    fc.assert(
      fc.property(votes, (cast) => {
        const request = foldOf(submitted({ stages }))
        const smuggled = cast.map(
          (each): CastVote => ({ ...each, decision: 'approve', revision: 1, termsDigest: digest, voterDevice: 'any' }),
        )
        const tally = tallyVotes(smuggled, digest, electorateOf(request, people, [], noon))
        const counted = tally.votes.filter((each) => each.counted).map(({ person }) => canonicalPerson(person, people))
        expect(new Set(counted).size).toBe(counted.length)
        expect(tally.complete).toBe(false) // three places, two persons
      }),
    )
  })

  it('and who has voted may not vote again under another id', () => {
    const people = aDirectory(
      aMember('ada'),
      aMember('grace', { groups: ['a', 'b'] }),
      aMember('grace-1', { groups: ['b'], mergedInto: 'grace' }),
      aMember('barbara', { groups: ['b'] }),
    )
    const opened = submitted({ stages: [aFrozenStage(), stageB] })
    const first = judgeVote(aVote('grace'), aVoteSituation(foldOf(opened), { people }), aCompletion).moves
    const again = () =>
      judgeVote(aVote('grace-1', { stage: 'b' }), aVoteSituation(foldOf(opened, ...first), { people }), aCompletion)
    expect(again).toThrow(expect.objectContaining({ code: 'already_voted' }))
  })
})

describe('10 A vote on one digest never counts for another', () => {
  it('in whatever mixture', () => {
    const cast = fc.array(
      fc.record({ person: fc.constantFrom('grace', 'edsger'), termsDigest: fc.constantFrom(digest, 'other') }),
      { maxLength: 4 },
    )
    fc.assert(
      fc.property(cast, (votes) => {
        const request = foldOf(submitted())
        const smuggled = votes.map(
          (each): CastVote => ({ ...each, stage: 'a', decision: 'approve', revision: 1, voterDevice: 'any' }),
        )
        const tally = tallyVotes(smuggled, digest, aVoteSituation(request).electorate)
        expect(tally.complete).toBe(votes.some(({ termsDigest }) => termsDigest === digest))
      }),
    )
  })
})

describe('11 Nothing is approved by nobody', () => {
  it('whatever the need, stages and tier: no votes are no approval', () => {
    const stages = fc.array(
      fc.integer({ min: -1, max: 3 }).map((need) => aFrozenStage({ need, id: `s${need}` })),
      { maxLength: 3 },
    )
    fc.assert(
      fc.property(stages, (frozen) => {
        const request = foldOf(submitted({ stages: frozen }))
        expect(tallyVotes([], digest, aVoteSituation(request).electorate).complete).toBe(false)
      }),
    )
  })

  it('and where distinct persons cannot fill the stages a request is refused', () => {
    const members = fc.array(fc.subarray(['a', 'b']), { maxLength: 4 })
    fc.assert(
      fc.property(members, fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }), (groups, needA, needB) => {
        const people = aDirectory(
          aMember('ada', { groups: ['a', 'b'] }),
          ...groups.map((each, n) => aMember(`p${n}`, { groups: each })),
        )
        const book = anExceptionBook({
          stages: [aBookStage({ need: needA }), aBookStage({ id: 'b', from: 'group:b', need: needB })],
        })
        const refused = judgeRequest(anAsk(), aRequestSituation({ book, people })).refusal.some(
          ({ code }) => code === 'no_quorum',
        )
        // Hall's condition, counted by hand.
        const inA = groups.filter((each) => each.includes('a')).length
        const inB = groups.filter((each) => each.includes('b')).length
        const inAny = groups.filter((each) => each.length > 0).length
        const tier = judgeRequest(anAsk(), aRequestSituation({ book, people })).rules?.enough === true
        const fits = needA >= 1 && needB >= 1 && inA >= needA && inB >= needB && inAny >= needA + needB
        expect(refused).toBe(!(fits && tier))
      }),
    )
  })
})

describe('13 Pools are those of then and of now', () => {
  const stages = [aFrozenStage({ need: 2 })]
  it('who voted and was removed is not used, who was added may not vote', () => {
    const first = foldOf(submitted({ stages }))
    const voted = foldOf(submitted({ stages }), ...judgeVote(aVote('grace'), aVoteSituation(first), aCompletion).moves)
    const people = aDirectory(
      aMember('ada'),
      aMember('grace'),
      aMember('edsger', { groups: ['a'] }),
      aMember('new', { groups: ['a'] }),
    )
    const { electorate } = aVoteSituation(voted, { people })
    expect(tallyVotes(voted.votes, digest, electorate).votes).toEqual([
      { person: 'grace', stage: 'a', counted: false, why: 'not-in-pool' },
    ])
    expect(() => judgeVote(aVote('new'), aVoteSituation(voted, { people }), aCompletion)).toThrow(
      expect.objectContaining({ code: 'not_eligible', details: { rule: '6.1' } }),
    )
  })
})

describe('15 Only people vote', () => {
  it('and a mapped chat identity is judged exactly as the person', () => {
    const request = foldOf(submitted())
    const outcome = (cast: SignedVote) => {
      try {
        return judgeVote(cast, aVoteSituation(request), aCompletion).moves.length
      } catch (thrown) {
        return isFailure(thrown) ? thrown.details : thrown
      }
    }
    for (const kind of ['machine', 'service-token', 'chat-bot'] as const)
      expect(outcome(aVote('grace', { voter: aVoter('grace', { kind }) }))).toEqual({ rule: '6.2' })
    expect(outcome(aVote('grace', { voter: aVoter(null) }))).toEqual({ rule: '6.2' })
    for (const person of everybody)
      expect(outcome(aVote(person, { voter: aVoter(person) }))).toEqual(outcome(aVote(person)))
  })
})

const words = { allow: 2, challenge: 1, refuse: 0 } as const

describe('16 A grant changes nothing outside itself', () => {
  it('for another person, device, key, check or resource, nor for what is not exemptable', () => {
    const elsewhere = fc.constantFrom<Partial<DecisionGrant>>(
      { person: 'grace' },
      { device: 'other' },
      { keyReached: false },
      { resources: ['payments'] },
      { checks: [{ id: 'disk', covers: ['violated', 'unknown'] }] },
      { checks: [{ id: 'firewall', covers: ['unknown'] }] },
      { proven: false },
    )
    fc.assert(
      fc.property(grants, elsewhere, near, (others, members, now) => {
        const { recheckAt: _before, ...without } = decide(others, now)
        const { recheckAt: _after, ...withIt } = decide([...others, plain({ id: 'extra', ...members })], now)
        expect(withIt).toEqual(without)
      }),
    )
    const strict = aBook({ policies: [aPolicy({ require: [aRequirement({ exemptable: false })] })] })
    fc.assert(
      fc.property(grants, near, (any, now) => {
        expect(decide(any, now, strict).access).toBe('refuse')
      }),
    )
  })
})

describe('17 A smaller grant allows no more', () => {
  it('on any axis', () => {
    const smaller = fc.constantFrom<(grant: DecisionGrant) => DecisionGrant>(
      (grant) => ({ ...grant, checks: [] }),
      (grant) => ({ ...grant, checks: grant.checks.map((check) => ({ ...check, covers: [] })) }),
      (grant) => ({ ...grant, resources: grant.resources.slice(1) }),
      (grant) => ({ ...grant, notBefore: grant.notBefore + 60 }),
      (grant) => ({ ...grant, notAfter: grant.notAfter - 60 }),
      (grant) => ({ ...grant, controls: [...new Set([...grant.controls, 'read-only' as const])] }),
    )
    // Often in force, so that what is taken away matters.
    const some = grants.map((all) => all.map((grant) => ({ ...grant, notBefore: noon, notAfter: noon + hour })))
    fc.assert(
      fc.property(fc.oneof(grants, some), smaller, fc.oneof(near, fc.constant(noon + 60)), (all, shrink, now) => {
        const [first, ...others] = all
        if (first === undefined) return
        expect(words[decide([shrink(first), ...others], now).access]).toBeLessThanOrEqual(
          words[decide(all, now).access],
        )
      }),
      { numRuns: 1000 },
    )
  })
})

describe('18 An extra grant never removes access', () => {
  it('nor does taking one away give any', () => {
    const inForceOften = grants.map((all) => all.map((grant) => ({ ...grant, notBefore: noon, resources: ['wiki'] })))
    fc.assert(
      fc.property(
        inForceOften,
        inForceOften,
        fc.constantFrom(noon, noon + 60, noon + hour),
        fc.constantFrom('GET', 'POST'),
        (some, more, now, method) => {
          expect(words[decide([...some, ...more], now, everyday, method).access]).toBeGreaterThanOrEqual(
            words[decide(some, now, everyday, method).access],
          )
          const union = unionInForce([...some, ...more], now).map(
            ({ check, covers, resource }) => `${check} ${covers} ${resource}`,
          )
          for (const { check, covers, resource } of unionInForce(some, now))
            expect(union).toContain(`${check} ${covers} ${resource}`)
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('19 Ending one grant takes nothing away that another still gives', () => {
  it('by whatever end', () => {
    const end = fc.constantFrom('expired' as const, 'revoked' as const, 'cured' as const, 'voided' as const)
    fc.assert(
      fc.property(grants, end, near, (others, state, now) => {
        const live = plain({ id: 'live', notBefore: now, notAfter: now + 1 })
        const ended = plain({ id: 'ended', notBefore: now, notAfter: now + 1, state })
        expect(decide([...others, live, ended], now).access).toBe('allow')
        for (const { grants: givers } of unionInForce([live, ended], now)) expect(givers).toEqual(['live'])
      }),
    )
  })
})

describe('20 What was not read is never excepted', () => {
  it('with any grants', () => {
    const anything = plain({
      checks: [{ id: 'firewall', covers: ['unknown', 'violated'] }],
      notBefore: 0,
      notAfter: noon + day,
    })
    fc.assert(
      fc.property(grants, fc.constantFrom('absent', 'silent', 'missing', 'stale'), near, (any, how, now) => {
        const at = how === 'silent' || how === 'stale' ? now - 4000 : now
        const report =
          how === 'absent'
            ? undefined
            : aFailingReport({
                receivedAt: how === 'stale' ? now : at,
                iat: how === 'stale' ? now : at,
                signals: how === 'missing' ? [] : aFailingReport().signals.map((each) => ({ ...each, at })),
              })
        const decision = decideAccess({
          verdict: evaluatePolicy(aSituation({ report, now })),
          grants: [...any, anything],
          now,
        })
        expect(decision.access).toBe('refuse')
        expect(decision.findings.every(({ outcome }) => outcome !== 'met' && outcome !== 'excepted')).toBe(true)
      }),
    )
  })
})

describe('28 Rolling caps hold', () => {
  it('for any sequence of accepted requests, renewals and ends: in no window is more in force than the cap', () => {
    const step = fc.record({
      wait: fc.integer({ min: 0, max: 6 * hour }),
      duration: fc.integer({ min: 60, max: 8 * hour }),
      endAfter: fc.option(fc.integer({ min: 0, max: 4 * hour })),
    })
    const window = 12 * hour
    const cap = 9 * hour
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        const book = anExceptionBook({
          exception: { maxTotal: { windowSeconds: window, amountSeconds: cap }, quota: { perSubject: 1000 } },
        })
        let now = noon
        let held: readonly PastGrant[] = []
        for (const { wait, duration, endAfter } of steps) {
          now += wait
          held = held.map((each) =>
            each.endedAt === null && each.notAfter <= now ? { ...each, endedAt: each.notAfter } : each,
          )
          const refusal = recheckApproval({
            book,
            resources: [aResource()],
            subject: aPerson(),
            device: { ...aDevice(), until: null },
            keyReached: true,
            history: { grants: held, requests: [] },
            terms: someTerms({ duration_s: duration }),
            submittedAt: now,
            stages: [aFrozenStage()],
            risk: { tier: 'medium', score: 35, factors: [{ id: 'base', weight: 35 }] },
            now,
          })
          if (refusal.length > 0) continue
          const endedAt = endAfter === null || endAfter >= duration ? null : now + endAfter
          held = [
            ...held,
            {
              id: `g${held.length}`,
              checks: [{ id: 'firewall' }],
              gone: [],
              notBefore: now,
              notAfter: now + duration,
              endedAt,
            },
          ]
          if (endedAt !== null) now = Math.max(now, endedAt)
          // Counted by hand: seconds in force within every window that ends where some grant ends.
          for (const { notAfter } of held) {
            const inForce = held.reduce((sum, each) => {
              const to = Math.min(each.endedAt ?? each.notAfter, notAfter)
              return sum + Math.max(0, to - Math.max(each.notBefore, notAfter - window))
            }, 0)
            expect(inForce).toBeLessThanOrEqual(cap)
          }
          expect(rollingTotal(held, 'firewall', window, now)).toBeLessThanOrEqual(cap)
        }
      }),
    )
  })
})

describe('12 Only the clock running', () => {
  it('never approves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * day }), (after) => {
        const request = foldOf(
          submitted({ escalateAt: noon + hour, stages: [aFrozenStage({ escalation: ['barbara'] })] }),
        )
        expect(requestStateAt(request, noon + after)).toBe(after >= 8 * hour ? 'lapsed' : 'pending')
      }),
    )
  })
})
