import type { HistoryItem } from '#contract/agent-exceptions.ts'
import type { outcomes } from '#contract/gateway-messages.ts'
import { judged } from './company.ts'
import type { CheckId } from './company-checks.ts'

/** How a check was judged, and what was observed then. */
export type Outcome = readonly [(typeof outcomes)[number], unknown]

/** One check that is judged otherwise than before. */
export function changed(id: string, at: number, check: CheckId, from: Outcome, to: Outcome): HistoryItem {
  const { required } = judged(check)
  const [outcome, value] = to
  const observed =
    value === undefined
      ? { kind: 'unknown', why: 'timed-out', at }
      : { kind: 'observed', value, at, source: 'launchctl' }
  return { kind: 'verdict', id, at, changes: [{ check, from: from[0], to: outcome, observed, required }] }
}
