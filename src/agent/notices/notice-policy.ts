import type { NoticeMemory } from '#contract/agent-state-files.ts'
import { checkNotices } from './check-notices.ts'
import { deadlineNotices } from './deadline-notices.ts'
import { exceptionNotices } from './exception-notices.ts'
import type { Notice } from './notice.ts'
import { type NoticeInput, noticeContext } from './notice-context.ts'
import { refusalNotices } from './refusal-notices.ts'
import { startNotices } from './start-notices.ts'
import { voteNotices } from './vote-notices.ts'

/** What to show now, what to take away because its cause is over, and what to hand in the next time. */
export type NoticeDecision = {
  readonly notices: readonly Notice[]
  /** Subjects. */
  readonly close: readonly string[]
  readonly memory: NoticeMemory
  /** When to ask again though nothing changes, in Unix seconds; undefined: not before something does. */
  readonly askAgainAt: number | undefined
}

export const emptyMemory: NoticeMemory = {
  checks: [],
  refused: [],
  deadlines: [],
  votes: [],
  requests: [],
  started: [],
  shown: [],
}

/** What is remembered, at a start: once per start means once more, and what was on screen is out of reach. */
export function memoryAtStart(memory: NoticeMemory): NoticeMemory {
  return { ...memory, started: memory.started.filter((subject) => subject === 'overflow'), shown: [] }
}

/**
 * Which notifications this moment calls for. Pure: to be asked after each change, after each word about a request, and at
 * `askAgainAt`; the memory it returns says what was told, and nothing is told without a cause that is so now.
 */
export function decideNotices(kept: NoticeMemory, input: NoticeInput): NoticeDecision {
  const context = noticeContext(input)
  const memory = notLaterThan(input.now, kept)
  const refusals = refusalNotices(memory.refused, context)
  const wasRefused = memory.refused.some((entry) => entry.now)
  const checks = checkNotices(memory.checks, context, { announced: refusals.announced, wasRefused })
  const deadlines = deadlineNotices(memory.deadlines, context)
  const votes = voteNotices(memory.votes, context)
  const exceptions = exceptionNotices(memory.requests, context)
  const start = startNotices(memory.started, context)

  const parts = [refusals, checks, deadlines, votes, exceptions, start]
  const notices = onePerSubject(parts.flatMap((part) => part.notices))
  const current = new Set(parts.flatMap((part) => part.current))
  const shown = new Set(notices.map(({ subject }) => subject))
  const dueAt = parts.flatMap((part) => part.dueAt).filter((at) => at > input.now)
  return {
    notices,
    close: memory.shown.filter((subject) => !current.has(subject) && !shown.has(subject)),
    memory: {
      checks: [...checks.memory],
      refused: [...refusals.memory],
      deadlines: [...deadlines.memory],
      votes: [...votes.memory],
      requests: [...exceptions.memory],
      started: [...start.memory],
      shown: [...new Set([...memory.shown, ...shown])].filter((subject) => current.has(subject)).slice(-500),
    },
    askAgainAt: dueAt.length === 0 ? undefined : Math.ceil(Math.min(...dueAt)),
  }
}

/** A clock that was ahead for a while leaves times behind that are still to come: waited for, they would silence what is so. */
function notLaterThan(now: number, memory: NoticeMemory): NoticeMemory {
  const past = (at: number) => Math.min(at, now)
  const pastOrNone = (at: number | null) => (at === null ? null : past(at))
  return {
    ...memory,
    checks: memory.checks.map((entry) => ({ ...entry, since: past(entry.since) })),
    refused: memory.refused.map((entry) => ({ ...entry, told_at: past(entry.told_at) })),
    deadlines: memory.deadlines.map((entry) => ({
      ...entry,
      since: past(entry.since),
      half_at: pastOrNone(entry.half_at),
      last_at: pastOrNone(entry.last_at),
    })),
  }
}

/** Of two about one subject the later part knows better: an end that comes near tells that a check fails, too. */
function onePerSubject(notices: readonly Notice[]): readonly Notice[] {
  return notices.filter(({ subject }, at) => !notices.slice(at + 1).some((later) => later.subject === subject))
}
