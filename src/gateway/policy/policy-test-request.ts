import type { TestRequest, testableRefusals } from '#contract/policy-test-document.ts'
import { consoleResource, type Resource } from '#domain/access/resource.ts'
import { type ExceptionRules, exceptionRulesFor } from '#domain/exceptions/exception-rules.ts'
import { globMatch } from '#domain/exceptions/glob-match.ts'
import type { Book } from '#domain/policy/book.ts'
import { evaluatePolicy } from '#domain/policy/evaluate-policy.ts'
import type { FailingFinding, Finding, Verdict } from '#domain/policy/verdict.ts'
import type { TestSituation } from './policy-test-situation.ts'

type Refusal = (typeof testableRefusals)[number]

/** What the documents say to a request: why it is refused, and by which rules it would be judged. */
export type TestAnswer = { readonly refusals: readonly Refusal[]; readonly rules: ExceptionRules | undefined }

/**
 * Judges a request of a test as far as documents and readings can tell (exceptions.md R1): quotas, cooldown and open
 * requests belong to what happened before, and who could vote to the people there are.
 */
export function judgeTestRequest(
  book: Book,
  situation: TestSituation,
  request: TestRequest,
  resources: readonly Resource[],
): TestAnswer {
  const asked = request.resources.map((id) => resourceNamed(id, situation.resource, resources))
  const verdicts = asked.map((resource): Verdict => evaluatePolicy({ book, ...situation, resource }))
  const refusals = new Set<Refusal>()
  const named = request.checks.map((id) => ({ id, findings: findingsOf(id, verdicts) }))
  if (verdicts.some(({ silent }) => silent)) refusals.add('device_silent')
  if (verdicts.some(({ gate }) => gate === 'no_policy')) refusals.add('outside_policy')
  for (const { findings } of named) {
    if (findings.length === 0) refusals.add('check_not_failing')
    if (findings.some((finding) => !isExemptable(finding))) refusals.add('not_exemptable')
  }
  const rules = exceptionRulesFor(
    book,
    {
      checks: named.flatMap(({ findings: [finding] }) =>
        finding === undefined ? [] : [{ ...severityOf(finding), covers: [finding.kind] }],
      ),
      resources: asked,
      durationSeconds: request.duration,
      ...(request.category === undefined ? {} : { category: request.category }),
    },
    {
      person: situation.person,
      device: situation.device,
      now: situation.now,
      times: { 'other-failing': othersFailing(verdicts, request.checks) },
    },
  )
  if (rules === undefined || !rules.enough) refusals.add('no_quorum')
  if (rules !== undefined) {
    if (request.duration > rules.limits.maxDurationSeconds) refusals.add('duration')
    if (rules.limits.maxTotals.some(({ amountSeconds }) => request.duration > amountSeconds)) refusals.add('total')
    if (!isJustified(request, rules)) refusals.add('justification')
  }
  return { refusals: [...refusals], rules }
}

function resourceNamed(id: string, given: Resource, resources: readonly Resource[]): Resource {
  if (id === given.id) return given
  const known = [consoleResource, ...resources].find((resource) => resource.id === id)
  return known ?? { id, name: id, tags: [], tier: 'low', origins: [], owners: [] }
}

/** Failing is a finding of `approval` or `block` that is violated, unknown for an excusable reason, or tolerated. */
function isFailing(finding: Finding): finding is FailingFinding {
  const { enforce } = finding.requirement
  return finding.outcome !== 'met' && finding.excusable && (enforce === 'approval' || enforce === 'block')
}

function findingsOf(id: string, verdicts: readonly Verdict[]): readonly FailingFinding[] {
  return verdicts
    .flatMap(({ findings }) => findings)
    .filter(isFailing)
    .filter(({ requirement }) => requirement.check.document.id === id)
}

function othersFailing(verdicts: readonly Verdict[], checks: readonly string[]): number {
  const failing = verdicts
    .flatMap(({ findings }) => findings)
    .filter(isFailing)
    .map(({ requirement }) => requirement.check.document.id)
    .filter((id) => !checks.includes(id))
  return new Set(failing).size
}

function isExemptable({ requirement, kind }: FailingFinding): boolean {
  const { allowed, covers } = requirement.check.document.exemptable
  return requirement.exemptable && allowed && covers.includes(kind)
}

function severityOf({ requirement }: FailingFinding) {
  const { id, severity } = requirement.check.document
  return { id, severity }
}

function isJustified({ justification = {}, category }: TestRequest, { limits }: ExceptionRules): boolean {
  const { chars = 0, ticket, remedyBy } = justification
  return (
    chars >= limits.minChars &&
    (!limits.categoryRequired || category !== undefined) &&
    (!limits.remedyByRequired || remedyBy !== undefined) &&
    limits.tickets.every((glob) => ticket !== undefined && globMatch(ticket, glob))
  )
}
