import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { I18nProvider } from 'react-aria-components'
import type { Language } from '#contract/agent-windows.ts'
import { de } from '#contract/texts/de.ts'
import { en, type Texts } from '#contract/texts/en.ts'
import { type KeyWords, keyWordsDe, keyWordsEn } from '#contract/texts/key-words.ts'
import { plainWords } from '#contract/texts/plain-words.ts'
import { reasonsDe } from '#contract/texts/reasons-de.ts'
import { type Entry, numberText, say } from '#contract/texts/say.ts'
import { type SayReason, sayReasonOf } from '#contract/texts/say-reason.ts'
import { spokenText } from '#contract/texts/spoken-text.ts'
import { distanceText, momentText, spanText } from '#contract/texts/time-words.ts'
import { type ValueWords, valueWordsDe, valueWordsEn } from '#contract/texts/value-words.ts'
import { sharedDe } from '#contract/texts/windows/shared-de.ts'
import { sharedEn } from '#contract/texts/windows/shared-en.ts'
import type { SharedTexts } from '#contract/texts/windows/shared-texts.ts'
import { useAgentView } from './agent-context.tsx'
import type { Disguise } from './disguise.ts'

/** Both languages of one thing. */
export type Pair<Value> = { readonly [Spoken in Language]: Value }

export type Speech = {
  readonly language: Language
  readonly locale: string
  readonly rightToLeft: boolean
  /** Failures, signals, fields, states, reasons: what windows and command line say alike. */
  readonly texts: Texts
  readonly words: ValueWords
  /** Why a key cannot be used, and where it is kept. */
  readonly keys: KeyWords
  readonly shared: SharedTexts
  /** A sentence, filled in. Values that are text are freed of hidden characters and cannot turn the direction. */
  readonly say: (entry: Entry, values?: { readonly [name: string]: string | number }) => string
  /** Why something failed, as the agent says it: in this language where it is a sentence of ours, else as it came. */
  readonly sayReason: SayReason
  /** Foreign text on its own: hidden characters gone, cut. */
  readonly plain: (text: string, longest?: number) => string
  /** A text that the gateway offers in several languages, in this one, else in English, else in any. */
  readonly spoken: (texts: { readonly [language: string]: string } | undefined) => string | undefined
  /** The same for a list. */
  readonly spokenList: (texts: { readonly [language: string]: readonly string[] } | undefined) => readonly string[]
  readonly number: (value: number) => string
  /** `Wiki, Payments and Billing` */
  readonly list: (names: readonly string[]) => string
  /** Unix seconds as `17:30`, `Friday 17:30`, `3 Dec, 17:30`. */
  readonly moment: (seconds: number) => string
  /** `3 minutes ago`, `in 2 hours`, `just now`. */
  readonly distance: (seconds: number) => string
  /** `4 hours`. */
  readonly span: (seconds: number) => string
  /** By the gateway's clock, in Unix seconds; renewed twice a minute. */
  readonly now: number
}

type Bundle = Pick<Speech, 'texts' | 'words' | 'keys' | 'shared'>
const bundles: Pair<Bundle> = {
  en: { texts: en, words: valueWordsEn, keys: keyWordsEn, shared: sharedEn },
  de: { texts: de, words: valueWordsDe, keys: keyWordsDe, shared: sharedDe },
}
const locales: Pair<string> = { en: 'en-GB', de: 'de-DE' }

const SpeechContext = createContext<(Speech & { readonly disguise: Disguise | undefined }) | undefined>(undefined)

/**
 * The language of everything inside: the agent's choice, else the host's. `clock`: milliseconds; only its differences
 * count, since the agent says what time it is.
 */
export function TextsProvider(props: {
  readonly hostLanguage: Language
  readonly clock: () => number
  readonly disguise?: Disguise | undefined
  readonly children: ReactNode
}) {
  const { hostLanguage, clock, disguise, children } = props
  const { snapshot } = useAgentView()
  const language = snapshot?.language ?? hostLanguage
  const now = useNow(snapshot?.told_at, clock)
  const locale = disguise?.locale ?? locales[language]
  const rightToLeft = disguise?.rightToLeft ?? false
  useEffect(() => {
    document.documentElement.lang = disguise?.locale ?? language
    document.documentElement.dir = rightToLeft ? 'rtl' : 'ltr'
  }, [language, disguise, rightToLeft])
  const speech = useMemo(() => {
    const bundle = disguised(bundles[language], disguise)
    const view = { locale, now }
    const sentences = language === 'de' ? reasonsDe : disguise && englishReasons()
    const value = (text: string) => isolated(plainWords(text), rightToLeft)
    return {
      ...bundle,
      disguise,
      language,
      locale,
      rightToLeft,
      now,
      say: (entry: Entry, values: { readonly [name: string]: string | number } = {}) =>
        say(
          entry,
          Object.fromEntries(Object.entries(values).map(([name, v]) => [name, typeof v === 'string' ? value(v) : v])),
          locale,
        ),
      sayReason: sayReasonOf(bundle.keys.reasons, disguised(sentences, disguise)),
      plain: plainWords,
      spoken(texts: { readonly [language: string]: string } | undefined) {
        const text = spokenText(texts, language)
        return text === undefined ? undefined : plainWords(text, 500)
      },
      spokenList: (texts: { readonly [language: string]: readonly string[] } | undefined) =>
        (spokenText(texts, language) ?? []).map((text) => plainWords(text, 500)),
      number: (number: number) => numberText(number, locale),
      list: (names: readonly string[]) =>
        new Intl.ListFormat(locale, { type: 'conjunction' }).format(names.map((name) => plainWords(name, 200))),
      moment: (seconds: number) => momentText(seconds, view),
      distance: (seconds: number) => distanceText(seconds, view) ?? bundle.shared.now,
      span: (seconds: number) => spanText(seconds, locale),
    }
  }, [language, locale, rightToLeft, now, disguise])
  return (
    <I18nProvider locale={locale}>
      <SpeechContext value={speech}>{children}</SpeechContext>
    </I18nProvider>
  )
}

export function useTexts(): Speech {
  const speech = useContext(SpeechContext)
  if (speech === undefined) throw new Error('no texts around this')
  return speech
}

/** The sentences of one screen. `pair` is a constant outside the component. */
export function useScreenTexts<Value>(pair: Pair<Value>): Value {
  const speech = useContext(SpeechContext)
  if (speech === undefined) throw new Error('no texts around this')
  const { language, disguise } = speech
  return useMemo(() => disguised(pair[language], disguise), [pair, language, disguise])
}

/** In English a reason is said as it came; only a disguise needs the sentences themselves. */
function englishReasons(): { readonly [english: string]: string } {
  return Object.fromEntries(Object.keys(reasonsDe).map((english) => [english, english]))
}

/** Every text of a tree, disguised. */
function disguised<Value>(tree: Value, disguise: Disguise | undefined): Value {
  if (disguise === undefined) return tree
  const change = (value: unknown): unknown => {
    if (typeof value === 'string') return disguise.change(value)
    if (Array.isArray(value)) return value.map(change)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, change(each)]))
  }
  const changed = change(tree)
  return isLike(changed, tree) ? changed : tree
}

/** A tree whose texts alone were changed has the type that it had. */
function isLike<Value>(changed: unknown, tree: Value): changed is Value {
  return typeof changed === typeof tree
}

const strong = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/

/** Foreign text inside a sentence, closed off where one of both runs from right to left. */
function isolated(text: string, rightToLeft: boolean): string {
  return rightToLeft || strong.test(text) ? `\u2068${text}\u2069` : text
}

const tickMs = 30_000

/** The gateway's time now: when the state was told, and what has passed since by our own clock. */
function useNow(toldAt: number | undefined, clock: () => number): number {
  const [told, setTold] = useState({ at: toldAt, clock: clock() })
  const [, setTick] = useState(0)
  if (told.at !== toldAt) setTold({ at: toldAt, clock: clock() })
  useEffect(() => {
    const timer = setInterval(() => setTick((count) => count + 1), tickMs)
    return () => clearInterval(timer)
  }, [])
  const passed = Math.floor((clock() - told.clock) / tickMs) * (tickMs / 1000)
  return toldAt === undefined ? Math.floor(clock() / 1000) : toldAt + Math.max(0, passed)
}
