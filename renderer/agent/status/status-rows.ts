import type { Snapshot } from '#contract/ipc.ts'
import { graceEnd } from '#contract/texts/grace-end.ts'
import { plainCheckId } from '#contract/texts/plain-check-id.ts'
import { valueText } from '#contract/texts/value-text.ts'
import type { ValueWords } from '#contract/texts/value-words.ts'

type Result = NonNullable<Snapshot['result']>
export type JudgedCheck = Result['checks'][number]

export type RowKind = 'violated' | 'unknown' | 'tolerated' | 'excepted' | 'met' | 'na'

/** One check as the gateway judged it, and what a person may do about it. Times are Unix seconds. */
export type StatusRow = {
  readonly check: JudgedCheck
  readonly kind: RowKind
  /** Names of the resources that are closed because of it. */
  readonly blocks: readonly string[]
  /** When the grace or the exception ends. */
  readonly endsAt: number | undefined
  /** This machine reads something else by now, which nobody has judged yet. */
  readonly isPending: boolean
  readonly isExemptable: boolean
  /** The request whose grant excepts it, or that is open for it. */
  readonly request: string | undefined
  readonly isOpenable: boolean
  readonly snoozedUntil: number | undefined
}

/** Rows that close the same resources; none in `blocks`: they close nothing. */
export type BlockingGroup = { readonly blocks: readonly string[]; readonly rows: readonly StatusRow[] }

export type StatusGroups = {
  /** What fails or could not be read, most harmful first; failing before unread in each. */
  readonly blocking: readonly BlockingGroup[]
  readonly tolerated: readonly StatusRow[]
  readonly excepted: readonly StatusRow[]
  readonly passing: readonly StatusRow[]
  readonly doesNotApply: readonly StatusRow[]
}

/** The checks of the verdict as people read them: by what they close, then those in grace, excepted, passing, not applying. */
export function statusGroups(snapshot: Snapshot, words: ValueWords): StatusGroups {
  const { result } = snapshot
  const rows = result === null ? [] : result.checks.map((check) => rowOf(check, result, snapshot, words))
  const of = (kind: RowKind) => rows.filter((row) => row.kind === kind)
  return {
    blocking: groupByBlocked([...of('violated'), ...of('unknown')]),
    tolerated: of('tolerated').sort((one, other) => (one.endsAt ?? 0) - (other.endsAt ?? 0)),
    excepted: of('excepted'),
    passing: of('met'),
    doesNotApply: of('na'),
  }
}

function rowOf(check: JudgedCheck, result: Result, snapshot: Snapshot, words: ValueWords): StatusRow {
  const kind = kindOf(check)
  const findings = result.resources.flatMap((resource) =>
    resource.findings.filter((finding) => plainCheckId(finding.check) === check.check),
  )
  const heads = snapshot.exceptions.requests.filter(({ checks }) => checks.includes(check.check))
  const active = heads.filter(({ grant }) => grant?.state === 'active')
  const ends = active.flatMap(({ grant }) => grant?.not_after ?? [])
  return {
    check,
    kind,
    blocks: blockedBy(check.check, result),
    endsAt:
      kind === 'tolerated'
        ? graceEnd(result, check.check)
        : kind === 'excepted' && ends.length > 0
          ? Math.min(...ends)
          : undefined,
    isPending: hasChanged(check, result, snapshot, words),
    isExemptable: findings.some(({ exception }) => exception?.offered === true),
    request: (kind === 'excepted' ? active : heads)[0]?.request_id,
    isOpenable: (check.remedy?.open ?? snapshot.checks.find(({ id }) => id === check.check)?.open) !== undefined,
    snoozedUntil: snapshot.snoozed.find((snooze) => snooze.check === check.check && snooze.until > snapshot.told_at)
      ?.until,
  }
}

function kindOf({ outcome, observed }: JudgedCheck): RowKind {
  return outcome === 'met' && observed?.kind === 'na' ? 'na' : outcome
}

/** Resources that are closed, and for which this check is a reason that closes. */
export function blockedBy(check: string, { resources }: Pick<Result, 'resources'>): readonly string[] {
  return resources
    .filter(
      ({ access, findings }) =>
        access !== 'allow' && findings.some((finding) => plainCheckId(finding.check) === check && holds(finding)),
    )
    .map(({ name }) => name)
}

/** Whether a finding takes part in a refusal: it fails, and its step of the ladder is one that stops. */
export function holds({ outcome, enforce }: Result['resources'][number]['findings'][number]): boolean {
  return (outcome === 'violated' || outcome === 'unknown') && enforce !== 'report' && enforce !== 'warn'
}

/** Whether a person would read another value here than the one that was judged, taken since. */
function hasChanged({ signal, observed }: JudgedCheck, result: Result, snapshot: Snapshot, words: ValueWords): boolean {
  const reading = snapshot.readings.find(({ id }) => id === signal)
  if (reading === undefined || observed === undefined || reading.at <= (observed.at ?? result.iat)) return false
  if (reading.st === 'observed')
    return (
      observed.kind !== 'observed' || valueText(signal, reading.v, words) !== valueText(signal, observed.value, words)
    )
  return observed.kind !== reading.st || observed.why !== reading.why
}

function groupByBlocked(rows: readonly StatusRow[]): readonly BlockingGroup[] {
  const groups = new Map<string, StatusRow[]>()
  for (const row of rows) {
    const key = JSON.stringify([...row.blocks].sort())
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups.values()]
    .map((group) => ({ blocks: group[0]?.blocks ?? [], rows: group }))
    .sort((one, other) => other.blocks.length - one.blocks.length)
}
