import { createLog, type Log } from '#runtime/log.ts'
import { readableLine } from './print/readable-log.ts'
import type { Terminal } from './terminal.ts'

/** The log of a program that stays: short lines for a person at a terminal, otherwise one JSON document a line on stderr. */
export function terminalLog(terminal: Terminal, level: 'info' | 'warn' = 'info'): Log {
  if (!terminal.isErrorTerminal) return createLog({ level, destination: 2 })
  return createLog({
    level,
    destination: { write: (line) => terminal.err(readableLine(line.trimEnd(), terminal.errorPaint)) },
  })
}
