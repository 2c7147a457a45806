import type { Decision } from '#domain/access/decision.ts'
import { type Explanation, type ExplanationContext, explainFindings } from '#domain/policy/explanation.ts'

/** A decision as people are shown it (console-api.md section 1): what is not met, explained. Times are Unix seconds. */
export type DecisionView = Pick<Decision, 'access' | 'needs' | 'controls'> & {
  readonly code?: NonNullable<Decision['code']>
  readonly findings: readonly Explanation[]
  readonly recheck_at: number
}

/** Shows a decision by the book and the device that it was made from. */
export function decisionView(decision: Decision, context: ExplanationContext): DecisionView {
  const { access, code, needs, controls, recheckAt } = decision
  return {
    access,
    ...(code === undefined ? {} : { code }),
    findings: explainFindings(decision.findings, context),
    needs,
    controls,
    recheck_at: recheckAt,
  }
}
