import { useEffect, useRef, useState } from 'react'
import type { Draft, ExceptionsHead, ShownRequest } from '#contract/agent-exceptions.ts'
import type { ExceptionsTexts } from '#contract/texts/windows/exceptions-texts.ts'
import { isOpen } from '#domain/exceptions/states.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { RowLink } from '../../ui/row-link.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { Rows, Section } from '../../ui/surface.tsx'
import { useSnapshot } from '../agent-context.tsx'
import { useAnswer } from '../ask.ts'
import { type ExceptionNames, useExceptionNames } from '../parts/exception-names.ts'
import { Screen } from '../parts/screen.tsx'
import { useRoutes } from '../routes.tsx'
import { type Speech, useScreenTexts, useTexts } from '../texts.tsx'
import { exceptionsWords } from './exceptions-words.ts'
import { NotLive } from './not-live.tsx'
import { isUnderWay, markOf, shortStanding } from './standing-of-request.ts'
import { useShownRequest } from './use-shown-request.ts'

type Head = ExceptionsHead['requests'][number]

const mostEarlier = 5

/** Requests and exceptions that live, drafts, and the last that ended. */
export function ExceptionList() {
  const { exceptions, told_at } = useSnapshot()
  const texts = useScreenTexts(exceptionsWords)
  const speech = useTexts()
  const { go } = useRoutes()
  const earlier = useEarlier(exceptions)
  const { requests, drafts } = exceptions
  const isNothing = requests.length === 0 && drafts.length === 0 && earlier.length === 0
  const [proven, prove] = useState<Proven>(new Map())
  const sentence = sentenceOf(countOf(requests, proven, speech.now), drafts.length, texts, speech)
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
              <HeadRow
                key={head.request_id}
                head={head}
                texts={texts}
                onProven={(id, is) => prove((known) => new Map(known).set(id, is))}
              />
            ))}
          </Rows>
        </Section>
      )}
      {drafts.length > 0 && (
        <Section title={texts.list.draftsTitle}>
          <Rows>
            {[...drafts].reverse().map((draft) => (
              <DraftRow key={draft.draft_id} draft={draft} texts={texts} />
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

/** By request; one that was not looked up yet is not in it. */
type Proven = ReadonlyMap<string, boolean>
type Count = { readonly holding: number; readonly open: number; readonly later: number }

/** What holds is what a signed decision proves and whose time is not over; nothing is counted as a fact before. */
function countOf(requests: readonly Head[], proven: Proven, now: number): Count {
  const holds = ({ request_id, grant }: Head) =>
    grant?.state === 'active' && (grant.not_after ?? now + 1) > now && proven.get(request_id) === true
  const holding = requests.filter(holds).length
  const open = requests.filter(({ state }) => isOpen(state)).length
  const known = requests.filter(({ request_id }) => proven.has(request_id)).length
  return { holding, open, later: known - holding }
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
  const before = useRef(key)
  useEffect(() => {
    if (before.current === key) return
    before.current = key
    again()
  }, [key, again])
  const items = asked.kind === 'answered' ? asked.value.items : []
  return items
    .flatMap((item) => (item.kind === 'exception' && !isUnderWay(item.request) ? [item] : []))
    .slice(0, mostEarlier)
}

/** An approval is looked up, since a row may not say as a fact what is hearsay. */
function HeadRow(props: HeadRowProps) {
  const { head, texts } = props
  return head.state === 'approved' ? (
    <ApprovedRow {...props} />
  ) : (
    <RequestRow request={{ ...head, proven: false }} texts={texts} />
  )
}

type HeadRowProps = {
  readonly head: Head
  readonly texts: ExceptionsTexts
  readonly onProven: (requestId: string, is: boolean) => void
}

function ApprovedRow({ head, texts, onProven }: HeadRowProps) {
  const { request_id } = head
  const { asked } = useShownRequest(request_id)
  const isProven = asked.kind === 'answered' && asked.value.proven
  // biome-ignore lint/correctness/useExhaustiveDependencies: told when it is known, and when that changes
  useEffect(() => {
    if (asked.kind === 'answered') onProven(request_id, isProven)
  }, [asked.kind, isProven, request_id])
  return <RequestRow request={{ ...head, proven: isProven }} texts={texts} />
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

function DraftRow({ draft, texts }: { readonly draft: Draft; readonly texts: ExceptionsTexts }) {
  const names = useExceptionNames()
  const speech = useTexts()
  const { go } = useRoutes()
  const [check] = draft.checks
  return (
    <RowLink
      mark={<StateMark kind={draft.clicked_at === null ? 'na' : 'waiting'} />}
      text={aboutWords(draft, texts, names, speech)}
      note={
        draft.clicked_at === null
          ? speech.say(texts.list.draftSaved, { time: speech.moment(draft.saved_at) })
          : texts.list.draftWaits
      }
      onPress={() => go({ screen: 'request', draft: draft.draft_id, ...(check === undefined ? {} : { check }) })}
    />
  )
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
