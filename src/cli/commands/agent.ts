import { shrinkHeap } from '#agent/system/shrink-heap.ts'
import { fillText } from '#contract/fill-text.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { secondsNow } from '#runtime/clock.ts'
import { agentPlaces } from '../agent-places.ts'
import { exitCode } from '../exit-codes.ts'
import { headlessPorts } from '../headless-ports.ts'
import { posternVersion } from '../postern-version.ts'
import { layPairs } from '../print/lay-table.ts'
import { timeText } from '../print/time-text.ts'
import { runAgent } from '../run-agent.ts'
import { stateSentence } from '../status/state-sentence.ts'
import { statusView } from '../status/view-on.ts'
import { terminalLog } from '../terminal-log.ts'
import type { RunCommand } from '../words.ts'

/** By then the first reading is over, and a first report sent. */
const settledMs = 15_000

/** Runs the agent until it is asked to end, and says each change of state: a sentence, or with `--json` a document a line. */
export const agent: RunCommand = async (words, terminal) => {
  const { texts, out, err, paint, clock } = terminal
  const isJson = words.isSet('json')
  const development = words.isSet('development')
  const paths = agentPlaces(words, terminal)
  const view = await statusView(terminal, secondsNow(clock))
  const asked = Promise.withResolvers<void>()
  const stopped = Promise.race([terminal.untilStopped(), asked.promise])
  const ports = headlessPorts({ paths, development, clock, log: terminalLog(terminal) })
  const { core, stop } = await runAgent({ ...ports, quit: asked.resolve })

  if (isJson) out(JSON.stringify({ ready: true, development, state: paths.state, control: paths.control }))
  else {
    const mode = development ? texts.agent.development : texts.agent.production
    out(paint.strong(fillText(texts.agent.running, { version: posternVersion(), mode })))
    const places = [[texts.agent.place, paths.state] as const, [texts.agent.endpoint, paths.control] as const]
    for (const line of layPairs(places, terminal.columns, '  ')) out(line)
  }

  let said = ''
  const say = (snapshot: Snapshot) => {
    const now = secondsNow(clock)
    const sentence = stateSentence(snapshot, { ...view, now })
    if (sentence === said) return
    said = sentence
    if (isJson) out(JSON.stringify({ at: now, state: snapshot.state, says: sentence }))
    else out(`${paint.faint(timeText(now, now, terminal.language))}  ${sentence}`)
  }
  say(core.snapshot.read())
  core.onNotice('snapshot/changed', say)
  clock.setTimer(settledMs, shrinkHeap)

  await stopped
  if (terminal.isErrorTerminal) err(texts.agent.stopping)
  await stop()
  if (terminal.isErrorTerminal) err(texts.agent.stopped)
  return exitCode.yes
}
