import { Failure } from '../failure.ts'
import type { FoldedGrant, FoldedRequest } from './fold-moves.ts'
import type { NewMove } from './moves.ts'
import { type GrantState, isLive, isOpen, type RequestState } from './states.ts'
import type { Terms } from './terms.ts'

/** How long the requester has for their proof after R1; how long a nonce to be signed lives. */
export const proofSeconds = 900
export const challengeSeconds = 300

/** When an undecided request lapses: never after the end of a planned window. Unix seconds, exclusive. */
export function decideBy(
  submittedAt: number,
  decideBySeconds: number,
  terms: Pick<Terms, 'not_before' | 'duration_s'>,
): number {
  const at = submittedAt + decideBySeconds
  return terms.not_before === null ? at : Math.min(at, terms.not_before + terms.duration_s)
}

/** Whether only the clock has ended it: `decide_by` is over, or the proof did not come in time. A question stops neither. */
export function hasLapsed(request: Pick<FoldedRequest, 'state' | 'submittedAt' | 'decideBy'>, now: number): boolean {
  return (
    isOpen(request.state) &&
    (now >= request.decideBy || (request.state === 'step_up_required' && now >= request.submittedAt + proofSeconds))
  )
}

/** Whether a grant's time is over: judged at every decision, whatever was written. */
export function hasExpired(grant: Pick<FoldedGrant, 'state' | 'notAfter'>, now: number): boolean {
  return isLive(grant.state) && now >= grant.notAfter
}

/** The states as they are true now, the sweeper's work not awaited. */
export function requestStateAt(
  request: Pick<FoldedRequest, 'state' | 'submittedAt' | 'decideBy'>,
  now: number,
): RequestState {
  return hasLapsed(request, now) ? 'lapsed' : request.state
}
export function grantStateAt(grant: Pick<FoldedGrant, 'state' | 'notAfter'>, now: number): GrantState {
  return hasExpired(grant, now) ? 'expired' : grant.state
}

/** Throws `request_closed` where the clock has ended the request, so that no act comes before the sweeper's move. */
export function refuseLapsed(request: FoldedRequest, now: number): void {
  if (hasLapsed(request, now)) throw new Failure('request_closed', { state: 'lapsed' })
}
export function refuseExpired(grant: FoldedGrant, now: number): void {
  if (hasExpired(grant, now)) throw new Failure('request_closed', { state: 'expired' })
}

/** What the sweeper has to write: only what is already true (R9, G7). */
export function dueMoves(request: FoldedRequest, now: number): readonly NewMove[] {
  const { grant } = request
  if (hasLapsed(request, now)) return [{ type: 'request-lapsed', at: now, actor: null, state: 'lapsed' }]
  if (grant !== null && hasExpired(grant, now))
    return [{ type: 'grant-expired', at: now, actor: null, state: 'expired' }]
  return []
}

/** When the clock alone changes something next; undefined where it never does. */
export function nextDue(request: FoldedRequest): number | undefined {
  if (request.state === 'step_up_required') return Math.min(request.decideBy, request.submittedAt + proofSeconds)
  if (isOpen(request.state)) return request.decideBy
  return request.grant !== null && isLive(request.grant.state) ? request.grant.notAfter : undefined
}
