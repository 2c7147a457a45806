import type { Json } from '../canonical-json.ts'
import type { KeyTier } from '../key-tier.ts'
import type { OperatingSystem } from '../operating-system.ts'
import type { RemedyId } from '../remedies.ts'
import type { SignalId } from '../signals.ts'

/** The documents of a policy book as normalised data: defaults written out, durations in seconds, dates in Unix seconds. */

export const riskTiers = ['low', 'medium', 'high', 'critical'] as const
export type RiskTier = (typeof riskTiers)[number]
/** How bad a failing check is; the words are those of the risk tiers, since one follows from the other. */
export type Severity = RiskTier

/** The ladder of policy.md section 4, softest first. */
export const enforcements = ['report', 'warn', 'reason', 'step-up', 'approval', 'block'] as const
export type Enforcement = (typeof enforcements)[number]

export const failureKinds = ['violated', 'unknown'] as const
export type FailureKind = (typeof failureKinds)[number]

/** Why an exception may be asked for: the closed list that a check's `exemptable.reasons` chooses from. */
export const exceptionReasons = [
  'hardware-fault',
  'reimage',
  'vendor-bug',
  'app-compatibility',
  'contractor',
  'travel',
  'debugging',
  'presentation',
  'accessibility',
] as const
export type ExceptionReason = (typeof exceptionReasons)[number]

/** Step-up levels, weakest first (exceptions.md section 7). */
export const stepUpLevels = ['session', 'any-mfa', 'webauthn', 'webauthn-uv'] as const
export type StepUpLevel = (typeof stepUpLevels)[number]

/** Roles that a stage's `from` may name. */
export const approverRoles = ['admin', 'auditor', 'security', 'resource-owner'] as const
export type ApproverRole = (typeof approverRoles)[number]

export const plainControls = ['notify', 'record', 'step-up-per-session', 'read-only'] as const
/** A compensating control; `session-ttl-<n><m|h|d>` ends a session that long after it began. */
export type Control = (typeof plainControls)[number] | `session-ttl-${number}${'m' | 'h' | 'd'}`

/** One text per language of the installation. */
export type LocalText = { readonly [language: string]: string }
export type LocalSteps = { readonly [language: string]: readonly string[] }

export type Parameter = boolean | number | string | readonly string[] | { readonly [name: string]: number | string }
export type Parameters = { readonly [name: string]: Parameter }

export type Remedy = { readonly open?: RemedyId; readonly steps?: LocalSteps }
export type Example = { readonly pass: Json; readonly fail: Json }

type PerPlatform<Value> = { readonly [Platform in OperatingSystem]?: Value }

/** One fact about one signal. `pass`, `parameters` and `examples` are written out for each platform covered. */
export type Check = {
  readonly kind: 'Check'
  readonly schema: 1
  readonly id: string
  readonly title: LocalText
  readonly why: LocalText
  readonly signal: SignalId
  readonly platforms: readonly OperatingSystem[]
  readonly severity: Severity
  readonly maxAgeSeconds: number
  readonly parameters: PerPlatform<Parameters>
  readonly pass: PerPlatform<string>
  readonly notApplicable: 'unknown' | 'pass'
  readonly expected: LocalText
  readonly examples: PerPlatform<Example>
  readonly remedy: PerPlatform<Remedy>
  readonly exemptable: {
    readonly allowed: boolean
    readonly covers: readonly FailureKind[]
    readonly reasons: readonly ExceptionReason[]
  }
}

/** That a check is needed, and how hard its failure bites. A grace of 0 is none. */
export type Requirement = {
  readonly check: string
  readonly enforce: Enforcement
  readonly graceSeconds: number
  readonly graceUnknownSeconds: number
  readonly exemptable: boolean
  readonly platforms: readonly OperatingSystem[]
}

/** Which persons need which checks for which resources. `until` and `validUntil` are Unix seconds. */
export type Policy = {
  readonly kind: 'Policy'
  readonly schema: 1
  readonly id: string
  readonly assign: {
    readonly groups: readonly string[]
    readonly exceptUsers: readonly { readonly user: string; readonly until: number }[]
  }
  readonly resources: { readonly tags: readonly string[]; readonly ids: readonly string[] }
  readonly minKeyTier: KeyTier
  readonly maxSilenceSeconds: number
  readonly require: readonly Requirement[]
  readonly validUntil: number | null
}

/** What a tier of the table is replaced by, on purpose: the only way to loosen it. */
export type TierOverride = {
  readonly maxDurationSeconds?: number
  readonly maxTotalSeconds?: number
  readonly approvals?: number
  readonly controls?: readonly Control[]
}

export const riskFactors = [
  'base',
  'again',
  'other-failing',
  'new-device',
  'idp-risk',
  'off-hours',
  'resources',
  'long',
  'approver',
] as const
export type RiskFactor = (typeof riskFactors)[number]
export type RiskModifier = Exclude<RiskFactor, 'base'>
export type RiskWeights = { readonly [Factor in RiskModifier]?: number }

/** The limits of an exception. A field that is left out says nothing; the risk tier's default stands. */
export type ExceptionPolicy = {
  readonly kind: 'ExceptionPolicy'
  readonly schema: 1
  readonly id: string
  readonly match: string
  readonly maxDurationSeconds?: number
  readonly maxTotal?: { readonly windowSeconds: number; readonly amountSeconds: number }
  readonly quota?: {
    readonly perSubject?: number
    readonly windowSeconds?: number
    readonly cooldownSeconds?: number
    readonly openAtOnce?: number
  }
  readonly justification?: {
    readonly minChars?: number
    readonly category?: 'required' | 'optional'
    readonly remedyBy?: 'required' | 'optional'
    readonly ticket?: string
  }
  readonly decideBySeconds?: number
  readonly controls?: readonly Control[]
  readonly risk?: RiskWeights
  readonly tiers?: { readonly [Tier in RiskTier]?: TierOverride }
}

export type StageSource = `group:${string}` | `role:${ApproverRole}`

export type Stage = {
  readonly id: string
  readonly from: StageSource
  readonly need: number
  /** Left out: what the risk tier asks. */
  readonly stepUp?: StepUpLevel
  readonly distinctTeamFromRequester: boolean
}

export type ApprovalRule = {
  readonly when: string
  readonly requester?: { readonly stepUp: StepUpLevel }
  readonly stages: readonly Stage[]
  readonly validUntil: number | null
}

/** Who approves an exception. */
export type ApprovalPolicy = {
  readonly kind: 'ApprovalPolicy'
  readonly schema: 1
  readonly id: string
  readonly match: string
  readonly voters: {
    readonly device: 'compliant' | 'any'
    readonly reciprocity: 'refuse' | 'allow'
    readonly visibility: 'none' | 'pools' | 'names'
  }
  readonly rules: readonly ApprovalRule[]
}

/** A document that a gateway loads; PolicyTests lie beside them and are never loaded. */
export type PolicyDocument = Check | Policy | ExceptionPolicy | ApprovalPolicy
export const documentKinds = ['Check', 'Policy', 'ExceptionPolicy', 'ApprovalPolicy'] as const
export type DocumentKind = (typeof documentKinds)[number]
