import { quitSentence } from '#contract/texts/quit-sentence.ts'
import { secondsNow } from '#runtime/clock.ts'
import { askAgent, withAgent } from '../ask-agent.ts'
import { exitCode } from '../exit-codes.ts'
import { timeOf } from '../status/status-view.ts'
import { statusView } from '../status/view-on.ts'
import type { RunCommand } from '../words.ts'

/** Ends the running agent, with its windows and its tray, and says what that costs. Exit 4: none is running. */
export const agentStop: RunCommand = async (words, terminal) => {
  const snapshot = await withAgent(words, terminal, async (agent) => {
    const before = await askAgent(agent, 'agent/snapshot', undefined)
    await askAgent(agent, 'app/quit', undefined)
    return before
  })
  if (words.isSet('json')) {
    terminal.out(JSON.stringify({ stopped: true }))
    return exitCode.yes
  }
  const view = await statusView(terminal, secondsNow(terminal.clock))
  const style = { words: terminal.texts.states, moment: (seconds: number) => timeOf(seconds, view) }
  terminal.out(terminal.texts.agent.ends)
  terminal.out(quitSentence(snapshot, style, view.now))
  return exitCode.yes
}
