import type { Reporter, TestCase } from 'vitest/node'
import type { RanTest } from './desktop-requirements/judge-requirements.ts'

export type TestCount = {
  readonly passed: number
  readonly failed: number
  readonly skips: readonly { readonly test: string; readonly reason: string }[]
  /** Every test, by file and full name. */
  readonly tests: readonly RanTest[]
}

/**
 * Counts what the runner reports. A file that does not load, a suite that breaks and an error that no test caught are
 * failures; a test that did not run is a skip and never a pass, with the reason it gave.
 */
export function countTests(tell: (count: TestCount) => void): Reporter {
  return {
    onTestRunEnd(modules, unhandled) {
      const tests = modules.flatMap((module) => [...module.children.allTests()])
      const suites = modules.flatMap((module) => [...module.children.allSuites()])
      const broken = [...modules, ...suites].flatMap((part) => part.errors()).length
      tell({
        passed: tests.filter((test) => test.result().state === 'passed').length,
        failed: tests.filter((test) => test.result().state === 'failed').length + broken + unhandled.length,
        skips: tests.filter(didNotRun).map((test) => ({ test: nameOf(test), reason: reasonOf(test) })),
        tests: tests.map(asRan),
      })
    },
  }
}

function asRan(test: TestCase): RanTest {
  const { state } = test.result()
  const of = { file: test.module.relativeModuleId, name: test.fullName }
  return state === 'passed' || state === 'failed'
    ? { ...of, state }
    : { ...of, state: 'skipped', reason: reasonOf(test) }
}

function didNotRun(test: TestCase): boolean {
  const { state } = test.result()
  return state !== 'passed' && state !== 'failed'
}

function nameOf(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}`
}

function reasonOf(test: TestCase): string {
  const result = test.result()
  if (result.state === 'pending') return 'never came to its turn'
  return (result.state === 'skipped' ? result.note : undefined) ?? test.meta().whyNot ?? 'gives no reason'
}
