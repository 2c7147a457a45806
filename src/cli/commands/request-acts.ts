import type { ShownRequest } from '#contract/agent-exceptions.ts'
import type { Transport } from '#contract/transport.ts'
import { isLive, isOpen } from '#domain/exceptions/states.ts'
import { secondsNow } from '#runtime/clock.ts'
import { askAgent, withAgent } from '../ask-agent.ts'
import { type ExitCode, exitCode } from '../exit-codes.ts'
import { chooseRequest } from '../request/choose-request.ts'
import { requestSentence } from '../request/request-lines.ts'
import { statusView } from '../status/view-on.ts'
import type { Terminal } from '../terminal.ts'
import { UsageFault } from '../usage-fault.ts'
import type { RunCommand, Words } from '../words.ts'

/** Takes an open request back. */
export const requestWithdraw: RunCommand = (words, terminal) =>
  act(
    words,
    terminal,
    ({ state }) => isOpen(state),
    (agent, { request_id }) => askAgent(agent, 'exception/withdraw', { request_id }),
  )

/** Ends a granted exception now. */
export const requestSurrender: RunCommand = (words, terminal) =>
  act(
    words,
    terminal,
    ({ grant }) => grant !== null && isLive(grant.state),
    (agent, { request_id }) => askAgent(agent, 'exception/surrender', { request_id }),
  )

/** Answers the question of an approver. */
export const requestReply: RunCommand = (words, terminal) =>
  act(
    words,
    terminal,
    ({ state }) => state === 'info_needed',
    async (agent, { request_id }) => {
      const text =
        words.text('text') ?? (terminal.canAsk ? await terminal.askLine(terminal.texts.request.yourAnswer) : undefined)
      if (text === undefined || text === '')
        throw new UsageFault(terminal.texts.usage.notUsable, 'postern request reply --text "…"')
      return askAgent(agent, 'exception/reply', { request_id, text })
    },
  )

function act(
  words: Words,
  terminal: Terminal,
  fits: (request: ShownRequest) => boolean,
  run: (agent: Pick<Transport, 'ask'>, request: ShownRequest) => Promise<ShownRequest>,
): Promise<ExitCode> {
  return withAgent(words, terminal, async (agent) => {
    const chosen = await chooseRequest(agent, words.argument, fits, terminal)
    const request = await terminal.during(terminal.texts.asking.gateway, () => run(agent, chosen))
    if (words.isSet('json')) terminal.out(JSON.stringify(request))
    else {
      const snapshot = await askAgent(agent, 'agent/snapshot', undefined)
      const view = await statusView(terminal, secondsNow(terminal.clock))
      terminal.out(requestSentence(request, snapshot, view))
    }
    return exitCode.yes
  })
}
