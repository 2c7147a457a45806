import * as z from 'zod'
import { type Invariant, isDue, numbersOf } from './invariant-list.ts'

/** The runner's own JSON report, as far as it is counted. `runs`: inputs that properties of a test were tried with. */
export const testReport = z.looseObject({
  testResults: z.array(
    z.looseObject({
      name: z.string(),
      assertionResults: z.array(
        z.looseObject({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          status: z.string(),
          meta: z.looseObject({ propertyRuns: z.int().exactOptional() }).exactOptional(),
        }),
      ),
    }),
  ),
})
export type TestReport = z.output<typeof testReport>

export type InvariantCases = {
  readonly invariant: Invariant
  /** Of tests, from the root of the project, sorted. */
  readonly files: readonly string[]
  readonly passed: number
  /** Those that did not pass, whatever became of them. */
  readonly others: number
  /** Inputs tried by properties and models; 0 where there are named cases alone. */
  readonly runs: number
}

/** The cases of each invariant: every test of a suite that begins with its number. */
export function countCases(
  report: TestReport,
  invariants: readonly Invariant[],
  relative: (file: string) => string,
): readonly InvariantCases[] {
  const tests = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, status, meta }) => ({
      file: relative(name),
      numbers: new Set(ancestorTitles.flatMap(numbersOf)),
      passed: status === 'passed',
      runs: meta?.propertyRuns ?? 0,
    })),
  )
  return invariants.map((invariant) => {
    const own = tests.filter(({ numbers }) => numbers.has(invariant.number))
    return {
      invariant,
      files: [...new Set(own.map(({ file }) => file))].sort(),
      passed: own.filter(({ passed }) => passed).length,
      others: own.filter(({ passed }) => !passed).length,
      runs: own.reduce((sum, { runs }) => sum + runs, 0),
    }
  })
}

/** What is wrong with a list: an invariant of this version without a test that passed, or with one that did not. */
export function faultsOf(cases: readonly InvariantCases[]): readonly string[] {
  return cases.flatMap(({ invariant, passed, others }) => {
    if (others > 0) return [`${invariant.number}: ${others} of its tests did not pass`]
    return isDue(invariant) && passed === 0 ? [`${invariant.number}: no test has its number`] : []
  })
}

/** The list as people read it, one invariant a line, its files below. */
export function listText(cases: readonly InvariantCases[]): string {
  const lines = cases.map(({ invariant: { number, name, step }, files, passed, others, runs }) => {
    const tried = runs === 0 ? '' : `, ${runs} generated inputs`
    const failed = others === 0 ? '' : `, ${others} NOT PASSED`
    const count =
      passed + others === 0 ? 'no test yet' : `${passed} ${passed === 1 ? 'case' : 'cases'}${failed}${tried}`
    const head = `${String(number).padStart(2)}  ${name} [${step}]: ${count}`
    return [head, ...files.map((file) => `      ${file}`)].join('\n')
  })
  return `${lines.join('\n')}\n`
}
