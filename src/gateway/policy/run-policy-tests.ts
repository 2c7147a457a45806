import type { PolicyTest, TestExpectation } from '#contract/policy-test-document.ts'
import { decideAccess } from '#domain/access/decide-access.ts'
import type { Decision } from '#domain/access/decision.ts'
import type { Book } from '#domain/policy/book.ts'
import { evaluatePolicy } from '#domain/policy/evaluate-policy.ts'
import type { LintContext } from './lint-context.ts'
import { judgeTestRequest, type TestAnswer } from './policy-test-request.ts'
import { situationOf, type TestSituation } from './policy-test-situation.ts'
import type { Placed } from './read-documents.ts'
import { type Remark, sortRemarks } from './remark.ts'

export type TestResult = {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly passed: boolean
  /** What was expected and what came, one sentence each. */
  readonly differences: readonly string[]
}

/** Ids of checks, `policy[rule]` and `policy[rule] stage` that no test touched. */
export type Untouched = {
  readonly checks: readonly string[]
  readonly rules: readonly string[]
  readonly stages: readonly string[]
}

export type TestRun = {
  readonly results: readonly TestResult[]
  /** Tests that do not load; with any of them the run has no verdict (exit 2). */
  readonly remarks: readonly Remark[]
  readonly untouched: Untouched
}

/** Runs every PolicyTest and its cases against a book (policy.md section 9), through the functions the gateway judges with. */
export function runPolicyTests(
  book: Book,
  tests: readonly Placed<PolicyTest>[],
  context: Pick<LintContext, 'resources'>,
): TestRun {
  const results: TestResult[] = []
  const remarks: Remark[] = []
  const touched = { checks: new Set<string>(), rules: new Set<string>(), stages: new Set<string>() }
  for (const test of tests) {
    for (const each of casesOf(test.document)) {
      const line = test.lineOf(each.path)
      const situation = situationOf(book, each.given, context.resources ?? [])
      if (situation.kind === 'faulty') {
        for (const { says, instead } of situation.faults)
          remarks.push({ severity: 'error', file: test.file, line, path: each.name, says, instead })
        continue
      }
      const { decision, answer } = play(book, situation, each.request, context)
      for (const finding of decision.findings) touched.checks.add(finding.finding.requirement.check.document.id)
      for (const { policy, rule } of answer?.rules?.chosen ?? []) {
        touched.rules.add(`${policy}[${rule}]`)
        for (const stage of answer?.rules?.stages ?? []) touched.stages.add(`${policy}[${rule}] ${stage.id}`)
      }
      const differences = compare(each.expect, decision, answer)
      results.push({ name: each.name, file: test.file, line, passed: differences.length === 0, differences })
    }
  }
  return { results, remarks: sortRemarks(remarks), untouched: untouchedOf(book, touched) }
}

type Case = {
  readonly name: string
  readonly path: readonly (string | number)[]
  readonly given: NonNullable<PolicyTest['given']>
  readonly request: PolicyTest['request']
  readonly expect: TestExpectation
}

/** The test itself, where it expects something, then its cases, each with parts of given and expect replaced. */
function casesOf(test: PolicyTest): readonly Case[] {
  const own: Case = {
    name: test.name,
    path: ['name'],
    given: test.given ?? {},
    request: test.request,
    expect: test.expect ?? {},
  }
  const cases = test.cases.map((each, index): Case => {
    const given = each.given ?? {}
    return {
      name: `${test.name}: ${each.name}`,
      path: ['cases', index],
      given: {
        ...own.given,
        ...given,
        person: { ...own.given.person, ...given.person },
        device: { ...own.given.device, ...given.device },
        resource: { ...own.given.resource, ...given.resource },
        readings: { ...own.given.readings, ...given.readings },
        failing: { ...own.given.failing, ...given.failing },
      },
      request: each.request ?? test.request,
      expect: mergeExpectations(own.expect, each.expect ?? {}),
    }
  })
  return test.expect === undefined ? cases : [own, ...cases]
}

/** Part by part. The code of a request is another one than that of an access, so it is not taken over. */
function mergeExpectations(own: TestExpectation, more: TestExpectation): TestExpectation {
  const { code, ...others } = own
  const kept = code === undefined || (more.request !== undefined && own.request === undefined) ? others : own
  if (own.findings === undefined && more.findings === undefined) return { ...kept, ...more }
  return { ...kept, ...more, findings: { ...own.findings, ...more.findings } }
}

type Played = { readonly decision: Decision; readonly answer: TestAnswer | undefined }

function play(
  book: Book,
  situation: TestSituation,
  request: PolicyTest['request'],
  context: Pick<LintContext, 'resources'>,
): Played {
  const { person, device, resource, report, episodes, grants, now } = situation
  const verdict = evaluatePolicy({ book, person, device, resource, report, episodes, now })
  const decision = decideAccess({ verdict, grants, now })
  if (request === undefined) return { decision, answer: undefined }
  return { decision, answer: judgeTestRequest(book, situation, request, context.resources ?? []) }
}

function compare(expect: TestExpectation, decision: Decision, answer: TestAnswer | undefined): readonly string[] {
  const differences: string[] = []
  const same = (what: string, wanted: string | undefined, got: string): void => {
    if (wanted !== undefined && wanted !== got) differences.push(`${what}: expected ${wanted}, got ${got}`)
  }
  same('access', expect.access, decision.access)
  if (expect.request === undefined) same('code', expect.code, decision.code ?? 'none')
  same('needs', expect.needs?.toSorted().join(', '), decision.needs.join(', '))
  if (expect.findings !== undefined) {
    const wanted = new Map<string, string>(Object.entries(expect.findings))
    const got = new Map<string, string>(
      decision.findings.map(({ finding, outcome }) => [finding.requirement.check.document.id, outcome]),
    )
    // What is not named must be met.
    for (const id of new Set([...wanted.keys(), ...got.keys()]))
      same(id, wanted.get(id) ?? 'met', got.get(id) ?? 'not required')
  }
  if (expect.request !== undefined || expect.stages !== undefined || expect.tier !== undefined) {
    if (answer === undefined) return [...differences, 'request: expected an answer, but nothing is asked']
    same('request', expect.request, answer.refusals.length === 0 ? 'pending' : `refused`)
    if (expect.code !== undefined && !answer.refusals.some((code) => code === expect.code))
      differences.push(`code: expected ${expect.code}, got ${answer.refusals.join(', ') || 'none'}`)
    else if (expect.request === 'pending' && answer.refusals.length > 0)
      differences.push(`refused for ${answer.refusals.join(', ')}`)
    same('stages', expect.stages?.join(', '), answer.rules?.stages.map(({ id }) => id).join(', ') ?? 'none')
    same('tier', expect.tier, answer.rules?.risk.tier ?? 'none')
  }
  return differences
}

function untouchedOf(book: Book, touched: { readonly [What in keyof Untouched]: ReadonlySet<string> }): Untouched {
  const rules = book.approvalPolicies.flatMap(({ document }) =>
    document.rules.map((rule, index) => ({ name: `${document.id}[${index}]`, rule })),
  )
  return {
    checks: [...book.checks.keys()].filter((id) => !touched.checks.has(id)).sort(),
    rules: rules.map(({ name }) => name).filter((name) => !touched.rules.has(name)),
    stages: rules
      .flatMap(({ name, rule }) => rule.stages.map((stage) => `${name} ${stage.id}`))
      .filter((name) => !touched.stages.has(name)),
  }
}
