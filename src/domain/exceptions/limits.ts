import {
  type ApprovalRule,
  type Control,
  type ExceptionPolicy,
  type RiskModifier,
  type RiskTier,
  type RiskWeights,
  type Stage,
  type StepUpLevel,
  stepUpLevels,
  type TierOverride,
} from '../policy/documents.ts'
import { sessionTtlSeconds } from '../policy/session-ttl.ts'
import { longestGrantSeconds, riskModifiers, tierDefaults, totalWindowSeconds } from './risk-tier.ts'

/** The limits of one request: of all ExceptionPolicies that match it, per field the strictest, over the tier's cells. */
export type ExceptionLimits = {
  readonly maxDurationSeconds: number
  /** All of them hold, per subject and check. */
  readonly maxTotals: readonly { readonly windowSeconds: number; readonly amountSeconds: number }[]
  readonly quota: {
    readonly perSubject: number
    readonly windowSeconds: number
    readonly cooldownSeconds: number
    readonly openAtOnce: number
  }
  readonly minChars: number
  readonly categoryRequired: boolean
  readonly remedyByRequired: boolean
  /** Globs; a ticket must match every one. Without any, none is needed. */
  readonly tickets: readonly string[]
  readonly decideBySeconds: number
  readonly controls: readonly Control[]
  /** Places that must be filled, over how many stages; `owner`: one of them by `role:resource-owner`. */
  readonly approvals: { readonly places: number; readonly stages: number; readonly owner: boolean }
  readonly requesterStepUp: StepUpLevel
  readonly approverStepUp: StepUpLevel
}

/**
 * Combines the ExceptionPolicies that match (policy.md sections 5 and 6). Plain fields only tighten the tier's cells;
 * what `tiers` names replaces them. Undefined when none matches: then there is no exception.
 */
export function combineLimits(policies: readonly ExceptionPolicy[], tier: RiskTier): ExceptionLimits | undefined {
  if (policies.length === 0) return undefined
  const cell = tierDefaults[tier]
  const override = strictestOverride(policies.flatMap((policy) => policy.tiers?.[tier] ?? []))
  const totals = policies.flatMap(({ maxTotal }) => maxTotal ?? [])
  return {
    maxDurationSeconds: Math.min(
      longestGrantSeconds,
      override.maxDurationSeconds ?? cell.maxDurationSeconds,
      ...set(policies, (policy) => policy.maxDurationSeconds),
    ),
    maxTotals: [
      { windowSeconds: totalWindowSeconds, amountSeconds: override.maxTotalSeconds ?? cell.maxTotalSeconds },
      ...totals,
    ],
    quota: {
      perSubject: smallest(
        set(policies, (policy) => policy.quota?.perSubject),
        6,
      ),
      windowSeconds: largest(
        set(policies, (policy) => policy.quota?.windowSeconds),
        totalWindowSeconds,
      ),
      cooldownSeconds: largest(
        set(policies, (policy) => policy.quota?.cooldownSeconds),
        0,
      ),
      openAtOnce: smallest(
        set(policies, (policy) => policy.quota?.openAtOnce),
        2,
      ),
    },
    minChars: largest(
      set(policies, (policy) => policy.justification?.minChars),
      20,
    ),
    categoryRequired: isRequired(
      set(policies, (policy) => policy.justification?.category),
      true,
    ),
    remedyByRequired: isRequired(
      set(policies, (policy) => policy.justification?.remedyBy),
      false,
    ),
    tickets: [...new Set(set(policies, (policy) => policy.justification?.ticket))].sort(),
    decideBySeconds: smallest(
      set(policies, (policy) => policy.decideBySeconds),
      8 * 3600,
    ),
    controls: uniteControls([override.controls ?? cell.controls, ...set(policies, (policy) => policy.controls)]),
    approvals: {
      places: override.approvals ?? cell.approvals,
      stages: Math.min(2, override.approvals ?? cell.approvals),
      owner: tier === 'critical' && override.approvals === undefined,
    },
    requesterStepUp: cell.requesterStepUp,
    approverStepUp: cell.approverStepUp,
  }
}

/** The weights that the ExceptionPolicies set, the largest of each: a heavier factor is the stricter one. */
export function combineWeights(policies: readonly ExceptionPolicy[]): RiskWeights {
  const weights: { [Factor in RiskModifier]?: number } = {}
  for (const factor of riskModifiers) {
    const values = set(policies, (policy) => policy.risk?.[factor])
    if (values.length > 0) weights[factor] = Math.max(...values)
  }
  return weights
}

/** The stages of all rules chosen, united: of the same `from` the larger `need` and the higher step-up. */
export function uniteStages(rules: readonly ApprovalRule[], limits: ExceptionLimits): readonly Stage[] {
  const stages = new Map<string, Stage>()
  for (const stage of rules.flatMap((rule) => rule.stages)) {
    const known = stages.get(stage.from)
    stages.set(stage.from, {
      id: known?.id ?? stage.id,
      from: stage.from,
      need: Math.max(stage.need, known?.need ?? 0),
      stepUp: highest([limits.approverStepUp, stage.stepUp, known?.stepUp]),
      distinctTeamFromRequester: stage.distinctTeamFromRequester || known?.distinctTeamFromRequester === true,
    })
  }
  return [...stages.values()]
}

/** The step-up the requester must give: the highest that the tier and the rules ask. */
export function requesterStepUp(rules: readonly ApprovalRule[], limits: ExceptionLimits): StepUpLevel {
  return highest([limits.requesterStepUp, ...rules.map((rule) => rule.requester?.stepUp)])
}

/** Whether the stages have as many places, over as many stages, as the tier asks; fewer is `no_quorum`. */
export function areEnough(stages: readonly Stage[], limits: ExceptionLimits): boolean {
  const places = stages.reduce((sum, { need }) => sum + need, 0)
  const { approvals } = limits
  return (
    places >= approvals.places &&
    stages.length >= approvals.stages &&
    (!approvals.owner || (stages.length >= 2 && stages.some(({ from }) => from === 'role:resource-owner')))
  )
}

function highest(levels: readonly (StepUpLevel | undefined)[]): StepUpLevel {
  return levels.reduce<StepUpLevel>(
    (level, other) =>
      other !== undefined && stepUpLevels.indexOf(other) > stepUpLevels.indexOf(level) ? other : level,
    'session',
  )
}

/** Union, sorted; of several `session-ttl` the shortest alone. */
function uniteControls(lists: readonly (readonly Control[])[]): readonly Control[] {
  const controls = [...new Set(lists.flat())]
  const shortest = Math.min(...controls.map((control) => sessionTtlSeconds(control) ?? Number.POSITIVE_INFINITY))
  const kept = controls.filter((control) => (sessionTtlSeconds(control) ?? shortest) === shortest)
  const ttl = kept.find((control) => sessionTtlSeconds(control) !== undefined)
  return kept.filter((control) => sessionTtlSeconds(control) === undefined || control === ttl).sort()
}

function strictestOverride(overrides: readonly TierOverride[]): TierOverride {
  const durations = set(overrides, (override) => override.maxDurationSeconds)
  const totals = set(overrides, (override) => override.maxTotalSeconds)
  const approvals = set(overrides, (override) => override.approvals)
  const controls = set(overrides, (override) => override.controls)
  return {
    ...(durations.length === 0 ? {} : { maxDurationSeconds: Math.min(...durations) }),
    ...(totals.length === 0 ? {} : { maxTotalSeconds: Math.min(...totals) }),
    ...(approvals.length === 0 ? {} : { approvals: Math.max(...approvals) }),
    ...(controls.length === 0 ? {} : { controls: uniteControls(controls) }),
  }
}

function set<From, Value>(from: readonly From[], read: (item: From) => Value | undefined): readonly Value[] {
  return from.flatMap((item) => {
    const value = read(item)
    return value === undefined ? [] : [value]
  })
}

function smallest(values: readonly number[], otherwise: number): number {
  return values.length === 0 ? otherwise : Math.min(...values)
}

function largest(values: readonly number[], otherwise: number): number {
  return values.length === 0 ? otherwise : Math.max(...values)
}

function isRequired(values: readonly ('required' | 'optional')[], otherwise: boolean): boolean {
  return values.length === 0 ? otherwise : values.includes('required')
}
