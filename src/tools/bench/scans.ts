import { controlTransport } from '#agent/control/control-transport.ts'
import { signalIds } from '#domain/signals.ts'
import { systemClock } from '#runtime/clock.ts'
import { runChild } from '#tools/children.ts'
import { atMost, type Bench, type Figure } from './figure.ts'
import { median } from './median.ts'
import { cpuMs } from './process-cost.ts'
import { withAgent } from './running-agent.ts'

const firstRuns = 7
const againRuns = 20

/** The first full scan of a process that has just started: the whole of `postern check`, its own start included. */
export const firstScan: Figure = {
  names: ['scan-first'],
  async measure(bench) {
    const took: number[] = []
    for (let run = 0; run < firstRuns; run += 1) took.push(await checkMs(bench))
    return [atMost('scan-first', median(took), 'ms', 1000)]
  },
}

/** A full scan by an agent that has scanned before, asked for at its endpoint: wall clock, and CPU with its children. */
export const scanAgain: Figure = {
  names: ['scan-again-wall', 'scan-again-cpu'],
  measure: (bench) =>
    withAgent(bench, async ({ child, control }) => {
      const agent = controlTransport({ path: control, clock: systemClock() })
      const scan = async () => {
        const began = performance.now()
        const reply = await agent.ask('posture/check-now', undefined)
        if (!reply.ok || reply.value.readings.length !== signalIds.length) throw new Error('the agent did not scan')
        return performance.now() - began
      }
      await scan()
      const took: number[] = []
      const before = await cpuMs(child.pid)
      for (let run = 0; run < againRuns; run += 1) took.push(await scan())
      const cpu = ((await cpuMs(child.pid)) - before) / againRuns
      agent.close()
      return [atMost('scan-again-wall', median(took), 'ms', 250), atMost('scan-again-cpu', cpu, 'ms', 120)]
    }),
}

/** Nobody is at that endpoint, so the command takes the readings itself. */
async function checkMs(bench: Bench): Promise<number> {
  const { ms, stdout, stderr } = await runChild({
    command: bench.node,
    args: [bench.postern, 'check', '--json'],
    env: { POSTERN_CONTROL: `${bench.folder}/nobody.sock` },
  })
  if (!stdout.startsWith('{"by":"command"')) throw new Error(`postern check failed: ${stderr}`)
  return ms
}
