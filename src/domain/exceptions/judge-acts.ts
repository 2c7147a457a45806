import { Failure } from '../failure.ts'
import { refuseExpired, refuseLapsed } from './deadlines.ts'
import { barTo, type Voter } from './eligible-approvers.ts'
import type { FoldedGrant, FoldedRequest } from './fold-moves.ts'
import type { VoteSituation } from './judge-vote.ts'
import { afterGrantMove, afterRequestMove } from './machines.ts'
import type { NewMove } from './moves.ts'
import { canonicalPerson, type Directory } from './pools.ts'

/**
 * The acts of people that move a request or grant, beside submission and vote. All throw `request_closed` or
 * `state_conflict` by the tables, also where only the clock has ended it, and `not_found` to who may not act at all.
 */

/** R2: the subject's own assertion over the terms as they are. */
export function judgeProof(request: FoldedRequest, signer: string, termsDigest: string, now: number): NewMove {
  refuseLapsed(request, now)
  if (signer !== request.subject) throw new Failure('not_found', {})
  const state = afterRequestMove(request.state, 'request-proved')
  if (termsDigest !== request.termsDigest) throw new Failure('terms_changed', { state: request.state })
  return { type: 'request-proved', at: now, actor: signer, state }
}

/** R3: a question by anybody whom no rule bars from every stage. Throws `not_eligible` with the rule otherwise. */
export function judgeQuestion(voter: Voter, situation: VoteSituation, messageId: string): NewMove {
  const { request, subject, electorate, now } = situation
  refuseLapsed(request, now)
  const state = afterRequestMove(request.state, 'request-queried')
  const bars = electorate.stages.map((stage) => barTo(voter, stage, subject, electorate))
  const bar = bars.find((each) => each !== undefined && each.because !== 'not-in-pool') ?? bars[0]
  if (!bars.includes(undefined)) throw new Failure('not_eligible', { rule: bar?.rule ?? '6.1' })
  const actor = canonicalPerson(voter.person ?? '', electorate.people)
  return { type: 'request-queried', at: now, actor, state, messageId }
}

/** R4: the requester answers; the terms stay as they are. */
export function judgeAnswer(
  request: FoldedRequest,
  person: string,
  termsDigest: string,
  messageId: string,
  now: number,
): NewMove {
  refuseLapsed(request, now)
  if (person !== request.requester) throw new Failure('not_found', {})
  const state = afterRequestMove(request.state, 'request-answered')
  if (termsDigest !== request.termsDigest) throw new Failure('terms_changed', { state: request.state })
  return { type: 'request-answered', at: now, actor: person, state, messageId }
}

/** R8: requester or subject takes it back. */
export function judgeWithdrawal(request: FoldedRequest, person: string, termsDigest: string, now: number): NewMove {
  refuseLapsed(request, now)
  if (person !== request.requester && person !== request.subject) throw new Failure('not_found', {})
  const state = afterRequestMove(request.state, 'request-withdrawn')
  if (termsDigest !== request.termsDigest) throw new Failure('terms_changed', { state: request.state })
  return { type: 'request-withdrawn', at: now, actor: person, state }
}

/** G8 by the subject: no reason is asked. */
export function judgeSurrender(request: FoldedRequest, person: string, now: number): NewMove {
  if (person !== request.subject) throw new Failure('not_found', {})
  const grant = grantOf(request)
  refuseExpired(grant, now)
  return { type: 'grant-revoked', at: now, actor: person, state: afterGrantMove(grant.state, 'grant-revoked') }
}

/** Who revokes: roles as assigned; `onCall`: an admin of the group `on-call`, or any admin where that has none. */
export type Revoker = { readonly person: string; readonly roles: readonly string[]; readonly onCall: boolean }

/** G8 by others: an approver whose vote counted, the security admin, the on-call admin. Throws `not_eligible` else. */
export function judgeRevocation(
  request: FoldedRequest,
  revoker: Revoker,
  reason: string,
  { electorate, now }: Pick<VoteSituation, 'electorate' | 'now'>,
): NewMove {
  const grant = grantOf(request)
  const person = canonicalPerson(revoker.person, electorate.people)
  if (!mayRevoke(request, revoker, electorate.people)) throw new Failure('not_eligible', {})
  refuseExpired(grant, now)
  const state = afterGrantMove(grant.state, 'grant-revoked')
  if (reason.trim() === '')
    throw new Failure('schema_invalid', { errors: [{ pointer: '/reason', detail: 'must say why' }] })
  return { type: 'grant-revoked', at: now, actor: person, state }
}

/** Whose vote counted was settled when it was approved: who left the pool since may still take back what they gave. */
export function mayRevoke(request: FoldedRequest, { person, roles, onCall }: Revoker, people: Directory): boolean {
  const id = canonicalPerson(person, people)
  if (people.get(id)?.status !== 'active') return false
  const counted = request.tally?.votes.some((vote) => vote.counted && canonicalPerson(vote.person, people) === id)
  return counted === true || roles.includes('security') || (roles.includes('admin') && onCall)
}

function grantOf({ grant }: FoldedRequest): FoldedGrant {
  if (grant === null) throw new Failure('not_found', {})
  return grant
}
