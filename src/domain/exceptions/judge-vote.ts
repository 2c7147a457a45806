import { Failure } from '../failure.ts'
import type { StepUpLevel } from '../policy/documents.ts'
import { refuseLapsed } from './deadlines.ts'
import { type Bar, barTo, hasVoted, type Voter, type VoteSubject } from './eligible-approvers.ts'
import type { FoldedRequest } from './fold-moves.ts'
import { grantInterval, mintGrant } from './grant-interval.ts'
import { afterRequestMove } from './machines.ts'
import type { CastVote, FrozenStage, NewMove, Refusal, Tally } from './moves.ts'
import { canonicalPerson, type Electorate } from './pools.ts'
import { canStillFill, mayTake, tallyVotes } from './tally.ts'
import type { Terms } from './terms.ts'

/** A vote that somebody wants to be asked for, or casts. */
export type VoteIntent = {
  readonly voter: Voter
  readonly stage: string
  readonly decision: 'approve' | 'deny'
}

/** A vote as signed: over which digest, at which level, and why. */
export type SignedVote = VoteIntent & {
  readonly revision: number
  readonly termsDigest: string
  readonly signed: StepUpLevel
  readonly reason?: string
}

/** The request that is voted on. `now` is Unix seconds. */
export type VoteSituation = {
  readonly request: FoldedRequest
  readonly subject: VoteSubject
  readonly electorate: Electorate
  readonly now: number
}

/** What the completing vote needs besides. `refusal` is what `recheckApproval` says, now, under the book in force. */
export type Completion = {
  readonly grantId: string
  readonly terms: Terms
  readonly book: string
  readonly deviceUntil: number | null
  readonly refusal: readonly Refusal[]
}

/** The fewest characters of a reason to deny. */
export const shortestReason = 10

/**
 * Whether a vote may be cast, before it is signed: throws `request_closed`, `state_conflict`, `not_eligible` (by the rule
 * of section 6), `already_voted`, or `stage_choice` with the stage to take instead. Answers who votes, by canonical id.
 */
export function guardVote(intent: VoteIntent, situation: VoteSituation, signed?: StepUpLevel): string {
  const { request, electorate, now } = situation
  refuseLapsed(request, now)
  afterRequestMove(request.state, intent.decision === 'approve' ? 'vote-approved' : 'vote-denied')
  const tally = tallyVotes(request.votes, request.termsDigest, electorate)
  const stage = electorate.stages.find(({ id }) => id === intent.stage)
  const bar = stage === undefined ? undefined : barTo(intent.voter, stage, situation.subject, electorate, signed)
  if (bar !== undefined) throw new Failure('not_eligible', { rule: bar.rule })
  const person = canonicalPerson(intent.voter.person ?? '', electorate.people)
  if (hasVoted(person, request.votes, request.revision, electorate)) throw new Failure('already_voted', {})
  // One deny suffices and takes no place, so it needs none.
  if (stage !== undefined && (intent.decision === 'deny' || mayTake(person, stage, tally, electorate))) return person
  const other = stageFor(intent.voter, situation, tally)
  if (other !== undefined) throw new Failure('stage_choice', { stage: other.id })
  if (canStillFill(tally, electorate)) throw new Failure('not_eligible', { rule: stage === undefined ? '6.1' : '6.7' })
  throw new Failure('not_eligible', { rule: '6.8' })
}

/** The first stage that this person may take now: not barred from it, open, and the others stay fillable. */
function stageFor(voter: Voter, situation: VoteSituation, tally: Tally): FrozenStage | undefined {
  const { electorate, subject } = situation
  const person = canonicalPerson(voter.person ?? '', electorate.people)
  return electorate.stages.find(
    (stage) => barTo(voter, stage, subject, electorate) === undefined && mayTake(person, stage, tally, electorate),
  )
}

/** What a console shows of somebody's vote: the stage they may take now, or the rule that bars them, or neither. */
export function offeredVote(
  voter: Voter,
  situation: VoteSituation,
): { readonly stage: string } | { readonly rule: string } | undefined {
  const { request, electorate, subject, now } = situation
  try {
    refuseLapsed(request, now)
    afterRequestMove(request.state, 'vote-denied')
  } catch {
    return undefined // nothing can be voted on
  }
  const tally = tallyVotes(request.votes, request.termsDigest, electorate)
  const person = canonicalPerson(voter.person ?? '', electorate.people)
  if (hasVoted(person, request.votes, request.revision, electorate)) return { rule: '6.7' }
  const stage = stageFor(voter, situation, tally)
  if (stage !== undefined) return { stage: stage.id }
  const bars = electorate.stages.flatMap((each): readonly Bar[] => {
    const bar = barTo(voter, each, subject, electorate)
    return bar === undefined ? [] : [bar]
  })
  // The bar from a stage whose pool holds them says more than that they are not in another one.
  const bar = bars.find(({ because }) => because !== 'not-in-pool') ?? bars[0]
  if (bar !== undefined && bars.length === electorate.stages.length) return { rule: bar.rule }
  return { rule: canStillFill(tally, electorate) ? '6.7' : '6.8' }
}

/** The moves of a vote, in one transaction, and what they make of the tally. */
export type Voted = { readonly moves: readonly NewMove[]; readonly tally: Tally }

/**
 * R5 to R7: a vote, and what follows from it at once. Beside what `guardVote` throws: `terms_changed` where it was signed
 * over another digest, `schema_invalid` for a deny without a reason, `state_conflict` with the refusal where it would
 * complete the request and a guard of R6 fails; then nothing is written. `completion` is asked for only then.
 */
export function judgeVote(vote: SignedVote, situation: VoteSituation, completion: () => Completion): Voted {
  const { request, electorate, now } = situation
  const { state, revision, termsDigest } = request
  refuseLapsed(request, now)
  afterRequestMove(state, vote.decision === 'approve' ? 'vote-approved' : 'vote-denied')
  if (vote.revision !== revision || vote.termsDigest !== termsDigest) throw new Failure('terms_changed', { state })
  const person = guardVote(vote, situation, vote.signed)
  const cast: CastVote = {
    person,
    stage: vote.stage,
    decision: vote.decision,
    revision,
    termsDigest,
    voterDevice: situation.subject.voters.device,
  }
  const tally = tallyVotes([...request.votes, cast], termsDigest, electorate)
  const voted = { at: now, actor: person, state, vote: cast }
  if (vote.decision === 'deny') {
    if ([...(vote.reason ?? '').trim()].length < shortestReason)
      throw new Failure('schema_invalid', { errors: [{ pointer: '/reason', detail: 'at least 10 characters' }] })
    return {
      tally,
      moves: [
        { ...voted, type: 'vote-denied' },
        { type: 'request-denied', at: now, actor: person, state: 'denied' },
      ],
    }
  }
  const approval = { ...voted, type: 'vote-approved' } as const
  if (!tally.complete || tally.denied) return { tally, moves: [approval] }
  return { tally, moves: [approval, ...approve(state, tally, completion(), now)] }
}

function approve(
  state: string,
  tally: Tally,
  { grantId, terms, book, deviceUntil, refusal }: Completion,
  now: number,
): readonly NewMove[] {
  if (refusal.length > 0) throw new Failure('state_conflict', { state, refusal })
  const interval = grantInterval(terms, now, deviceUntil)
  if (interval === undefined)
    throw new Failure('state_conflict', { state, refusal: [{ code: 'duration', limit: 0, left: 0 }] })
  return [
    { type: 'request-approved', at: now, actor: null, state: 'approved', grantId, book, tally },
    mintGrant(grantId, terms, interval, now),
  ]
}
