import type { Control, StageSource, StepUpLevel } from '../policy/documents.ts'
import type { GrantMoveType, RequestMoveType } from './machines.ts'
import type { GrantState, RequestState } from './states.ts'
import type { CoveredCheck } from './terms.ts'

/**
 * A stage as a request froze it at submission: who was in its pool then, by canonical person id. Those of `escalation`
 * sleep until `escalate_at`.
 */
export type FrozenStage = {
  readonly id: string
  readonly from: StageSource
  readonly need: number
  readonly stepUp: StepUpLevel
  readonly distinctTeamFromRequester: boolean
  readonly pool: readonly string[]
  readonly escalation: readonly string[]
}

/** What a submission fixes for good. Times are Unix seconds. */
export type Submission = {
  readonly requester: string
  readonly subject: string
  readonly device: string
  readonly termsDigest: string
  readonly decideBy: number
  readonly escalateAt: number | null
  readonly requesterStepUp: StepUpLevel
  readonly stages: readonly FrozenStage[]
}

/** One statement by one person on one digest. */
export type CastVote = {
  readonly person: string
  readonly stage: string
  readonly decision: 'approve' | 'deny'
  readonly revision: number
  readonly termsDigest: string
  readonly voterDevice: 'compliant' | 'any'
}

/** Why a vote does not count (audit.md section 14.1). */
export const uncountedReasons = ['digest', 'not-in-pool', 'inactive', 'merged', 'surplus'] as const
export type UncountedReason = (typeof uncountedReasons)[number]

export type CountedVote = {
  readonly person: string
  readonly stage: string
  readonly counted: boolean
  readonly why: UncountedReason | null
}

export type Tally = {
  readonly stages: readonly { readonly stage: string; readonly have: number; readonly need: number }[]
  /** Approvals, as cast. */
  readonly votes: readonly CountedVote[]
  /** Every stage has what it needs, and there is at least one. */
  readonly complete: boolean
  readonly denied: boolean
}

/** What is in force: `notAfter` is exclusive. Times are Unix seconds. */
export type MintedGrant = {
  readonly id: string
  readonly checks: readonly CoveredCheck[]
  readonly resources: readonly string[]
  readonly controls: readonly Control[]
  readonly notBefore: number
  readonly notAfter: number
}

/** What moves of one type say beside position, time, actor and state. */
type Members = {
  readonly [Type in RequestMoveType | GrantMoveType]: Type extends keyof Particular ? Particular[Type] : object
}
type Particular = {
  readonly 'request-submitted': { readonly submission: Submission }
  readonly 'request-refused': { readonly submission: Submission; readonly refusal: readonly Refusal[] }
  readonly 'request-queried': { readonly messageId: string }
  readonly 'request-answered': { readonly messageId: string }
  readonly 'vote-approved': { readonly vote: CastVote }
  readonly 'vote-denied': { readonly vote: CastVote }
  readonly 'offer-accepted': { readonly termsDigest: string }
  readonly 'request-approved': { readonly grantId: string; readonly book: string; readonly tally: Tally }
  readonly 'grant-minted': { readonly grant: MintedGrant }
  readonly 'grant-narrowed': { readonly cured: readonly string[] }
  readonly 'grant-cured': { readonly cured: readonly string[] }
  readonly 'grant-suspended': { readonly cause: string }
  readonly 'grant-voided': { readonly cause: string }
  readonly 'request-outdated': { readonly changed: Change }
}

/** What made a request stale, from what to what; null where it is gone, or was not there. */
export type Change = {
  readonly what: 'book' | 'device' | 'key' | 'person' | 'pool'
  readonly from: string | null
  readonly to: string | null
}

export const refusalCodes = [
  'not_exemptable',
  'check_not_failing',
  'outside_policy',
  'device_silent',
  'duration',
  'total',
  'quota',
  'cooldown',
  'open_at_once',
  'no_quorum',
  'obligation_overdue',
  'justification',
] as const
export type RefusalCode = (typeof refusalCodes)[number]

/** Why a request is refused, with the limit and what is left of it: seconds or a count, null where nothing is counted. */
export type Refusal = { readonly code: RefusalCode; readonly limit: number | null; readonly left: number | null }

type MoveOf<Type extends RequestMoveType | GrantMoveType, State> = {
  readonly type: Type
  /** Unix seconds of the gateway. */
  readonly at: number
  /** Null for the system. */
  readonly actor: string | null
  /** The state of request or grant after this move alone. */
  readonly state: State
} & Members[Type]

/** A move that was decided and not yet recorded: its position is the next one of its request. */
export type NewMove =
  | { readonly [Type in RequestMoveType]: MoveOf<Type, RequestState> }[RequestMoveType]
  | { readonly [Type in GrantMoveType]: MoveOf<Type, GrantState> }[GrantMoveType]

/** A move as recorded. Positions count from 1 over request and grant together, so that any two acts meet in one. */
export type Move = NewMove & { readonly position: number }

/** Gives moves the positions from `next` on, in their order. */
export function placeMoves(moves: readonly NewMove[], next: number): readonly Move[] {
  return moves.map((move, index) => ({ ...move, position: next + index }))
}
