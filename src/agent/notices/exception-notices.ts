import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { NoticeMemory } from '#contract/agent-state-files.ts'
import { fillText } from '#contract/fill-text.ts'
import type { NoticeText } from '#contract/texts/notices-texts.ts'
import { isLive, isOpen } from '#domain/exceptions/states.ts'
import { exceptionSubject } from './deadline-notices.ts'
import type { Notice } from './notice.ts'
import type { NoticeContext } from './notice-context.ts'
import type { ToldPart } from './told-part.ts'

type Entry = NoticeMemory['requests'][number]

const mostKept = 200
const mostWords = 20
/** What became of a request longer ago is history, not news. */
const newsSeconds = 86_400

/** Tells of what was decided on a request, asked about it, and became of its grant: each once. */
export function exceptionNotices(memory: readonly Entry[], context: NoticeContext): ToldPart<readonly Entry[]> {
  let entries = memory
  const notices: Notice[] = []
  for (const request of context.changed) {
    const word = wordOf(request)
    const known = entries.find(({ id }) => id === request.request_id)
    if (word === undefined || known?.told.includes(word.word) === true) continue
    const told = [...(known?.told ?? []), word.word].slice(-mostWords)
    entries = [...entries.filter(({ id }) => id !== request.request_id), { id: request.request_id, told }].slice(
      -mostKept,
    )
    const isNews = request.told_at > context.now - newsSeconds
    if (isNews && context.mayTell('exception', request.checks).kind === 'now')
      notices.push(exceptionNotice(request, word.text, context))
  }
  return { memory: entries, notices, current: [], dueAt: [] }
}

/** What there is to tell, under a word by which it is told once. Nothing that no signature tells counts as approved. */
function wordOf(request: ShownRequest): { readonly word: string; readonly text: TextOf } | undefined {
  const { state, proven, grant, thread } = request
  if (state === 'info_needed') {
    const question = thread.filter(({ from }) => from === 'approver').at(-1)
    return { word: `question:${question?.id ?? ''}`, text: (texts) => texts.question }
  }
  if (isOpen(state)) return undefined
  const decided = decidedStates.find((each) => each === state)
  if (decided !== undefined) return { word: decided, text: (texts) => texts.decided[decided] }
  if (state !== 'approved' || !proven) return undefined
  if (grant === null) return { word: 'approved', text: (texts) => texts.granted.other }
  if (isLive(grant.state)) return wordOfLive(grant)
  const ended = endedStates.find((each) => each === grant.state)
  return ended === undefined ? undefined : { word: ended, text: (texts) => texts.grants[ended] }
}

type TextOf = (texts: NoticeContext['texts']) => NoticeText
const decidedStates = ['denied', 'refused', 'lapsed', 'stale'] as const
const endedStates = ['expired', 'revoked', 'cured', 'unclaimed', 'voided'] as const

function wordOfLive({ state, not_after }: NonNullable<ShownRequest['grant']>): ReturnType<typeof wordOf> {
  if (state === 'suspended') return { word: 'suspended', text: (texts) => texts.grants.suspended }
  const known = state === 'active' || state === 'scheduled' || state === 'awaiting_activation' ? state : 'other'
  const needsEnd = known === 'active' || known === 'scheduled'
  return { word: 'approved', text: (texts) => texts.granted[needsEnd && not_after === null ? 'other' : known] }
}

function exceptionNotice(request: ShownRequest, textOf: TextOf, context: NoticeContext): Notice {
  const { texts, checkNames, moment, notice } = context
  const { title, body } = textOf(texts)
  const end = request.grant?.not_after ?? undefined
  const values = {
    check: checkNames(request.checks),
    ...(end === undefined ? {} : { time: moment(end) }),
  }
  return notice({
    kind: 'exception',
    subject: exceptionSubject(request.request_id),
    title: fillText(title, values),
    body: fillText(body, values),
    opens: { kind: 'screen', route: { screen: 'exceptions', request: request.request_id } },
  })
}
