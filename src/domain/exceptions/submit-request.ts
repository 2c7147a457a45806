import { Failure } from '../failure.ts'
import type { StepUpLevel } from '../policy/documents.ts'
import { decideBy } from './deadlines.ts'
import type { RequestJudgement } from './judge-request.ts'
import type { NewMove, Submission } from './moves.ts'
import { makeTerms, type Terms } from './terms.ts'

/** What the gateway adds to an ask when it makes terms of it. */
export type TermsFacts = Pick<
  Terms,
  'mode' | 'subject' | 'device' | 'resources' | 'duration_s' | 'book' | 'evidence' | 'category' | 'justification'
> &
  Pick<Terms, 'remedy_by' | 'replaces' | 'salt'>

/** The terms of a judged ask, also of a refused one: refused terms are recorded too. */
export function termsOf(judgement: RequestJudgement, facts: TermsFacts): Terms {
  const { rules, checks } = judgement
  return makeTerms({
    ...facts,
    checks,
    not_before: null,
    risk_tier: rules?.risk.tier ?? 'critical',
    controls: rules?.limits.controls ?? [],
    session: null,
    extends: null,
  })
}

/** What is asked of the requester before the request is pending; at `session` nothing is. */
export function needsProof(level: StepUpLevel): boolean {
  return level !== 'session'
}

/**
 * R1's move: submitted, or refused with why. The digest is that of the terms. Throws `state_conflict` where an equal
 * request is open: that one is answered.
 */
export function submitRequest(
  judgement: RequestJudgement,
  terms: Terms,
  termsDigest: string,
  requester: string,
  now: number,
): Extract<NewMove, { type: 'request-submitted' | 'request-refused' }> {
  const { rules, refusal, stages, equal } = judgement
  if (equal !== undefined) throw new Failure('state_conflict', { state: equal.state })
  const requesterStepUp = rules?.requesterStepUp ?? 'webauthn-uv'
  const submission: Submission = {
    requester,
    subject: terms.subject,
    device: terms.device?.id ?? '',
    termsDigest,
    decideBy: decideBy(now, rules?.limits.decideBySeconds ?? 0, terms),
    escalateAt: null,
    requesterStepUp,
    stages,
  }
  const shared = { at: now, actor: requester, submission } as const
  if (rules === undefined || refusal.length > 0)
    return { ...shared, type: 'request-refused', state: 'refused', refusal }
  return {
    ...shared,
    type: 'request-submitted',
    state: needsProof(requesterStepUp) ? 'step_up_required' : 'pending',
  }
}
