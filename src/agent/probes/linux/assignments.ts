/** Assignments of one file, and whether its last line was whole: a file read by half ends inside a line. */
export type Assignments = { readonly values: ReadonlyMap<string, string>; readonly isWhole: boolean }

/**
 * Reads `NAME=value` lines as os-release(5) and shell-like settings files have them: comments, single and double
 * quotes, backslash escapes in double quotes. A line that is none of it is passed over; the last of two wins.
 */
export function parseAssignments(text: string): Assignments {
  const isWhole = text.endsWith('\n')
  const lines = text.split('\n')
  const values = new Map<string, string>()
  for (const line of isWhole ? lines : lines.slice(0, -1)) {
    const found = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*?)\s*$/.exec(line)
    const value = unquote(found?.[2] ?? '')
    if (found?.[1] !== undefined && value !== undefined) values.set(found[1], value)
  }
  return { values, isWhole }
}

function unquote(raw: string): string | undefined {
  const single = /^'([^']*)'$/.exec(raw)
  if (single) return single[1]
  const double = /^"((?:[^"\\]|\\.)*)"$/.exec(raw)
  if (double) return double[1]?.replace(/\\(["$`\\])/g, '$1')
  return /^[^'"]*$/.test(raw) ? raw : undefined // a quote that never closes
}
