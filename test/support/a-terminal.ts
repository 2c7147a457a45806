import { noPaint } from '#cli/print/paint.ts'
import type { Language, Terminal } from '#cli/terminal.ts'
import { cliDe } from '#contract/texts/cli-de.ts'
import { cliEn } from '#contract/texts/cli-en.ts'
import type { Clock } from '#runtime/clock.ts'
import { aClock } from './a-clock.ts'

export type TerminalParts = {
  readonly columns?: number
  readonly language?: Language
  readonly environment?: { readonly [name: string]: string | undefined }
  /** What a person answers, question by question. Left out: there is nobody to ask. */
  readonly answers?: readonly boolean[]
  /** What a person types, line by line; nobody is there any more after the last. */
  readonly lines?: readonly string[]
  /** When the process is asked to end. */
  readonly stopped?: Promise<void>
  readonly clock?: Clock
}

/** A terminal that keeps what was said and asked. */
export function aTerminal(parts: TerminalParts = {}) {
  const outLines: string[] = []
  const errLines: string[] = []
  const asked: string[] = []
  const answers = [...(parts.answers ?? [])]
  const lines = [...(parts.lines ?? [])]
  const language = parts.language ?? 'en'
  const terminal: Terminal = {
    columns: parts.columns ?? 80,
    paint: noPaint,
    errorPaint: noPaint,
    environment: parts.environment ?? {},
    language,
    texts: language === 'de' ? cliDe : cliEn,
    clock: parts.clock ?? aClock(),
    isErrorTerminal: false,
    canAsk: parts.answers !== undefined,
    out: (line) => void outLines.push(line),
    err: (line) => void errLines.push(line),
    async ask(question) {
      asked.push(question)
      return answers.shift() ?? false
    },
    async askLine(question) {
      asked.push(question)
      return lines.shift()
    },
    during: (_doing, act) => act(),
    untilStopped: () => parts.stopped ?? new Promise(() => undefined),
  }
  return { terminal, outLines, errLines, asked }
}
