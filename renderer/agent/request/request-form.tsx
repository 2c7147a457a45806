import { useEffect, useRef, useState } from 'react'
import type { Draft, ExceptionForm, ShownRequest } from '#contract/agent-exceptions.ts'
import type { RequestTexts } from '#contract/texts/windows/request-texts.ts'
import { useAnnounce } from '../../ui/announcer.tsx'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { useAsk } from '../ask.ts'
import { BackToExceptions } from '../parts/back-to-exceptions.tsx'
import { useExceptionNames } from '../parts/exception-names.ts'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { Screen } from '../parts/screen.tsx'
import { useRoutes } from '../routes.tsx'
import { useTexts } from '../texts.tsx'
import { useUnkept } from '../unkept.tsx'
import { DiscardDraft } from './discard-draft.tsx'
import { equalRequest } from './equal-request.ts'
import { faultWords, refusedFields } from './field-faults.ts'
import { newDraftId } from './new-draft-id.ts'
import { PastRefusal, refusalOf } from './past-refusal.tsx'
import { refusalWords } from './refusal-words.ts'
import { Remedy } from './remedy.tsx'
import type { FormCheck } from './request-beginning.ts'
import { RequestFields } from './request-fields.tsx'
import { draftOf, faultsOf, inputOf, previewOf, type RequestInput, submissionOf } from './request-input.ts'
import { useDraft } from './use-draft.ts'
import { usePreview } from './use-preview.ts'
import { WhatItTakes } from './what-it-takes.tsx'

const usualSeconds = 3600
const mostResources = 20

type Props = {
  readonly form: ExceptionForm
  readonly check: FormCheck
  readonly draft: Draft | undefined
  readonly texts: RequestTexts
  readonly sentence: string
  readonly onKept: (draft: Draft) => void
}

/** The form. What is written stays, on the screen and on disk, until it is a request or was thrown away. */
export function RequestForm({ form, check, draft, texts, sentence, onKept }: Props) {
  const snapshot = useSnapshot()
  const { go } = useRoutes()
  const speech = useTexts()
  const names = useExceptionNames()
  const announce = useAnnounce()
  const sending = useAsk('exception/submit')
  const [draftId, setDraftId] = useState(() => draft?.draft_id ?? newDraftId())
  const { keeper, standing } = useDraft(draftId)
  const { unkept } = useUnkept()
  const [input, setInput] = useState<RequestInput>(() => (draft === undefined ? begun(form, check) : inputOf(draft)))
  const [isJudged, judge] = useState(false)
  const [refusal, setRefusal] = useState<ShownRequest['refusal']>([])
  // Why it was not sent while the person was away; over with the first word that is changed.
  const [past, setPast] = useState(draft?.refused)
  const whole = useRef<HTMLDivElement>(null)
  const { attempt, focusFault } = useFocusOnFault(whole)

  const preview = usePreview(previewOf(input))
  const limits = { ...form.limits, ticket: undefined, ...limitsOf(preview.value) }
  const wish = onlyChoice(input, limits.categories)
  const faults = faultsOf(wish, limits)
  const failed = sending.asked.kind === 'failed' ? sending.asked.refusal : undefined
  const unsaved = standing.kind === 'failed' ? standing.refusal : undefined
  const refused = refusedFields(refusal, failed ?? (past === undefined ? undefined : refusalOf(past)))
  const shown = faultWords({ faults, refused, isJudged, limits, input: wish, texts, speech, names })
  const equal = equalRequest(wish, snapshot.exceptions.requests)

  const isLeaving = useRef(false)
  const goOnAs = (id: string) => {
    if (id !== draftId) unkept.forget(draftId)
    setDraftId(id)
    keeper.write(draftOf(wish, id))
    keeper.flush()
  }
  useGoneDraft(draftId, { isLeaving, isSent: unsaved?.code === 'draft_sent' }, () => goOnAs(newDraftId()))
  // What this window alone still has is tried again as soon as its form is there.
  useFirst(() => {
    if (unkept.all().some(({ draft_id }) => draft_id === draftId)) goOnAs(draftId)
  })

  const change = (part: Partial<RequestInput>) => {
    const next = { ...input, ...part }
    setInput(next)
    setRefusal([])
    setPast(undefined)
    if (sending.asked.kind === 'failed') sending.forget()
    keeper.write(draftOf(next, draftId))
  }
  const send = async () => {
    judge(true)
    const question = submissionOf(wish, draftId)
    if (faults.length > 0 || question === undefined) {
      announce(speech.say(texts.faults.summary, { n: faults.length }), 'assertive')
      return focusFault()
    }
    keeper.drop()
    setPast(undefined)
    isLeaving.current = true
    const reply = await sending.ask(question)
    if (!reply.ok) {
      isLeaving.current = false
      // Refused before it was kept, perhaps: it is written down as a draft again. The banner says why, aloud too.
      goOnAs(reply.code === 'draft_sent' ? newDraftId() : draftId)
      return focusFault()
    }
    unkept.forget(draftId)
    if (reply.value.kind === 'kept') return onKept(reply.value.draft)
    const { request } = reply.value
    if (request.state !== 'refused') {
      announce(texts.sent)
      return go({ screen: 'exceptions', request: request.request_id })
    }
    // The same draft would be the same refused request: what follows is another one.
    isLeaving.current = false
    goOnAs(newDraftId())
    setRefusal(request.refusal)
    announce(texts.refused, 'assertive')
    focusFault()
  }
  const isSending = sending.asked.kind === 'asking'
  const wasKept = useRef(draft !== undefined)
  // Once there is something to discard there is until the form is left, also while it is being discarded.
  if (standing.kind !== 'unchanged') wasKept.current = true
  return (
    <Screen
      title={texts.title}
      back={<BackToExceptions />}
      sentence={sentence}
      mark="attention"
      note={draft === undefined ? undefined : speech.say(texts.draft.restored, { time: speech.moment(draft.saved_at) })}
      offline={false}
    >
      {past !== undefined && <PastRefusal past={past} texts={texts} />}
      {equal !== undefined && (
        <Banner tone="note" title={texts.equal.title}>
          {texts.equal.more}
        </Banner>
      )}
      <Remedy check={check.id} texts={texts} />
      <div className="request-form" ref={whole} data-attempt={attempt}>
        <RequestFields
          input={wish}
          check={check}
          limits={limits}
          faults={shown}
          texts={texts}
          isDisabled={isSending}
          onChange={change}
        />
        <WhatItTakes
          preview={preview}
          limits={form.limits}
          isChosen={wish.resources.length > 0}
          durationSeconds={wish.durationSeconds}
          texts={texts}
        />
        {refusal.length > 0 && (
          <Banner tone="failure" title={texts.refused}>
            {refusal.map((each) => (
              <p key={each.code}>{refusalWords(each, texts.refusal, names, speech)}</p>
            ))}
            <p>{texts.refusedMore}</p>
          </Banner>
        )}
        {failed !== undefined && <FailureBanner refusal={failed} />}
        {unsaved !== undefined && unsaved.code !== failed?.code && (
          <FailureBanner refusal={unsaved} onAgain={() => keeper.flush()} />
        )}
        <div className="request-end">
          {equal === undefined ? (
            <Button
              kind="primary"
              act="send"
              isPending={isSending}
              isDisabled={preview.value?.offered === false}
              onPress={() => void send()}
            >
              {isSending ? texts.sending : texts.send}
            </Button>
          ) : (
            <Button kind="primary" onPress={() => go({ screen: 'exceptions', request: equal })}>
              {texts.equal.show}
            </Button>
          )}
          {wasKept.current && (
            <DiscardDraft
              draftId={draftId}
              texts={texts}
              isDisabled={isSending}
              onDiscard={() => {
                isLeaving.current = true
                keeper.drop()
              }}
              onFailed={() => {
                isLeaving.current = false
                keeper.write(draftOf(input, draftId))
              }}
            />
          )}
          <span className="request-saved soft" role="status">
            {standing.kind === 'saved' && speech.say(texts.draft.saved, { time: speech.moment(standing.at) })}
          </span>
          {/* Not said aloud: the banner above says it. */}
          {standing.kind === 'failed' && (
            <span className="request-saved soft">{`${texts.draft.unsaved}. ${texts.draft.unsavedMore}`}</span>
          )}
        </div>
      </div>
    </Screen>
  )
}

/** Filled in from the failing check: everything it closes that may be opened, for an hour or what there is. */
function begun({ limits }: ExceptionForm, check: FormCheck): RequestInput {
  return {
    checks: [check.id],
    resources: check.resources
      .filter(({ offered }) => offered)
      .map(({ id }) => id)
      .slice(0, mostResources),
    durationSeconds: Math.min(usualSeconds, limits.max_duration_s),
    category: undefined,
    reason: '',
    ticket: '',
    remedyBy: undefined,
    replaces: undefined,
  }
}

/** What the gateway said of this wish stands above what the configuration says of all. */
function limitsOf(value: ReturnType<typeof usePreview>['value']) {
  if (value === undefined) return {}
  const { max_duration_s, reason_min, categories, ticket } = value
  return { max_duration_s, reason_min, categories, ticket }
}

/** A reason that is the only one needs no choosing. */
function onlyChoice(input: RequestInput, categories: readonly string[]): RequestInput {
  const [only, ...others] = categories
  return input.category === undefined && others.length === 0 ? { ...input, category: only } : input
}

/**
 * The draft went out by itself, or was discarded at the command line, while its form is open: what stands in the form is
 * another one from then on. Under the old id the gateway would answer with the request that went out.
 */
function useGoneDraft(
  draftId: string,
  known: { readonly isLeaving: React.RefObject<boolean>; readonly isSent: boolean },
  onGone: () => void,
): void {
  const { isLeaving, isSent } = known
  const { drafts } = useSnapshot().exceptions
  const isHere = drafts.some(({ draft_id }) => draft_id === draftId)
  const wasHere = useRef<string>(undefined)
  const gone = useRef(onGone)
  gone.current = onGone
  useEffect(() => {
    if (wasHere.current === draftId && !isHere && !isLeaving.current) gone.current()
    wasHere.current = isHere ? draftId : undefined
  }, [draftId, isHere, isLeaving])
  // The agent's own word, should the snapshot be late: it was sent, and is saved no more under this id.
  useEffect(() => {
    if (isSent && !isLeaving.current) gone.current()
  }, [isSent, isLeaving])
}

/** Once, when the form is first there. */
function useFirst(act: () => void): void {
  const first = useRef<(() => void) | undefined>(act)
  useEffect(() => {
    first.current?.()
    first.current = undefined
  }, [])
}

const faulty = '[data-invalid] :is(input, textarea, button), :is(input, textarea)[data-invalid]'

/** Moves the focus to the first field that something is wrong with, once that is shown. */
function useFocusOnFault(whole: React.RefObject<HTMLDivElement | null>) {
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    if (attempt > 0) whole.current?.querySelector<HTMLElement>(faulty)?.focus()
  }, [attempt, whole])
  return { attempt, focusFault: () => setAttempt((count) => count + 1) }
}
