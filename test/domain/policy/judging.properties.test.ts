import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideAccess } from '#domain/access/decide-access.ts'
import type { Decision } from '#domain/access/decision.ts'
import type { DecisionGrant } from '#domain/access/grant.ts'
import { operatingSystems } from '#domain/operating-system.ts'
import { enforcements } from '#domain/policy/documents.ts'
import { evaluatePolicy, type VerdictInput } from '#domain/policy/evaluate-policy.ts'
import { type Episode, nextEpisodes } from '#domain/policy/grace.ts'
import type { PostureReport, ReportedSignal } from '#domain/posture-report.ts'
import type { SignalId } from '#domain/signals.ts'
import {
  aBook,
  aCheck,
  aDevice,
  aGrant,
  aPolicy,
  aRequirement,
  aSituation,
  noon,
} from '#test/support/a-judged-device.ts'

const signals: readonly SignalId[] = ['firewall', 'secure-boot', 'remote-access']
const ids = signals.map((signal) => `check-${signal}`)
const near = fc.integer({ min: -400, max: 400 }).map((offset) => noon + offset)

const book = fc
  .record({
    checks: fc.tuple(
      ...signals.map((signal, index) =>
        fc
          .record({
            maxAgeSeconds: fc.integer({ min: 50, max: 500 }),
            notApplicable: fc.constantFrom('unknown' as const, 'pass' as const),
            platforms: fc.subarray([...operatingSystems]),
            fails: fc.integer({ min: 0, max: 9 }),
          })
          .map(({ fails, ...members }) =>
            aCheck({ id: ids[index] ?? '', signal, ...members }, ({ value }) => {
              if (fails === 0) throw new Error('a value of another form')
              return 'state' in value && value.state === 'on'
            }),
          ),
      ),
    ),
    policies: fc.array(
      fc
        .record({
          id: fc.constantFrom('p', 'q', 'r'),
          maxSilenceSeconds: fc.integer({ min: 50, max: 500 }),
          validUntil: fc.option(near),
          assign: fc.record({
            groups: fc.constant(['staff']),
            exceptUsers: fc.array(fc.record({ user: fc.constantFrom('ada', 'grace'), until: near }), { maxLength: 1 }),
          }),
          require: fc.array(
            fc
              .record({
                check: fc.constantFrom(...ids),
                enforce: fc.constantFrom(...enforcements),
                graceSeconds: fc.constantFrom(0, 100, 300),
                graceUnknownSeconds: fc.constantFrom(0, 100, 300),
                exemptable: fc.boolean(),
              })
              .map(aRequirement),
            { minLength: 1, maxLength: 3 },
          ),
        })
        .map(aPolicy),
      { maxLength: 3 },
    ),
  })
  .map(aBook)

const reading = (id: SignalId): fc.Arbitrary<ReportedSignal> =>
  fc.oneof(
    fc.record({
      id: fc.constant(id),
      st: fc.constant('observed' as const),
      v: fc.constantFrom({ state: 'on' as const }, { state: 'off' as const }),
      at: near,
      ms: fc.constant(1),
      src: fc.constant('test'),
    }),
    fc.record({
      id: fc.constant(id),
      st: fc.constantFrom('unknown' as const, 'error' as const, 'na' as const),
      why: fc.constant('denied' as const),
      at: near,
      ms: fc.constant(1),
      src: fc.constant('test'),
    }),
  )
const report: fc.Arbitrary<PostureReport> = fc
  .record({ signals: fc.tuple(...signals.map(reading)), receivedAt: near, iat: near })
  .map((members) => ({ platform: 'linux', ...members }))

const since = fc.option(near)
const episode: fc.Arbitrary<Episode> = fc.record({
  check: fc.constantFrom(...ids),
  lastMet: fc.boolean(),
  open: fc.option(fc.record({ beganAt: near, violatedSince: since, unknownSince: since, met: fc.constant(null) })),
})

const grant: fc.Arbitrary<DecisionGrant> = fc
  .record({
    id: fc.uuid(),
    state: fc.constantFrom('active' as const, 'active' as const, 'suspended' as const, 'expired' as const),
    proven: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
    keyReached: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
    checks: fc.array(
      fc.record({
        id: fc.constantFrom(...ids),
        covers: fc.subarray(['violated' as const, 'unknown' as const], { minLength: 1 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    controls: fc.subarray(['record', 'step-up-per-session', 'read-only', 'session-ttl-30m'] as const),
    notBefore: fc.oneof(near, fc.constant(noon - 500)),
    notAfter: fc.oneof(near, fc.integer({ min: noon + 401, max: noon + 4000 })),
  })
  .map(aGrant)

const situation: fc.Arbitrary<VerdictInput> = fc
  .record({
    book,
    report: fc.option(report, { nil: undefined }),
    episodes: fc.uniqueArray(episode, { selector: ({ check }) => check }),
    now: near,
    device: fc.constantFrom(aDevice(), aDevice(), aDevice({ tier: 'T0' })),
  })
  .map(aSituation)

const session = fc.option(fc.record({ beganAt: near, steppedUpAt: fc.option(near), reasonAt: fc.option(near) }), {
  nil: undefined,
})
const request = fc.option(fc.record({ method: fc.constantFrom('GET', 'POST'), path: fc.constant('/') }), {
  nil: undefined,
})
const around = fc.record({ session, request })

function decide(
  input: VerdictInput,
  grants: readonly DecisionGrant[],
  { session: inSession, request: asked }: AroundValues,
): Decision {
  return decideAccess({
    verdict: evaluatePolicy(input),
    grants,
    now: input.now,
    ...(inSession === undefined ? {} : { session: inSession }),
    ...(asked === undefined ? {} : { request: asked }),
  })
}
type AroundValues = {
  readonly session: { beganAt: number; steppedUpAt: number | null; reasonAt: number | null } | undefined
  readonly request: { method: string; path: string } | undefined
}

const hardness = { allow: 0, challenge: 1, refuse: 2 }

/** What people notice of a decision. */
function answer({ access, code, needs, findings, controls, grants }: Decision): unknown {
  return [
    access,
    code,
    needs,
    controls,
    grants,
    findings.map(({ finding, outcome }) => [finding.requirement.check.ref, outcome]),
  ]
}

describe('For every book, report and moment', () => {
  it('another grant never removes access, nor shortens the session', () => {
    fc.assert(
      fc.property(situation, fc.array(grant, { maxLength: 3 }), grant, around, (input, grants, more, given) => {
        const without = decide(input, grants, given)
        const having = decide(input, [...grants, more], given)
        expect(hardness[having.access]).toBeLessThanOrEqual(hardness[without.access])
        if (without.access === 'allow' && having.sessionEndsAt !== null)
          expect(having.sessionEndsAt).toBeGreaterThanOrEqual(without.sessionEndsAt ?? Number.POSITIVE_INFINITY)
      }),
      { numRuns: 4000 },
    )
  })

  it('nothing changes by time alone before recheckAt', () => {
    fc.assert(
      fc.property(
        situation,
        fc.array(grant, { maxLength: 3 }),
        around,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (input, grants, given, part) => {
          const first = decide(input, grants, given)
          expect(first.recheckAt).toBeGreaterThan(input.now)
          const last = Math.min(first.recheckAt, input.now + 2000) - 1
          const now = input.now + Math.floor((last - input.now) * part)
          expect(answer(decide({ ...input, now }, grants, given))).toEqual(answer(first))
          expect(answer(decide({ ...input, now: last }, grants, given))).toEqual(answer(first))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('what was not observed is never met, but for what does not apply where that passes', () => {
    fc.assert(
      fc.property(situation, (input) => {
        for (const finding of evaluatePolicy(input).findings) {
          if (finding.outcome !== 'met') continue
          const { st } = finding.reading ?? { st: 'missing' }
          const passesUnasked = st === 'na' && finding.requirement.check.document.notApplicable === 'pass'
          expect(st === 'observed' || passesUnasked).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('what nothing excuses is never tolerated nor excepted', () => {
    fc.assert(
      fc.property(situation, fc.array(grant, { maxLength: 4 }), around, (input, grants, given) => {
        for (const { finding, outcome } of decide(input, grants, given).findings)
          if (finding.outcome !== 'met' && !finding.excusable) expect(outcome).toBe('unknown')
      }),
      { numRuns: 500 },
    )
  })

  it('recording the episodes of a report twice is recording them once', () => {
    fc.assert(
      fc.property(situation, (input) => {
        const verdict = evaluatePolicy(input)
        const once = nextEpisodes(input.episodes, verdict, input.now)
        expect(nextEpisodes(once, verdict, input.now)).toBe(once)
      }),
    )
  })

  it('recording the episodes of a report does not change what is said of it', () => {
    fc.assert(
      fc.property(situation, (input) => {
        const verdict = evaluatePolicy(input)
        const episodes = nextEpisodes(input.episodes, verdict, input.now)
        const again = evaluatePolicy({ ...input, episodes })
        expect(again.findings.map(({ outcome }) => outcome)).toEqual(verdict.findings.map(({ outcome }) => outcome))
      }),
    )
  })
})
