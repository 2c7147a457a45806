import { join } from 'node:path'
import { runChild } from '#tools/children.ts'
import { writeExampleGateway } from '#tools/example-gateway.ts'
import { atMostAbove, type Bench, type Figure } from './figure.ts'
import { startGateway } from './gateway-process.ts'
import { median } from './median.ts'
import { withAgent } from './running-agent.ts'

const runs = 11

/** How much longer than an empty Node the commands take that people wait for. Each beside its yardstick, in turn. */
export const startUp: Figure = {
  names: ['start-help', 'start-status'],
  measure: (bench) =>
    withAgent(bench, async ({ env }) => {
      const help = await inTurn(bench, () => wallMs(bench, ['--help'], env))
      const status = await inTurn(bench, () => wallMs(bench, ['status', '--development'], env))
      return [
        atMostAbove('start-help', help.ms, 'ms', help.emptyMs, 80),
        atMostAbove('start-status', status.ms, 'ms', status.emptyMs, 80),
      ]
    }),
}

/** From the call to the line that says it listens, over an empty data folder. */
export const gatewayReady: Figure = {
  names: ['gateway-ready'],
  async measure(bench) {
    let run = 0
    const { ms, emptyMs } = await inTurn(bench, async () => {
      run += 1
      const folder = join(bench.folder, `empty-${run}`)
      const { config } = await writeExampleGateway({
        folder,
        listen: { api: '127.0.0.1:0', check: '127.0.0.1:0' },
      })
      const began = performance.now()
      const { child } = await startGateway({ ...bench, cores: undefined }, { folder, config })
      const took = performance.now() - began
      await child.stop()
      return took
    })
    return [atMostAbove('gateway-ready', ms, 'ms', emptyMs, 250)]
  },
}

async function inTurn(bench: Bench, act: () => Promise<number>) {
  const took: number[] = []
  const empty: number[] = []
  for (let run = 0; run < runs; run += 1) {
    empty.push((await runChild({ command: bench.node, args: ['-e', '0'] })).ms)
    took.push(await act())
  }
  return { ms: median(took), emptyMs: median(empty) }
}

async function wallMs(bench: Bench, args: readonly string[], env: { readonly [name: string]: string }) {
  const { ms, stdout, stderr } = await runChild({ command: bench.node, args: [bench.postern, ...args], env })
  if (stdout === '') throw new Error(`postern ${args.join(' ')} said nothing: ${stderr}`)
  return ms
}
