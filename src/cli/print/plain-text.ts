/** Controls, direction marks and invisible characters: what could move the cursor, colour a line or hide its meaning. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Untrusted text as a terminal may show it, on one line: hidden characters appear as their code, cut at `longest`. */
export function plainText(text: string, longest = 2000): string {
  const cut = text.length > longest ? `${text.slice(0, longest - 1)}…` : text
  return cut.replace(hidden, (character) => visible(character))
}

function visible(character: string): string {
  if (character === '\n' || character === '\t') return ' '
  return `<${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}>`
}
