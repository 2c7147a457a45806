import { mostMessages, type ShownGrant, type ShownRequest } from '#contract/agent-exceptions.ts'
import type {
  ActionAnswer,
  ExceptionEvent,
  GrantEvent,
  RequestEvent,
  SnapshotRequest,
  SubmissionAnswer,
} from '#contract/exception-answers.ts'
import type { ClaimsOf } from '#contract/message-types.ts'
import { isLive, isOpen } from '#domain/exceptions/states.ts'

type Decision = ClaimsOf<'exception-decision+jwt'>
type Message = ShownRequest['thread'][number]

/** A request of which nothing but its id is known. */
export function unknownRequest(requestId: string, toldAt: number): ShownRequest {
  return {
    request_id: requestId,
    state: 'pending',
    proven: false,
    checks: [],
    resources: [],
    duration_s: null,
    category: null,
    reason: null,
    ticket: null,
    controls: [],
    revision: null,
    terms_digest: null,
    votes: null,
    waiting_for: [],
    decide_by: null,
    step_up_url: null,
    refusal: [],
    why: null,
    thread: [],
    grant: null,
    log_index: null,
    told_at: toldAt,
  }
}

/** What stands over is never told anew by words without a signature; and only a signature approves. */
function mayBecome(now: ShownRequest, state: ShownRequest['state']): boolean {
  return isOpen(now.state) || now.state === state
}

/** The answer to a submission. `stepUp` is the address already judged to be a page of the gateway. */
export function afterSubmission(
  now: ShownRequest,
  answer: SubmissionAnswer,
  words: Pick<ShownRequest, 'reason' | 'ticket'>,
  stepUp: string | null,
): ShownRequest {
  return {
    ...withTerms(now, answer.terms),
    ...(mayBecome(now, answer.state) ? { state: answer.state } : {}),
    ...words,
    terms_digest: answer.terms_digest,
    decide_by: answer.decide_by ?? null,
    step_up_url: answer.state === 'step_up_required' ? stepUp : null,
    refusal: [...(answer.refusal ?? [])],
    log_index: answer.log?.index ?? now.log_index,
  }
}

/** The answer to an act of ours; it may end something, and give nothing that was not proven before. */
export function afterAction(now: ShownRequest, answer: ActionAnswer): ShownRequest {
  const { grant } = answer
  const known = now.grant !== null && grant !== undefined && now.grant.id === grant.id ? now.grant : undefined
  return closed({
    ...now,
    ...(mayBecome(now, answer.state) ? { state: answer.state } : {}),
    ...(known === undefined || grant === undefined ? {} : { grant: withState(known, grant.state) }),
  })
}

/**
 * A frame of the stream that is not signed: a hint. `decision` frames go through `afterDecision`. `isHearsay`: it stands in
 * a snapshot, which carries no decisions; what it says of approval and grants is taken, and stays unproven.
 */
export function afterHint(
  now: ShownRequest,
  event: Exclude<ExceptionEvent, { kind: 'decision' }>,
  isHearsay = false,
): ShownRequest {
  const told = { ...now, log_index: event.log?.index ?? now.log_index }
  switch (event.kind) {
    case 'request':
      return afterRequestHint(told, event, isHearsay)
    case 'message': {
      const { id, from, by = null, at, text, state } = event
      const thread = withMessage(now.thread, { id, from, by, at, text })
      return { ...told, thread, ...(isOpen(now.state) && isOpen(state) ? { state } : {}) }
    }
    case 'grant':
      if (now.grant === null && isHearsay) return closed({ ...told, state: 'approved', grant: grantOf(event) })
      return { ...told, grant: afterGrantHint(now, event) }
  }
}

function afterRequestHint(now: ShownRequest, event: RequestEvent, isHearsay: boolean): ShownRequest {
  const { state, revision, terms_digest, votes, waiting_for, decide_by } = event
  // Approvals come signed; an unsigned one says no more than that something is due.
  const counts = mayBecome(now, state) && (state !== 'approved' || now.proven || isHearsay)
  return closed({
    ...now,
    ...(counts ? { state } : {}),
    ...(revision === undefined ? {} : { revision }),
    ...(terms_digest === undefined ? {} : { terms_digest }),
    ...(votes === undefined ? {} : { votes }),
    ...(waiting_for === undefined ? {} : { waiting_for }),
    ...(decide_by === undefined ? {} : { decide_by }),
  })
}

/** A grant that a signed decision told of follows its frames; one that none told of is never made by a frame. */
function afterGrantHint({ grant }: ShownRequest, event: GrantEvent): ShownGrant | null {
  if (grant === null || grant.id !== event.grant_id) return grant
  return {
    ...withState(grant, event.state),
    // Frames may take away, never add.
    checks: event.checks === undefined ? grant.checks : grant.checks.filter((id) => event.checks?.includes(id)),
    not_after: earlier(grant.not_after, event.not_after),
    ended_at: event.ended_at ?? grant.ended_at,
    cause: event.cause ?? grant.cause,
  }
}

function grantOf(event: GrantEvent): ShownGrant {
  return {
    id: event.grant_id,
    state: event.state,
    checks: event.checks ?? [],
    resources: event.resources ?? [],
    controls: [],
    not_before: event.not_before ?? null,
    not_after: event.not_after ?? null,
    ended_at: event.ended_at ?? null,
    cause: event.cause ?? null,
  }
}

/** A verdict that a pinned key signed counts with these grants. */
export function afterVerdict(now: ShownRequest, grants: readonly string[]): ShownRequest {
  return now.grant !== null && grants.includes(now.grant.id) ? { ...now, proven: true } : now
}

/** What a pinned key signed. */
export function afterDecision(now: ShownRequest, decision: Decision): ShownRequest {
  const { grant } = decision
  return closed({
    ...now,
    state: decision.state,
    proven: true,
    terms_digest: decision.terms_digest,
    why: decision.reason ?? now.why,
    log_index: decision.log?.index ?? now.log_index,
    grant:
      grant === undefined
        ? now.grant
        : {
            id: grant.id,
            // A decision that is told again after the end does not begin the grant anew.
            state: now.grant?.id === grant.id && !isLive(now.grant.state) ? now.grant.state : grant.state,
            checks: grant.checks.map(({ id }) => id),
            resources: grant.resources,
            controls: grant.controls,
            not_before: grant.not_before,
            not_after: grant.not_after,
            ended_at: now.grant?.ended_at ?? null,
            cause: now.grant?.cause ?? null,
          },
  })
}

/** What the snapshot of the topic carries besides the last event. */
export function afterSnapshot(now: ShownRequest, { terms, thread }: SnapshotRequest): ShownRequest {
  const told = terms === undefined ? now : withTerms(now, terms)
  let messages: readonly Message[] = told.thread
  for (const { id, from, by = null, at, text } of thread ?? [])
    messages = withMessage(messages, { id, from, by, at, text })
  return { ...told, thread: [...messages] }
}

/** The request at a moment: a grant whose time is over, and a request nobody decided in time, are shown so at once. */
export function requestAt(now: ShownRequest, seconds: number): ShownRequest {
  const { grant } = now
  if (grant !== null && isLive(grant.state) && grant.not_after !== null && seconds >= grant.not_after)
    return { ...now, grant: { ...grant, state: 'expired', ended_at: grant.not_after } }
  if (isOpen(now.state) && now.decide_by !== null && seconds >= now.decide_by) return { ...now, state: 'lapsed' }
  return now
}

/** Whether nothing more will be told of it. */
export function isOver({ state, grant }: ShownRequest): boolean {
  if (isOpen(state)) return false
  return state !== 'approved' || (grant !== null && !isLive(grant.state))
}

function withTerms(now: ShownRequest, terms: SubmissionAnswer['terms']): ShownRequest {
  return {
    ...now,
    checks: terms.checks.map(({ id }) => id),
    resources: [...terms.resources],
    duration_s: terms.duration_s,
    category: terms.category,
    controls: [...terms.controls],
  }
}

function withMessage(thread: readonly Message[], message: Message): Message[] {
  const others = thread.filter(({ id }) => id !== message.id)
  return [...others, message].sort((one, other) => one.at - other.at).slice(-mostMessages)
}

/** A terminal state is not left. */
function withState(grant: ShownGrant, state: ShownGrant['state']): ShownGrant {
  return isLive(grant.state) ? { ...grant, state } : grant
}

function closed(now: ShownRequest): ShownRequest {
  if (now.state !== 'step_up_required' && now.step_up_url !== null) return closed({ ...now, step_up_url: null })
  return isOpen(now.state) ? now : { ...now, waiting_for: [], decide_by: null }
}

function earlier(known: number | null, told: number | undefined): number | null {
  if (told === undefined) return known
  return known === null ? told : Math.min(known, told)
}
