import type { HistoryItem } from '#contract/agent-exceptions.ts'
import type { HistoryTexts } from '#contract/texts/windows/history-texts.ts'
import { Button } from '../../ui/button.tsx'
import { Disclosure } from '../../ui/disclosure.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { RowLink } from '../../ui/row-link.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { Row, RowText } from '../../ui/surface.tsx'
import { exceptionsWords } from '../exceptions/exceptions-words.ts'
import { markOf, shortStanding } from '../exceptions/standing-of-request.ts'
import { useExceptionNames } from '../parts/exception-names.ts'
import { MessageFacts, outcomeMarks } from '../privacy/message-detail.tsx'
import { messageWords, usePrivacyTexts } from '../privacy/privacy-texts.ts'
import { useRoutes } from '../routes.tsx'
import { useScreenTexts, useTexts } from '../texts.tsx'
import { clock } from './clock.ts'
import { VerdictRow } from './verdict-row.tsx'

type Of<Kind extends HistoryItem['kind']> = Extract<HistoryItem, { readonly kind: Kind }>

/** One thing that happened: what, who acted, when; opened or followed, all about it. */
export function HistoryRow({ item, texts }: { readonly item: HistoryItem; readonly texts: HistoryTexts }) {
  switch (item.kind) {
    case 'verdict':
      return <VerdictRow item={item} texts={texts} />
    case 'exception':
      return <ExceptionRow item={item} texts={texts} />
    case 'sent':
      return <SentRow item={item} texts={texts} />
    default:
      return <EventRow item={item} texts={texts} />
  }
}

function ExceptionRow({ item, texts }: { readonly item: Of<'exception'>; readonly texts: HistoryTexts }) {
  const names = useExceptionNames()
  const words = useScreenTexts(exceptionsWords)
  const speech = useTexts()
  const { go } = useRoutes()
  const { request, at } = item
  const { log_index } = request
  const actor = request.state === 'withdrawn' || request.state === 'step_up_required' ? 'you' : 'organisation'
  const notes = [
    shortStanding(request, words, speech),
    ...(request.state === 'pending' || request.state === 'lapsed' ? [] : [texts.by[actor]]),
    ...(log_index === null ? [] : [speech.say(texts.logIndex, { index: log_index })]),
  ]
  return (
    <RowLink
      mark={<StateMark kind={markOf(request)} size={18} />}
      text={speech.say(texts.exceptionFor, { check: names.checks(request.checks) })}
      note={notes.join(' · ')}
      aside={clock(at, speech.locale)}
      onPress={() => go({ screen: 'exceptions', request: request.request_id })}
    />
  )
}

function SentRow({ item, texts }: { readonly item: Of<'sent'>; readonly texts: HistoryTexts }) {
  const privacy = usePrivacyTexts()
  const speech = useTexts()
  const { go } = useRoutes()
  const { message, at, times } = item
  const { say, locale } = speech
  const byYou = message.typ.startsWith('exception-')
  const notes = [
    ...(times > 1 ? [say(texts.sent.times, { n: times })] : []),
    privacy.message.outcomes[message.outcome],
    say(privacy.message.bytes, { n: message.bytes }),
    texts.by[byYou ? 'you' : 'postern'],
  ]
  return (
    <Row>
      <Disclosure
        summary={
          <RowText
            mark={
              message.outcome === 'accepted' ? (
                <KindIcon name="privacy" />
              ) : (
                <StateMark kind={outcomeMarks[message.outcome]} size={18} />
              )
            }
            text={messageWords(message.typ, privacy, speech)}
            note={notes.join(' · ')}
            aside={clock(at, locale)}
          />
        }
      >
        <div className="history-detail">
          {times > 1 && <p className="soft">{texts.sent.newest}</p>}
          <MessageFacts head={message} />
          <div>
            <Button kind="link" onPress={() => go({ screen: 'privacy' })}>
              {texts.sent.show}
            </Button>
          </div>
        </div>
      </Disclosure>
    </Row>
  )
}

const icons: { readonly [Kind in 'enrollment' | 'key' | 'update']: IconName } = {
  enrollment: 'building',
  key: 'key',
  update: 'again',
}

function EventRow(props: { readonly item: Of<'enrollment' | 'key' | 'update'>; readonly texts: HistoryTexts }) {
  const { item, texts } = props
  const speech = useTexts()
  return (
    <Row
      mark={<KindIcon name={icons[item.kind]} />}
      text={eventWords()}
      note={notes().join(' · ')}
      aside={<span className="history-time">{clock(item.at, speech.locale)}</span>}
    />
  )

  function eventWords(): string {
    switch (item.kind) {
      case 'enrollment':
        return speech.say(texts.enrollment[item.event], { host: item.host })
      case 'key':
        return texts.key[item.event]
      case 'update':
        return speech.say(texts.update, { from: item.from, to: item.to })
    }
  }

  function notes(): readonly string[] {
    if (item.kind === 'enrollment') return [texts.by[item.by]]
    if (item.kind === 'update' || item.back_end === null) return [texts.by.postern]
    const { stores } = speech.keys
    const store = Object.entries(stores).find(([kind]) => kind === item.back_end)?.[1]
    return [store ?? speech.plain(item.back_end, 32), texts.by.postern]
  }
}

function KindIcon({ name }: { readonly name: IconName }) {
  return (
    <span className="history-icon">
      <Icon name={name} size={18} />
    </span>
  )
}
