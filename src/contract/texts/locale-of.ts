import type { Language } from '../agent-windows.ts'

/** How dates and times are written in a language: English in its British form, where a day has 24 hours. */
export const localeOf: { readonly [Spoken in Language]: string } = { en: 'en-GB', de: 'de-DE' }
