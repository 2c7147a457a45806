/** One line of electronegativity's CSV. `location`: `line:column`. */
export type Finding = {
  readonly issue: string
  readonly severity: string
  readonly confidence: string
  readonly file: string
  readonly location: string
}

const columns = ['issue', 'severity', 'confidence', 'filename', 'location', 'sample', 'description', 'url']

/** Every finding of the report. Throws where the text is not such a report: one that nobody can read counts as none. */
export function readFindings(csv: string): readonly Finding[] {
  const [head = [], ...rows] = readCsv(csv)
  if (head.map((name) => name.trim()).join() !== columns.join()) throw new Error('not a report of electronegativity')
  return rows.map((row) => {
    const [issue, severity, confidence, file, location] = row
    if (row.length !== columns.length || issue === undefined || severity === undefined || confidence === undefined)
      throw new Error(`a line with ${row.length} cells`)
    return { issue, severity, confidence, file: file ?? '', location: location ?? '' }
  })
}

/** RFC 4180, with `\n` as well: cells in quotes may hold commas, line ends and doubled quotes. Empty lines are passed over. */
function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  let row: string[] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text)
    if (found === null) throw new Error('a cell that does not end')
    const [, quoted, plain = '', end] = found
    row.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end === ',') continue
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  return rows
}
