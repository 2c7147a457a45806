import { glob, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { startVitest } from 'vitest/node'
import { countCases, faultsOf, listText, testReport } from './invariants/count-cases.ts'
import { invariants, numbersOf } from './invariants/invariant-list.ts'

/**
 * `npm run invariants`: runs the tests that carry the number of an invariant of the exceptions, and lists each invariant
 * with its files and cases, from the runner's own report. Exit 1 where one that is due has no test, or one did not pass.
 */
const root = join(import.meta.dirname, '..', '..')
const folder = await mkdtemp(join(tmpdir(), 'postern-invariants-'))
const outputFile = join(folder, 'report.json')
try {
  const vitest = await startVitest('test', [...(await filesWithNumbers())], {
    run: true,
    watch: false,
    root,
    testNamePattern: '^\\d+(?:, | and |: | )',
    setupFiles: [join(root, 'test', 'support', 'count-property-runs.ts')],
    reporters: [['json', { outputFile }]],
  })
  await vitest.close()
  const report = testReport.parse(JSON.parse(await readFile(outputFile, 'utf8')))
  const ran = report.testResults.map((file) => ({
    ...file,
    // The runner lists what the pattern left out as skipped; that is no case of any number.
    assertionResults: file.assertionResults.filter(
      ({ ancestorTitles }) => ancestorTitles.flatMap(numbersOf).length > 0,
    ),
  }))
  const cases = countCases({ testResults: ran }, invariants, (file) => relative(root, file))
  const faults = faultsOf(cases)
  process.stdout.write(listText(cases))
  for (const fault of faults) process.stdout.write(`wrong: ${fault}\n`)
  const total = cases.reduce((sum, { passed }) => sum + passed, 0)
  process.stdout.write(`${total} cases, ${faults.length} faults\n`)
  process.exitCode = faults.length === 0 ? 0 : 1
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** Test files in which some suite begins with a number: others need not be loaded. */
async function filesWithNumbers(): Promise<readonly string[]> {
  const found: string[] = []
  for await (const file of glob('test/**/*.test.ts', { cwd: root })) {
    if (file.endsWith('.long.test.ts')) continue
    const text = await readFile(join(root, file), 'utf8')
    if (/describe\(\s*['"`]\d+(?:, | and |: | )/.test(text)) found.push(file)
  }
  return found.sort()
}
