import type { OperatingSystem } from '../operating-system.ts'
import type { ReportedSignal } from '../posture-report.ts'
import type { UnknownReason } from '../reading.ts'
import type { CombinedRequirement } from './combine.ts'
import type { FailureKind } from './documents.ts'

/** Why nothing could be judged, beside what a reading itself says. None of these can be excused. */
export const judgementReasons = ['silent', 'not-covered', 'missing', 'stale', 'clock', 'evaluator'] as const
export type JudgementReason = (typeof judgementReasons)[number]

/** Gates come before every check and are never exemptable. */
export const gates = ['device_not_active', 'tier_too_low', 'no_policy'] as const
export type Gate = (typeof gates)[number]

type Judged = {
  readonly requirement: CombinedRequirement
  readonly reading?: ReportedSignal
}

/**
 * One check judged for one resource. `since` and `graceUntil` are Unix seconds; `kind` is the sort of failure, under
 * grace too. `excusable` is what rows 4 and 7 of policy.md section 3 say, whatever the documents allow.
 */
export type Finding =
  | (Judged & { readonly outcome: 'met' })
  | (Judged & {
      readonly outcome: 'tolerated' | FailureKind
      readonly kind: FailureKind
      readonly reason: UnknownReason | JudgementReason | null
      readonly excusable: boolean
      readonly since: number
      readonly graceUntil: number | null
    })
export type FailingFinding = Exclude<Finding, { outcome: 'met' }>

/** What the policies in force make of a report, for one person, device and resource. Times are Unix seconds. */
export type Verdict = {
  /** Hash of the book. */
  readonly book: string
  readonly person: string
  readonly device: string
  readonly resource: string
  readonly platform: OperatingSystem
  /** There where something comes before all checks; then there are no findings. */
  readonly gate?: Gate
  readonly findings: readonly Finding[]
  /** `id@hash8` of the policies that apply. */
  readonly policies: readonly string[]
  readonly maxSilenceSeconds: number
  /** Receipt of the report judged; null without one. */
  readonly receivedAt: number | null
  /** No report, or none within `maxSilenceSeconds`. */
  readonly silent: boolean
  /** From here on the same input may be judged differently. */
  readonly recheckAt: number
}
