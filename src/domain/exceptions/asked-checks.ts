import { byCodeUnit } from '../policy/combine.ts'
import type { FailureKind, Severity } from '../policy/documents.ts'
import type { BookCheck } from '../policy/hashed.ts'
import type { FailingFinding, Finding, Verdict } from '../policy/verdict.ts'
import type { CoveredCheck } from './terms.ts'

/** A check that was asked for, as the device shows it now on the resources asked for. */
export type AskedCheck = CoveredCheck & {
  readonly severity: Severity
  /** Why it may be excepted: the categories of its document. */
  readonly reasons: readonly string[]
  /** It refuses somewhere, and for a cause that can be excused. */
  readonly failing: boolean
  /** Wherever it refuses, requirement and document let it be excepted, for this kind of failure. */
  readonly exemptable: boolean
}

/** Failing is a finding of `approval` or `block` that is violated, unknown for an excusable reason, or tolerated. */
export function isFailing(finding: Finding): finding is FailingFinding {
  const { enforce } = finding.requirement
  return finding.outcome !== 'met' && finding.excusable && (enforce === 'approval' || enforce === 'block')
}

/** What verdicts over the resources say of each check asked for. One that no verdict knows fails nowhere. */
export function askedChecks(
  ids: readonly string[],
  verdicts: readonly Verdict[],
  checks: ReadonlyMap<string, BookCheck>,
): readonly AskedCheck[] {
  const all = verdicts.flatMap(({ findings }) => findings)
  return [...new Set(ids)].sort(byCodeUnit).map((id) => {
    const known = all.filter(({ requirement }) => requirement.check.document.id === id)
    const failing = known.filter(isFailing)
    const document = checks.get(id)?.document
    return {
      id,
      covers: [...new Set(failing.map(({ kind }): FailureKind => kind))].sort(byCodeUnit),
      severity: document?.severity ?? 'critical',
      reasons: document?.exemptable.reasons ?? [],
      failing: failing.length > 0,
      exemptable: failing.every(isExemptable),
    }
  })
}

function isExemptable({ requirement, kind }: FailingFinding): boolean {
  const { allowed, covers } = requirement.check.document.exemptable
  return requirement.exemptable && allowed && covers.includes(kind)
}

/** How many checks fail that nobody asked an exception for. */
export function otherFailing(ids: readonly string[], verdicts: readonly Verdict[]): number {
  const failing = verdicts
    .flatMap(({ findings }) => findings)
    .filter(isFailing)
    .map(({ requirement }) => requirement.check.document.id)
  return new Set(failing.filter((id) => !ids.includes(id))).size
}
