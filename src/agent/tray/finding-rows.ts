import { fillText } from '#contract/fill-text.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { checkTitle, observedText, requiredText } from '#contract/texts/finding-text.ts'
import { graceEnd } from '#contract/texts/grace-end.ts'
import { type ActionRow, namePart, row, show } from './tray-row.ts'
import { momentIn, type TrayView, tellingOf, trayWords } from './tray-view.ts'

type Result = NonNullable<Snapshot['result']>
type JudgedCheck = Result['checks'][number]

const mostFindings = 5
/** What keeps a resource closed comes first. */
const worstFirst = ['violated', 'unknown', 'tolerated'] as const

/** The findings of the verdict, worst first: up to five, and how many more there are. */
export function findingRows(snapshot: Snapshot, view: TrayView): readonly ActionRow[] {
  const { result } = snapshot
  if (result === null) return []
  const { findings } = trayWords[view.language].tray
  const all = worstFirst.flatMap((outcome) => result.checks.filter((check) => check.outcome === outcome))
  const rows = all.slice(0, mostFindings).map((check) =>
    row(findingLabel(check, snapshot, result, view), {
      kind: 'show-check',
      route: { screen: 'status', ...subjectOf(check.check) },
    }),
  )
  const n = all.length - rows.length
  if (n === 0) return rows
  return [...rows, row(fillText(findings.more, { n }), show('open-postern', 'status'))]
}

/** A check as the subject of a screen; what is no id of a check names none. */
export function subjectOf(check: string): { readonly check?: string } {
  return /^[a-z0-9-]{1,40}$/.test(check) ? { check } : {}
}

function findingLabel(check: JudgedCheck, snapshot: Snapshot, result: Result, view: TrayView): string {
  const { findings } = trayWords[view.language].tray
  const telling = tellingOf(view)
  const seen = observedText(check, telling)
  const isRead = check.observed?.kind === 'observed'
  const required = namePart(requiredText(check, telling) ?? '')
  const finding = fillText(required === '' ? findings.seen : findings.compared, {
    check: namePart(checkTitle(check.check, snapshot, telling)) || check.signal,
    observed:
      seen === undefined
        ? findings.notReported
        : isRead
          ? namePart(seen)
          : fillText(findings.notRead, { why: namePart(seen) }),
    required,
  })
  const until = check.outcome === 'tolerated' ? graceEnd(result, check.check) : undefined
  return until === undefined ? finding : fillText(findings.fixBy, { finding, time: momentIn(view)(until) })
}
