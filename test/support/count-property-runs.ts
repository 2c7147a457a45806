import fc from 'fast-check'
import { TestRunner } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    propertyRuns?: number
  }
}

/**
 * Loaded before tests whose inputs are to be counted: adds up in each test's report how many its properties were tried
 * with. Where `POSTERN_NO_SHRINKING` is set a counterexample is not made smaller: that it is there is enough.
 */
fc.configureGlobal({
  endOnFailure: process.env['POSTERN_NO_SHRINKING'] !== undefined,
  reporter(details) {
    const test = TestRunner.getCurrentTest()
    if (test !== undefined) test.meta.propertyRuns = (test.meta.propertyRuns ?? 0) + details.numRuns
    if (details.failed) throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance })
  },
})
