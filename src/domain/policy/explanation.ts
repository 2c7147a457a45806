import type { DecidedFinding, Outcome } from '../access/decision.ts'
import type { Device } from '../access/device.ts'
import type { Person } from '../access/person.ts'
import type { Resource } from '../access/resource.ts'
import type { ExceptionOffer } from '../exceptions/exception-offer.ts'
import { offerException } from '../exceptions/offer-exception.ts'
import type { OperatingSystem } from '../operating-system.ts'
import type { UnknownReason } from '../reading.ts'
import type { SignalId, SignalValue } from '../signals.ts'
import type { Book } from './book.ts'
import type { Enforcement, LocalText, Parameters, Remedy } from './documents.ts'
import type { FailingFinding, JudgementReason } from './verdict.ts'

/** What was seen: a value, or why there is none. `at` is the device's clock. */
export type Observation =
  | { readonly kind: 'observed'; readonly value: SignalValue; readonly at: number; readonly source: string }
  | {
      readonly kind: 'unknown' | 'error' | 'na'
      readonly why: UnknownReason | JudgementReason
      readonly at?: number
      readonly source?: string
    }

/** One finding not met, as the stable JSON of policy.md section 3. The reader chooses the language. */
export type Explanation = {
  readonly check: string
  readonly signal: SignalId
  readonly outcome: Exclude<Outcome, 'met'>
  readonly enforce: Enforcement
  readonly policies: readonly string[]
  readonly observed: Observation
  readonly required: Required
  readonly since: number
  readonly grace_until: number | null
  readonly remedy: Remedy | null
  readonly exception: ExceptionOffer | null
}
export type Required = { readonly text: LocalText; readonly parameters: Parameters }

export type ExplanationContext = {
  readonly book: Book
  readonly person: Person
  readonly device: Device
  readonly resource: Resource
  readonly now: number
}

/** Explains every finding of one decision that is not met, in its order. */
export function explainFindings(
  findings: readonly DecidedFinding[],
  context: ExplanationContext,
): readonly Explanation[] {
  const otherFailing = Math.max(0, findings.filter(({ finding }) => refuses(finding)).length - 1)
  return findings.flatMap(({ finding, outcome }) => {
    if (finding.outcome === 'met' || outcome === 'met') return []
    const { requirement } = finding
    const { document, ref } = requirement.check
    const { platform } = context.device
    return {
      check: ref,
      signal: document.signal,
      outcome,
      enforce: requirement.enforce,
      policies: requirement.policies,
      observed: observationOf(finding),
      required: requiredOf(requirement.check, platform),
      since: finding.since,
      grace_until: finding.graceUntil,
      remedy: document.remedy[platform] ?? null,
      exception: offerException(finding, { ...context, otherFailing }),
    }
  })
}

function refuses(finding: DecidedFinding['finding']): boolean {
  const { enforce } = finding.requirement
  return finding.outcome !== 'met' && (enforce === 'approval' || enforce === 'block')
}

/** What was observed; where nothing could be judged, why not instead of the value. */
export function observationOf({ reading, reason }: FailingFinding): Observation {
  if (reading === undefined) return { kind: 'unknown', why: reason ?? 'missing' }
  const { at, src: source } = reading
  if (reading.st !== 'observed') return { kind: reading.st, why: reason ?? reading.why, at, source }
  if (reason !== null) return { kind: 'unknown', why: reason, at, source }
  return { kind: 'observed', value: reading.v, at, source }
}

export function requiredOf(check: FailingFinding['requirement']['check'], platform: OperatingSystem): Required {
  return {
    text: check.expected[platform] ?? check.document.expected,
    parameters: check.document.parameters[platform] ?? {},
  }
}
