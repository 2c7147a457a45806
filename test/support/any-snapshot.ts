import fc from 'fast-check'
import { grantStates, requestStates } from '#contract/exceptions.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { agentStates } from '#domain/agent-state.ts'
import { isLive, isOpen } from '#domain/exceptions/states.ts'
import { aFinding, aResult, aSnapshot, noon } from './a-snapshot.ts'

type Result = NonNullable<Snapshot['result']>
type Head = Snapshot['exceptions']['requests'][number]

/** Words that a gateway, or whoever speaks through it, could send: markup, controls, direction marks, gaps, much too much. */
export const hostileWords = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '\u202efdp.exe',
    '\u0000\u0007\u001b[31mred',
    'a\nb\tc',
    '<b>x</b><img src=x onerror=alert(1)>',
    '{time} {n} {name}',
    '\ud800',
    '😀'.repeat(100),
    'x'.repeat(4000),
    '$& $1 %s &amp; & _',
  ),
)
const upTo = (longest: number) => hostileWords.map((text) => text.slice(0, longest))
const check = fc.oneof(fc.constantFrom('firewall', 'disk', 'updates'), upTo(40))
const outcome = fc.constantFrom('met', 'tolerated', 'excepted', 'violated', 'unknown')
const moment = fc.integer({ min: noon - 30 * 86_400, max: noon + 400 * 86_400 })

const judged: fc.Arbitrary<Result['checks'][number]> = fc.record(
  {
    check,
    signal: fc.oneof(fc.constantFrom('firewall', 'disk-encryption', 'os-updates'), upTo(64)),
    outcome,
    observed: fc.oneof(
      fc.record({ kind: fc.constant('observed' as const), value: fc.jsonValue(), at: moment, source: upTo(64) }),
      fc.record({ kind: fc.constantFrom('unknown' as const, 'error' as const, 'na' as const), why: upTo(64) }),
    ),
    required: fc.record({
      text: fc.dictionary(fc.constantFrom('en', 'de', 'fr', '__proto__'), hostileWords),
      parameters: fc.constant({}),
    }),
  },
  { requiredKeys: ['check', 'signal', 'outcome'] },
)

const resource: fc.Arbitrary<Result['resources'][number]> = fc.record({
  id: upTo(64),
  name: upTo(200),
  access: fc.constantFrom('allow', 'challenge', 'refuse'),
  findings: fc.array(
    fc.record({ check, outcome, grace: fc.option(moment), offered: fc.boolean() }).map((from) =>
      aFinding(`${from.check}@abc`, {
        outcome: from.outcome,
        grace_until: from.grace,
        exception: { offered: from.offered },
      }),
    ),
    { maxLength: 4 },
  ),
})

const result: fc.Arbitrary<Result> = fc
  .record({
    checks: fc.array(judged, { maxLength: 9 }),
    resources: fc.array(resource, { maxLength: 5 }),
    status: fc.constantFrom('none', 'affirming', 'warning', 'contraindicated'),
    exp: moment,
    recheck_at: moment,
  })
  .map((parts) => aResult(parts))

const head: fc.Arbitrary<Head> = fc
  .record({
    request_id: fc.uuid({ version: 7 }),
    state: fc.constantFrom(...requestStates),
    proven: fc.boolean(),
    checks: fc.array(check, { maxLength: 3 }),
    votes: fc.option(fc.record({ have: fc.nat(9), need: fc.nat(9) })),
    decide_by: fc.option(moment),
    grant: fc.option(fc.record({ state: fc.constantFrom(...grantStates), not_after: fc.option(moment) })),
  })
  .map((parts) => ({ ...parts, resources: [], changes: 0 }))
  .filter(({ state, grant }) => isOpen(state) || grant === null || isLive(grant.state))

/** Any snapshot that the schema lets through, its state and its facts not even fitting together. */
export const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    state: fc.constantFrom(...agentStates),
    version: upTo(64),
    organisation: fc.option(upTo(80)),
    contact: fc.option(upTo(320)),
    result: fc.option(result),
    result_at: fc.option(moment),
    checking: fc.boolean(),
    failure: fc.option(fc.record({ code: upTo(64), at: moment })),
    exceptions: fc.record({
      requests: fc.array(head, { maxLength: 8 }),
      drafts: fc.constant<Snapshot['exceptions']['drafts']>([]),
    }),
    checks: fc.array(
      check.chain((id) =>
        fc.record({
          id: fc.constant(id),
          title: fc.dictionary(fc.constantFrom('en', 'de', 'fr'), hostileWords),
          why: fc.constant({}),
        }),
      ),
      { maxLength: 5 },
    ),
  })
  .map((parts) => aSnapshot(parts))
