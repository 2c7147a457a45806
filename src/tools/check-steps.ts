import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

export type CheckStep = { readonly name: string; readonly run: readonly string[] }
export type CheckOutcome = {
  readonly name: string
  readonly passed: boolean
  readonly ms: number
  readonly output: string
}

const tsc = 'node_modules/typescript/bin/tsc'

/** Everything that holds without running the program; longest first. `run` is a script and its arguments. */
export const checkSteps: readonly CheckStep[] = [
  { name: 'types: src and test', run: [tsc, '--project', '.'] },
  {
    name: 'layers',
    run: [
      'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
      ...['src', 'renderer', 'test', '--config', 'test/architecture/dependency-rules.cjs'],
    ],
  },
  {
    name: 'form and lint',
    run: ['node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off', '--error-on-warnings'],
  },
  { name: 'types: domain and contract alone', run: [tsc, '--project', 'src/domain'] },
  { name: 'types: pages', run: [tsc, '--project', 'renderer'] },
  { name: 'types: tests of pages', run: [tsc, '--project', 'test/renderer'] },
  { name: 'purity', run: ['node_modules/vitest/vitest.mjs', 'run', 'test/architecture/purity.test.ts'] },
]

/** Runs the steps beside each other, as many as there are processors, and tells each outcome when it is there. */
export async function runSteps(
  steps: readonly CheckStep[],
  tell: (outcome: CheckOutcome) => void,
): Promise<readonly CheckOutcome[]> {
  const waiting = steps.values()
  const outcomes: CheckOutcome[] = []
  const work = async () => {
    for (const step of waiting) {
      const outcome = await runStep(step)
      outcomes.push(outcome)
      tell(outcome)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return outcomes
}

/** One line for a person, and below it what a failed step printed. */
export function outcomeText({ name, passed, ms, output }: CheckOutcome): string {
  const line = `${passed ? 'ok    ' : 'FAILED'}  ${name.padEnd(34)} ${(ms / 1000).toFixed(1).padStart(5)} s\n`
  return passed ? line : `${line}${output.trimEnd()}\n`
}

function runStep({ name, run }: CheckStep): Promise<CheckOutcome> {
  const began = performance.now()
  return new Promise((resolve) => {
    const child = spawn(process.execPath, run, { stdio: ['ignore', 'pipe', 'pipe'] })
    const parts: Buffer[] = []
    child.stdout.on('data', (part: Buffer) => parts.push(part))
    child.stderr.on('data', (part: Buffer) => parts.push(part))
    const end = (passed: boolean) =>
      resolve({ name, passed, ms: performance.now() - began, output: Buffer.concat(parts).toString() })
    child.on('error', (error) => {
      parts.push(Buffer.from(`${error.message}\n`))
      end(false)
    })
    child.on('close', (code) => end(code === 0))
  })
}
