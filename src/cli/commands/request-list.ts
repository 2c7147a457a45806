import { secondsNow } from '#runtime/clock.ts'
import { askAgent, withAgent } from '../ask-agent.ts'
import { exitCode } from '../exit-codes.ts'
import { layTable } from '../print/lay-table.ts'
import { checkNames, requestSentence, resourceNames } from '../request/request-lines.ts'
import { statusView } from '../status/view-on.ts'
import type { RunCommand } from '../words.ts'

/** Requests and grants, newest first, and drafts that wait. */
export const requestList: RunCommand = (words, terminal) =>
  withAgent(words, terminal, async (agent) => {
    const { items } = await askAgent(agent, 'history/page', { count: 50, kinds: ['exception'] })
    const snapshot = await askAgent(agent, 'agent/snapshot', undefined)
    const { drafts } = snapshot.exceptions
    const requests = items.flatMap((item) => (item.kind === 'exception' ? [item.request] : []))
    if (words.isSet('json')) {
      terminal.out(JSON.stringify({ requests, drafts }))
      return exitCode.yes
    }
    const view = await statusView(terminal, secondsNow(terminal.clock))
    const { request: texts } = view.cli
    if (requests.length === 0 && drafts.length === 0) terminal.out(texts.none)
    const rows = [
      ...drafts.map((draft) => ({
        ...draft,
        id: draft.draft_id,
        says: draft.clicked_at === null ? texts.draft : texts.kept,
      })),
      ...requests.map((request) => ({
        ...request,
        id: request.request_id,
        says: requestSentence(request, snapshot, view),
      })),
    ].flatMap(({ id, checks, resources, says }) => [
      [`${checkNames(checks, snapshot, view)}: ${resourceNames(resources, snapshot)}`, says],
      [view.paint.faint(id), ''],
    ])
    for (const line of layTable(rows, view.columns)) terminal.out(line)
    return exitCode.yes
  })
