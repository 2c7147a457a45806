import { fillText } from '#contract/fill-text.ts'
import { inMode } from '#contract/in-mode.ts'
import { faultText } from '#contract/texts/fault-text.ts'
import type { SayReason } from '#contract/texts/say-reason.ts'
import { sayReasonIn } from '#contract/texts/say-reason-in.ts'
import { isFailure } from '#domain/failure.ts'
import { type ExitCode, exitCode, exitOf, isFailureCode } from './exit-codes.ts'
import { plainText } from './print/plain-text.ts'
import { indentText } from './print/wrap-text.ts'
import type { Terminal } from './terminal.ts'
import { UnknownReply } from './unknown-reply.ts'
import { UsageFault } from './usage-fault.ts'

/** What went wrong, in a title, what follows from it, and places to correct. */
type Said = { readonly title: string; readonly detail: string; readonly issues?: readonly string[] }

/** Says on stderr why a command ended, with `--json` also as one document on stdout. Only the log holds what is a bug. */
export async function endWith(thrown: unknown, typed: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { exit, code, said: plain } = await judge(thrown, terminal)
  const said = { ...plain, detail: inMode(plain.detail, typed.includes('--development')) }
  const { strong, faint } = terminal.errorPaint
  terminal.err(`postern: ${strong(plainText(said.title))}`)
  for (const line of indentText(plainText(said.detail), terminal.columns, '  ')) terminal.err(line)
  for (const issue of said.issues ?? [])
    for (const line of indentText(plainText(issue), terminal.columns, '    ', '  - ')) terminal.err(faint(line))
  if (typed.includes('--json'))
    terminal.out(
      JSON.stringify({ failure: { code, title: said.title, detail: said.detail, issues: said.issues ?? [] } }),
    )
  return exit
}

async function judge(
  thrown: unknown,
  terminal: Terminal,
): Promise<{ readonly exit: ExitCode; readonly code: string; readonly said: Said }> {
  const { texts } = terminal
  if (thrown instanceof UsageFault)
    return { exit: exitCode.couldNotRun, code: 'usage', said: { title: thrown.says, detail: thrown.instead ?? '' } }
  if (thrown instanceof UnknownReply) {
    const detail = fillText(texts.bug.unknownFailure, { code: thrown.code })
    return { exit: exitCode.partly, code: thrown.code, said: { title: texts.bug.title, detail } }
  }
  if (isFailure(thrown)) {
    const { code, details } = thrown
    if (code === 'internal') {
      const detail = fillText(texts.bug.inAgent, { id: member(details, 'logId') ?? texts.common.unknown })
      return { exit: exitCode.bug, code, said: { title: texts.bug.title, detail } }
    }
    return { exit: exitOf(thrown), code, said: await sayFailure(code, details, terminal) }
  }
  const { recordBug } = await import('./record-bug.ts')
  const recorded = await recordBug(thrown, terminal)
  const detail = fillText(recorded.file === undefined ? texts.bug.unrecorded : texts.bug.recorded, recorded)
  return { exit: exitCode.bug, code: 'internal', said: { title: texts.bug.title, detail } }
}

async function sayFailure(code: string, details: object, { language }: Terminal): Promise<Said> {
  const [{ failures }, sayReason] = await Promise.all([loadTexts(language), sayReasonIn(language)])
  const text = isFailureCode(code) ? failures[code] : failures.internal
  const reason = member(details, 'reason')
  const values = {
    ...Object.fromEntries(Object.entries(details)),
    reason: reason === undefined ? undefined : sayReason(reason),
  }
  return {
    title: fillText(text.title, values),
    detail: fillText(text.detail, values),
    issues: issuesOf(details, (detail) => faultText(detail, language, sayReason)),
  }
}

/** Everything but the command line's own sentences; only loaded when one of them is said. */
export async function loadTexts(language: Terminal['language']) {
  if (language === 'de') return (await import('#contract/texts/de.ts')).de
  return (await import('#contract/texts/en.ts')).en
}

function issuesOf(details: object, say: SayReason): readonly string[] {
  const issues: unknown = 'issues' in details ? details.issues : 'errors' in details ? details.errors : undefined
  if (!Array.isArray(issues)) return []
  return issues.flatMap((issue: unknown) => {
    const pointer = member(issue, 'pointer')
    const detail = member(issue, 'detail')
    if (detail === undefined) return []
    return [pointer === undefined || pointer === '' ? say(detail) : `${pointer}: ${say(detail)}`]
  })
}

function member(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found: unknown = Object.entries(value).find(([key]) => key === name)?.[1]
  return typeof found === 'string' ? found : undefined
}
