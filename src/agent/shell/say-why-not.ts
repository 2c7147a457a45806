import { app, dialog } from 'electron'
import { fillText } from '#contract/fill-text.ts'
import { de } from '#contract/texts/de.ts'
import { en } from '#contract/texts/en.ts'
import { isFailure } from '#domain/failure.ts'
import type { Log } from '#runtime/log.ts'
import { systemLanguage } from './system-language.ts'

/** Tells the person why Postern does not run, with the next step: there is no window yet that could. */
export function sayWhyNot(thrown: unknown, log: Log): void {
  log.error('app.not-started', { err: thrown })
  const { failures } = { en, de }[systemLanguage()]
  const known = isFailure(thrown)
  const { title, detail } = failures[known ? thrown.code : 'internal']
  const values = known ? Object.entries(thrown.details).map(([name, value]) => [name, String(value)]) : []
  const details: { readonly [name: string]: string } = Object.fromEntries(values)
  if (app.isReady()) dialog.showErrorBox(fillText(title, details), fillText(detail, details))
}
