import { startVitest } from 'vitest/node'
import { countTests, type TestCount } from './count-tests.ts'

/**
 * `npm run test:long`: what takes too long for every day. Model-based tests with `POSTERN_MODEL_RUNS` random histories
 * (10,000 where it is not set; `npm test` runs 300), and the gateway that is killed `POSTERN_KILLS` times (300). With
 * `-- <path>…` those of that path alone. The last line on stdout is the count; exit 1 if anything failed, or nothing ran.
 */
const paths = process.argv.slice(2)
const runs = process.env['POSTERN_MODEL_RUNS'] ?? '10000'
process.stdout.write(`model-based tests: ${runs} random histories each\n`)
const began = performance.now()
const counts: TestCount[] = []
const vitest = await startVitest('test', paths, {
  run: true,
  watch: false,
  include: ['test/**/*.model.test.ts', 'test/**/*.long.test.ts'],
  exclude: [],
  env: { POSTERN_MODEL_RUNS: runs },
  testTimeout: 7_200_000,
  disableConsoleIntercept: true,
  reporters: ['verbose', countTests((count) => counts.push(count))],
})
await vitest.close()
const { passed, failed, skips } = counts.at(-1) ?? { passed: 0, failed: 1, skips: [], tests: [] }
for (const { test, reason } of skips) process.stdout.write(`skipped: ${test}: ${reason}\n`)
process.stdout.write(`took ${Math.round((performance.now() - began) / 1000)} s\n`)
process.stdout.write(`${passed} passed, ${failed} failed, ${skips.length} skipped\n`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
