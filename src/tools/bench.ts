import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { agentIdle } from '#tools/bench/agent-idle.ts'
import { attestations } from '#tools/bench/attestations.ts'
import { auditVerify } from '#tools/bench/audit-verify.ts'
import { bundleSizes } from '#tools/bench/bundle-sizes.ts'
import { findCores } from '#tools/bench/cores.ts'
import { desktopApp } from '#tools/bench/desktop-app.ts'
import { ensureBuilt } from '#tools/bench/ensure-built.ts'
import { evaluationGrants } from '#tools/bench/evaluation-grants.ts'
import { evaluationScaling } from '#tools/bench/evaluation-scaling.ts'
import { evaluations } from '#tools/bench/evaluations.ts'
import type { Bench, Figure, Measured } from '#tools/bench/figure.ts'
import { figureTable } from '#tools/bench/figure-table.ts'
import { logWriting } from '#tools/bench/log-writing.ts'
import { firstScan, scanAgain } from '#tools/bench/scans.ts'
import { gatewayReady, startUp } from '#tools/bench/start-up.ts'
import { voteToGrant } from '#tools/bench/vote-to-grant.ts'
import { children } from '#tools/children.ts'

/**
 * `npm run bench [-- <figure>…] [--json] [--profiles <folder>]`: measures what is in `out`, each figure beside its yardstick in
 * the same run.
 */
const figures: readonly Figure[] = [
  firstScan,
  scanAgain,
  attestations,
  evaluations,
  evaluationScaling,
  agentIdle,
  startUp,
  gatewayReady,
  evaluationGrants,
  voteToGrant,
  logWriting,
  auditVerify,
  bundleSizes,
  desktopApp,
]

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, profiles: { type: 'string' } },
  allowPositionals: true,
})
const names = figures.flatMap((figure) => figure.names)
const unknown = positionals.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  process.stderr.write(`bench: there is no figure ${unknown.join(', ')}. There are: ${names.join(', ')}\n`)
  process.exitCode = 2
} else {
  try {
    process.exitCode = await main()
  } catch (thrown) {
    say(thrown instanceof Error ? thrown.message : String(thrown))
    process.exitCode = 2
  }
}

async function main(): Promise<number> {
  const root = join(import.meta.dirname, '..', '..')
  await ensureBuilt(root, process.execPath, say)
  const running = children()
  const folder = await mkdtemp(join(tmpdir(), 'postern-bench-'))
  let stopping = false
  const end = async () => {
    await running.stopAll()
    await rm(folder, { recursive: true, force: true })
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      void end().then(() => process.exit(130))
    })
  const cores = findCores()
  if (cores === undefined) say('no two processors to bind to: gateway and load share what there is')
  const measured: Measured[] = []
  try {
    for (const figure of figures) {
      if (positionals.length > 0 && !figure.names.some((name) => positionals.includes(name))) continue
      const bench: Bench = {
        root,
        node: process.execPath,
        postern: join(root, 'out', 'cli', 'postern.js'),
        folder,
        cores,
        children: running,
        profiles: values.profiles,
        say: (what) => say(`${figure.names.join(', ')}: ${what}`),
      }
      measured.push(...(await figure.measure(bench)))
    }
  } finally {
    await end()
  }
  process.stdout.write(values.json ? `${JSON.stringify(measured, undefined, 2)}\n` : figureTable(measured))
  return measured.every(({ holds }) => holds) ? 0 : 1
}

function say(what: string): void {
  process.stderr.write(`bench: ${what}\n`)
}
