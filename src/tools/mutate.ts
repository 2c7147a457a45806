import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testReport } from './invariants/count-cases.ts'
import { invariants, isDue, patternOf } from './invariants/invariant-list.ts'
import { type Mutation, mutations } from './invariants/mutations.ts'
import { runToEnd } from './invariants/run-to-end.ts'

/**
 * `npm run mutate`: for each invariant breaks the code in a place that must matter to it, in a copy of the tree, and runs
 * its tests, which have to fail. `-- <number>…` does those alone. One line each; exit 1 where a text is not found, tests
 * stay green, or nothing was decided.
 */
const root = join(import.meta.dirname, '..', '..')
const wanted = process.argv.slice(2).map(Number)
const chosen = mutations.filter(({ invariant }) => wanted.length === 0 || wanted.includes(invariant))
const limitMs = 180_000
const tree = await mkdtemp(join(tmpdir(), 'postern-mutate-'))
const began = performance.now()
let bad = 0
try {
  for (const name of ['src', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'])
    await cp(join(root, name), join(tree, name), { recursive: true })
  await symlink(join(root, 'node_modules'), join(tree, 'node_modules'))
  // Counterexamples are not made smaller here: that there is one is enough.
  const config = await readFile(join(tree, 'vitest.config.ts'), 'utf8')
  const setUp = "test: { setupFiles: ['./test/support/count-property-runs.ts'],"
  await writeFile(join(tree, 'vitest.config.ts'), config.replace('test: {', setUp))
  // That broken code fails proves nothing unless the tests pass without it.
  const whole = await testsOf(
    chosen.flatMap(({ tests }) => tests),
    '^\\d+(?:, | and |: | )',
  )
  if (whole !== 'passed') bad += 1
  process.stdout.write(`${whole === 'passed' ? 'ok  ' : 'BAD '}    unbroken: ${whole}\n`)
  for (const mutation of chosen) {
    const outcome = await broken(mutation)
    if (outcome !== 'failed') bad += 1
    const mark = outcome === 'failed' ? 'ok  ' : 'BAD '
    process.stdout.write(
      `${mark}${String(mutation.invariant).padStart(3)} ${mutation.says} (${mutation.file}): ${outcome}\n`,
    )
  }
} finally {
  await rm(tree, { recursive: true, force: true })
}
const without = invariants.filter(
  (each) => isDue(each) && !mutations.some(({ invariant }) => invariant === each.number),
)
for (const { number } of without) process.stdout.write(`BAD ${String(number).padStart(3)} has no mutation\n`)
bad += without.length
const seconds = Math.round((performance.now() - began) / 1000)
process.stdout.write(`${chosen.length} mutations, ${bad} bad, ${seconds} s\n`)
process.exitCode = bad === 0 ? 0 : 1

type Outcome = 'failed' | 'passed' | 'the text is not there once' | 'no test ran to its end'

async function broken({ invariant, file, text, instead, tests }: Mutation): Promise<Outcome> {
  const path = join(tree, file)
  const before = await readFile(path, 'utf8')
  if (before.split(text).length !== 2) return 'the text is not there once'
  await writeFile(
    path,
    before.replace(text, () => instead),
  )
  try {
    return await testsOf(tests, patternOf(invariant))
  } finally {
    await writeFile(path, before)
  }
}

/** What the runner's own report says: a file that does not load is no failure of a test. */
async function testsOf(files: readonly string[], pattern: string): Promise<Outcome> {
  const report = join(tree, 'report.json')
  await rm(report, { force: true })
  const runner = join(tree, 'node_modules', 'vitest', 'vitest.mjs')
  const paths = [...new Set(files)]
  const given = ['run', ...paths, '-t', pattern, '--bail=1', '--reporter=json', `--outputFile=${report}`]
  const environment = { ...process.env, POSTERN_NO_SHRINKING: '1' }
  await runToEnd(process.execPath, [runner, ...given], { cwd: tree, env: environment, limitMs })
  const text = await readFile(report, 'utf8').catch(() => undefined)
  if (text === undefined) return 'no test ran to its end'
  const { testResults } = testReport.parse(JSON.parse(text))
  const states = testResults.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status))
  if (states.includes('failed')) return 'failed'
  return states.includes('passed') && testResults.length === paths.length ? 'passed' : 'no test ran to its end'
}
