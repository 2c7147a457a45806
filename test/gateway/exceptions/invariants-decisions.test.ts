import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TestGiven } from '#contract/policy-test-document.ts'
import { decideAccess } from '#domain/access/decide-access.ts'
import { accessWords } from '#domain/access/decision.ts'
import type { DecisionGrant } from '#domain/access/grant.ts'
import { judgeRequest } from '#domain/exceptions/judge-request.ts'
import { isFailure } from '#domain/failure.ts'
import { type Enforcement, enforcements } from '#domain/policy/documents.ts'
import { evaluatePolicy } from '#domain/policy/evaluate-policy.ts'
import type { Episode } from '#domain/policy/grace.ts'
import { evaluate } from '#gateway/access/adapters/authzen.ts'
import { createAccessDesk } from '#gateway/access/decide-for-device.ts'
import { changesBetween, judgePosture } from '#gateway/attestations/posture-result.ts'
import { viewPreview } from '#gateway/exceptions/view-preview.ts'
import { rangesOf } from '#gateway/http/client-address.ts'
import { readDeviceFacts } from '#gateway/policy/device-facts.ts'
import { runPolicyTests } from '#gateway/policy/run-policy-tests.ts'
import { aBook, aCheck, aGrant, aPolicy, aRequirement, aSituation, noon } from '#test/support/a-judged-device.ts'
import { deviceKid, exampleClaims, signClaims } from '#test/support/a-wire.ts'
import { anAsk, aRequestSituation } from '#test/support/an-exception.ts'
import { aJudgedBook } from '#test/support/an-exception-book.ts'
import { anExceptionDesk, type Desk, hour, laptop, staff } from '#test/support/an-exception-desk.ts'

/** Invariants of exceptions.md section 12 about the one evaluator. */

type Reading = 'on' | 'off' | 'unknown' | 'missing'
type Input = {
  readonly reading: Reading
  readonly enforce: Enforcement
  readonly graceSeconds: number
  readonly exemptable: boolean
  readonly since: number | null
  readonly grants: readonly {
    readonly check: 'firewall' | 'disk'
    readonly resource: 'wiki' | 'payments'
    readonly from: number
    readonly until: number
    readonly controls: DecisionGrant['controls']
  }[]
}

const input: fc.Arbitrary<Input> = fc.record({
  reading: fc.constantFrom<Reading>('on', 'off', 'off', 'off', 'unknown', 'missing'),
  enforce: fc.constantFrom(...enforcements),
  graceSeconds: fc.constantFrom(0, 0, hour),
  exemptable: fc.constantFrom(true, true, false),
  since: fc.option(fc.constantFrom(-10, -hour, -2 * hour)),
  grants: fc.array(
    fc.record({
      check: fc.constantFrom('firewall' as const, 'firewall' as const, 'disk' as const),
      resource: fc.constantFrom('wiki' as const, 'wiki' as const, 'payments' as const),
      from: fc.constantFrom(-hour, -hour, 0, 1),
      until: fc.constantFrom(-1, 0, 1, hour, hour),
      controls: fc.constantFrom<DecisionGrant['controls']>([], [], ['record'], ['read-only'], ['step-up-per-session']),
    }),
    { maxLength: 3 },
  ),
})

/** The laptop reports now, its firewall as given. */
async function report(desk: Desk, reading: Reading, seq: number): Promise<void> {
  const claims = exampleClaims()
  const at = desk.now()
  const signals = claims.submods.posture.signals.flatMap((line): readonly object[] => {
    if (line.id !== 'firewall' || line.st !== 'observed') return [{ ...line, at }]
    if (reading === 'missing') return []
    if (reading === 'unknown') return [{ id: line.id, st: 'unknown', why: 'timed-out', at, ms: 1, src: line.src }]
    return [{ ...line, at, v: { state: reading } }]
  })
  const jws = signClaims('eat+jwt', deviceKid, {
    ...claims,
    iat: at,
    submods: { ...claims.submods, posture: { signals } },
  })
  const record = { deviceId: laptop.id, kid: deviceKid, seq, hash: `hash-${seq}`, receivedAt: at, jws }
  await desk.store.transact((rows) => rows.attestations.accept(record))
}

describe('22 Check listener, AuthZEN, console preview, report, and policy test on the same input: the same decision', () => {
  it('whatever is read, required and granted', async () => {
    const desk = await anExceptionDesk()
    const { request_id: requestId } = await desk.pending()
    const reached = new Set<string>()
    let seq = 100
    await fc.assert(
      fc.asyncProperty(input, async (given) => {
        seq += 1
        const now = desk.now()
        const rule = { enforce: given.enforce, graceSeconds: given.graceSeconds, exemptable: given.exemptable }
        const book = aJudgedBook({ policies: [aPolicy({ require: [aRequirement(rule)] })] })
        const kind = given.reading === 'unknown' || given.reading === 'missing' ? 'unknown' : 'violated'
        const episodes: readonly Episode[] =
          given.since === null
            ? []
            : [
                {
                  check: 'firewall',
                  lastMet: false,
                  open: {
                    beganAt: now + given.since,
                    violatedSince: kind === 'violated' ? now + given.since : null,
                    unknownSince: kind === 'unknown' ? now + given.since : null,
                    met: null,
                  },
                },
              ]
        const grants = given.grants.map(
          (each, index): DecisionGrant => ({
            ...aGrant({ id: `grant-${index + 1}`, person: staff.ada.id, device: laptop.id }),
            checks: [{ id: each.check, covers: ['violated'] }],
            resources: [each.resource],
            controls: each.controls,
            notBefore: now + each.from,
            notAfter: now + each.until,
          }),
        )
        await report(desk, given.reading, seq)
        await desk.store.transact((rows) => rows.episodes.put(laptop.id, JSON.parse(JSON.stringify(episodes))))
        const facts = await desk.store.read((rows) => readDeviceFacts(rows, laptop.id))
        const wiki = desk.ports.resources.find(({ id }) => id === 'wiki')
        if (facts?.report === undefined || facts.evidence === undefined || wiki === undefined)
          throw new Error('no facts')
        const { person, device, report: read, evidence } = facts
        const verdict = evaluatePolicy({ book, person, device, resource: wiki, report: read, episodes, now })
        const expected = decideAccess({ verdict, grants, now }).access
        reached.add(expected)

        // The check listener's desk, and AuthZEN over it.
        const access = createAccessDesk({ store: desk.store, book: () => book, grantsOf: async () => grants })
        const listener = await access.decide(laptop.id, wiki, undefined, now)
        const authzen = await evaluate(
          { resources: desk.ports.resources, newDecisionId: () => 'id', onDecided: () => undefined, desk: access },
          { id: 'app', adapter: 'authzen', from: rangesOf(['127.0.0.1/32']), secretHash: '', origins: undefined },
          {
            subject: { type: 'user', id: staff.ada.email, properties: { device_id: laptop.id } },
            action: { name: 'access' },
            resource: { type: 'resource', id: 'wiki' },
          },
          now,
        )
        // What a report is answered with, and the tray shows.
        const judged = judgePosture({ ...facts, report: read, evidence }, book, desk.ports.resources, grants, 'x', now)
        const tray = judged.claims.resources.find(({ id }) => id === 'wiki')?.access
        // What the console shows to whoever votes.
        const ports = { ...desk.ports, book: () => book, grants: { ...desk.ports.grants, of: async () => grants } }
        const preview = await viewPreview(ports, staff.edsger.id, requestId)
        const tested = policyTested(book, given, now, kind)

        expect({
          listener: listener.access,
          authzen: authzen.decision,
          tray,
          preview: preview.resources.map(({ without }) => without.access),
          tested,
        }).toEqual({
          listener: expected,
          authzen: expected === 'allow',
          tray: expected,
          preview: [expected],
          tested: [expected],
        })
      }),
      { numRuns: 300 },
    )
    expect([...reached].sort()).toEqual(['allow', 'challenge', 'refuse'])
  }, 60_000)
})

/** The accesses that a policy test of the same input passes with. */
function policyTested(
  book: ReturnType<typeof aJudgedBook>,
  { reading, since, grants }: Input,
  now: number,
  kind: 'violated' | 'unknown',
): readonly string[] {
  const firewall =
    reading === 'unknown' ? { unknown: 'timed-out' } : reading === 'missing' ? { missing: true } : { state: reading }
  const given: TestGiven = {
    now,
    person: { groups: ['staff'] },
    device: { platform: 'macos', keyTier: 'T1', ageDays: 100 },
    resource: { id: 'wiki', tags: ['internal'] },
    readings: { firewall },
    ...(since === null ? {} : { failing: { firewall: { since: now + since, kind } } }),
    grants: grants.map((each) => ({
      checks: [each.check],
      covers: ['violated'],
      resources: [each.resource],
      from: now + each.from,
      until: now + each.until,
      controls: [...each.controls],
    })),
  }
  return accessWords.filter((access) => {
    const run = runPolicyTests(
      book,
      [
        {
          document: { kind: 'PolicyTest', schema: 1, name: 'same input', given, expect: { access }, cases: [] },
          file: 'test.yaml',
          line: 1,
          lineOf: () => 1,
        },
      ],
      {},
    )
    expect(run.remarks).toEqual([])
    return run.results.every(({ passed }) => passed)
  })
}

/** How an evaluator fails: an error, its time or a limit exceeded, and answers that are none. */
const failures: readonly (readonly [string, () => boolean])[] = [
  ['an error', fail(new Error('no such overload'))],
  ['a limit', fail(new RangeError('limit exceeded'))],
  ['the time', fail(new DOMException('timed out', 'TimeoutError'))],
  ['what is no error', fail('text')],
  ['a text for an answer', () => JSON.parse('"true"')],
  ['a number for an answer', () => JSON.parse('1')],
  ['nothing for an answer', () => JSON.parse('null')],
]
function fail(cause: unknown): () => boolean {
  return () => {
    throw cause
  }
}
const failure = fc.constantFrom(...failures)
const slots = ['match of an exception policy', 'match of an approval policy', 'when of a rule'] as const

/** A book that is well but for one slot, whose condition fails. */
function aBookWith(slot: (typeof slots)[number], holds: () => boolean) {
  const book = aJudgedBook()
  const broken = { holds, uses: new Set<string>() }
  return {
    ...book,
    exceptionPolicies: book.exceptionPolicies.map((each) => (slot === slots[0] ? { ...each, match: broken } : each)),
    approvalPolicies: book.approvalPolicies.map((each) => ({
      ...each,
      ...(slot === slots[1] ? { match: broken } : {}),
      rules: each.rules.map((rule) => (slot === slots[2] ? { ...rule, when: broken } : rule)),
    })),
  }
}

describe('32 Evaluator failure, timeout or limit, in any slot: refuse and an event, never allow', () => {
  it('of a check: unknown, which no grace and no grant excuses, and a change of posture that says so', () => {
    const loose = fc.record({ grace: fc.constantFrom(0, hour), exemptable: fc.boolean(), grants: fc.boolean() })
    fc.assert(
      fc.property(failure, loose, ([, holds], { grace, exemptable, grants }) => {
        const require = [aRequirement({ graceSeconds: grace, graceUnknownSeconds: grace, exemptable })]
        const book = aBook({ checks: [aCheck({}, holds)], policies: [aPolicy({ require })] })
        const situation = aSituation({ book })
        const verdict = evaluatePolicy(situation)
        const all = aGrant({ checks: [{ id: 'firewall', covers: ['violated', 'unknown'] }] })
        expect(verdict.findings).toMatchObject([{ outcome: 'unknown', reason: 'evaluator', excusable: false }])
        expect(decideAccess({ verdict, grants: grants ? [all] : [], now: noon })).toMatchObject({ access: 'refuse' })
        const { report: read } = situation
        if (read === undefined) throw new Error('no report')
        const facts = { record: laptop, device: situation.device, person: situation.person, report: read, episodes: [] }
        const evidence = { seq: 1, hash: 'x' }
        const judge = (by: typeof book) =>
          judgePosture({ ...facts, evidence }, by, [situation.resource], [all], 'x', noon)
        const change = changesBetween(judge(aBook()).claims, judge(book).claims)
        expect(change?.checks).toEqual([{ check: 'firewall', from: 'met', to: 'unknown' }])
      }),
    )
  })

  it('of a policy or rule: the request is refused', () => {
    fc.assert(
      fc.property(failure, fc.constantFrom(...slots), ([, holds], slot) => {
        const judged = judgeRequest(anAsk(), aRequestSituation({ book: aBookWith(slot, holds) }))
        expect(judged.refusal.length).toBeGreaterThan(0)
      }),
    )
    expect(judgeRequest(anAsk(), aRequestSituation({ book: aBookWith(slots[0], () => true) })).refusal).toEqual([])
  })

  it('at the gateway: a refused request is an event, and a vote that would complete one mints nothing', async () => {
    for (const slot of slots)
      for (const [name, holds] of failures) {
        const desk = await anExceptionDesk()
        const { request_id: open } = await desk.pending({ resources: ['payments'] })
        await desk.vote('edsger', open)
        desk.book = aBookWith(slot, holds)
        const asked = await desk.ask().catch((thrown: unknown) => thrown)
        expect(asked, `${slot}: ${name}`).toMatchObject({ state: 'refused' })
        expect((await desk.events()).at(-1)).toMatchObject({ type: 'request-refused' })
        const vote = await desk.vote('barbara', open, { stage: 'b' }).catch((thrown: unknown) => thrown)
        expect(isFailure(vote, 'state_conflict'), `${slot}: ${name}`).toBe(true)
        expect(await desk.store.read((rows) => rows.grants.newest(9))).toEqual([])
        await desk.log.sequencer.stop()
        await desk.store.close()
      }
  }, 60_000)
})
