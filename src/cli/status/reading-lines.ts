import { fillText } from '#contract/fill-text.ts'
import { valueText } from '#contract/texts/value-text.ts'
import type { ReportedSignal } from '#domain/posture-report.ts'
import { type Cell, layTable } from '../print/lay-table.ts'
import { plainText } from '../print/plain-text.ts'
import type { StatusView } from './status-view.ts'

/** Readings as a table: what was asked, what was seen, by what it was decided. No word of pass or fail. */
export function readingLines(readings: readonly ReportedSignal[], view: StatusView): readonly string[] {
  const { check } = view.cli
  const { faint, attention } = view.paint
  const heading = [check.signal, check.reading, check.source].map((text): Cell => ({ text, paint: faint }))
  const rows = readings.map((reading): readonly Cell[] => [
    view.texts.signals[reading.id],
    reading.st === 'unknown' || reading.st === 'error'
      ? { text: readingText(reading, view), paint: attention }
      : readingText(reading, view),
    { text: plainText(reading.src), paint: faint },
  ])
  return layTable([heading, ...rows], view.columns)
}

/** One reading in a few words. */
export function readingText(reading: ReportedSignal, view: StatusView): string {
  const { check } = view.cli
  if (reading.st === 'observed') return plainText(valueText(reading.id, reading.v, view.words), 500)
  const why = view.texts.reasons[reading.why]
  return fillText(reading.st === 'na' ? check.doesNotApply : check.notRead, { why })
}

/** How many readings came about, and whether that is all of them. What does not apply here was read. */
export function countRead(readings: readonly ReportedSignal[]): { readonly n: number; readonly read: number } {
  const read = readings.filter(({ st }) => st === 'observed' || st === 'na').length
  return { n: readings.length, read }
}
