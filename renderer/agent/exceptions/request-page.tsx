import { useEffect, useRef } from 'react'
import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { ExceptionsTexts } from '#contract/texts/windows/exceptions-texts.ts'
import { useAnnounce } from '../../ui/announcer.tsx'
import { PathLine } from '../../ui/path-line.tsx'
import { Surface } from '../../ui/surface.tsx'
import { Answered } from '../parts/answered.tsx'
import { BackToExceptions } from '../parts/back-to-exceptions.tsx'
import { useExceptionNames } from '../parts/exception-names.ts'
import { Screen } from '../parts/screen.tsx'
import { refusalWords } from '../request/refusal-words.ts'
import { requestWords } from '../request/request-words.ts'
import { useScreenTexts, useTexts } from '../texts.tsx'
import { exceptionsWords } from './exceptions-words.ts'
import { NotLive } from './not-live.tsx'
import { pathOfRequest } from './path-of-request.ts'
import { RequestActions } from './request-actions.tsx'
import { RequestDetails } from './request-details.tsx'
import { standingOf } from './standing-of-request.ts'
import { Thread } from './thread.tsx'
import { useShownRequest } from './use-shown-request.ts'

/** One request as it stands, told live: where it is on its way, what is asked of the person, and all about it. */
export function RequestPage({ requestId }: { readonly requestId: string }) {
  const { asked, again, take } = useShownRequest(requestId)
  const texts = useScreenTexts(exceptionsWords)
  if (asked.kind === 'answered') return <Page request={asked.value} texts={texts} onTold={take} />
  if (asked.kind === 'failed' && asked.refusal.code === 'not_found')
    return (
      <Screen
        title={texts.unknownTitle}
        sentence={texts.unknown}
        mark="unknown"
        note={texts.unknownMore}
        back={<BackToExceptions />}
        offline={false}
      />
    )
  return (
    <Screen title={texts.unknownTitle} back={<BackToExceptions />} offline={false}>
      <Answered asked={asked} again={again}>
        {() => null}
      </Answered>
    </Screen>
  )
}

function Page(props: {
  readonly request: ShownRequest
  readonly texts: ExceptionsTexts
  readonly onTold: (request: ShownRequest) => void
}) {
  const { request, texts, onTold } = props
  const names = useExceptionNames()
  const speech = useTexts()
  const { refusal: refusalTexts } = useScreenTexts(requestWords)
  const refusals = request.refusal.map((each) => refusalWords(each, refusalTexts, names, speech))
  const { mark, sentence, notes, offers } = standingOf(request, texts, names, speech, refusals)
  useChangesSaid(sentence)
  const { checks } = request
  return (
    <Screen
      title={checks.length === 0 ? texts.unknownTitle : speech.say(texts.title, { check: names.checks(checks) })}
      sentence={sentence}
      mark={mark}
      note={notes.length === 0 ? undefined : notes.map((note) => <p key={note}>{note}</p>)}
      actions={<RequestActions request={request} offers={offers} texts={texts} onTold={onTold} />}
      back={<BackToExceptions />}
      offline={false}
    >
      <NotLive at={request.told_at} />
      <Surface>
        <PathLine steps={pathOfRequest(request, texts, speech)} label={texts.path.label} doneWord={texts.path.done} />
      </Surface>
      <Thread request={request} texts={texts} canReply={offers.includes('reply')} onTold={onTold} />
      <RequestDetails request={request} texts={texts} />
    </Screen>
  )
}

/** Says where it stands when that changes; not what the page began with, which its heading tells. */
function useChangesSaid(sentence: string): void {
  const announce = useAnnounce()
  const before = useRef(sentence)
  useEffect(() => {
    if (before.current === sentence) return
    before.current = sentence
    announce(sentence)
  }, [announce, sentence])
}
