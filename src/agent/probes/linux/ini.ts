/** One setting of an INI file: `value` is trimmed, sections and keys are as written. */
export type Ini = { readonly isWhole: boolean; get(section: string, key: string): string | undefined }

/**
 * Reads `[section]` and `key = value` lines; `#` and `;` start comments, the last of two wins. A file whose last line
 * is not whole says so, and that line does not count.
 */
export function parseIni(text: string): Ini {
  const isWhole = text === '' || text.endsWith('\n')
  const lines = text.split(/\r?\n/)
  const values = new Map<string, string>()
  let section = ''
  for (const line of isWhole ? lines : lines.slice(0, -1)) {
    const heading = /^\s*\[([^\]]*)\]\s*$/.exec(line)
    if (heading) {
      section = heading[1] ?? ''
      continue
    }
    const setting = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line)
    if (setting) values.set(`${section}\n${setting[1]}`, setting[2] ?? '')
  }
  return { isWhole, get: (name, key) => values.get(`${name}\n${key}`) }
}
