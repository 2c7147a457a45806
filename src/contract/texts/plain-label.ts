import { plainWords } from './plain-words.ts'

const readWhole = 4000

/**
 * Foreign text for a menu, a tooltip or a notification: one line, nothing hidden in it, at most `longest` UTF-16 units,
 * cut between characters with an ellipsis. Empty where nothing visible is left.
 */
export function plainLabel(text: string, longest: number): string {
  const line = plainWords(text, readWhole).replace(/\s+/g, ' ').trim()
  if (/^[\p{Cf}\s]*$/u.test(line)) return ''
  if (line.length <= longest) return line
  let cut = ''
  for (const character of line) {
    if (cut.length + character.length > longest - 1) break
    cut += character
  }
  return `${cut.trimEnd()}…`
}
