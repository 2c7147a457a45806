import type { NoticeMemory } from '#contract/agent-state-files.ts'
import { fillText } from '#contract/fill-text.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { graceEnd } from '#contract/texts/grace-end.ts'
import { plainCheckId } from '#contract/texts/plain-check-id.ts'
import { spokenText } from '#contract/texts/spoken-text.ts'
import { isFailing } from './failing.ts'
import type { Notice, NoticeTarget } from './notice.ts'
import { currentResult, type NoticeContext } from './notice-context.ts'
import type { ToldPart } from './told-part.ts'

type Result = NonNullable<Snapshot['result']>
type Entry = NoticeMemory['checks'][number]

/** A check must fail that long before it is told, so that one that flaps is not told at all. */
export const holdDownSeconds = 600
/** As many are told one by one; more of them as one. */
const mostAtOnce = 3

export const checkSubject = (check: string) => `check:${check}`
const severalSubject = 'checks'

/** `announced`: checks told just now as the cause of a refusal. `wasRefused`: whether something was, until now. */
export type Access = { readonly announced: readonly string[]; readonly wasRefused: boolean }

/** Tells of checks that start failing and of those that are fixed. */
export function checkNotices(
  memory: readonly Entry[],
  context: NoticeContext,
  { announced, wasRefused }: Access,
): ToldPart<readonly Entry[]> {
  const result = currentResult(context)
  if (result === null) return { memory, notices: [], current: [], dueAt: [] }
  const failing = [...new Set(result.checks.filter(isFailing).map(({ check }) => check))]
  const due: Entry[] = []
  const dueAt: number[] = []
  const entries = failing.map((check): Entry => {
    const entry = memory.find(({ id }) => id === check) ?? { id: check, since: context.now, told: 'no' }
    if (announced.includes(check)) return { ...entry, told: 'shown' }
    if (entry.told !== 'no') return entry
    const heldUntil = entry.since + holdDownSeconds
    if (heldUntil > context.now) {
      dueAt.push(heldUntil)
      return entry
    }
    const may = context.mayTell('failing', [check])
    if (may.kind === 'at') dueAt.push(may.at)
    if (may.kind === 'now') due.push(entry)
    return may.kind === 'at' ? entry : { ...entry, told: may.kind === 'now' ? 'shown' : 'silently' }
  })
  const fixed = memory.filter(({ id, told }) => told === 'shown' && !failing.includes(id) && isMet(id, result))
  return {
    memory: entries,
    notices: [
      ...failingNotices(
        due.map(({ id }) => id),
        result,
        context,
      ),
      ...fixed.flatMap(({ id }) => fixedNotice(id, result, context, wasRefused)),
    ],
    current: [...failing.map(checkSubject), ...(failing.length > 1 ? [severalSubject] : [])],
    dueAt,
  }
}

function failingNotices(checks: readonly string[], result: Result, context: NoticeContext): readonly Notice[] {
  const { texts, notice, checkNames, moment } = context
  if (checks.length > mostAtOnce)
    return [
      notice({
        kind: 'failing',
        subject: severalSubject,
        title: fillText(texts.severalFailing.title, { n: checks.length }),
        body: texts.severalFailing.body,
        opens: { kind: 'screen', route: { screen: 'status' } },
      }),
    ]
  return checks.map((check) => {
    const end = result.checks.some((each) => each.check === check && each.outcome === 'tolerated')
      ? graceEnd(result, check)
      : undefined
    const remedy = remedySentence(check, result, context) ?? texts.failingBody
    return notice({
      kind: 'failing',
      subject: checkSubject(check),
      title: fillText(texts.failing, { check: checkNames([check]) }),
      body: end === undefined ? remedy : `${remedy} ${fillText(texts.accessEnds, { time: moment(end) })}`,
      opens: showCheck(check),
    })
  })
}

function fixedNotice(check: string, result: Result, context: NoticeContext, wasRefused: boolean): readonly Notice[] {
  if (context.mayTell('fixed').kind !== 'now') return []
  const { texts, notice, checkNames } = context
  const isOpen = result.resources.length > 0 && result.resources.every(({ access }) => access !== 'refuse')
  return [
    notice({
      kind: 'fixed',
      subject: checkSubject(check),
      title: fillText(texts.fixed, { check: checkNames([check]) }),
      body: wasRefused && isOpen ? texts.restoredBody : texts.fixedBody,
      opens: showCheck(check),
    }),
  ]
}

function isMet(id: string, { checks }: Result): boolean {
  return checks.some(({ check, outcome }) => check === id && outcome === 'met')
}

export function showCheck(check: string): NoticeTarget {
  const id = plainCheckId(check)
  return { kind: 'screen', route: { screen: 'status', ...(/^[a-z0-9-]{1,40}$/.test(id) ? { check: id } : {}) } }
}

/** The first sentence of the first step; none that names a place on this machine. */
function remedySentence(check: string, result: Result, context: NoticeContext): string | undefined {
  const { language } = context.settings
  const judged = result.checks.find((each) => each.check === check)
  const configured = context.snapshot.checks.find(({ id }) => id === check)
  const steps = spokenText(judged?.remedy?.steps, language) ?? spokenText(configured?.steps, language)
  const sentence = /^[\s\S]*?[.!?:](?=\s|$)/.exec(steps?.[0] ?? '')?.[0] ?? steps?.[0]
  if (sentence === undefined || sentence.trim() === '' || namesPlace(sentence)) return undefined
  const trimmed = sentence.trim().replace(/:$/, '.')
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

/** Paths, addresses and anything like them stay out of notifications: others may look at the screen. */
function namesPlace(text: string): boolean {
  return /(^|[\s"'(])(~|\.{0,2}\/|[A-Za-z]:\\|\\\\)\S|:\/\//.test(text)
}
