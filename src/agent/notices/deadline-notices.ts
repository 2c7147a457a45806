import type { NoticeMemory } from '#contract/agent-state-files.ts'
import { fillText } from '#contract/fill-text.ts'
import { graceEnd } from '#contract/texts/grace-end.ts'
import { checkSubject, showCheck } from './check-notices.ts'
import type { NoticeTarget } from './notice.ts'
import { currentResult, type NoticeContext } from './notice-context.ts'
import { reminderTime } from './quiet-hours.ts'
import type { ToldPart } from './told-part.ts'

type Entry = NoticeMemory['deadlines'][number]

const daySeconds = 86_400
const hourSeconds = 3600
/** How long before the end the last call comes. */
const lastCall = { grace: hourSeconds, grant: 600 } as const

type Deadline = {
  readonly id: string
  readonly end: number
  readonly lead: number
  readonly since: number
  readonly checks: readonly string[]
  readonly subject: string
  readonly title: string
  readonly body: string
  readonly opens: NoticeTarget
}

export const exceptionSubject = (request: string) => `exception:${request}`

/** Reminds of the end of each grace and each exception at half its span, and once more shortly before. */
export function deadlineNotices(memory: readonly Entry[], context: NoticeContext): ToldPart<readonly Entry[]> {
  if (currentResult(context) === null) return { memory, notices: [], current: [], dueAt: [] }
  const { now } = context
  const deadlines = deadlinesOf(context).filter(({ end }) => end > now)
  const told = deadlines.map((deadline) => callOf(deadline, memory, context))
  const isPast = ({ id }: Entry) => !deadlines.some((deadline) => deadline.id === id)
  // What was told lately of a deadline that is gone still counts, should it come back.
  const past = memory.filter(
    (entry) => isPast(entry) && Math.max(entry.half_at ?? 0, entry.last_at ?? 0) > now - daySeconds,
  )
  return {
    memory: [...told.map(({ entry }) => entry), ...past].slice(0, 300),
    notices: told.flatMap(({ deadline, isTold }) =>
      isTold
        ? [
            context.notice({
              kind: 'deadline',
              subject: deadline.subject,
              title: deadline.title,
              body: deadline.body,
              opens: deadline.opens,
            }),
          ]
        : [],
    ),
    current: deadlines.map(({ subject }) => subject),
    dueAt: told.flatMap(({ dueAt }) => dueAt ?? []),
  }
}

type Call = {
  readonly deadline: Deadline
  readonly entry: Entry
  readonly isTold: boolean
  readonly dueAt?: number
}

function callOf(deadline: Deadline, memory: readonly Entry[], context: NoticeContext): Call {
  const { now, quietAt } = context
  const { id, end, since } = deadline
  const known = memory.find((entry) => entry.id === id)
  // Another end is another deadline; when it was last told of still counts.
  const begun: Entry = known ?? { id, since, end, told: 'nothing', half_at: null, last_at: null }
  const entry: Entry = begun.end === end ? begun : { ...begun, end, told: 'nothing' }
  if (entry.told === 'last') return { deadline, entry, isTold: false }

  const half = entry.since + (end - entry.since) / 2
  const last = Math.max(end - deadline.lead, half)
  const when = (due: number) => reminderTime(due, end, entry.since, quietAt)
  const lastAt = when(last)
  // Two calls one right after the other are one too many.
  const halfAt = last - half >= deadline.lead && entry.told === 'nothing' ? when(half) : undefined
  const call =
    lastAt !== undefined && lastAt <= now ? 'last' : halfAt !== undefined && halfAt <= now ? 'half' : undefined
  const later = [lastAt, halfAt].filter((at) => at !== undefined && at > now).map(Number)
  if (call === undefined) return { deadline, entry, isTold: false, ...soonest(later) }

  const may = context.mayTell('deadline', deadline.checks)
  if (may.kind === 'at')
    return { deadline, entry, isTold: false, ...soonest(may.at < end ? [...later, may.at] : later) }
  const isTold = may.kind === 'now' && !wasToldLately(entry, call === 'last' ? deadline.lead : daySeconds, now)
  const next: Entry = {
    ...entry,
    told: call,
    half_at: isTold && call === 'half' ? now : entry.half_at,
    last_at: isTold && call === 'last' ? now : entry.last_at,
  }
  return { deadline, entry: next, isTold, ...(call === 'half' ? soonest(later) : {}) }
}

/** Ends that move are told of once a day; a last call is due again where the end moved, but not at once. */
function wasToldLately({ half_at, last_at }: Entry, withinSeconds: number, now: number): boolean {
  return Math.max(half_at ?? 0, last_at ?? 0) > now - withinSeconds
}

function soonest(times: readonly number[]): { readonly dueAt?: number } {
  return times.length === 0 ? {} : { dueAt: Math.min(...times) }
}

function deadlinesOf(context: NoticeContext): readonly Deadline[] {
  const { texts, now, moment, checkNames, snapshot } = context
  const result = currentResult(context)
  if (result === null) return []
  const graces = result.checks
    .filter(({ outcome }) => outcome === 'tolerated')
    .flatMap(({ check, since }): readonly Deadline[] => {
      const end = graceEnd(result, check)
      if (end === undefined) return []
      return [
        {
          id: `grace:${check}`,
          end,
          lead: lastCall.grace,
          since: Math.min(since ?? now, now),
          checks: [check],
          subject: checkSubject(check),
          title: fillText(texts.deadline, { check: checkNames([check]), time: moment(end) }),
          body: texts.deadlineBody,
          opens: showCheck(check),
        },
      ]
    })
  const grants = snapshot.exceptions.requests.flatMap(({ request_id, checks, grant }): readonly Deadline[] => {
    const end = grant?.state === 'active' ? grant.not_after : null
    const counts = result.checks.some(({ check, outcome }) => outcome === 'excepted' && checks.includes(check))
    if (end === null || !counts) return []
    return [
      {
        id: `grant:${request_id}`,
        end,
        lead: lastCall.grant,
        since: now,
        checks,
        subject: exceptionSubject(request_id),
        title: fillText(texts.exceptionEnds.title, { check: checkNames(checks), time: moment(end) }),
        body: texts.exceptionEnds.body,
        opens: { kind: 'screen', route: { screen: 'exceptions', request: request_id } },
      },
    ]
  })
  return [...graces, ...grants]
}
