import { exceptionsDe } from '#contract/texts/windows/exceptions-de.ts'
import { exceptionsEn } from '#contract/texts/windows/exceptions-en.ts'

/** The sentences of the list and of the page of one request. */
export const exceptionsWords = { en: exceptionsEn, de: exceptionsDe }
