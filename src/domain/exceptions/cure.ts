import { holdDown } from '../policy/grace.ts'
import type { Verdict } from '../policy/verdict.ts'
import { hasExpired } from './deadlines.ts'
import type { FoldedGrant } from './fold-moves.ts'
import { afterGrantMove } from './machines.ts'
import type { NewMove } from './moves.ts'

/** The run of consecutive reports that met a check since its grant began. Times are receipts, Unix seconds. */
export type MetRun = { readonly check: string; readonly since: number; readonly last: number; readonly reports: number }

/** The runs after a report, and the checks that were met for the hold-down. */
export type CureProgress = { readonly runs: readonly MetRun[]; readonly cured: readonly string[] }

/**
 * One more report over the checks of a grant: a run ends with the first report that does not meet its check. A report
 * from before the grant, or one that was counted, changes nothing; nor does a verdict without a report, or one that does
 * not judge the check. Cured: two consecutive reports, and ten minutes between the receipt of the first and the last.
 */
export function progressCure(
  grant: Pick<FoldedGrant, 'checks' | 'notBefore'>,
  runs: readonly MetRun[],
  { findings, receivedAt }: Pick<Verdict, 'findings' | 'receivedAt'>,
): CureProgress {
  if (receivedAt === null || receivedAt < grant.notBefore) return { runs, cured: [] }
  const next = grant.checks.flatMap(({ id }): readonly MetRun[] => {
    const before = runs.find(({ check }) => check === id)
    const known = before === undefined ? [] : [before]
    const judged = findings.filter(({ requirement }) => requirement.check.document.id === id)
    if (judged.length === 0) return known
    // Silence is no report: it neither goes on with a run nor ends it.
    if (judged.every((finding) => finding.outcome !== 'met' && finding.reason === 'silent')) return known
    if (judged.some(({ outcome }) => outcome !== 'met')) return []
    if (before === undefined) return [{ check: id, since: receivedAt, last: receivedAt, reports: 1 }]
    return receivedAt <= before.last ? known : [{ ...before, last: receivedAt, reports: before.reports + 1 }]
  })
  const cured = next.filter(
    ({ reports, since, last }) => reports >= holdDown.reports && last - since >= holdDown.seconds,
  )
  return { runs: next, cured: cured.map(({ check }) => check) }
}

/** G9: the move that cured checks make: narrowed while others are left, cured with the last. None where none is due. */
export function cureMoves(grant: FoldedGrant, cured: readonly string[], now: number): readonly NewMove[] {
  const mine = grant.checks.map(({ id }) => id).filter((id) => cured.includes(id))
  if (mine.length === 0 || grant.state !== 'active' || hasExpired(grant, now)) return []
  const type = mine.length === grant.checks.length ? 'grant-cured' : 'grant-narrowed'
  return [{ type, at: now, actor: null, state: afterGrantMove(grant.state, type), cured: mine }]
}

/** What the body of the move says of the time: seconds from the beginning of the grant. */
export function timeToCure(grant: Pick<FoldedGrant, 'notBefore'>, now: number): number {
  return Math.max(0, now - grant.notBefore)
}
