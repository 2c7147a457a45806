import { type ExceptionWords, exceptionWordsDe, exceptionWordsEn } from '#contract/texts/exception-words.ts'
import { checkTitle } from '#contract/texts/finding-text.ts'
import { controlText, type TermsWords } from '#contract/texts/terms-sentences.ts'
import { termsWordsDe, termsWordsEn } from '#contract/texts/terms-words.ts'
import { useSnapshot } from '../agent-context.tsx'
import { useScreenTexts, useTexts } from '../texts.tsx'
import { raisedText } from './raised-text.ts'

/** Names and words for what exceptions are made of; an id that nothing names stands for itself. All of it is plain text. */
export type ExceptionNames = {
  readonly check: (id: string) => string
  readonly checks: (ids: readonly string[]) => string
  readonly resource: (id: string) => string
  readonly resources: (ids: readonly string[]) => string
  readonly category: (id: string) => string
  /** As sentences. */
  readonly controls: (ids: readonly string[]) => readonly string[]
  readonly risk: (tier: string) => string
  readonly refusal: (code: string) => string
  readonly stepUp: (level: string) => string
  /** Of approval, as the organisation calls it. */
  readonly stage: (id: string) => string
}

const pair: { readonly [Language in 'en' | 'de']: { readonly terms: TermsWords; readonly words: ExceptionWords } } = {
  en: { terms: termsWordsEn, words: exceptionWordsEn },
  de: { terms: termsWordsDe, words: exceptionWordsDe },
}

/** The names that the snapshot knows, and the words that command line and approvers read too. */
export function useExceptionNames(): ExceptionNames {
  const snapshot = useSnapshot()
  const { language, locale, texts, words: values, plain, list } = useTexts()
  const { terms, words } = useScreenTexts(pair)
  const telling = { language, texts, values }
  const check = (id: string) => plain(checkTitle(id, snapshot, telling), 80)
  const resource = (id: string) => {
    const name = snapshot.result?.resources.find((each) => each.id === id)?.name
    return plain(name ?? id, 200)
  }
  const known = (table: { readonly [id: string]: string }, id: string) =>
    (Object.hasOwn(table, id) ? table[id] : undefined) ?? plain(id, 80)
  return {
    check,
    checks: (ids) => list(ids.map(check)),
    resource,
    resources: (ids) => list(ids.map(resource)),
    category: (id) => raisedText(known(terms.categories, id), locale),
    controls: (ids) => ids.map((id) => plain(controlText(id, terms), 200)),
    risk: (tier) => known(terms.risk, tier),
    refusal: (code) => known(words.refusals, code),
    stage: (id) => plain(id.replaceAll(/[-_]/g, ' '), 40),
    stepUp: (level) => raisedText(known(words.stepUps, level), locale),
  }
}
