import { useEffect, useRef } from 'react'
import type { Draft } from '#contract/agent-exceptions.ts'
import type { RequestTexts } from '#contract/texts/windows/request-texts.ts'
import { useAnnounce } from '../../ui/announcer.tsx'
import { Button } from '../../ui/button.tsx'
import { KeyValues } from '../../ui/key-values.tsx'
import { Section, Surface } from '../../ui/surface.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { useAsk } from '../ask.ts'
import { BackToExceptions } from '../parts/back-to-exceptions.tsx'
import { useExceptionNames } from '../parts/exception-names.ts'
import { FailureBanner } from '../parts/failure-banner.tsx'
import { Screen } from '../parts/screen.tsx'
import { Words } from '../parts/words.tsx'
import { useRoutes } from '../routes.tsx'
import { useTexts } from '../texts.tsx'
import { dayWords } from './days.ts'
import { DiscardDraft } from './discard-draft.tsx'
import { draftOf, inputOf } from './request-input.ts'

/** A request that was sent off while the gateway was away: it goes out by itself, until then it can be changed. */
export function WaitingDraft(props: {
  readonly draft: Draft
  readonly texts: RequestTexts
  /** It waits no more: it was taken back, or could not be sent as it stands. */
  readonly onChange: (draft: Draft) => void
}) {
  const { draft, texts, onChange } = props
  const names = useExceptionNames()
  const { say, moment, span, plain, locale } = useTexts()
  const taking = useAsk('draft/save')
  const { go } = useRoutes()
  const announce = useAnnounce()
  const isTaking = useRef(false)
  const isShown = useShown()
  useFate(draft, isTaking, onChange)
  // It no longer goes out by itself from the moment on in which it is changed; or it went out just before.
  const takeBack = async () => {
    isTaking.current = true
    const reply = await taking.ask(draftOf(inputOf(draft), draft.draft_id))
    isTaking.current = false
    if (!isShown.current) return
    if (reply.ok) return onChange(reply.value)
    if (reply.code !== 'draft_sent') return
    const request = reply.details?.['request_id']
    announce(texts.sent)
    go({ screen: 'exceptions', ...(typeof request === 'string' ? { request } : {}) })
  }
  return (
    <Screen
      title={texts.title}
      back={<BackToExceptions />}
      sentence={texts.waiting.sentence}
      mark="waiting"
      note={
        <>
          {texts.waiting.more} {say(texts.waiting.since, { time: moment(draft.clicked_at ?? draft.saved_at) })}
        </>
      }
      actions={
        <>
          <Button isPending={taking.asked.kind === 'asking'} onPress={() => void takeBack()}>
            {texts.waiting.change}
          </Button>
          <DiscardDraft draftId={draft.draft_id} texts={texts} text={texts.waiting.discard} />
        </>
      }
      offline={false}
    >
      {taking.asked.kind === 'failed' && <FailureBanner refusal={taking.asked.refusal} />}
      <Section title={texts.waiting.what}>
        <Surface>
          <KeyValues
            rows={[
              [texts.ask.check, names.checks(draft.checks)],
              [texts.ask.resources, names.resources(draft.resources)],
              [texts.ask.duration, draft.duration_s === undefined ? undefined : span(draft.duration_s)],
              [texts.ask.category, draft.category === undefined ? undefined : names.category(draft.category)],
              [texts.ask.reason, <Words key="reason" text={draft.reason ?? ''} />],
              [texts.ask.ticket, draft.ticket === undefined ? undefined : plain(draft.ticket, 64)],
              [texts.ask.remedyBy, draft.remedy_by === undefined ? undefined : dayWords(draft.remedy_by, locale)],
            ]}
          />
        </Surface>
      </Section>
    </Screen>
  )
}

const tellMs = 1500

/** What becomes of it meanwhile: it was sent, and is a request now; or it was judged, and waits for its writer. */
function useFate({ draft_id }: Draft, isTaking: React.RefObject<boolean>, onJudged: (draft: Draft) => void): void {
  const { drafts } = useSnapshot().exceptions
  const { go } = useRoutes()
  const seen = useRef({ here: false, waiting: false })
  const judged = useRef(onJudged)
  judged.current = onJudged
  const now = drafts.find((each) => each.draft_id === draft_id)
  useEffect(() => {
    const { here, waiting } = seen.current
    if (now === undefined) {
      // Whoever takes it back is told what became of it.
      if (here && !isTaking.current) go({ screen: 'exceptions' })
      return
    }
    seen.current = { here: true, waiting: waiting || now.clicked_at !== null }
    if (now.clicked_at !== null) return
    if (waiting) return judged.current(now)
    // What it was before it was sent may be told still; nothing newer comes where it was judged at once.
    const timer = setTimeout(() => judged.current(now), tellMs)
    return () => clearTimeout(timer)
  }, [now, go, isTaking])
}

function useShown(): React.RefObject<boolean> {
  const isShown = useRef(false)
  useEffect(() => {
    isShown.current = true
    return () => {
      isShown.current = false
    }
  }, [])
  return isShown
}
