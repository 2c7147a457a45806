import { configInForce } from '#agent/attestation/read-gateway-messages.ts'
import type { Draft, DraftQuestion, ExceptionsHead, ShownRequest, Submitted } from '#contract/agent-exceptions.ts'
import type { ActiveEnrollment } from '#contract/agent-state-files.ts'
import type { PostureResultClaims } from '#contract/gateway-messages.ts'
import type { Answer, Question } from '#contract/ipc.ts'
import { Failure, isFailure } from '#domain/failure.ts'
import type { Log } from '#runtime/log.ts'
import { singleFlight } from '#runtime/single-flight.ts'
import type { Drafts } from './drafts.ts'
import { exceptionForm } from './exception-form.ts'
import { keptRefusal } from './kept-refusal.ts'
import type { KeptReplies } from './kept-replies.ts'
import type { RequestTracker } from './request-tracker.ts'
import { actOnRequest, completeAsk, mayPass, previewRequest, type Speaker, submitRequest } from './submit-request.ts'

export type ExceptionPorts = {
  readonly drafts: Drafts
  readonly replies: KeptReplies
  readonly tracker: RequestTracker
  /** Throws `not_enrolled`. */
  readonly enrollment: () => ActiveEnrollment
  /** Failures of the key store. */
  readonly speaker: () => Promise<Speaker>
  readonly result: () => { readonly claims: PostureResultClaims; readonly at: number } | undefined
  /** Unix seconds of the gateway. */
  readonly nowSeconds: () => number
  readonly log: Log
}

/** What windows and the command line can do about exceptions; one row each of the request table. */
export type ExceptionDesk = {
  form(question: Question<'exception/form'>): Promise<Answer<'exception/form'>>
  preview(question: Question<'exception/preview'>): Promise<Answer<'exception/preview'>>
  submit(question: Question<'exception/submit'>): Promise<Submitted>
  show(question: Question<'exception/show'>): Promise<ShownRequest>
  withdraw(question: Question<'exception/withdraw'>): Promise<ShownRequest>
  surrender(question: Question<'exception/surrender'>): Promise<ShownRequest>
  reply(question: Question<'exception/reply'>): Promise<ShownRequest>
  keepReply(question: Question<'reply/keep'>): Promise<Answer<'reply/keep'>>
  keptReply(question: Question<'reply/kept'>): Promise<Answer<'reply/kept'>>
  saveDraft(question: DraftQuestion): Promise<Draft>
  discardDraft(question: Question<'draft/discard'>): Promise<void>
  head(): ExceptionsHead
  /** The gateway answers again: what waits is sent, oldest first. */
  sendWaiting(): Promise<void>
}

export function exceptionDesk(ports: ExceptionPorts): ExceptionDesk {
  const { drafts, replies, tracker, log, nowSeconds } = ports

  /** Sends a complete draft; it leaves the folder once the gateway has answered. */
  async function send(draft: Draft): Promise<ShownRequest> {
    const ask = completeAsk(draft)
    const evidence = ports.result()?.claims.evidence
    if (ask === undefined) throw new Failure('question_invalid', {})
    if (evidence === undefined)
      throw new Failure('gateway_unreachable', { reason: 'There is no verdict yet that the request could name' })
    const looked = { clickedAt: draft.clicked_at ?? nowSeconds(), evidence }
    const answer = await submitRequest(await ports.speaker(), ask, looked)
    const request = await tracker.submitted(answer, { reason: ask.reason, ticket: ask.ticket ?? null })
    await drafts.sent(draft.draft_id, request.request_id)
    return request
  }
  // One at a time: a click while the waiting ones are sent does not send the same draft beside it.
  let sending: Promise<unknown> = Promise.resolve()
  function inTurn<Done>(act: () => Promise<Done>): Promise<Done> {
    const done = sending.then(act)
    sending = done.catch(() => undefined) // whoever asked is told
    return done
  }

  // What is on its way is not changed: whoever wants to waits for what becomes of it.
  const onItsWay = new Map<string, Promise<unknown>>()
  async function unlessOnItsWay(draftId: string | undefined): Promise<void> {
    for (let way = onItsWay.get(draftId ?? ''); way !== undefined; way = onItsWay.get(draftId ?? '')) await way
  }
  function trySending(draft: Draft): Promise<Submitted> {
    const done = trySendingNow(draft).finally(() => onItsWay.delete(draft.draft_id))
    onItsWay.set(
      draft.draft_id,
      done.catch(() => undefined), // whoever asked is told
    )
    return done
  }

  async function trySendingNow(draft: Draft): Promise<Submitted> {
    try {
      return { kind: 'sent', request: await send(draft) }
    } catch (thrown) {
      if (!isFailure(thrown)) throw thrown
      log.info('exception.not-sent', { code: thrown.code })
      if (mayPass(thrown)) return { kind: 'kept', draft, code: thrown.code }
      // Judged: the person corrects it, and clicks again.
      await drafts.refuse(draft, keptRefusal(thrown, nowSeconds())).catch((unkept: unknown) => {
        if (!isFailure(unkept)) throw unkept
        log.warn('draft.refusal-unkept', { code: unkept.code })
      })
      throw thrown
    }
  }

  async function act(
    requestId: string,
    action: 'withdraw' | 'reply' | 'surrender',
    more: { readonly text?: string } = {},
  ): Promise<ShownRequest> {
    const known = requireKnown(requestId)
    if (known.terms_digest === null) throw new Failure('not_found', {})
    const { grant } = known
    if (action === 'surrender' && grant === null) throw new Failure('state_conflict', { state: known.state })
    const answer = await actOnRequest(await ports.speaker(), {
      request_id: requestId,
      action,
      terms_digest: known.terms_digest,
      ...(action === 'surrender' && grant !== null ? { grant_id: grant.id } : {}),
      ...more,
    })
    return tracker.acted(answer)
  }
  function requireKnown(requestId: string): ShownRequest {
    ports.enrollment()
    const known = tracker.find(requestId)
    if (known === undefined) throw new Failure('not_found', {})
    return known
  }

  return {
    async form({ check }) {
      const result = ports.result()
      return exceptionForm({
        result: result?.claims,
        resultAt: result?.at,
        config: configInForce(ports.enrollment()),
        drafts: drafts.all(),
        ...(check === undefined ? {} : { check }),
      })
    },
    async preview(question) {
      ports.enrollment()
      return previewRequest(await ports.speaker(), question)
    },
    async submit(question) {
      ports.enrollment()
      await unlessOnItsWay(question.draft_id)
      const clickedAt = nowSeconds()
      // On disk before it is sent: a crash in between costs nothing, and the same draft is the same request.
      const kept = await drafts.save(question, clickedAt, clickedAt)
      return inTurn(() => trySending(kept))
    },
    show: async ({ request_id }) => requireKnown(request_id),
    withdraw: ({ request_id }) => act(request_id, 'withdraw'),
    surrender: ({ request_id }) => act(request_id, 'surrender'),
    async reply({ request_id, text }) {
      const told = await act(request_id, 'reply', { text })
      await replies.keep(request_id, '', nowSeconds()).catch((thrown: unknown) => {
        if (!isFailure(thrown)) throw thrown // it is sent: that its draft stays is no failure of the act
      })
      return told
    },
    async keepReply({ request_id, text }) {
      requireKnown(request_id)
      await replies.keep(request_id, text, nowSeconds())
      return { saved_at: nowSeconds() }
    },
    keptReply: async ({ request_id }) => ({ text: replies.read(request_id) }),
    async saveDraft(question) {
      await unlessOnItsWay(question.draft_id)
      return drafts.save(question, nowSeconds(), null)
    },
    discardDraft: ({ draft_id }) => inTurn(() => drafts.discard(draft_id)),
    head: () => ({ requests: tracker.heads(), drafts: [...drafts.all()] }),
    sendWaiting: singleFlight(async () => {
      for (const { draft_id, clicked_at } of drafts.all()) {
        if (clicked_at === null) continue
        const isStuck = await inTurn(async () => {
          const still = drafts.find(draft_id)
          if (still === undefined || still.clicked_at === null) return false
          return (await trySending(still)).kind === 'kept'
        }).catch((thrown: unknown) => {
          if (!isFailure(thrown)) throw thrown
          return false // it was refused as it stands, and waits for its writer
        })
        if (isStuck) return
      }
    }),
  }
}
