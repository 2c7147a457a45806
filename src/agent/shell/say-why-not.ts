import { app, dialog } from 'electron'
import { fillText } from '#contract/fill-text.ts'
import { sayReasonIn } from '#contract/texts/say-reason-in.ts'
import { isFailure } from '#domain/failure.ts'
import type { Log } from '#runtime/log.ts'
import { systemLanguage } from './system-language.ts'

/** Tells the person why Postern does not run, with the next step: there is no window yet that could. */
export async function sayWhyNot(thrown: unknown, log: Log): Promise<void> {
  log.error('app.not-started', { err: thrown })
  const language = systemLanguage()
  const [{ failures }, sayReason] = await Promise.all([texts[language](), sayReasonIn(language)])
  const known = isFailure(thrown)
  const { title, detail } = failures[known ? thrown.code : 'internal']
  const values = known
    ? Object.entries(thrown.details).map(([name, value]) => [
        name,
        name === 'reason' ? sayReason(String(value)) : String(value),
      ])
    : []
  const details: { readonly [name: string]: string } = Object.fromEntries(values)
  if (app.isReady()) dialog.showErrorBox(fillText(title, details), fillText(detail, details))
}

/** Loaded when something went wrong alone. */
const texts = {
  en: async () => (await import('#contract/texts/en.ts')).en,
  de: async () => (await import('#contract/texts/de.ts')).de,
} as const
