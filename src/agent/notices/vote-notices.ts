import type { AskedVote } from '#contract/agent-exceptions.ts'
import type { NoticeMemory } from '#contract/agent-state-files.ts'
import { fillText } from '#contract/fill-text.ts'
import type { Notice } from './notice.ts'
import type { NoticeContext } from './notice-context.ts'
import { reminderTime } from './quiet-hours.ts'
import type { ToldPart } from './told-part.ts'

type Entry = NoticeMemory['votes'][number]

const mostKept = 100

/** Tells that somebody waits for this person's vote: once, and once more at half the time that was left. */
export function voteNotices(memory: readonly Entry[], context: NoticeContext): ToldPart<readonly Entry[]> {
  const { snapshot, now } = context
  // A person may stand in more than one stage of a request: it is told once.
  const asked = snapshot.asked_votes.filter(
    ({ request_id, decide_by }, at, all) =>
      decide_by > now && all.findIndex((other) => other.request_id === request_id) === at,
  )
  const told = asked.map((vote) => askOf(vote, memory, context))
  return {
    memory: told.map(({ entry }) => entry).slice(-mostKept),
    notices: told.flatMap(({ notice }) => notice ?? []),
    current: asked.map(({ request_id }) => voteSubject(request_id)),
    dueAt: told.flatMap(({ dueAt }) => dueAt ?? []),
  }
}

const voteSubject = (request: string) => `vote:${request}`

type Ask = { readonly entry: Entry; readonly notice?: Notice; readonly dueAt?: number }

function askOf(vote: AskedVote, memory: readonly Entry[], context: NoticeContext): Ask {
  const { now, quietAt } = context
  const { request_id: id, decide_by } = vote
  const entry = memory.find((each) => each.id === id) ?? { id, told_at: null, half_at: null }
  const may = context.mayTell('vote')
  if (entry.told_at === null) {
    if (may.kind === 'silently') return { entry: { id, told_at: now, half_at: null } }
    // Later would be too late: whoever asks has nobody else to be told by.
    if (may.kind === 'at' && may.at < decide_by) return { entry, dueAt: may.at }
    const half = reminderTime(now + (decide_by - now) / 2, decide_by, now, quietAt)
    const half_at = half === undefined ? null : Math.floor(half)
    return {
      entry: { id, told_at: now, half_at },
      notice: voteNotice(vote, context),
      ...(half_at === null ? {} : { dueAt: half_at }),
    }
  }
  if (entry.half_at === null) return { entry }
  if (entry.half_at > now) return { entry, dueAt: entry.half_at }
  if (may.kind === 'at') return { entry, dueAt: may.at }
  const done = { entry: { ...entry, half_at: null } }
  return may.kind === 'now' ? { ...done, notice: voteNotice(vote, context) } : done
}

/** It leads to the console, where one sees everything before one decides; there is no button that approves. */
function voteNotice({ request_id, requester, checks, decide_by }: AskedVote, context: NoticeContext): Notice {
  const { texts, name, checkNames, moment, notice } = context
  return notice({
    kind: 'vote',
    subject: voteSubject(request_id),
    title: fillText(texts.vote.title, { name: name(requester), check: checkNames(checks) }),
    body: fillText(texts.vote.body, { time: moment(decide_by) }),
    opens: { kind: 'console' },
  })
}
