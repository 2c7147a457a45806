import { extraFields, fieldIds } from '#contract/consent-fields.ts'
import { parseDeepLink } from '#contract/deep-link.ts'
import { fillText } from '#contract/fill-text.ts'
import type { EnrollmentPreview, Snapshot } from '#contract/ipc.ts'
import type { Texts } from '#contract/texts/en.ts'
import type { Transport } from '#contract/transport.ts'
import { Failure } from '#domain/failure.ts'
import { isSignalId, signalIds } from '#domain/signals.ts'
import { askAgent } from './ask-agent.ts'
import { layPairs } from './print/lay-table.ts'
import { plainText } from './print/plain-text.ts'
import { indentText } from './print/wrap-text.ts'
import type { Terminal } from './terminal.ts'
import { UsageFault } from './usage-fault.ts'

export type Enrolling = {
  readonly link: string
  /** Both questions were answered beforehand. */
  readonly isAgreed: boolean
  /** The agent is in development mode, where alone a gateway may do without TLS. */
  readonly isDevelopment: boolean
  readonly texts: Pick<Texts, 'signals' | 'fields'>
  /** Speaks with an agent for the rest of the conversation: only called once *Continue?* was answered with yes. */
  readonly withAgent: <Result>(act: (agent: Pick<Transport, 'ask'>) => Promise<Result>) => Promise<Result>
}

/**
 * Two questions to a person, and what each of them allows (desktop.md section 16). Before *Continue?* nothing is asked
 * of anybody; after it the gateway's description is fetched and nothing else; after *Enrol?* this device enrols.
 * `undefined`: the person said no. Failures: `link_invalid`, and those of the agent.
 */
export async function enrollConversation(enrolling: Enrolling, terminal: Terminal): Promise<Snapshot | undefined> {
  const { texts: cli, err, during } = terminal
  const { link, isAgreed } = enrolling

  // 1. Who asks, and everything that may ever be sent.
  if (!isAgreed && !terminal.canAsk) throw new UsageFault(cli.usage.notUsable, cli.enroll.cannotAsk)
  const parsed = parseDeepLink(link)
  if (parsed?.kind !== 'enroll') throw new Failure('link_invalid', { reason: 'It is not complete, or not in its form' })
  const host = parsed.server.replace(/^https?:\/\//, '')
  sayWhoAsks(host, enrolling.isDevelopment && parsed.server.startsWith('http:'), enrolling.texts, terminal)
  if (!isAgreed && !(await terminal.ask(cli.enroll.continue))) {
    err(cli.enroll.declined)
    return undefined
  }

  return enrolling.withAgent(async (agent) => {
    // 2. What this gateway says of itself and wants to know.
    const preview = await during(cli.asking.gateway, () => askAgent(agent, 'enrollment/preview', { link }))
    sayDescription(preview, enrolling.texts, terminal)
    if (!isAgreed && !(await terminal.ask(cli.enroll.enroll))) {
      await askAgent(agent, 'enrollment/cancel', undefined)
      err(cli.enroll.declinedAfterLook)
      return undefined
    }
    // 3. Enrol, having agreed to exactly that.
    const { consent } = preview
    return during(cli.asking.enrolling, () => askAgent(agent, 'enrollment/confirm', { link, consent }))
  })
}

function sayWhoAsks(host: string, isPlain: boolean, texts: Enrolling['texts'], terminal: Terminal): void {
  const { texts: cli, err, errorPaint, columns } = terminal
  err(errorPaint.strong(fillText(cli.enroll.asks, { host: plainText(host) })))
  if (isPlain) err(cli.enroll.developmentMode)
  err('')
  err(cli.enroll.mayBeSent)
  sayFields(texts, terminal)
  err('')
  for (const text of [cli.enroll.neverCollected, fillText(cli.enroll.nothingYet, { host: plainText(host) })])
    for (const line of indentText(text, columns, '')) err(line)
  err('')
}

function sayFields(texts: Enrolling['texts'], { texts: { enroll }, err, columns }: Terminal): void {
  const pairs = [
    [enroll.readings, signalIds.map((id) => texts.signals[id]).join(', ')],
    [enroll.beside, extraFields.map((field) => texts.fields[field]).join(', ')],
  ] as const
  for (const line of layPairs(pairs, columns, '  ')) err(line)
}

function sayDescription(preview: EnrollmentPreview, texts: Enrolling['texts'], terminal: Terminal): void {
  const { texts: cli, err, errorPaint, columns } = terminal
  const { enroll, common } = cli
  const org = plainText(preview.organisation)
  const known = preview.fields.filter((field) => meaningOf(field, texts) !== undefined)
  const unknown = preview.fields.length - known.length
  const isEverything = known.length === fieldIds.length
  const collects = isEverything ? enroll.collectsAll : known.map((field) => meaningOf(field, texts) ?? '').join(', ')
  err('')
  err(errorPaint.strong(fillText(enroll.enrollWith, { org })))
  const pairs = [
    [enroll.gateway, plainText(preview.issuer)],
    [enroll.collects, unknown === 0 ? collects : `${collects}, ${fillText(enroll.collectsUnknown, { n: unknown })}`],
    [enroll.seenBy, fillText(enroll.seenByWhom, { org })],
    [enroll.keptFor, fillText(common.days, { n: preview.retention_days })],
    [enroll.contact, plainText(preview.contact)],
    [enroll.privacy, plainText(preview.url)],
  ] as const
  for (const line of layPairs(pairs, columns, '  ')) err(line)
  err('')
}

/** What a field means; `undefined` for one that this version does not know, and does not send. */
function meaningOf(field: string, texts: Enrolling['texts']): string | undefined {
  if (isSignalId(field)) return texts.signals[field]
  return isExtraField(field) ? texts.fields[field] : undefined
}

function isExtraField(field: string): field is (typeof extraFields)[number] {
  return extraFields.some((known) => known === field)
}
