import type { CliTexts } from '#contract/texts/cli-texts.ts'
import type { Texts } from '#contract/texts/en.ts'
import type { ValueWords } from '#contract/texts/value-words.ts'
import type { Paint } from '../print/paint.ts'
import { plainText } from '../print/plain-text.ts'
import { timeText } from '../print/time-text.ts'
import type { Language } from '../terminal.ts'

/** How a person wants to be told: language, colours, room, and what time it is (Unix seconds). */
export type StatusView = {
  readonly texts: Texts
  readonly cli: CliTexts
  readonly words: ValueWords
  readonly language: Language
  readonly paint: Paint
  readonly columns: number
  readonly now: number
  /** Left out: the machine's own. */
  readonly timeZone?: string
}

/** A text of the gateway in the person's language, else in English, else in any; safe for a terminal. */
export function spoken(
  texts: { readonly [language: string]: string } | undefined,
  view: StatusView,
): string | undefined {
  const text = texts?.[view.language] ?? texts?.['en'] ?? Object.values(texts ?? {})[0]
  return text === undefined ? undefined : plainText(text, 500)
}

export function timeOf(seconds: number, view: StatusView): string {
  return timeText(seconds, view.now, view.language, view.timeZone)
}
