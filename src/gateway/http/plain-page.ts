import type { FastifyReply } from 'fastify'

/** Headers of a page without framework: only our own style and script, in no frame, and no word of where it was. */
export function sendPage(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply
    .code(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header(
      'content-security-policy',
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    )
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('permissions-policy', 'publickey-credentials-create=(self), publickey-credentials-get=(self)')
    .send(Buffer.from(html))
}

/** A file that pages share: the same until the program is another one. */
export function sendFile(reply: FastifyReply, type: string, content: string): FastifyReply {
  return reply
    .header('content-type', type)
    .header('cache-control', 'no-cache')
    .header('x-content-type-options', 'nosniff')
    .send(Buffer.from(content))
}

/** Text as text, wherever it stands in a page. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`)
}

/** The language that a browser would rather have, of those that are offered; the first of them else. */
export function languageOf(accepted: string | undefined, offered: readonly string[]): 'en' | 'de' {
  const wanted = (accepted ?? '')
    .split(',')
    .map((part) => {
      const [name = '', ...parameters] = part.trim().split(';')
      const weight = parameters.map((each) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(each)?.[1]).find((each) => each)
      return { name: name.toLowerCase().split('-')[0] ?? '', weight: Number(weight ?? 1) }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .find(({ name }) => offered.includes(name))
  const chosen = wanted?.name ?? offered[0]
  return chosen === 'de' ? 'de' : 'en'
}
