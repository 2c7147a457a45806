import { secondsNow } from '#runtime/clock.ts'
import { askAgent, withAgent } from '../ask-agent.ts'
import { chooseRequest } from '../request/choose-request.ts'
import { exitOfRequest, isOverForGood, wholeRequest } from '../request/request-lines.ts'
import { statusView } from '../status/view-on.ts'
import type { RunCommand } from '../words.ts'

/** One request as this device knows it; left out: the only one that still goes on. */
export const requestShow: RunCommand = (words, terminal) =>
  withAgent(words, terminal, async (agent) => {
    const request = await chooseRequest(agent, words.argument, (each) => !isOverForGood(each), terminal)
    if (words.isSet('json')) terminal.out(JSON.stringify(request))
    else {
      const snapshot = await askAgent(agent, 'agent/snapshot', undefined)
      const view = await statusView(terminal, secondsNow(terminal.clock))
      for (const line of wholeRequest(request, snapshot, view)) terminal.out(line)
    }
    return exitOfRequest(request)
  })
