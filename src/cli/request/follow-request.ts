import type { ShownRequest } from '#contract/agent-exceptions.ts'
import { fillText } from '#contract/fill-text.ts'
import type { Snapshot } from '#contract/ipc.ts'
import type { Transport } from '#contract/transport.ts'
import { isOpen } from '#domain/exceptions/states.ts'
import { Failure } from '#domain/failure.ts'
import { secondsNow } from '#runtime/clock.ts'
import { askAgent } from '../ask-agent.ts'
import { type StatusView, timeOf } from '../status/status-view.ts'
import type { Terminal } from '../terminal.ts'
import { isOverForGood, lookAgain, requestDetails, requestSentence } from './request-lines.ts'

/** The agent as long as it is there. */
export type FollowedAgent = Pick<Transport, 'ask' | 'on'> & { closed(): Promise<void> }

/**
 * Says each change of a request in a line, or with `isJson` as a document a line, until its end or until the person has
 * seen enough; the request goes on either way. Answers with the last that was told. Failure: `agent_not_running`.
 */
export async function followRequest(
  agent: FollowedAgent,
  first: ShownRequest,
  { terminal, view, isJson }: { readonly terminal: Terminal; readonly view: StatusView; readonly isJson: boolean },
): Promise<ShownRequest> {
  const { clock } = terminal
  let snapshot = await askAgent(agent, 'agent/snapshot', undefined)
  let wake: () => void = () => undefined
  let isDue = false
  const changed = () => {
    isDue = true
    wake()
  }
  const unlisten = agent.on('snapshot/changed', (next) => {
    const before = partOf(snapshot, first.request_id)
    sayStream(snapshot, next, terminal, view, isJson)
    snapshot = next
    if (partOf(next, first.request_id) !== before) changed()
  })
  const ended = agent.closed().then(() => 'gone' as const)
  const stopped = terminal.untilStopped().then(() => 'stopped' as const)
  let shown = ''
  const say = (request: ShownRequest) => {
    const now = { ...view, now: secondsNow(clock) }
    const lines = isJson
      ? [JSON.stringify(request)]
      : [requestSentence(request, snapshot, now), ...requestDetails(request, now)]
    const text = isJson ? JSON.stringify({ ...request, told_at: 0, log_index: 0 }) : lines.join('\n')
    if (text === shown) return
    shown = text
    lines.forEach((line) => {
      terminal.out(line)
    })
  }

  try {
    for (let request = first; ; ) {
      say(request)
      if (isOverForGood(request)) return request
      const why = isDue ? 'changed' : await Promise.race([ended, stopped, nextChange(request)])
      if (why === 'stopped') {
        terminal.err(lookAgain(request.request_id, snapshot, view))
        return request
      }
      if (why === 'gone') throw new Failure('agent_not_running', {})
      isDue = false
      request = await askAgent(agent, 'exception/show', { request_id: first.request_id })
    }
  } finally {
    unlisten()
  }

  /** Something is told of it, or a time of its own is over. */
  function nextChange({ state, decide_by, grant }: ShownRequest): Promise<'changed'> {
    return new Promise((resolve) => {
      const at = isOpen(state) ? decide_by : grant?.not_after
      const wait = Math.min(longestTimerMs, Math.max(1000, ((at ?? 0) - secondsNow(clock)) * 1000 + 1000))
      const cancel = at === null || at === undefined ? () => undefined : clock.setTimer(wait, () => wake())
      wake = () => {
        cancel()
        wake = () => undefined
        resolve('changed')
      }
    })
  }
}

const longestTimerMs = 2 ** 31 - 1

/** What the snapshot says of this request; it is asked for anew when that changes. */
function partOf({ exceptions }: Snapshot, requestId: string): string {
  return JSON.stringify(exceptions.requests.find(({ request_id }) => request_id === requestId) ?? null)
}

function sayStream(before: Snapshot, next: Snapshot, terminal: Terminal, view: StatusView, isJson: boolean): void {
  if (isJson || before.stream === next.stream) return
  const { request } = view.cli
  if (before.stream === 'open')
    terminal.err(fillText(request.reconnecting, { time: timeOf(secondsNow(terminal.clock), view) }))
  if (next.stream === 'open') terminal.err(request.liveAgain)
}
