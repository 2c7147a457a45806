/**
 * Controls, marks that turn the direction of what follows, and characters that nobody sees. Joiners stay: scripts and
 * emoji need them.
 */
const hidden =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u{61c}\u{200b}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{fff9}-\u{fffb}\u{e0000}-\u{e007f}]/gu

/** Text of a person or of the gateway as a page may show it: hidden characters gone, line breaks a space, cut at `longest`. */
export function plainWords(text: string, longest = 2000): string {
  return cut(text.replace(/\r\n|[\n\r\t]/g, ' ').replace(hidden, ''), longest)
}

/** The same for a text whose lines mean something: line breaks stay, at most two in a row. */
export function plainLines(text: string, longest = 2000): string {
  const lines = text.split(/\r\n|[\n\r]/).map((line) => plainWords(line, longest))
  return cut(lines.join('\n').replace(/\n{3,}/g, '\n\n'), longest)
}

/** Cut between characters, never inside one. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text
  const characters = [...text]
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`
}
