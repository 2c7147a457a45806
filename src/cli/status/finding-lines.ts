import { fillText } from '#contract/fill-text.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { observedText, type Telling, checkTitle as titleOf } from '#contract/texts/finding-text.ts'
import { graceEnd } from '#contract/texts/grace-end.ts'
import { plainCheckId } from '#contract/texts/plain-check-id.ts'
import { layPairs } from '../print/lay-table.ts'
import { plainText } from '../print/plain-text.ts'
import { type StatusView, spoken, timeOf } from './status-view.ts'

type Result = NonNullable<Snapshot['result']>
type JudgedCheck = Result['checks'][number]

/** What does not pass, group by group, worst first: what was seen, what is required, what it blocks, what to do. */
export function findingLines(snapshot: Snapshot, result: Result, view: StatusView): readonly string[] {
  const { status } = view.cli
  const { bad, attention, faint } = view.paint
  const groups = [
    ['violated', status.needsAttention, bad],
    ['unknown', status.notRead, attention],
    ['tolerated', status.fixBy, attention],
    ['excepted', status.excepted, faint],
  ] as const
  return groups.flatMap(([outcome, heading, paint]) => {
    const checks = result.checks.filter((check) => check.outcome === outcome)
    if (checks.length === 0) return []
    return ['', paint(heading), ...checks.flatMap((check) => checkLines(check, snapshot, result, view))]
  })
}

/** The title of a check as the gateway words it; where it does not, the signal's name. */
export function checkTitle(id: string, snapshot: Snapshot, view: StatusView): string {
  return plainText(titleOf(id, snapshot, tellingOf(view)), 500)
}

/** One check: what was seen, what is required, what it blocks, and how to fix it. */
export function checkLines(
  check: JudgedCheck,
  snapshot: Snapshot,
  result: Result,
  view: StatusView,
): readonly string[] {
  const { status } = view.cli
  const required = spoken(check.required?.text, view)
  const until = check.outcome === 'tolerated' ? graceEnd(result, check.check) : undefined
  const blocked = blockedNames(check.check, result)
  const steps = check.remedy?.steps
  const spokenSteps = steps?.[view.language] ?? steps?.['en'] ?? Object.values(steps ?? {})[0] ?? []
  const observed = observedText(check, tellingOf(view)) ?? view.cli.common.unknown
  const pairs: (readonly [string, string])[] = [[status.observed, plainText(observed, 500)]]
  if (required !== undefined) pairs.push([status.required, required])
  if (until !== undefined) pairs.push([status.until, timeOf(until, view)])
  if (check.outcome !== 'excepted')
    pairs.push([status.blocks, blocked.length === 0 ? status.nothingYet : blocked.join(', ')])
  if (check.since !== undefined) pairs.push([status.since, timeOf(check.since, view)])
  spokenSteps.forEach((step, index) => {
    const number = spokenSteps.length === 1 ? '' : `${index + 1}. `
    pairs.push([index === 0 ? status.toDo : '', `${number}${plainText(step, 500)}`])
  })
  return [`  ${view.paint.strong(checkTitle(check.check, snapshot, view))}`, ...layPairs(pairs, view.columns, '    ')]
}

function tellingOf({ language, texts, words }: StatusView): Telling {
  return { language, texts, values: words }
}

function blockedNames(check: string, result: Result): readonly string[] {
  return result.resources
    .filter(
      ({ access, findings }) =>
        access !== 'allow' && findings.some((finding) => plainCheckId(finding.check) === check && holds(finding)),
    )
    .map(({ name }) => plainText(name))
}

/** Whether a finding takes part in a refusal: it fails, and its step of the ladder is one that stops. */
export function holds({ outcome, enforce }: Result['resources'][number]['findings'][number]): boolean {
  return (outcome === 'violated' || outcome === 'unknown') && enforce !== 'report' && enforce !== 'warn'
}

/** How many checks pass, in words; nothing where none was judged. */
export function passingLine(result: Result, view: StatusView): string | undefined {
  const n = result.checks.filter(({ outcome }) => outcome === 'met').length
  if (n === 0) return undefined
  return n === 1 ? view.cli.status.onePassing : fillText(view.cli.status.passing, { n })
}
