import type { Device } from '../access/device.ts'
import type { Person } from '../access/person.ts'
import type { Resource } from '../access/resource.ts'
import type { Book } from '../policy/book.ts'
import { stepUpLevels } from '../policy/documents.ts'
import { policiesInForce } from '../policy/policy-scope.ts'
import { type History, limitStates, totalLeft } from './counting.ts'
import { type ExceptionRules, exceptionRulesFor } from './exception-rules.ts'
import { grantInterval } from './grant-interval.ts'
import type { FrozenStage, Refusal, RefusalCode } from './moves.ts'
import { assessRisk, type Risk, tierOfScore } from './risk-tier.ts'
import type { Terms } from './terms.ts'

/** What R6 looks at again, under the book now in force. Times are Unix seconds. */
export type ApprovalSituation = {
  readonly book: Book
  readonly resources: readonly Resource[]
  readonly subject: Person
  readonly device: Device & { readonly until: number | null }
  /** The device's key is the one of the terms, or was reached from it by signed rotations. */
  readonly keyReached: boolean
  /** Everything of the subject, this request included. */
  readonly history: History
  readonly terms: Terms
  readonly submittedAt: number
  readonly stages: readonly FrozenStage[]
  /** As stored at submission. */
  readonly risk: Risk
  readonly now: number
}

/**
 * R6's guards beside the votes: exemptable, within the policies, within caps, device and subject as they were, stages as
 * frozen. Failing now, silence, quota, cooldown and open requests are not asked again. Empty: it may be approved.
 */
export function recheckApproval(situation: ApprovalSituation): readonly Refusal[] {
  const { terms, subject, device, history, now } = situation
  const refusal: Refusal[] = []
  const refuse = (code: RefusalCode, limit: number | null = null, left: number | null = null) =>
    refusal.push({ code, limit, left })
  const resources = terms.resources.flatMap((id) => situation.resources.find((each) => each.id === id) ?? [])
  const rules = rulesNow(situation, resources)

  if (!isExemptable(situation, resources)) refuse('not_exemptable')
  if (subject.status !== 'active' || !isWithinPolicies(situation, resources)) refuse('outside_policy')
  const longest = rules?.limits.maxDurationSeconds ?? 0
  if (terms.duration_s > longest || grantInterval(terms, now, device.until) === undefined)
    refuse('duration', longest, longest)
  if (rules !== undefined) {
    const states = limitStates(
      rules.limits,
      history,
      terms.checks.map(({ id }) => id),
      now,
    )
    const left = totalLeft(states)
    if (terms.duration_s > left)
      refuse('total', Math.min(...states.flatMap(({ total_cap_s }) => total_cap_s ?? [])), left)
  }
  if (device.status !== 'active' || !situation.keyReached || terms.device?.id !== device.id) refuse('device_silent')
  if (rules === undefined || !rules.enough || !areAsFrozen(rules, situation.stages)) refuse('no_quorum')
  return refusal
}

/** The risk is the stored one; only what the book and the settings now say of checks and resources replaces its base. */
function rulesNow(
  { book, terms, subject, device, submittedAt, risk }: ApprovalSituation,
  resources: readonly Resource[],
): ExceptionRules | undefined {
  const checks = terms.checks.flatMap(({ id, covers }) => {
    const document = book.checks.get(id)?.document
    return document === undefined ? [] : [{ id, covers, severity: document.severity }]
  })
  if (checks.length < terms.checks.length || resources.length < terms.resources.length) return undefined
  const base = assessRisk({
    severities: checks.map(({ severity }) => severity),
    tiers: resources.map(({ tier }) => tier),
    times: {},
  })
  const factors = [...base.factors, ...risk.factors.filter(({ id }) => id !== 'base')]
  const score = Math.min(
    100,
    factors.reduce((sum, { weight }) => sum + weight, 0),
  )
  return exceptionRulesFor(
    book,
    { checks, resources, durationSeconds: terms.duration_s, category: terms.category },
    { person: subject, device, now: submittedAt, risk: { factors, score, tier: tierOfScore(score) } },
  )
}

function isExemptable(
  { book, terms, subject, device, now }: ApprovalSituation,
  resources: readonly Resource[],
): boolean {
  return terms.checks.every(({ id, covers }) => {
    const document = book.checks.get(id)?.document
    if (document === undefined || !document.exemptable.allowed) return false
    if (!covers.every((kind) => document.exemptable.covers.includes(kind))) return false
    return resources.every((resource) => {
      const { combined } = policiesInForce(book, subject, resource, device.platform, now)
      const requirement = combined?.requirements.find(({ check }) => check.document.id === id)
      const refuses = requirement?.enforce === 'approval' || requirement?.enforce === 'block'
      return !refuses || requirement?.exemptable === true
    })
  })
}

function isWithinPolicies(
  { book, terms, subject, device, now }: ApprovalSituation,
  resources: readonly Resource[],
): boolean {
  return (
    resources.length === terms.resources.length &&
    resources.every((resource) => {
      const { combined } = policiesInForce(book, subject, resource, device.platform, now)
      return combined !== undefined && combined.requirements.length > 0
    })
  )
}

/** Everything that the book now asks was frozen: the same sources, at least the need, the step-up and the other team. */
function areAsFrozen({ stages }: ExceptionRules, frozen: readonly FrozenStage[]): boolean {
  return stages.every((stage) => {
    const known = frozen.find(({ from }) => from === stage.from)
    return (
      known !== undefined &&
      known.need >= stage.need &&
      stepUpLevels.indexOf(known.stepUp) >= stepUpLevels.indexOf(stage.stepUp ?? 'webauthn-uv') &&
      (known.distinctTeamFromRequester || !stage.distinctTeamFromRequester)
    )
  })
}
