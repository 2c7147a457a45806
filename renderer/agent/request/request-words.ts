import { requestDe } from '#contract/texts/windows/request-de.ts'
import { requestEn } from '#contract/texts/windows/request-en.ts'

/** The sentences of the form. */
export const requestWords = { en: requestEn, de: requestDe }
