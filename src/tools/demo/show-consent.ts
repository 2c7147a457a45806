import { extraFields } from '#contract/consent-fields.ts'
import { fillText } from '#contract/fill-text.ts'
import type { EnrollmentPreview } from '#contract/ipc.ts'
import { cliEn } from '#contract/texts/cli-en.ts'
import { en } from '#contract/texts/en.ts'
import { signalIds } from '#domain/signals.ts'
import type { Screen } from './screen.ts'

const { enroll, common } = cliEn

/** What a person reads before anything is asked of the gateway: who asks, and all that may ever be sent. */
export function showWhoAsks(screen: Screen, issuer: string): void {
  const host = issuer.replace(/^https?:\/\//, '')
  screen.text(fillText(enroll.asks, { host }))
  screen.line()
  screen.pairs([
    [enroll.readings, signalIds.map((id) => en.signals[id]).join(', ')],
    [enroll.beside, extraFields.map((field) => en.fields[field]).join(', ')],
  ])
  screen.line()
  screen.text(enroll.neverCollected)
  screen.text(fillText(enroll.nothingYet, { host }))
  screen.line()
}

/** What the gateway says of itself and wants to know. */
export function showDescription(screen: Screen, preview: EnrollmentPreview): void {
  const org = preview.organisation
  screen.line()
  screen.text(screen.paint.strong(fillText(enroll.enrollWith, { org })))
  screen.pairs([
    [enroll.collects, enroll.collectsAll],
    [enroll.seenBy, fillText(enroll.seenByWhom, { org })],
    [enroll.keptFor, fillText(common.days, { n: preview.retention_days })],
    [enroll.contact, preview.contact],
    [enroll.privacy, preview.url],
  ])
  screen.line()
}
