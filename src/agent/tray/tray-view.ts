import type { Language } from '#contract/agent-windows.ts'
import type { Telling } from '#contract/texts/finding-text.ts'
import { localeOf } from '#contract/texts/locale-of.ts'
import { type StateWords, stateWordsDe, stateWordsEn } from '#contract/texts/state-words.ts'
import { momentText } from '#contract/texts/time-words.ts'
import { trayDe } from '#contract/texts/tray-de.ts'
import { trayEn } from '#contract/texts/tray-en.ts'
import type { TrayTexts } from '#contract/texts/tray-texts.ts'
import { type ValueWords, valueWordsDe, valueWordsEn } from '#contract/texts/value-words.ts'
import { wordsDe } from '#contract/texts/words-de.ts'
import { type Words, wordsEn } from '#contract/texts/words-en.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'

/** Where and to whom the tray speaks. `now`: Unix seconds of the gateway's clock; `timeZone` left out: the machine's own. */
export type TrayView = {
  readonly os: OperatingSystem
  readonly language: Language
  readonly timeZone?: string
  readonly now: number
  /** Pixels of the screen for one of the desktop; left out: one. */
  readonly scale?: number
  /** The managed setting `HideQuit`. */
  readonly hideQuit: boolean
  /** An update that waits for its moment. */
  readonly updateReady: { readonly version: string } | undefined
}

export type TrayWords = {
  readonly texts: Words
  readonly state: StateWords
  readonly values: ValueWords
  readonly tray: TrayTexts
}

export const trayWords: { readonly [Spoken in Language]: TrayWords } = {
  en: { texts: wordsEn, state: stateWordsEn, values: valueWordsEn, tray: trayEn },
  de: { texts: wordsDe, state: stateWordsDe, values: valueWordsDe, tray: trayDe },
}

export function tellingOf({ language }: TrayView): Telling {
  const { texts, values } = trayWords[language]
  return { language, texts, values }
}

export function momentIn(view: TrayView): (seconds: number) => string {
  const { language, now, timeZone } = view
  const where = { locale: localeOf[language], now, ...(timeZone === undefined ? {} : { timeZone }) }
  return (seconds) => momentText(seconds, where)
}
