import type { Control, FailureKind } from '../policy/documents.ts'

/** A grant as a decision sees it; the caller reads it from its store. Times are Unix seconds, the end is exclusive. */
export type DecisionGrant = {
  readonly id: string
  readonly state:
    | 'scheduled'
    | 'awaiting_activation'
    | 'active'
    | 'suspended'
    | 'expired'
    | 'revoked'
    | 'cured'
    | 'unclaimed'
    | 'voided'
  /** Its leaf is proven under a signed checkpoint. */
  readonly proven: boolean
  readonly person: string
  readonly device: string
  /** The device's key is the one named, or was reached from it by signed rotations. */
  readonly keyReached: boolean
  readonly checks: readonly { readonly id: string; readonly covers: readonly FailureKind[] }[]
  readonly resources: readonly string[]
  readonly controls: readonly Control[]
  readonly notBefore: number
  readonly notAfter: number
}
