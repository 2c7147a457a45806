import { createInterface } from 'node:readline/promises'
import type { CliTexts } from '#contract/texts/cli-texts.ts'
import { type Clock, systemClock } from '#runtime/clock.ts'
import { type Paint, paintFor } from './print/paint.ts'
import { withProgress } from './print/progress.ts'

export type Language = 'en' | 'de'
export type Environment = { readonly [name: string]: string | undefined }

/** What a command may use of the world it was called in: the two outputs, the person in front of them, time. */
export type Terminal = {
  /** Columns of the output, 80 where it is no terminal. */
  readonly columns: number
  readonly paint: Paint
  /** The colours of stderr, which may be a terminal where stdout is none. */
  readonly errorPaint: Paint
  readonly environment: Environment
  readonly language: Language
  readonly texts: CliTexts
  readonly clock: Clock
  /** Whether stderr is a terminal: then a log is for a person. */
  readonly isErrorTerminal: boolean
  /** Whether somebody can be asked. */
  readonly canAsk: boolean
  /** A line of the answer. */
  readonly out: (line: string) => void
  /** A line beside the answer. */
  readonly err: (line: string) => void
  /** Yes or no; anything but a yes is a no. Asked on stderr. */
  readonly ask: (question: string) => Promise<boolean>
  /** A line of text, asked on stderr; `undefined` where nobody answers any more. */
  readonly askLine: (question: string) => Promise<string | undefined>
  /** Runs the act and, once it took a second, says on stderr what is being done. */
  readonly during: <Answer>(doing: string, act: () => Promise<Answer>) => Promise<Answer>
  /** Resolves when the process is asked to end (SIGINT, SIGTERM). */
  readonly untilStopped: () => Promise<void>
}

const fewestColumns = 40

/** The terminal this process was started in. */
export function thisTerminal(language: Language, texts: CliTexts): Terminal {
  const { stdin, stdout, stderr, env } = process
  const clock = systemClock()
  const columns = Math.max(fewestColumns, stdout.columns ?? 80)
  return {
    columns,
    paint: paintFor(stdout, env),
    errorPaint: paintFor(stderr, env),
    environment: env,
    language,
    texts,
    clock,
    isErrorTerminal: stderr.isTTY === true,
    canAsk: stdin.isTTY === true && stderr.isTTY === true,
    out: (line) => stdout.write(`${line}\n`),
    err: (line) => stderr.write(`${line}\n`),
    async ask(question) {
      const asking = createInterface({ input: stdin, output: stderr })
      try {
        const answer = await asking.question(`${question} ${texts.common.yesNo} `)
        return /^(y|yes|j|ja)$/i.test(answer.trim())
      } catch {
        return false // Ctrl-C or Ctrl-D: nobody said yes
      } finally {
        asking.close()
      }
    },
    async askLine(question) {
      const asking = createInterface({ input: stdin, output: stderr })
      try {
        return (await asking.question(`${question} `)).trim()
      } catch {
        return undefined // Ctrl-C or Ctrl-D
      } finally {
        asking.close()
      }
    },
    during: (doing, act) =>
      withProgress(
        { clock, isTerminal: stderr.isTTY === true, columns, write: (text) => stderr.write(text) },
        doing,
        act,
      ),
    untilStopped: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
      }),
  }
}

/** The language of the person, by the order of POSIX: `LC_ALL`, `LC_MESSAGES`, `LANG`. */
export function languageOf(environment: Environment): Language {
  const named = ['LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => environment[name] ?? '').find((value) => value !== '')
  return /^de([_.@-]|$)/i.test(named ?? '') ? 'de' : 'en'
}
