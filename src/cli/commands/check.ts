import { fillText } from '#contract/fill-text.ts'
import { isFailure } from '#domain/failure.ts'
import type { ReportedSignal } from '#domain/posture-report.ts'
import { secondsNow } from '#runtime/clock.ts'
import { askAgent, withAgent } from '../ask-agent.ts'
import { exitCode } from '../exit-codes.ts'
import { countRead, readingLines } from '../status/reading-lines.ts'
import { statusView } from '../status/view-on.ts'
import type { Terminal } from '../terminal.ts'
import type { RunCommand, Words } from '../words.ts'

/** Readings taken now, by the running agent or else by this command: exit 0 all read, 3 something is unknown. */
export const check: RunCommand = async (words, terminal) => {
  const { texts } = terminal
  const { by, readings } = await terminal.during(texts.asking.readings, () => takeNow(words, terminal))
  const { n, read } = countRead(readings)
  const exit = read === n ? exitCode.yes : exitCode.partly
  if (words.isSet('json')) {
    terminal.out(JSON.stringify({ by, signals: readings }))
    return exit
  }
  const view = await statusView(terminal, secondsNow(terminal.clock))
  for (const line of readingLines(readings, view)) terminal.out(line)
  terminal.out('')
  terminal.out(fillText(read === n ? texts.check.allRead : texts.check.someRead, { n, read }))
  terminal.out(by === 'agent' ? texts.check.byAgent : texts.check.byCommand)
  return exit
}

type Taken = { readonly by: 'agent' | 'command'; readonly readings: readonly ReportedSignal[] }

async function takeNow(words: Words, terminal: Terminal): Promise<Taken> {
  try {
    const { readings } = await withAgent(words, terminal, (agent) => askAgent(agent, 'posture/check-now', undefined))
    return { by: 'agent', readings }
  } catch (thrown) {
    if (!isFailure(thrown, 'agent_not_running')) throw thrown
  }
  const { takeReadingsHere } = await import('../take-readings-here.ts')
  return { by: 'command', readings: await takeReadingsHere(terminal.clock) }
}
