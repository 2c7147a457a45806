import { type DescribedFinding, describeFinding } from '#agent/window-api/describe-finding.ts'
import { type Finding, severities } from '#agent/window-api/finding.ts'
import { fillText } from '#contract/fill-text.ts'
import type { CliTexts } from '#contract/texts/cli-texts.ts'
import { type ExitCode, exitCode } from '../exit-codes.ts'
import { layPairs, layTable } from '../print/lay-table.ts'
import type { Paint } from '../print/paint.ts'
import { plainText } from '../print/plain-text.ts'
import { padText, textWidth } from '../print/text-width.ts'

type View = { readonly development: boolean; readonly texts: CliTexts; readonly paint: Paint; readonly columns: number }

/** The findings one by one: how bad, what; below it why and what to do. At the end one sentence for all. */
export function doctorLines(findings: readonly Finding[], view: View): readonly string[] {
  const { words, why, todo } = view.texts.doctor
  const { good, faint, bad, attention, strong } = view.paint
  const colours = { fine: good, note: faint, wrong: bad, unknown: attention } as const
  const wide = Math.max(...Object.values(words).map(textWidth))
  const lines = findings.flatMap((found) => {
    const severity = severities[found.id]
    const said = describe(found, view)
    const word = { text: padText(words[severity], wide), paint: colours[severity] }
    const says = severity === 'wrong' ? { text: said.says, paint: strong } : said.says
    const more: (readonly [string, string])[] = []
    if (said.why !== null) more.push([why, said.why])
    if (said.todo !== null) more.push([todo, said.todo])
    return [...layTable([[word, says]], view.columns), ...layPairs(more, view.columns, ' '.repeat(wide + 2))]
  })
  return [...lines, '', summary(findings, view)]
}

/** Exit 1 where something is wrong, 3 where something could not be told. */
export function doctorExit(findings: readonly Finding[]): ExitCode {
  const found = findings.map(({ id }) => severities[id])
  if (found.includes('wrong')) return exitCode.no
  return found.includes('unknown') ? exitCode.partly : exitCode.yes
}

/** A finding in words, safe for a terminal. */
export function describe(found: Finding, view: Pick<View, 'texts' | 'development'>): DescribedFinding {
  const { id, state, says, why, todo } = describeFinding(found, view)
  const safe = (text: string | null) => (text === null ? null : plainText(text, 1000))
  return { id, state, says: plainText(says, 1000), why: safe(why), todo: safe(todo) }
}

function summary(findings: readonly Finding[], { texts, paint }: View): string {
  const { doctor } = texts
  const found = findings.map(({ id }) => severities[id])
  const n = found.filter((severity) => severity === 'wrong').length
  if (n > 0) return paint.bad(n === 1 ? doctor.oneWrong : fillText(doctor.someWrong, { n }))
  return found.includes('unknown') ? paint.attention(doctor.someUnknown) : paint.good(doctor.allFine)
}
