import { decideAccess } from '../access/decide-access.ts'
import type { Access, AccessCode, Decision, Outcome } from '../access/decision.ts'
import type { Device } from '../access/device.ts'
import type { DecisionGrant } from '../access/grant.ts'
import type { Person } from '../access/person.ts'
import type { Resource } from '../access/resource.ts'
import type { PostureReport } from '../posture-report.ts'
import type { SignalId } from '../signals.ts'
import type { Book } from './book.ts'
import { byCodeUnit } from './combine.ts'
import type { Remedy } from './documents.ts'
import { evaluatePolicy } from './evaluate-policy.ts'
import { type Explanation, explainFindings, type Observation, type Required } from './explanation.ts'
import type { Episode } from './grace.ts'
import { scopeOf } from './policy-scope.ts'
import type { Finding, Verdict } from './verdict.ts'

/** The AR4SI words, best first; `none`: nothing to judge. */
export const statusWords = ['none', 'affirming', 'warning', 'contraindicated'] as const
export type StatusWord = (typeof statusWords)[number]

export type SummaryCheck = {
  readonly check: string
  readonly signal: SignalId
  readonly outcome: Outcome
  readonly at?: number
  readonly observed?: Observation
  readonly required?: Required
  readonly since?: number
  readonly remedy?: Remedy | null
}

export type SummaryFinding = Pick<
  Explanation,
  'check' | 'outcome' | 'enforce' | 'policies' | 'grace_until' | 'exception'
>

export type SummaryResource = {
  readonly id: string
  readonly name: string
  readonly access: Access
  readonly code?: AccessCode
  readonly findings: readonly SummaryFinding[]
  readonly cut?: true
}

/** The members of a posture-result that follow from book and report (protocol.md section 10). Times are Unix seconds. */
export type PostureClaims = {
  readonly status: StatusWord
  readonly submods: { readonly os: StatusWord; readonly posture: StatusWord; readonly agent: StatusWord }
  readonly book: string
  readonly checks: readonly SummaryCheck[]
  readonly resources: readonly SummaryResource[]
  readonly grants: readonly string[]
  readonly recheck_at: number
}

export type PostureSummary = {
  readonly claims: PostureClaims
  /** The smallest of the policies that apply, 45 min without one: what `exp` and `next_due` are made of. */
  readonly maxSilenceSeconds: number
  /** Each check once, for `nextEpisodes`. */
  readonly judged: Pick<Verdict, 'findings' | 'receivedAt'>
  readonly decisions: readonly { readonly resource: Resource; readonly decision: Decision }[]
}

export type SummaryInput = {
  readonly book: Book
  readonly person: Person
  readonly device: Device
  readonly report: PostureReport | undefined
  readonly episodes: readonly Episode[]
  readonly grants: readonly DecisionGrant[]
  /** All resources there are, the console among them. */
  readonly resources: readonly Resource[]
  readonly now: number
  /** The most UTF-8 bytes that `claims` may take as JSON. */
  readonly maxBytes: number
}

const mostResources = 100
const defaultSilenceSeconds = 2700
const osSignals: readonly SignalId[] = ['os-version', 'os-updates']
const outcomeOrder: readonly Outcome[] = ['met', 'tolerated', 'excepted', 'violated', 'unknown']

/**
 * Judges a report over every resource that the person's policies name, at most a hundred, sorted by id. Checks carry the
 * hardest outcome over all of them; where the whole is larger than `maxBytes`, the findings of the last resources go.
 */
export function summarisePosture(input: SummaryInput): PostureSummary {
  const { book, person, device, report, episodes, grants, now } = input
  const judged = namedResources(input).map((resource) => {
    const verdict = evaluatePolicy({ book, person, device, resource, report, episodes, now })
    const decision = decideAccess({ verdict, grants, now })
    const explanations = explainFindings(decision.findings, { book, person, device, resource, now })
    return { resource, verdict, decision, explanations }
  })
  const findings = hardestFindings(judged.map(({ decision }) => decision))
  const checks = [...findings.values()].map(({ finding, outcome }) => summaryCheck(finding, outcome, judged))
  const gate = judged.some(({ verdict }) => verdict.gate === 'device_not_active' || verdict.gate === 'tier_too_low')
  const status = gate ? 'contraindicated' : statusOf([...findings.values()])
  const os = statusOf([...findings.values()].filter(({ finding }) => isOsFinding(finding)))
  const claims: PostureClaims = {
    status,
    submods: { os, posture: status, agent: gate ? 'contraindicated' : 'affirming' },
    book: book.hash,
    checks,
    resources: judged.map(({ resource, decision, explanations }) => ({
      id: resource.id,
      name: resource.name,
      access: decision.access,
      ...(decision.code === undefined ? {} : { code: decision.code }),
      findings: explanations.map(({ check, outcome, enforce, policies, grace_until, exception }) => ({
        check,
        outcome,
        enforce,
        policies,
        grace_until,
        exception,
      })),
    })),
    grants: [...new Set(judged.flatMap(({ decision }) => decision.grants))].sort(byCodeUnit),
    recheck_at: Math.min(now + 86_400, ...judged.map(({ decision }) => decision.recheckAt)),
  }
  return {
    claims: cutToSize(claims, input.maxBytes),
    maxSilenceSeconds: smallestSilence(judged.map(({ verdict }) => verdict)),
    judged: { findings: [...findings.values()].map(({ finding }) => finding), receivedAt: report?.receivedAt ?? null },
    decisions: judged.map(({ resource, decision }) => ({ resource, decision })),
  }
}

/** The resources that some policy of the person's groups names, whether or not it is in force now. */
function namedResources({ book, person, resources }: SummaryInput): readonly Resource[] {
  return resources
    .filter((resource) => scopeOf(book, person.groups, resource).policies.length > 0)
    .sort((left, right) => byCodeUnit(left.id, right.id))
    .slice(0, mostResources)
}

function smallestSilence(verdicts: readonly Verdict[]): number {
  const silences = verdicts.filter(({ policies }) => policies.length > 0).map((verdict) => verdict.maxSilenceSeconds)
  return silences.length === 0 ? defaultSilenceSeconds : Math.min(...silences)
}

type Hardest = { readonly finding: Finding; readonly outcome: Outcome; readonly access: Access }

/** Per check the hardest outcome and the hardest access over all resources, sorted by check id. */
function hardestFindings(decisions: readonly Decision[]): ReadonlyMap<string, Hardest> {
  const hardest = new Map<string, Hardest>()
  for (const { findings } of decisions) {
    for (const { finding, outcome, access } of findings) {
      const { id } = finding.requirement.check.document
      const known = hardest.get(id)
      if (known === undefined) {
        hardest.set(id, { finding, outcome, access })
        continue
      }
      const harder = outcomeOrder.indexOf(outcome) > outcomeOrder.indexOf(known.outcome)
      const refuses = access === 'refuse' || known.access === 'refuse'
      hardest.set(id, {
        finding: harder ? finding : known.finding,
        outcome: harder ? outcome : known.outcome,
        access: refuses ? 'refuse' : known.access,
      })
    }
  }
  return new Map([...hardest].sort(([left], [right]) => byCodeUnit(left, right)))
}

function statusOf(findings: readonly Hardest[]): StatusWord {
  if (findings.length === 0) return 'none'
  if (findings.some(({ access }) => access === 'refuse')) return 'contraindicated'
  return findings.every(({ outcome }) => outcome === 'met') ? 'affirming' : 'warning'
}

function isOsFinding(finding: Finding): boolean {
  return osSignals.includes(finding.requirement.check.document.signal)
}

function summaryCheck(
  finding: Finding,
  outcome: Outcome,
  judged: readonly { readonly explanations: readonly Explanation[] }[],
): SummaryCheck {
  const { document, ref } = finding.requirement.check
  const shared = {
    check: document.id,
    signal: document.signal,
    outcome,
    ...(finding.reading === undefined ? {} : { at: finding.reading.at }),
  }
  const explanation = judged
    .flatMap(({ explanations }) => explanations)
    .find((each) => each.check === ref && each.outcome === outcome)
  if (explanation === undefined) return shared
  const { observed, required, since, remedy } = explanation
  return { ...shared, observed, required, since, remedy }
}

/** Empties the findings of the last resources, one after the other, until the claims fit. */
function cutToSize(claims: PostureClaims, maxBytes: number): PostureClaims {
  const json = JSON.stringify(claims)
  if (json.length * 3 <= maxBytes) return claims
  let excess = utf8Bytes(json) - maxBytes
  if (excess <= 0) return claims
  const resources = [...claims.resources]
  for (let index = resources.length - 1; index >= 0 && excess > 0; index -= 1) {
    const whole = resources[index]
    if (whole === undefined || whole.findings.length === 0) continue
    const cut: SummaryResource = { ...whole, findings: [], cut: true }
    excess -= utf8Bytes(JSON.stringify(whole)) - utf8Bytes(JSON.stringify(cut))
    resources[index] = cut
  }
  return { ...claims, resources }
}

function utf8Bytes(text: string): number {
  let bytes = 0
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return bytes
}
