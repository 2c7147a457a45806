import { fillText } from '#contract/fill-text.ts'
import { secondsNow } from '#runtime/clock.ts'
import { askAgent, withAgent } from '../ask-agent.ts'
import { exitCode } from '../exit-codes.ts'
import { followRequest } from '../request/follow-request.ts'
import { requestConversation } from '../request/request-conversation.ts'
import { exitOfRequest, lookAgain } from '../request/request-lines.ts'
import { statusView } from '../status/view-on.ts'
import type { RunCommand } from '../words.ts'

/** Asks for an exception and follows it: exit 1 refused, denied or over without approval, 4 kept until the gateway answers. */
export const request: RunCommand = (words, terminal) =>
  withAgent(words, terminal, async (agent) => {
    const isJson = words.isSet('json')
    const view = await statusView(terminal, secondsNow(terminal.clock))
    const asked = await requestConversation(agent, words, { terminal, view })
    switch (asked.kind) {
      case 'no':
      case 'declined':
        return exitCode.no
      case 'unknown':
        return exitCode.partly
      case 'kept':
        if (isJson) terminal.out(JSON.stringify(asked))
        else terminal.out(terminal.texts.request.kept)
        return exitCode.nobodyThere
      case 'sent': {
        const { request_id } = asked.request
        terminal.err(fillText(terminal.texts.request.sent, { id: request_id }))
        if (!isJson) terminal.err(lookAgain(request_id, await askAgent(agent, 'agent/snapshot', undefined), view))
        return exitOfRequest(await followRequest(agent, asked.request, { terminal, view, isJson }))
      }
    }
  })
