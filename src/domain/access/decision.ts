import type { Control } from '../policy/documents.ts'
import type { Finding, Gate } from '../policy/verdict.ts'

export const accessWords = ['allow', 'challenge', 'refuse'] as const
export type Access = (typeof accessWords)[number]

/** Codes of a decision that is not allow (enforcement.md section 3). */
export type AccessCode = Gate | 'device_silent' | 'posture_failed' | 'step_up_required' | 'reason_required'

/** What the person, or the request, would have to bring for a challenge or for a grant's controls. */
export const accessNeeds = ['step-up', 'reason', 'read-only'] as const
export type AccessNeed = (typeof accessNeeds)[number]

export type Outcome = Finding['outcome'] | 'excepted'

/** A finding after grants: `outcome` is the last word, `grant` the one that excepts it, `access` what it alone asks for. */
export type DecidedFinding = {
  readonly finding: Finding
  readonly outcome: Outcome
  readonly grant?: string
  readonly access: Access
}

/** Allow, challenge or refuse, for one access, now. Times are Unix seconds. */
export type Decision = {
  readonly access: Access
  /** There unless access is allow. */
  readonly code?: AccessCode
  readonly findings: readonly DecidedFinding[]
  readonly needs: readonly AccessNeed[]
  /** Controls of the grants used, sorted. */
  readonly controls: readonly Control[]
  /** Ids of the grants used, sorted. */
  readonly grants: readonly string[]
  readonly recheckAt: number
  /** A session allowed by this decision ends then at the latest; null where nothing bounds it. */
  readonly sessionEndsAt: number | null
}
