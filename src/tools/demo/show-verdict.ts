import { layPairs, layTable } from '#cli/print/lay-table.ts'
import { plainText } from '#cli/print/plain-text.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { en } from '#contract/texts/en.ts'
import { valueText } from '#contract/texts/value-text.ts'
import { valueWordsEn } from '#contract/texts/value-words.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { BookCheck } from '#domain/policy/hashed.ts'
import type { ReportedSignal } from '#domain/posture-report.ts'
import type { DemoDecision } from './ask-decisions.ts'
import type { Screen } from './screen.ts'

export type Result = NonNullable<Snapshot['result']>
type Judged = Result['checks'][number]

/** The texts of a check, as the demo wrote them into its book. */
export type CheckTexts = {
  readonly checks: ReadonlyMap<string, BookCheck>
  readonly os: OperatingSystem
}

/** The readings as a table: what was asked, what was seen, what decided. */
export function showReadings(screen: Screen, readings: readonly ReportedSignal[]): void {
  const { faint, attention } = screen.paint
  const rows = readings.map((reading) => [
    en.signals[reading.id],
    reading.st === 'unknown' || reading.st === 'error'
      ? { text: readingText(reading), paint: attention }
      : readingText(reading),
    { text: plainText(reading.src), paint: faint },
  ])
  for (const line of layTable(rows, screen.columns, '   ')) screen.line(line)
}

/** Each check, those that fail first: its outcome, what was observed, what is required, what to do. */
export function showChecks(
  screen: Screen,
  result: Result,
  readings: readonly ReportedSignal[],
  texts: CheckTexts,
): void {
  const failing = result.checks.filter(({ outcome }) => outcome !== 'met')
  const met = result.checks.filter(({ outcome }) => outcome === 'met')
  for (const check of [...failing, ...met]) showCheck(screen, check, result, readings, texts)
}

function showCheck(
  screen: Screen,
  check: Judged,
  result: Result,
  readings: readonly ReportedSignal[],
  texts: CheckTexts,
): void {
  const { mark, paint } = lookOf(check, screen)
  const pairs: (readonly [string, string])[] = [
    ['observed', observedText(check, readings)],
    ['required', requiredText(check, texts)],
  ]
  if (check.outcome !== 'met') {
    const blocked = result.resources.filter(({ access, findings }) => {
      const finding = findings.find((each) => plainId(each.check) === check.check)
      return access !== 'allow' && finding !== undefined && finding.enforce !== 'warn' && finding.enforce !== 'report'
    })
    pairs.push(['blocks', blocked.length === 0 ? 'nothing, it only warns' : blocked.map(({ name }) => name).join(', ')])
    pairs.push(['to do', remedyText(check.check, texts)])
  }
  screen.line(`   ${paint(`${mark} ${checkTitle(check.check, texts)}: ${check.outcome}`)}`)
  for (const line of layPairs(pairs, screen.columns, '     ')) screen.line(line)
}

/** What AuthZEN answered about each resource. */
export function showDecisions(
  screen: Screen,
  decisions: readonly DemoDecision[],
  result: Result,
  texts: CheckTexts,
): void {
  const { good, attention, bad } = screen.paint
  const colours = { allow: good, challenge: attention, refuse: bad } as const
  const words = { allow: 'open', challenge: 'asks for confirmation', refuse: 'refused' } as const
  const rows = decisions.map(({ resource, access, code }) => {
    const judged = result.resources.find(({ id }) => id === resource)
    const because = (judged?.findings ?? []).filter(
      ({ enforce, outcome }) => enforce !== 'warn' && enforce !== 'report' && outcome !== 'tolerated',
    )
    return [
      judged?.name ?? resource,
      { text: `${{ allow: '✓', challenge: '!', refuse: '✗' }[access]} ${words[access]}`, paint: colours[access] },
      access === 'allow'
        ? ''
        : `${code ?? ''}: ${because.map(({ check }) => checkTitle(plainId(check), texts)).join(', ')}`,
    ]
  })
  for (const line of layTable(rows, screen.columns, '   ')) screen.line(line)
}

/** What is different in a newer verdict, a sentence each. */
export function changesIn(before: Result, after: Result, texts: CheckTexts): readonly string[] {
  const checks = after.checks.flatMap(({ check, outcome }) => {
    const was = before.checks.find((each) => each.check === check)?.outcome
    return was === undefined || was === outcome ? [] : [`${checkTitle(check, texts)}: ${was} → ${outcome}`]
  })
  const resources = after.resources.flatMap(({ id, name, access }) => {
    const was = before.resources.find((each) => each.id === id)?.access
    const now = { allow: 'is open now', challenge: 'asks for confirmation now', refuse: 'is refused now' }[access]
    return was === undefined || was === access ? [] : [`${name} ${now}`]
  })
  return [...checks, ...resources]
}

export function checkTitle(id: string, { checks }: Pick<CheckTexts, 'checks'>): string {
  return checks.get(id)?.document.title['en'] ?? id
}

/** What a person does about a failing check, in a sentence. */
export function remedyText(id: string, { checks, os }: CheckTexts): string {
  const document = checks.get(id)?.document
  const { steps, open } = document?.remedy[os] ?? {}
  const spoken = steps?.['en'] ?? []
  if (spoken.length > 0) return spoken.join(' ')
  if (open !== undefined && document !== undefined)
    return `open the system settings for: ${en.signals[document.signal]}`
  return 'ask whoever runs the gateway'
}

/** Findings of a resource name a check with the beginning of its hash, `firewall@HsO6XLxM`. */
function plainId(check: string): string {
  return check.split('@', 1)[0] ?? check
}

function lookOf({ outcome }: Judged, { paint }: Screen) {
  if (outcome === 'met') return { mark: '✓', paint: paint.good }
  if (outcome === 'unknown') return { mark: '?', paint: paint.attention }
  return outcome === 'violated' ? { mark: '✗', paint: paint.bad } : { mark: '!', paint: paint.attention }
}

function observedText({ signal, observed }: Judged, readings: readonly ReportedSignal[]): string {
  if (observed?.kind === 'observed') return plainText(valueText(signal, observed.value, valueWordsEn))
  const reading = readings.find(({ id }) => id === signal)
  if (reading !== undefined) return readingText(reading)
  return observed === undefined ? 'nothing yet' : plainText(observed.why)
}

function readingText(reading: ReportedSignal): string {
  if (reading.st === 'observed') return plainText(valueText(reading.id, reading.v, valueWordsEn))
  const why = en.reasons[reading.why]
  return reading.st === 'na' ? `does not apply here: ${why}` : `could not be read: ${why}`
}

function requiredText({ check, required }: Judged, { checks, os }: CheckTexts): string {
  const known = checks.get(check)
  const text = required?.text['en'] ?? known?.expected[os]?.['en'] ?? known?.document.expected['en']
  return plainText(text ?? 'see the book')
}
