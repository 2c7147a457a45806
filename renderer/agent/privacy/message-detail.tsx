import { useState } from 'react'
import type { SentHead, SentWhole } from '#contract/agent-windows.ts'
import type { PrivacyTexts } from '#contract/texts/windows/privacy-texts.ts'
import { Busy } from '../../ui/busy.tsx'
import { type Choice, RadioGroup } from '../../ui/choice.tsx'
import { KeyValues } from '../../ui/key-values.tsx'
import { type MarkKind, StateMark } from '../../ui/state-mark.tsx'
import { useAnswer } from '../ask.ts'
import { FailureBanner, failureWords } from '../parts/failure-banner.tsx'
import { useKept } from '../parts/kept.ts'
import { type Speech, useTexts } from '../texts.tsx'
import { type ByteView, byteViews, ExactBytes } from './exact-bytes.tsx'
import { usePrivacyTexts } from './privacy-texts.ts'
import { readReport } from './read-report.ts'
import { ReadableReport } from './readable-report.tsx'

/** One message of the ledger: what is known of it, how it reads, and its bytes. `act`: names the button that shows them. */
export function MessageDetail({ head, act }: { readonly head: SentHead; readonly act?: string }) {
  const { asked, again } = useAnswer('privacy/payload', { id: head.id })
  const { value, refusal } = useKept(asked)
  const { shared } = useTexts()
  return (
    <div className="message">
      <MessageFacts head={head} />
      {refusal !== undefined && <FailureBanner refusal={refusal} onAgain={again} />}
      {value === undefined && refusal === undefined && <Busy text={shared.reading} />}
      {value !== undefined && value.id === head.id && <MessageContent message={value} act={act} />}
    </div>
  )
}

const words = 'words'
type View = ByteView | typeof words

/** The same message as words where it is a report, and as the bytes it is. */
function MessageContent({ message, act }: { readonly message: SentWhole; readonly act: string | undefined }) {
  const texts = usePrivacyTexts().message
  const hasWords = readReport(message.payload) !== undefined
  const [view, setView] = useState<View>(hasWords ? words : 'payload')
  const choices: readonly Choice<View>[] = [
    ...(hasWords ? [{ id: words, label: texts.inWords } as const] : []),
    ...byteViews.map((id) => ({
      id,
      label: texts.views[id],
      ...(id === 'compact' && act !== undefined ? { act } : {}),
    })),
  ]
  return (
    <div className="message-content">
      <RadioGroup label={texts.exact} inline value={view} onChange={setView} choices={choices} />
      {view === words ? <ReadableReport payload={message.payload} /> : <ExactBytes message={message} view={view} />}
    </div>
  )
}

/** Of one message: when, to whom, why, how large, and what was answered. */
export function MessageFacts({ head }: { readonly head: SentHead }) {
  const texts = usePrivacyTexts()
  const speech = useTexts()
  const { say, moment, distance, plain } = speech
  const { message } = texts
  return (
    <KeyValues
      rows={[
        [message.sentAt, `${moment(head.at)} · ${distance(head.at)}`],
        [message.receiver, plain(head.receiver, 300)],
        [message.because, head.reason === null ? undefined : reasonWords(head.reason, message.reasons, speech)],
        [message.size, say(message.bytes, { n: head.bytes })],
        [
          message.answer,
          <span key="answer" className="message-answer">
            <StateMark kind={outcomeMarks[head.outcome]} size={16} />
            <span>{answerWords(head, texts, speech)}</span>
          </span>,
        ],
      ]}
    />
  )
}

/** The shape that stands beside what came of a message. */
export const outcomeMarks: { readonly [Outcome in SentHead['outcome']]: MarkKind } = {
  accepted: 'good',
  refused: 'refused',
  unconfirmed: 'unknown',
}

/** What came of a message, with the cause where it was refused. */
function answerWords({ outcome, code }: SentHead, texts: PrivacyTexts, speech: Speech): string {
  const { message } = texts
  if (outcome === 'unconfirmed') return message.unconfirmedMore
  if (outcome !== 'refused' || code === null) return message.outcomes[outcome]
  const { title } = failureWords({ code }, speech)
  return `${speech.say(message.refusedBecause, { why: title })} (${speech.plain(code, 64)})`
}

function reasonWords(
  reason: string,
  reasons: PrivacyTexts['message']['reasons'],
  { plain }: Pick<Speech, 'plain'>,
): string {
  return isReason(reason, reasons) ? reasons[reason] : plain(reason, 40)
}

function isReason<Table extends object>(reason: string, reasons: Table): reason is Extract<keyof Table, string> {
  return Object.hasOwn(reasons, reason)
}
