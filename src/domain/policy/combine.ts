import type { KeyTier } from '../key-tier.ts'
import type { OperatingSystem } from '../operating-system.ts'
import type { BookCheck } from './book.ts'
import type { Enforcement } from './documents.ts'

/** One check as all policies that apply need it on one platform: the strictest of each field. */
export type CombinedRequirement = {
  readonly check: BookCheck
  readonly enforce: Enforcement
  readonly graceSeconds: number
  readonly graceUnknownSeconds: number
  readonly exemptable: boolean
  /** `id@hash8` of the policies that need it, sorted. */
  readonly policies: readonly string[]
}

/** All policies that apply, as one, for one platform. Requirements are sorted by check id. */
export type Combined = {
  readonly requirements: readonly CombinedRequirement[]
  readonly minKeyTier: KeyTier
  readonly maxSilenceSeconds: number
  /** `id@hash8` of all policies that apply, sorted. */
  readonly policies: readonly string[]
}
