import type { Route } from '#contract/agent-windows.ts'

/** Why something is told. The limits differ by kind (desktop.md section 13). */
export const noticeKinds = ['failing', 'vote', 'refused', 'deadline', 'fixed', 'exception', 'start'] as const
export type NoticeKind = (typeof noticeKinds)[number]

/** Where the default click leads: a screen, or the console in the browser. It decides nothing. */
export type NoticeTarget = { readonly kind: 'screen'; readonly route: Route } | { readonly kind: 'console' }

/** One notification: plain text, silent. Whatever is shown of a subject in `replaces` is closed first. */
export type Notice = {
  readonly kind: NoticeKind
  readonly subject: string
  readonly title: string
  /** At most 256 bytes: macOS cuts what is longer. */
  readonly body: string
  readonly opens: NoticeTarget
  readonly urgency: 'low' | 'normal'
  readonly replaces: readonly string[]
}

export const longestTitle = 100
export const mostBodyBytes = 256

/** Cuts between characters, so that what is left has at most `most` bytes of UTF-8. */
export function cutToBytes(text: string, most: number): string {
  if (bytesOf(text) <= most) return text
  const ellipsis = '…'
  let cut = ''
  let bytes = bytesOf(ellipsis)
  for (const character of text) {
    bytes += bytesOf(character)
    if (bytes > most) break
    cut += character
  }
  return `${cut.trimEnd()}${ellipsis}`
}

function bytesOf(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}
