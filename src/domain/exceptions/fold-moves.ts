import { Failure } from '../failure.ts'
import { afterGrantMove, afterRequestMove } from './machines.ts'
import type { CastVote, MintedGrant, Move, Submission, Tally } from './moves.ts'
import { type GrantState, isLive, isOpen, type RequestState } from './states.ts'

/** A grant after its moves. `checks` are those left; `gone` says when each cured one left. Times are Unix seconds. */
export type FoldedGrant = MintedGrant & {
  readonly state: GrantState
  readonly mintedAt: number
  readonly gone: readonly { readonly id: string; readonly at: number }[]
  /** When it ended; null while it lives. Never later than `notAfter`. */
  readonly endedAt: number | null
  readonly cause: string | null
}

/** A request after its moves, and the grant that came of it. */
export type FoldedRequest = Omit<Submission, 'termsDigest'> & {
  readonly state: RequestState
  readonly revision: number
  /** Of the current revision. */
  readonly termsDigest: string
  readonly submittedAt: number
  /** When it first became pending, which is what the quota counts; null if it never did. */
  readonly pendingAt: number | null
  readonly closedAt: number | null
  /** In the order they were cast, those on former revisions included. */
  readonly votes: readonly CastVote[]
  /** Of the approval; null unless approved. */
  readonly tally: Tally | null
  readonly grant: FoldedGrant | null
  readonly nextPosition: number
}

/**
 * The state that moves make, in whatever order they are given. Throws a RangeError where positions repeat, are missing or
 * a recorded state is not what the tables yield; `request_closed`, `state_conflict` or `not_found` where a move was
 * impossible. Without moves there is nothing: `not_found`.
 */
export function foldMoves(moves: readonly Move[]): FoldedRequest {
  const inOrder = [...moves].sort((left, right) => left.position - right.position)
  let folded: FoldedRequest | undefined
  for (const move of inOrder) folded = applyMove(folded, move)
  if (folded === undefined) throw new Failure('not_found', {})
  return folded
}

/** One more move. The fold of a longer history is the fold of the shorter one and this. */
export function applyMove(before: FoldedRequest | undefined, move: Move): FoldedRequest {
  const expected = before?.nextPosition ?? 1
  if (move.position !== expected) throw new RangeError(`move ${move.position} where ${expected} was due`)
  const after = before === undefined ? begin(move) : proceed(before, move)
  const reached = isGrantMove(move) ? after.grant?.state : after.state
  if (reached !== move.state) throw new RangeError(`move ${move.position} leads to ${reached}, not to ${move.state}`)
  return { ...after, nextPosition: move.position + 1 }
}

function begin(move: Move): FoldedRequest {
  if (move.type !== 'request-submitted' && move.type !== 'request-refused') throw new Failure('not_found', {})
  const state = afterRequestMove(undefined, move.type, move.state)
  return {
    ...move.submission,
    state,
    revision: 1,
    submittedAt: move.at,
    pendingAt: state === 'pending' ? move.at : null,
    closedAt: isOpen(state) ? null : move.at,
    votes: [],
    tally: null,
    grant: null,
    nextPosition: 1,
  }
}

function proceed(before: FoldedRequest, move: Move): FoldedRequest {
  if (isGrantMove(move)) return { ...before, grant: nextGrant(before, move) }
  const state = afterRequestMove(before.state, move.type, move.state)
  const moved: FoldedRequest = {
    ...before,
    state,
    pendingAt: before.pendingAt ?? (state === 'pending' ? move.at : null),
    closedAt: isOpen(state) ? null : move.at,
  }
  if (move.type === 'vote-approved' || move.type === 'vote-denied')
    return { ...moved, votes: [...before.votes, withVote(before, move.vote)] }
  if (move.type === 'request-approved') return { ...moved, tally: move.tally }
  if (move.type === 'offer-accepted') return { ...moved, revision: before.revision + 1, termsDigest: move.termsDigest }
  return moved
}

function withVote(before: FoldedRequest, vote: CastVote): CastVote {
  const again = before.votes.some(({ person, revision }) => person === vote.person && revision === vote.revision)
  if (again) throw new RangeError('a second vote of one person on one revision')
  return vote
}

type GrantMove = Extract<Move, { type: `grant-${string}` }>

function isGrantMove(move: Move): move is GrantMove {
  return move.type.startsWith('grant-')
}

function nextGrant({ state: requestState, grant }: FoldedRequest, move: GrantMove): FoldedGrant {
  // A grant comes of an approved request only, and only once.
  if (requestState !== 'approved') throw new Failure('state_conflict', { state: requestState })
  const state = afterGrantMove(grant?.state, move.type, move.state)
  if (move.type === 'grant-minted')
    return { ...move.grant, state, mintedAt: move.at, gone: [], endedAt: null, cause: null }
  if (grant === null) throw new Failure('not_found', {})
  const cause = move.type === 'grant-voided' || move.type === 'grant-suspended' ? move.cause : grant.cause
  const endedAt = isLive(state) ? null : Math.min(move.at, grant.notAfter)
  const moved: FoldedGrant = { ...grant, state, endedAt, cause }
  if (move.type !== 'grant-narrowed' && move.type !== 'grant-cured') return moved
  return {
    ...moved,
    checks: grant.checks.filter(({ id }) => !move.cured.includes(id)),
    gone: [...grant.gone, ...move.cured.map((id) => ({ id, at: Math.min(move.at, grant.notAfter) }))],
  }
}
