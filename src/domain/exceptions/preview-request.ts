import type { Control, RiskTier, StepUpLevel } from '../policy/documents.ts'
import type { RequestJudgement } from './judge-request.ts'
import type { Refusal } from './moves.ts'
import { assessRisk } from './risk-tier.ts'

/** What the form shows before anything is sent (protocol.md section 8). It binds nobody. */
export type RequestPreview = {
  readonly offered: boolean
  readonly refusal?: readonly Refusal[]
  readonly max_duration_s: number
  readonly total_left_s: number
  readonly quota_left: number
  readonly cooldown_until?: number
  readonly risk_tier: RiskTier
  readonly stages: readonly { readonly id: string; readonly need: number }[]
  readonly step_up: StepUpLevel
  readonly controls: readonly Control[]
  readonly categories: readonly string[]
  readonly reason_min: number
  /** The globs that a ticket must match, all of them, separated by a space. */
  readonly ticket?: string
}

/** The answer to a preview. A request that equals an open one is offered nothing: that one is there already. */
export function previewRequest(judgement: RequestJudgement): RequestPreview {
  const { rules, refusal, stages, cooldownUntil, checks } = judgement
  const tickets = rules?.limits.tickets ?? []
  return {
    offered: refusal.length === 0 && judgement.equal === undefined,
    ...(refusal.length === 0 ? {} : { refusal }),
    max_duration_s: judgement.maxDurationSeconds,
    total_left_s: judgement.totalLeftSeconds,
    quota_left: judgement.quotaLeft,
    ...(cooldownUntil === null ? {} : { cooldown_until: cooldownUntil }),
    risk_tier:
      rules?.risk.tier ?? assessRisk({ severities: checks.map(({ severity }) => severity), tiers: [], times: {} }).tier,
    stages: stages.map(({ id, need }) => ({ id, need })),
    step_up: rules?.requesterStepUp ?? 'webauthn-uv',
    controls: rules?.limits.controls ?? [],
    categories: judgement.categories,
    reason_min: rules?.limits.minChars ?? 0,
    ...(tickets.length === 0 ? {} : { ticket: tickets.join(' ') }),
  }
}
