/** One `key=value` line of a settings file. `group` is what stands in the brackets above it, as written. */
export type SettingLine = { readonly group: string; readonly key: string; readonly value: string }

/** Not clean: some line is neither empty, a comment, a group nor a setting, so the file was cut or mistyped. */
export type SettingLines = { readonly lines: readonly SettingLine[]; readonly isClean: boolean }

/**
 * All settings of a file as GLib, KConfig and systemd write them, in order. Unlike `parseIni` it keeps the last line
 * where no line end follows: what signs somebody in does so without it as well.
 */
export function parseSettingLines(text: string): SettingLines {
  const lines: SettingLine[] = []
  let group = ''
  let isClean = true
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    const heading = /^\[(.+)\]$/.exec(line)?.[1]
    const pair = /^([^=[][^=]*?)\s*=\s*(.*)$/.exec(line)
    if (heading !== undefined) group = heading.trim()
    else if (pair !== null) lines.push({ group, key: pair[1] ?? '', value: pair[2] ?? '' })
    else isClean = false
  }
  return { lines, isClean }
}
