import type { FastifyInstance } from 'fastify'
import { fillText } from '#contract/fill-text.ts'
import { type InvitePageTexts, invitePageTexts } from '#contract/texts/page-texts.ts'
import { id43 } from '#contract/wire-types.ts'
import { isFailure } from '#domain/failure.ts'
import { findInvitation } from '#gateway/people/invitations.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import { type Clock, secondsNow } from '#runtime/clock.ts'
import { inviteScript } from './invite-script.ts'
import { pageStyle } from './page-style.ts'
import { escapeHtml, languageOf, sendFile, sendPage } from './plain-page.ts'

export type InvitePagePorts = {
  readonly store: Pick<Store, 'read'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly organisation: string
  readonly languages: readonly string[]
}

const stylePath = '/.postern/page.css'
const scriptPath = '/.postern/invite.js'
const iconPath = '/.postern/icon.svg'
/** A door, ajar. */
const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#0b5cad" d="M3 1h10v14H3zM5 3v10h4l2-2V5L9 3z"/></svg>'

/** `/invite/<token>`: where the holder of a one-time link registers a passkey. Opening it uses nothing up. */
export function addInvitePage(server: FastifyInstance, ports: InvitePagePorts): void {
  server.get(stylePath, (_request, reply) => sendFile(reply, 'text/css; charset=utf-8', pageStyle))
  server.get(iconPath, (_request, reply) => sendFile(reply, 'image/svg+xml', icon))
  server.get(scriptPath, (_request, reply) => sendFile(reply, 'text/javascript; charset=utf-8', inviteScript))
  server.get<{ Params: { readonly token: string } }>('/invite/:token', async (request, reply) => {
    const language = languageOf(request.headers['accept-language'], ports.languages)
    const texts = invitePageTexts[language]
    const { token } = request.params
    const invited = id43.safeParse(token).success ? await lookUp(ports, token) : undefined
    if (invited === undefined) return sendPage(reply, 403, pageOf(language, texts, refusedBody(texts)))
    const body = formBody(texts, ports.organisation, invited.name)
    return sendPage(reply, 200, pageOf(language, texts, body, `<script src="${scriptPath}" defer></script>`))
  })
}

/** Whom a link is for: `name` is `null` where whoever comes says so. */
async function lookUp({ store, clock }: InvitePagePorts, token: string): Promise<{ name: string | null } | undefined> {
  try {
    return await store.read(async (rows) => {
      const { personId } = await findInvitation(rows, token, secondsNow(clock))
      return { name: personId === null ? null : ((await rows.people.find(personId))?.name ?? '') }
    })
  } catch (thrown) {
    if (isFailure(thrown, 'invitation_refused')) return undefined
    throw thrown
  }
}

function pageOf(language: string, texts: InvitePageTexts, body: string, script = ''): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(texts.title)} – Postern</title>
<link rel="icon" href="${iconPath}">
<link rel="stylesheet" href="${stylePath}">
${script}
</head>
<body><main>${body}</main></body>
</html>
`
}

function refusedBody(texts: InvitePageTexts): string {
  return `<h1>${escapeHtml(texts.refused)}</h1><p>${escapeHtml(texts.refusedMore)}</p>`
}

function formBody(texts: InvitePageTexts, organisation: string, name: string | null): string {
  const field = (id: string, label: string, attributes: string) =>
    `<label><span>${escapeHtml(label)}</span><input name="${id}" required ${attributes}></label>`
  const words = {
    working: texts.working,
    done: `${texts.done}. ${texts.doneMore}`,
    refused: `${texts.refused}. ${texts.refusedMore}`,
    none: texts.noPasskeys,
    cancelled: texts.cancelled,
    taken: texts.taken,
    failed: texts.failed,
  }
  const data = Object.entries(words).map(([key, text]) => `data-${key}="${escapeHtml(text)}"`)
  return [
    `<h1>${escapeHtml(name === null ? texts.firstAdmin : fillText(texts.welcome, { name }))}</h1>`,
    `<p>${escapeHtml(fillText(texts.what, { organisation }))}</p>`,
    `<form ${data.join(' ')}>`,
    ...(name === null
      ? [
          field('name', texts.name, 'maxlength="80" autocomplete="name"'),
          field('email', texts.email, 'type="email" maxlength="254" autocomplete="email"'),
        ]
      : []),
    field('label', texts.label, `maxlength="40" value="${escapeHtml(texts.labelDefault)}"`),
    `<button>${escapeHtml(texts.register)}</button></form>`,
    `<p role="status" aria-live="polite"></p>`,
    `<noscript><p>${escapeHtml(texts.needsScript)}</p></noscript>`,
  ].join('\n')
}
