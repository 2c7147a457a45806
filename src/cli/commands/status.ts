import type { Snapshot } from '#contract/ipc.ts'
import { secondsNow } from '#runtime/clock.ts'
import { askAgent, withAgent } from '../ask-agent.ts'
import { statusExit, statusLines } from '../status/status-lines.ts'
import { statusView } from '../status/view-on.ts'
import type { RunCommand } from '../words.ts'

/** The last verdict and payload, as the running agent has them. */
export const status: RunCommand = (words, terminal) =>
  withAgent(words, terminal, async (agent) => {
    const snapshot = await terminal.during(terminal.texts.asking.agent, () =>
      askAgent(agent, 'agent/snapshot', undefined),
    )
    if (words.isSet('json')) terminal.out(JSON.stringify(statusDocument(snapshot)))
    else {
      const view = await statusView(terminal, secondsNow(terminal.clock))
      for (const line of statusLines(snapshot, view)) terminal.out(line)
    }
    return statusExit(snapshot)
  })

/** The document of `--json` (architecture.md section 10). `sent[].payload` is the exact text that was signed. */
export function statusDocument(snapshot: Snapshot) {
  const { issuer, device_id, tier, key_store, stream, result, result_at, next_due, sent } = snapshot
  return { issuer, device_id, tier, key_store: key_store.kind, stream, result, result_at, next_due, sent }
}
