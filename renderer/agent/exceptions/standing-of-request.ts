import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { Entry } from '#contract/texts/say.ts'
import type { ExceptionsTexts } from '#contract/texts/windows/exceptions-texts.ts'
import { type GrantState, isLive, isOpen, type RequestState } from '#domain/exceptions/states.ts'
import type { MarkKind } from '../../ui/state-mark.tsx'
import type { ExceptionNames } from '../parts/exception-names.ts'
import type { Speech } from '../texts.tsx'

/** What can be done about a request where it stands. */
export type Offer = 'continue' | 'withdraw' | 'reply' | 'end' | 'again' | 'fix'

/** How a request stands: one sentence, what else is to be known, and what is offered. Nothing unproven is said as a fact. */
export type Standing = {
  readonly mark: MarkKind
  readonly sentence: string
  readonly notes: readonly string[]
  readonly offers: readonly Offer[]
}

const requestMarks: { readonly [State in RequestState]: MarkKind } = {
  step_up_required: 'attention',
  pending: 'waiting',
  info_needed: 'attention',
  approved: 'pending',
  denied: 'refused',
  withdrawn: 'ended',
  lapsed: 'ended',
  refused: 'refused',
  stale: 'ended',
}
const grantMarks: { readonly [State in GrantState]: MarkKind } = {
  scheduled: 'waiting',
  awaiting_activation: 'waiting',
  active: 'excepted',
  suspended: 'attention',
  expired: 'ended',
  revoked: 'ended',
  cured: 'good',
  unclaimed: 'ended',
  voided: 'ended',
}

const offersOf: { readonly [State in RequestState]: readonly Offer[] } = {
  step_up_required: ['continue', 'withdraw'],
  pending: ['withdraw'],
  info_needed: ['reply', 'withdraw'],
  approved: [],
  denied: ['again'],
  withdrawn: ['again'],
  lapsed: ['again'],
  refused: ['again'],
  stale: ['again'],
}
const grantOffers: { readonly [State in GrantState]: readonly Offer[] } = {
  scheduled: ['end'],
  awaiting_activation: ['end'],
  active: ['end'],
  suspended: ['fix', 'end'],
  expired: ['again'],
  revoked: ['again'],
  cured: [],
  unclaimed: ['again'],
  voided: ['again'],
}

type Heard = Pick<ShownRequest, 'state' | 'proven' | 'grant'>

/** Approval without its signed decision is hearsay, whatever else is told of it. */
export function isHearsay({ state, proven }: Pick<ShownRequest, 'state' | 'proven'>): boolean {
  return state === 'approved' && !proven
}

export function markOf({
  state,
  proven,
  grant,
}: Pick<ShownRequest, 'state' | 'proven'> & {
  readonly grant: Pick<NonNullable<ShownRequest['grant']>, 'state'> | null
}): MarkKind {
  if (isHearsay({ state, proven })) return 'pending'
  return state === 'approved' && grant !== null ? grantMarks[grant.state] : requestMarks[state]
}

/** `refusals`: why it was refused, in words. */
export function standingOf(
  request: ShownRequest,
  texts: ExceptionsTexts,
  names: Pick<ExceptionNames, 'check' | 'checks' | 'resources' | 'stage'>,
  speech: Pick<Speech, 'say' | 'moment' | 'distance' | 'list' | 'plain' | 'now'>,
  refusals: readonly string[] = [],
): Standing {
  const { say, moment, distance, list, plain } = speech
  const { more } = texts
  const { state, grant, votes, waiting_for, decide_by, thread } = request
  const isOver = state === 'approved' && !isHearsay(request) && isOverdue(grant, speech.now)
  return {
    mark: isOver ? 'pending' : markOf(request),
    sentence: sentence(),
    notes: notes(),
    offers: isOver ? [] : offers(request),
  }

  function sentence(): string {
    if (isHearsay(request)) return more.unproven
    if (isOver) return say(more.overdue, { time: moment(grant?.not_after ?? speech.now) })
    if (state === 'approved' && grant !== null) return grantSentence(grant, texts, names, speech)
    if (state === 'info_needed') {
      const asked = lastQuestion(thread)
      return asked === undefined
        ? texts.question
        : say(texts.asks, { by: plain(asked.by ?? texts.anApprover, 80), text: plain(asked.text, 160) })
    }
    if (state === 'pending') return waitingWords(votes, texts, speech)
    return say(texts.states[state], {})
  }

  function notes(): readonly string[] {
    if (isHearsay(request)) return [more.unprovenMore]
    const due = decide_by === null ? undefined : { time: moment(decide_by), distance: distance(decide_by) }
    const isLate = decide_by !== null && decide_by <= speech.now
    const dueWords = (entry: Entry) => (due === undefined ? [] : [say(isLate ? more.decisionWasDue : entry, due)])
    switch (state) {
      case 'step_up_required':
        return [more.stepUp, ...(due === undefined || isLate ? [] : [say(more.stepUpBy, due)])]
      case 'pending':
        return [
          ...(waiting_for.length === 0 ? [] : [say(more.waitsFor, { who: list(waiting_for.map(names.stage)) })]),
          ...dueWords(more.decisionDue),
        ]
      case 'info_needed':
        return dueWords(more.answerBy)
      case 'approved':
        return grant === null ? [more.recorded] : grantNotes(grant)
      case 'denied':
        return request.why === null ? [] : [say(more.decided, { why: plain(request.why, 500) })]
      case 'refused':
        return refusals
      default:
        return [more[state]]
    }
  }

  function grantNotes(granted: NonNullable<ShownRequest['grant']>): readonly string[] {
    const { state: now, not_after, cause } = granted
    if (isOver) return [more.overdueMore]
    switch (now) {
      case 'active':
        return [
          say(more.holdsFor, { check: names.checks(granted.checks), resources: names.resources(granted.resources) }),
          ...(not_after === null ? [] : [say(more.left, { distance: distance(not_after) })]),
        ]
      case 'awaiting_activation':
        return [more.activation]
      case 'suspended':
        return not_after === null ? [] : [say(more.notMoved, { time: moment(not_after) })]
      case 'revoked':
      case 'voided':
        return cause === null ? [] : [say(texts.because, { cause: causeWords(cause, texts, names, plain) })]
      default:
        return []
    }
  }
}

/** What was to hold until then, by the gateway's own clock: nobody has said what became of it. */
function isOverdue(grant: Head['grant'], now: number): boolean {
  if (grant === null || grant.not_after === null) return false
  return (grant.state === 'active' || grant.state === 'suspended') && grant.not_after <= now
}

function offers({ state, grant }: Heard): readonly Offer[] {
  return state === 'approved' ? (grant === null ? [] : grantOffers[grant.state]) : offersOf[state]
}

function grantSentence(
  grant: NonNullable<ShownRequest['grant']>,
  texts: ExceptionsTexts,
  names: Pick<ExceptionNames, 'check'>,
  { say, moment, plain }: Pick<Speech, 'say' | 'moment' | 'plain'>,
): string {
  const { state, not_before, not_after, ended_at, cause } = grant
  if (state === 'suspended')
    return cause === null
      ? texts.grantsWithout.suspended
      : say(texts.grants.suspended, { cause: causeWords(cause, texts, names, plain) })
  const at = state === 'scheduled' ? not_before : isLive(state) ? not_after : (ended_at ?? not_after)
  return at === null ? texts.grantsWithout[state] : say(texts.grants[state], { time: moment(at) })
}

/** Why a grant ended or is on hold: a word of the gateway, a check, or what a person wrote. */
export function causeWords(
  cause: string,
  texts: Pick<ExceptionsTexts, 'causes'>,
  names: Pick<ExceptionNames, 'check'>,
  plain: Speech['plain'],
): string {
  const word = Object.hasOwn(texts.causes, cause) ? texts.causes[cause] : undefined
  if (word !== undefined) return word
  return /^[a-z0-9-]{1,40}$/.test(cause) ? names.check(cause) : plain(cause, 200)
}

type Head = {
  readonly state: RequestState
  readonly proven: boolean
  readonly votes: ShownRequest['votes']
  readonly decide_by: number | null
  readonly grant: { readonly state: GrantState; readonly not_after: number | null } | null
}

/** The same in a few words, for a row. */
export function shortStanding(
  head: Head,
  texts: ExceptionsTexts,
  { say, moment, now: time }: Pick<Speech, 'say' | 'moment' | 'now'>,
): string {
  const { state, votes, decide_by, grant } = head
  if (isHearsay(head)) return texts.unprovenShort
  if (state === 'pending')
    return votes === null || decide_by === null
      ? waitingWords(votes, texts, { say })
      : say(texts.short.pending, { have: votes.have, need: votes.need, time: moment(decide_by) })
  if (state !== 'approved' || grant === null) return say(texts.short[state], {})
  const { state: now, not_after } = grant
  if (not_after !== null && isOverdue(grant, time)) return say(texts.more.overdue, { time: moment(not_after) })
  return not_after === null ? texts.grantsWithout[now] : say(texts.short[now], { time: moment(not_after) })
}

function waitingWords(
  votes: ShownRequest['votes'],
  texts: Pick<ExceptionsTexts, 'states' | 'waiting'>,
  { say }: Pick<Speech, 'say'>,
): string {
  return votes === null ? texts.waiting : say(texts.states.pending, { have: votes.have, need: votes.need })
}

/** The newest question that nobody answered yet, else the newest of all. */
export function lastQuestion(thread: ShownRequest['thread']): ShownRequest['thread'][number] | undefined {
  return thread.filter(({ from }) => from === 'approver').at(-1)
}

/** Whether something may still happen to it. */
export function isUnderWay({
  state,
  grant,
}: Pick<ShownRequest, 'state'> & { readonly grant: { readonly state: GrantState } | null }): boolean {
  return isOpen(state) || (state === 'approved' && (grant === null || isLive(grant.state)))
}
