import { graphemes, textWidth } from './text-width.ts'

/** Breaks a text into lines of at most so many columns, between words where it can, inside a word where it must. */
export function wrapText(text: string, columns: number): readonly string[] {
  const most = Math.max(1, columns)
  const lines: string[] = []
  let line = ''
  for (const word of text
    .split(' ')
    .filter((part) => part !== '')
    .flatMap((part) => brokenWord(part, most))) {
    const joined = line === '' ? word : `${line} ${word}`
    if (textWidth(joined) <= most) {
      line = joined
      continue
    }
    lines.push(line)
    line = word
  }
  lines.push(line)
  return lines
}

/** The same with spaces in front of each line; the first line may begin otherwise, as with a number. */
export function indentText(text: string, columns: number, indent: string, first = indent): readonly string[] {
  return wrapText(text, columns - textWidth(indent)).map((line, index) => `${index === 0 ? first : indent}${line}`)
}

function brokenWord(word: string, most: number): readonly string[] {
  if (textWidth(word) <= most) return [word]
  const pieces: string[] = []
  let piece = ''
  for (const grapheme of graphemes(word)) {
    if (textWidth(piece + grapheme) > most && piece !== '') {
      pieces.push(piece)
      piece = ''
    }
    piece += grapheme
  }
  return [...pieces, piece]
}
