import type { FastifyInstance } from 'fastify'
import { fillText } from '#contract/fill-text.ts'
import { type StepUpTexts, stepUpTexts } from '#contract/texts/step-up-texts.ts'
import { type TermsNames, type TermsSentence, termsSentences } from '#contract/texts/terms-sentences.ts'
import { termsWordsDe, termsWordsEn } from '#contract/texts/terms-words.ts'
import { id43 } from '#contract/wire-types.ts'
import type { Resource } from '#domain/access/resource.ts'
import { requestStateAt } from '#domain/exceptions/deadlines.ts'
import { isOpen } from '#domain/exceptions/states.ts'
import { type Terms, termsText } from '#domain/exceptions/terms.ts'
import { currentTerms, requireRequest } from '#gateway/exceptions/request-file.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { type Clock, secondsNow } from '#runtime/clock.ts'
import { hash } from '#runtime/digest.ts'
import { escapeHtml, languageOf, sendFile, sendPage } from './plain-page.ts'
import { stepUpScript } from './step-up-script.ts'
import { termsNames } from './terms-names.ts'

export type StepUpPagePorts = {
  readonly store: Pick<Store, 'read'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly organisation: string
  readonly languages: readonly string[]
  readonly resources: readonly Resource[]
}

type Shown = {
  readonly kind: 'form'
  readonly requestId: string
  readonly person: string
  readonly terms: Terms
  readonly digest: string
  readonly names: TermsNames
  /** Unix seconds. */
  readonly until: number
  readonly justification: { readonly text: string; readonly ticket: string | null } | undefined
}
type Instead = { readonly kind: keyof StepUpTexts['instead'] }

const scriptPath = '/.postern/step-up.js'
const status: { readonly [Kind in (Shown | Instead)['kind']]: number } = {
  form: 200,
  noPasskey: 200,
  confirmed: 200,
  unknown: 404,
  expired: 410,
  closed: 410,
}

/**
 * `/step-up/<id>`: where a person confirms with a passkey that a request is theirs (R2), its terms as sentences. Opening it
 * uses nothing up, and needs no session: the assertion names the person.
 */
export function addStepUpPage(server: FastifyInstance, ports: StepUpPagePorts): void {
  server.get(scriptPath, (_request, reply) => sendFile(reply, 'text/javascript; charset=utf-8', stepUpScript))
  server.get<{ Params: { readonly id: string } }>('/step-up/:id', async (request, reply) => {
    const language = languageOf(request.headers['accept-language'], ports.languages)
    const texts = stepUpTexts[language]
    const { id } = request.params
    const found: Shown | Instead = id43.safeParse(id).success
      ? await ports.store.read((rows) => look(rows, id, language, ports, secondsNow(ports.clock)))
      : { kind: 'unknown' }
    const body =
      found.kind === 'form'
        ? formBody(texts, language, found, ports.organisation)
        : insteadBody(texts.instead[found.kind], ports.organisation)
    const script = found.kind === 'form' ? `<script src="${scriptPath}" defer></script>` : ''
    return sendPage(reply, status[found.kind], pageOf(language, texts.title, body, script))
  })
}

async function look(
  rows: Rows,
  id: string,
  language: 'en' | 'de',
  { resources }: StepUpPagePorts,
  now: number,
): Promise<Shown | Instead> {
  const link = await rows.stepUps.find(hash(id))
  if (link === undefined) return { kind: 'unknown' }
  const file = await requireRequest(rows, link.requestId)
  const state = requestStateAt(file.request, now)
  if (state !== 'step_up_required') {
    if (isOpen(state) || state === 'approved') return { kind: 'confirmed' }
    return { kind: state === 'lapsed' && link.usedAt === null && now >= link.expiresAt ? 'expired' : 'closed' }
  }
  if (now >= link.expiresAt) return { kind: 'expired' }
  const person = await rows.people.find(link.personId)
  if (person?.status !== 'active') return { kind: 'closed' }
  if ((await rows.passkeys.of(person.id)).length === 0) return { kind: 'noPasskey' }
  const terms = await currentTerms(rows, file)
  return {
    kind: 'form',
    requestId: file.record.id,
    person: person.name,
    terms,
    digest: file.request.termsDigest,
    names: await termsNames(rows, terms, resources, language),
    until: link.expiresAt,
    justification: await justificationOf(rows, link.requestId, terms),
  }
}

/** What was written, if it still is there and is what the terms commit to. */
async function justificationOf(
  rows: Rows,
  requestId: string,
  { justification }: Terms,
): Promise<Shown['justification']> {
  const [first] = await rows.exceptions.moves(requestId)
  const kept = first === undefined ? [] : await rows.audit.attachmentsOf(first.eventId)
  const found = kept.find(({ name, commit }) => name === 'justification' && commit === justification)?.content
  if (typeof found !== 'object' || found === null || !('text' in found) || typeof found['text'] !== 'string')
    return undefined
  const ticket = 'ticket' in found && typeof found['ticket'] === 'string' ? found['ticket'] : null
  return { text: found['text'], ticket }
}

function pageOf(language: string, title: string, body: string, script: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – Postern</title>
<link rel="stylesheet" href="/.postern/page.css">
${script}
</head>
<body><main>${body}</main></body>
</html>
`
}

function insteadBody([heading, text]: readonly [string, string], organisation: string): string {
  return `<h1>${escapeHtml(heading)}</h1><p>${escapeHtml(fillText(text, { organisation }))}</p>`
}

function formBody(texts: StepUpTexts, language: 'en' | 'de', shown: Shown, organisation: string): string {
  const { person: name, terms, digest, requestId, justification } = shown
  const words = language === 'de' ? termsWordsDe : termsWordsEn
  const data = [
    ...Object.entries(texts.says).map(([key, text]) => [key, fillText(text, { name, organisation })] as const),
    ['terms', termsText(terms)] as const,
    ['request', requestId] as const,
  ].map(([key, text]) => `data-${key}="${escapeHtml(text)}"`)
  const until = new Intl.DateTimeFormat(words.locale, { timeStyle: 'short', timeZone: 'UTC' }).format(
    new Date(shown.until * 1000),
  )
  const row = (term: string, value: string) => `<dt>${escapeHtml(term)}</dt><dd><code>${escapeHtml(value)}</code></dd>`
  return [
    `<h1>${escapeHtml(fillText(texts.greeting, { name }))}</h1>`,
    `<p>${escapeHtml(texts.what)}</p>`,
    termsList(termsSentences(terms, shown.names, words)),
    ...(justification === undefined ? [] : [written(texts, justification)]),
    `<form ${data.join(' ')}><button>${escapeHtml(texts.confirm)}</button>`,
    `<p class="quiet">${escapeHtml(fillText(texts.until, { time: `${until} UTC` }))}</p></form>`,
    '<p role="status" aria-live="polite"></p>',
    `<noscript><p>${escapeHtml(texts.needsScript)}</p></noscript>`,
    `<p class="quiet">${escapeHtml(fillText(texts.notYou, { organisation }))}</p>`,
    `<details><summary>${escapeHtml(texts.details)}</summary><dl>`,
    row(texts.request, requestId),
    row(texts.digest, digest),
    row(texts.book, terms.book),
    '</dl></details>',
  ].join('\n')
}

function termsList(sentences: readonly TermsSentence[]): string {
  const items = sentences.map(({ part, text }) => `<li class="${part}">${escapeHtml(text)}</li>`)
  return `<ul class="terms">${items.join('\n')}</ul>`
}

function written(texts: StepUpTexts, { text, ticket }: NonNullable<Shown['justification']>): string {
  const line =
    ticket === null ? '' : `<p class="quiet" dir="auto">${escapeHtml(fillText(texts.ticket, { ticket }))}</p>`
  return `<figure><figcaption>${escapeHtml(texts.yourReason)}</figcaption><blockquote dir="auto">${escapeHtml(text)}</blockquote>${line}</figure>`
}
