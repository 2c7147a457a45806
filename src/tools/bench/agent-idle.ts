import { setTimeout as wait } from 'node:timers/promises'
import { atMostAbove, type Figure } from './figure.ts'
import { pssMb } from './process-cost.ts'
import { withAgent } from './running-agent.ts'

const settledMs = 60_000

/** What an idle agent occupies after a minute: enrolled and connected, beside a Node of the same age that only waits. */
export const agentIdle: Figure = {
  names: ['agent-idle'],
  measure: (bench) =>
    withAgent(bench, async ({ child }) => {
      const bare = bench.children.start({ command: bench.node, args: ['-e', 'setInterval(() => {}, 1e9)'] })
      bench.say('a minute of idleness')
      await wait(settledMs)
      const measured = [atMostAbove('agent-idle', await pssMb(child.pid), 'MB', await pssMb(bare.pid), 25)]
      await bare.stop()
      return measured
    }),
}
