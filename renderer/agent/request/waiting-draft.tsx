import { useEffect, useRef } from 'react'
import type { Draft } from '#contract/agent-exceptions.ts'
import type { RequestTexts } from '#contract/texts/windows/request-texts.ts'
import { Button } from '../../ui/button.tsx'
import { KeyValues } from '../../ui/key-values.tsx'
import { Section, Surface } from '../../ui/surface.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { BackToExceptions } from '../parts/back-to-exceptions.tsx'
import { useExceptionNames } from '../parts/exception-names.ts'
import { Screen } from '../parts/screen.tsx'
import { Words } from '../parts/words.tsx'
import { useRoutes } from '../routes.tsx'
import { useTexts } from '../texts.tsx'
import { dayWords } from './days.ts'
import { DiscardDraft } from './discard-draft.tsx'

/** A request that was sent off while the gateway was away: it goes out by itself, until then it can be changed. */
export function WaitingDraft(props: {
  readonly draft: Draft
  readonly texts: RequestTexts
  readonly onChange: (draft: Draft) => void
}) {
  const { draft, texts, onChange } = props
  const names = useExceptionNames()
  const { say, moment, span, plain, locale } = useTexts()
  useFate(draft, onChange)
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
          <Button onPress={() => onChange(draft)}>{texts.waiting.change}</Button>
          <DiscardDraft draftId={draft.draft_id} texts={texts} text={texts.waiting.discard} />
        </>
      }
      offline={false}
    >
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

/** What becomes of it meanwhile: it was sent, and is a request now; or it was judged, and waits for its writer. */
function useFate({ draft_id }: Draft, onChange: (draft: Draft) => void): void {
  const { drafts } = useSnapshot().exceptions
  const { go } = useRoutes()
  const wasThere = useRef(false)
  const now = drafts.find((each) => each.draft_id === draft_id)
  useEffect(() => {
    if (now === undefined) {
      if (wasThere.current) go({ screen: 'exceptions' })
      return
    }
    wasThere.current = true
    if (now.clicked_at === null) onChange(now)
  }, [now, go, onChange])
}
