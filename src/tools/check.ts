import { checkSteps, outcomeText, runSteps } from './check-steps.ts'

/** `npm run check`: one line per step; exit 1 if one failed. */
const outcomes = await runSteps(checkSteps, (outcome) => process.stdout.write(outcomeText(outcome)))
const failed = outcomes.filter((outcome) => !outcome.passed).length
process.stdout.write(
  failed === 0 ? `check: ${outcomes.length} ok\n` : `check: ${failed} of ${outcomes.length} failed\n`,
)
process.exitCode = failed === 0 ? 0 : 1
