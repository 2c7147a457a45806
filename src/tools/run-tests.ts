import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startVitest } from 'vitest/node'
import { type CheckOutcome, checkSteps, outcomeText, runSteps } from './check-steps.ts'
import { countTests, type TestCount } from './count-tests.ts'
import { judgeRequirements } from './desktop-requirements/judge-requirements.ts'
import { readRequirements } from './desktop-requirements/requirements-page.ts'
import { isKnownSkip } from './desktop-requirements/skip-reasons.ts'

/**
 * `npm test`: the steps of `npm run check`, each counted as one test, then every test, then, counted as one more, whether
 * the table of the desktop app's requirements names only tests that passed in this run and no test was skipped without one
 * of the known reasons. `npm test -- <path>` runs the tests of that path alone. The last line on stdout is the count; exit 1
 * if anything failed, was skipped for another reason, or nothing ran at all.
 */
const paths = process.argv.slice(2)
const checks = paths.length === 0 ? await check() : []
const counted = await runVitest(paths)
const faults = paths.length === 0 ? await judgeTable(counted) : []
const unexcused = counted.skips.filter(({ reason }) => !isKnownSkip(reason))
const judged = paths.length === 0 ? [{ passed: faults.length === 0 && unexcused.length === 0 }] : []
const passed = counted.passed + [...checks, ...judged].filter((step) => step.passed).length
const failed = counted.failed + [...checks, ...judged].filter((step) => !step.passed).length
for (const fault of faults) process.stdout.write(`requirements of the desktop app: ${fault}\n`)
for (const { test } of unexcused) process.stdout.write(`skipped for no reason that counts: ${test}\n`)
for (const { test, reason } of counted.skips) process.stdout.write(`skipped: ${test}: ${reason}\n`)
process.stdout.write(`${passed} passed, ${failed} failed, ${counted.skips.length} skipped\n`)
process.exitCode = failed === 0 && unexcused.length === 0 && counted.tests.length > 0 ? 0 : 1

async function judgeTable({ tests }: TestCount): Promise<readonly string[]> {
  const page = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'desktop-requirements.md'), 'utf8')
  return judgeRequirements(readRequirements(page), tests)
}

function check(): Promise<readonly CheckOutcome[]> {
  // The purity test is among the tests that follow.
  const steps = checkSteps.filter(({ name }) => name !== 'purity')
  return runSteps(steps, (outcome) => process.stdout.write(outcomeText(outcome)))
}

async function runVitest(filters: readonly string[]): Promise<TestCount> {
  const counts: TestCount[] = []
  const reporters = ['default', countTests((count) => counts.push(count))] as const
  const vitest = await startVitest('test', [...filters], { run: true, watch: false, reporters: [...reporters] })
  await vitest.close()
  // A run that never ended is a failure of its own.
  return counts.at(-1) ?? { passed: 0, failed: 1, skips: [], tests: [] }
}
