import type { Paint } from './paint.ts'
import { plainText } from './plain-text.ts'

const levels: ReadonlyMap<number, string> = new Map([
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
])

/** A line of the log as a person at a terminal reads it: time, level, event, fields; of a bug also where it arose. */
export function readableLine(line: string, paint: Paint): string {
  const record = parsed(line)
  if (record === undefined) return plainText(line)
  const { level, time, event, err, ...fields } = record
  const at = new Date(typeof time === 'number' ? time : 0).toTimeString().slice(0, 8)
  const word = (levels.get(typeof level === 'number' ? level : 0) ?? '').padEnd(5)
  const painted = word.startsWith('error') ? paint.bad(word) : word.startsWith('warn') ? paint.attention(word) : word
  const said = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return [
    `${paint.faint(at)} ${painted} ${plainText([String(event ?? ''), ...said].join(' '))}`,
    ...stackOf(err).map((frame) => paint.faint(`         ${plainText(frame)}`)),
  ].join('\n')
}

function parsed(line: string): { readonly [name: string]: unknown } | undefined {
  try {
    const found: unknown = JSON.parse(line)
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? { ...found } : undefined
  } catch {
    return undefined
  }
}

function stackOf(err: unknown): readonly string[] {
  if (typeof err !== 'object' || err === null) return []
  const told = 'stack' in err ? err.stack : 'message' in err ? err.message : undefined
  return typeof told === 'string' ? told.split('\n').slice(0, 8) : []
}
