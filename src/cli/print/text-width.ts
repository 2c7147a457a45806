const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|^\p{Emoji_Presentation}/u
// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour begins with one
const colour = /\u001b\[[0-9;]*m/g

/** Columns that a text takes on a terminal: East Asian wide characters and emoji two, marks none, our own colours none. */
export function textWidth(text: string): number {
  const bare = text.replace(colour, '')
  if (/^[\x20-\x7e]*$/.test(bare)) return bare.length
  let columns = 0
  for (const grapheme of graphemes(bare)) columns += columnsOf(grapheme)
  return columns
}

/** The characters of a text as a person counts them. */
export function graphemes(text: string): readonly string[] {
  return [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].map((part) => part.segment)
}

function columnsOf(grapheme: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(grapheme)) return 0
  return wide.test(grapheme) ? 2 : 1
}

/** Fills a text up with spaces to so many columns; a longer one stays as it is. */
export function padText(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)))
}
