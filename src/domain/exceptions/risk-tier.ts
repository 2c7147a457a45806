import type {
  Control,
  RiskFactor,
  RiskModifier,
  RiskTier,
  RiskWeights,
  Severity,
  StepUpLevel,
} from '../policy/documents.ts'
import { riskTiers } from '../policy/documents.ts'

/** What a risk tier means before any document speaks (policy.md section 6). Durations in seconds. */
export type TierDefaults = {
  readonly maxDurationSeconds: number
  /** Within 30 days, per subject and check. */
  readonly maxTotalSeconds: number
  readonly renewals: number
  readonly approvals: number
  readonly requesterStepUp: StepUpLevel
  readonly approverStepUp: StepUpLevel
  readonly controls: readonly Control[]
}

const hour = 3600
const day = 24 * hour

export const tierDefaults: { readonly [Tier in RiskTier]: TierDefaults } = {
  low: {
    maxDurationSeconds: 7 * day,
    maxTotalSeconds: 14 * day,
    renewals: 2,
    approvals: 1,
    requesterStepUp: 'session',
    approverStepUp: 'any-mfa',
    controls: ['notify'],
  },
  medium: {
    maxDurationSeconds: day,
    maxTotalSeconds: 5 * day,
    renewals: 2,
    approvals: 1,
    requesterStepUp: 'any-mfa',
    approverStepUp: 'webauthn',
    controls: ['session-ttl-4h'],
  },
  high: {
    maxDurationSeconds: 8 * hour,
    maxTotalSeconds: day,
    renewals: 1,
    approvals: 2,
    requesterStepUp: 'webauthn',
    approverStepUp: 'webauthn-uv',
    controls: ['record', 'session-ttl-1h', 'step-up-per-session'],
  },
  critical: {
    maxDurationSeconds: 4 * hour,
    maxTotalSeconds: 8 * hour,
    renewals: 0,
    approvals: 2,
    requesterStepUp: 'webauthn-uv',
    approverStepUp: 'webauthn-uv',
    controls: ['read-only', 'record', 'session-ttl-1h', 'step-up-per-session'],
  },
}

/** The window of `maxTotalSeconds`, and the longest that one grant may ever be. */
export const totalWindowSeconds = 30 * day
export const longestGrantSeconds = 14 * day

const base: { readonly [Tier in RiskTier]: number } = { low: 10, medium: 35, high: 60, critical: 85 }
const leastScore: { readonly [Tier in RiskTier]: number } = { low: 0, medium: 25, high: 50, critical: 75 }

/** The weight of each modifier, and how often it may count. */
const modifiers: { readonly [Factor in RiskModifier]: { readonly weight: number; readonly times: number } } = {
  again: { weight: 10, times: 2 },
  'other-failing': { weight: 5, times: 3 },
  'new-device': { weight: 10, times: 1 },
  'idp-risk': { weight: 20, times: 1 },
  'off-hours': { weight: 5, times: 1 },
  resources: { weight: 10, times: 1 },
  long: { weight: 5, times: 1 },
  approver: { weight: 10, times: 1 },
}
export const riskModifiers: readonly RiskModifier[] = Object.keys(modifiers).filter(isModifier)

/** What a request risks: how often each modifier applies, and what it touches. */
export type RiskFacts = {
  readonly severities: readonly Severity[]
  readonly tiers: readonly RiskTier[]
  readonly times: { readonly [Factor in RiskModifier]?: number }
}

export type Risk = {
  readonly tier: RiskTier
  readonly score: number
  readonly factors: readonly { readonly id: RiskFactor; readonly weight: number }[]
}

/** Score and tier of a request; every factor that counts is listed with its weight. */
export function assessRisk(facts: RiskFacts, weights: RiskWeights = {}): Risk {
  const worst = [...facts.severities, ...facts.tiers].reduce<RiskTier>(
    (tier, other) => (riskTiers.indexOf(other) > riskTiers.indexOf(tier) ? other : tier),
    'low',
  )
  const factors: { readonly id: RiskFactor; readonly weight: number }[] = [{ id: 'base', weight: base[worst] }]
  for (const id of riskModifiers) {
    const { weight, times } = modifiers[id]
    const counted = Math.min(facts.times[id] ?? 0, times) * (weights[id] ?? weight)
    if (counted > 0) factors.push({ id, weight: counted })
  }
  const score = Math.min(
    100,
    factors.reduce((sum, { weight }) => sum + weight, 0),
  )
  return { score, factors, tier: tierOfScore(score) }
}

export function tierOfScore(score: number): RiskTier {
  return riskTiers.findLast((tier) => score >= leastScore[tier]) ?? 'low'
}

/** Saturday, Sunday and outside 07 to 19 UTC; `weekday` is 1 (Monday) to 7. */
export function timeOfWeek(now: number): {
  readonly offHours: boolean
  readonly weekday: number
  readonly hour: number
} {
  const hours = Math.floor(now / hour)
  const weekday = ((Math.floor(hours / 24) + 3) % 7) + 1
  const hourOfDay = hours % 24
  return { weekday, hour: hourOfDay, offHours: weekday > 5 || hourOfDay < 7 || hourOfDay >= 19 }
}

function isModifier(factor: string): factor is RiskModifier {
  return Object.hasOwn(modifiers, factor)
}
