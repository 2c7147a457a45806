import type { Device } from '../access/device.ts'
import type { Person } from '../access/person.ts'
import type { Resource } from '../access/resource.ts'
import type { Book } from '../policy/book.ts'
import type { Condition, MatchInput, WhenInput } from '../policy/conditions.ts'
import type {
  ApprovalRule,
  FailureKind,
  RiskModifier,
  RiskTier,
  Severity,
  Stage,
  StepUpLevel,
} from '../policy/documents.ts'
import {
  areEnough,
  combineLimits,
  combineWeights,
  type ExceptionLimits,
  requesterStepUp,
  uniteStages,
} from './limits.ts'
import { assessRisk, type Risk, tierDefaults, timeOfWeek } from './risk-tier.ts'

/** What is asked for, as far as documents look at it. `durationSeconds` left out: judged at the cap. */
export type ExceptionAsk = {
  readonly checks: readonly {
    readonly id: string
    readonly severity: Severity
    readonly covers: readonly FailureKind[]
  }[]
  readonly resources: readonly Pick<Resource, 'id' | 'tags' | 'tier'>[]
  readonly durationSeconds?: number
  readonly category?: string
  readonly controls?: readonly string[]
}

/** Who asks, from what device, and what else raises the risk. `now` is Unix seconds. */
export type ExceptionAsker = {
  readonly person: Pick<Person, 'status' | 'groups' | 'team'>
  readonly device: Pick<Device, 'platform' | 'tier' | 'enrolledAt'>
  readonly now: number
  /** The risk as it was stored with the request: judged by that, nothing is assessed anew. */
  readonly risk?: Risk
  /** How often each of these counts; what follows from ask, device and time is added here. */
  readonly times?: {
    readonly [Factor in Exclude<RiskModifier, 'new-device' | 'off-hours' | 'resources' | 'long'>]?: number
  }
}

/** What the documents say to an ask: risk, limits, and who must approve. */
export type ExceptionRules = {
  readonly risk: Risk
  readonly limits: ExceptionLimits
  readonly stages: readonly Stage[]
  readonly requesterStepUp: StepUpLevel
  /** The rule that each ApprovalPolicy chose, by its position from 0. */
  readonly chosen: readonly { readonly policy: string; readonly rule: number }[]
  /** The stages have the places that the tier asks; else every such request is `no_quorum`. */
  readonly enough: boolean
}

const week = 7 * 86_400

/**
 * The rules for an ask (policy.md sections 5 to 7). Undefined where no ExceptionPolicy or no ApprovalPolicy matches,
 * where one that matches has no rule for it, or where a condition fails: then there is no exception.
 */
export function exceptionRulesFor(book: Book, ask: ExceptionAsk, asker: ExceptionAsker): ExceptionRules | undefined {
  try {
    return rulesFor(book, ask, asker)
  } catch {
    return undefined // an expression that fails never grants anything
  }
}

function rulesFor(book: Book, ask: ExceptionAsk, asker: ExceptionAsker): ExceptionRules | undefined {
  const longest = tierDefaults.low.maxDurationSeconds
  let durationSeconds = ask.durationSeconds ?? longest
  // At the cap: the cap depends on what matches, and what matches may look at the duration. Twice settles it.
  for (let round = 0; round < (ask.durationSeconds === undefined ? 2 : 0); round += 1) {
    const judged = judge(book, ask, asker, durationSeconds)
    if (judged === undefined) return undefined
    durationSeconds = judged.limits.maxDurationSeconds
  }
  const judged = judge(book, ask, asker, durationSeconds)
  if (judged === undefined) return undefined
  const { request, risk, limits } = judged
  const chosen = chosenRules(book, request, risk, asker)
  if (chosen === undefined) return undefined
  const rules = chosen.map(({ rule }) => rule)
  const stages = uniteStages(rules, limits)
  return {
    risk,
    limits,
    stages,
    requesterStepUp: requesterStepUp(rules, limits),
    chosen: chosen.map(({ policy, index }) => ({ policy, rule: index })),
    enough: areEnough(stages, limits),
  }
}

type Judged = { readonly request: MatchInput['request']; readonly risk: Risk; readonly limits: ExceptionLimits }

function judge(book: Book, ask: ExceptionAsk, asker: ExceptionAsker, durationSeconds: number): Judged | undefined {
  const request: MatchInput['request'] = {
    mode: 'normal',
    durationSeconds,
    renewal: 0,
    platform: asker.device.platform,
    category: ask.category ?? '',
    onBehalf: false,
    checks: ask.checks,
    resources: ask.resources.map(({ id, tags, tier }) => ({ id, tags, tier })),
    controls: ask.controls ?? [],
  }
  const policies = book.exceptionPolicies
    .filter(({ match }) => holds(match, { request }))
    .map(({ document }) => document)
  if (asker.risk !== undefined) {
    const limits = combineLimits(policies, asker.risk.tier)
    return limits === undefined ? undefined : { request, risk: asker.risk, limits }
  }
  const weights = combineWeights(policies)
  const facts = {
    severities: ask.checks.map(({ severity }) => severity),
    tiers: ask.resources.map(({ tier }): RiskTier => tier),
    times: {
      ...asker.times,
      'new-device': asker.now - asker.device.enrolledAt < week ? 1 : 0,
      'off-hours': timeOfWeek(asker.now).offHours ? 1 : 0,
      resources: ask.resources.length > 1 ? 1 : 0,
    },
  }
  const first = assessRisk(facts, weights)
  const cap = combineLimits(policies, first.tier)?.maxDurationSeconds ?? 0
  const risk = durationSeconds * 2 > cap ? assessRisk({ ...facts, times: { ...facts.times, long: 1 } }, weights) : first
  const limits = combineLimits(policies, risk.tier)
  return limits === undefined ? undefined : { request, risk, limits }
}

type Chosen = { readonly policy: string; readonly index: number; readonly rule: ApprovalRule }

/** Each ApprovalPolicy that matches picks its first rule that is in force and holds. */
function chosenRules(
  book: Book,
  request: MatchInput['request'],
  risk: Risk,
  { person, device, now }: ExceptionAsker,
): readonly Chosen[] | undefined {
  const input: WhenInput = {
    request,
    risk: { tier: risk.tier, score: risk.score, factors: risk.factors.map(({ id }) => id) },
    subject: {
      status: person.status,
      groups: person.groups,
      ...(person.team === undefined ? {} : { team: person.team }),
    },
    device: {
      keyTier: device.tier,
      ageDays: Math.max(0, Math.floor((now - device.enrolledAt) / 86_400)),
      platform: device.platform,
    },
    time: timeOfWeek(now),
  }
  const rules: Chosen[] = []
  for (const policy of book.approvalPolicies) {
    if (!holds(policy.match, { request })) continue
    const index = policy.rules.findIndex(
      ({ rule, when }) => (rule.validUntil === null || now < rule.validUntil) && holds(when, input),
    )
    const chosen = policy.rules[index]
    if (chosen === undefined) return undefined
    rules.push({ policy: policy.document.id, index, rule: chosen.rule })
  }
  return rules.length === 0 ? undefined : rules
}

function holds<Input>(condition: Condition<Input>, input: Input): boolean {
  return condition.holds(input) === true
}
