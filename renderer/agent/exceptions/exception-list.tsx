import type { Draft, ExceptionsHead, ShownRequest } from '#contract/agent-exceptions.ts'
import type { ExceptionsTexts } from '#contract/texts/windows/exceptions-texts.ts'
import { isOpen } from '#domain/exceptions/states.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { RowLink } from '../../ui/row-link.tsx'
import { type MarkKind, StateMark } from '../../ui/state-mark.tsx'
import { Rows, Section } from '../../ui/surface.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { useAnswer } from '../ask.ts'
import { type ExceptionNames, useExceptionNames } from '../parts/exception-names.ts'
import { failureWords } from '../parts/failure-banner.tsx'
import { Screen } from '../parts/screen.tsx'
import { useAgainWhen } from '../parts/use-again-when.ts'
import { useRoutes } from '../routes.tsx'
import { type Speech, useScreenTexts, useTexts } from '../texts.tsx'
import { useRoomForDrafts, useUnkept } from '../unkept.tsx'
import { exceptionsWords } from './exceptions-words.ts'
import { NotLive } from './not-live.tsx'
import { isUnderWay, markOf, shortStanding } from './standing-of-request.ts'

type Head = ExceptionsHead['requests'][number]

const mostEarlier = 5

/** Requests and exceptions that live, drafts, and the last that ended. */
export function ExceptionList() {
  const { exceptions, told_at } = useSnapshot()
  const texts = useScreenTexts(exceptionsWords)
  const speech = useTexts()
  const { go } = useRoutes()
  const earlier = useEarlier(exceptions)
  const { requests, drafts: kept } = exceptions
  const { held } = useUnkept()
  const drafts = [...kept.filter(({ draft_id }) => !isIn(held, draft_id)), ...held]
  const isNothing = requests.length === 0 && drafts.length === 0 && earlier.length === 0
  const sentence = sentenceOf(countOf(requests, speech.now), drafts.length, texts, speech)
  const request = (
    <Button kind="primary" icon="plus" onPress={() => go({ screen: 'request' })}>
      {texts.list.request}
    </Button>
  )
  return (
    <Screen
      title={speech.shared.navigation.exceptions}
      {...(isNothing ? {} : { sentence, actions: request })}
      offline={false}
    >
      <NotLive at={told_at} />
      {isNothing && (
        <Empty icon="exceptions" title={texts.list.nothing} actions={request}>
          {texts.list.nothingMore}
        </Empty>
      )}
      {requests.length > 0 && (
        <Section title={texts.list.now}>
          <Rows>
            {requests.map((head) => (
              <RequestRow key={head.request_id} request={head} texts={texts} />
            ))}
          </Rows>
        </Section>
      )}
      {drafts.length > 0 && (
        <Section title={texts.list.draftsTitle}>
          <Rows>
            {[...drafts].reverse().map((draft) => (
              <DraftRow key={draft.draft_id} draft={draft} isUnkept={isIn(held, draft.draft_id)} texts={texts} />
            ))}
          </Rows>
        </Section>
      )}
      {earlier.length > 0 && (
        <Section
          title={texts.list.earlier}
          aside={
            <Button kind="link" onPress={() => go({ screen: 'history' })}>
              {texts.list.allEarlier}
            </Button>
          }
        >
          <Rows>
            {earlier.map(({ at, request: past }) => (
              <RequestRow key={past.request_id} request={past} texts={texts} aside={speech.moment(at)} />
            ))}
          </Rows>
        </Section>
      )}
    </Screen>
  )
}

type Count = { readonly holding: number; readonly open: number; readonly later: number }

/** What holds is what a signed decision proves and whose time is not over; nothing is counted as a fact before. */
function countOf(requests: readonly Head[], now: number): Count {
  const holds = ({ proven, grant }: Head) => proven && grant?.state === 'active' && (grant.not_after ?? now + 1) > now
  const holding = requests.filter(holds).length
  const open = requests.filter(({ state }) => isOpen(state)).length
  const approved = requests.filter(({ state }) => state === 'approved').length
  return { holding, open, later: approved - holding }
}

function sentenceOf(
  { holding, open, later }: Count,
  drafts: number,
  { list }: ExceptionsTexts,
  { say }: Speech,
): string {
  const parts = [
    ...(holding > 0 ? [say(list.active, { n: holding })] : []),
    ...(open > 0 ? [say(list.open, { n: open })] : []),
    ...(later > 0 ? [say(list.later, { n: later })] : []),
    ...(drafts > 0 && holding + open + later === 0 ? [say(list.drafts, { n: drafts })] : []),
  ]
  return parts.length === 0 ? list.nothing : parts.join(', ')
}

/** The last requests that are over; asked for again whenever one of the others changes. */
function useEarlier({ requests }: ExceptionsHead) {
  const { asked, again } = useAnswer('history/page', {
    kinds: ['exception'],
    count: mostEarlier + Math.min(requests.length, 40),
  })
  // One that ends while another begins leaves their number as it was.
  const key = requests.map(({ request_id, state, grant }) => [request_id, state, grant?.state].join()).join()
  useAgainWhen(key, again)
  const items = asked.kind === 'answered' ? asked.value.items : []
  return items
    .flatMap((item) => (item.kind === 'exception' && !isUnderWay(item.request) ? [item] : []))
    .slice(0, mostEarlier)
}

type Told = Pick<ShownRequest, 'request_id' | 'checks' | 'resources' | 'proven' | 'votes' | 'decide_by' | 'state'> & {
  readonly grant: Head['grant']
}

function RequestRow(props: { readonly request: Told; readonly texts: ExceptionsTexts; readonly aside?: string }) {
  const { request, texts, aside } = props
  const names = useExceptionNames()
  const speech = useTexts()
  const { go } = useRoutes()
  return (
    <RowLink
      mark={<StateMark kind={markOf(request)} />}
      text={aboutWords(request, texts, names, speech)}
      note={shortStanding(request, texts, speech)}
      {...(aside === undefined ? {} : { aside })}
      onPress={() => go({ screen: 'exceptions', request: request.request_id })}
    />
  )
}

function isIn(drafts: readonly Draft[], draftId: string): boolean {
  return drafts.some(({ draft_id }) => draft_id === draftId)
}

function DraftRow(props: { readonly draft: Draft; readonly isUnkept: boolean; readonly texts: ExceptionsTexts }) {
  const { draft, isUnkept, texts } = props
  const names = useExceptionNames()
  const speech = useTexts()
  const { go } = useRoutes()
  const hasRoom = useRoomForDrafts()
  const [check] = draft.checks
  const { mark, note } = standingOf()
  return (
    <RowLink
      mark={<StateMark kind={mark} />}
      text={aboutWords(draft, texts, names, speech)}
      note={note}
      onPress={() => go({ screen: 'request', draft: draft.draft_id, ...(check === undefined ? {} : { check }) })}
    />
  )

  function standingOf(): { readonly mark: MarkKind; readonly note: string } {
    const { list } = texts
    if (isUnkept) return { mark: 'attention', note: hasRoom ? list.draftUnkept : list.draftNoRoom }
    if (draft.clicked_at !== null) return { mark: 'waiting', note: list.draftWaits }
    if (draft.refused !== undefined)
      return {
        mark: 'attention',
        note: speech.say(list.draftRefused, { why: failureWords(draft.refused, speech).title }),
      }
    return { mark: 'na', note: speech.say(list.draftSaved, { time: speech.moment(draft.saved_at) }) }
  }
}

function aboutWords(
  { checks, resources }: Pick<Told, 'checks' | 'resources'>,
  { list }: ExceptionsTexts,
  names: ExceptionNames,
  { say }: Speech,
): string {
  if (checks.length === 0) return list.noCheck
  if (resources.length === 0) return names.checks(checks)
  return say(list.about, { check: names.checks(checks), resources: names.resources(resources) })
}
