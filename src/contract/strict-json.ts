/** Why a text was refused before any schema saw it. */
export type JsonRefusal =
  | 'not-utf8'
  | 'not-json'
  | 'too-deep'
  | 'duplicate-key'
  | 'forbidden-key'
  | 'unsafe-number'
  | 'lone-surrogate'
  | 'too-large'

export class JsonRefused extends Error {
  readonly refusal: JsonRefusal
  constructor(refusal: JsonRefusal, options?: { cause?: unknown }) {
    super(refusal, options)
    this.name = 'JsonRefused'
    this.refusal = refusal
  }
}

export const maxJsonBytes = 65_536
export const maxJsonDepth = 8

/** `numbers: 'any'` is for formats that are not ours. */
export type JsonLimits = {
  readonly maxDepth?: number
  readonly maxLength?: number
  readonly numbers?: 'safe-integers' | 'any'
}

/**
 * Parses JSON by the rules of protocol.md section 1: well-formed strings, depth at most 8, no duplicate keys (escaped
 * spellings included), numbers that are safe integers and spelled as such. Throws `JsonRefused`.
 * Duplicate keys are found by a scan before `JSON.parse`, because parsers differ on which of two counts.
 */
export function parseStrictJson(text: string, limits: JsonLimits = {}): unknown {
  if (text.length > (limits.maxLength ?? maxJsonBytes)) throw new JsonRefused('too-large')
  scan(text, limits.maxDepth ?? maxJsonDepth, limits.numbers ?? 'safe-integers')
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch (cause) {
    throw new JsonRefused('not-json', { cause })
  }
}

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a
const integer = /^-?(?:0|[1-9][0-9]*)$/

/** One pass over the text. It only has to be exact for texts that `JSON.parse` accepts afterwards. */
function scan(text: string, maxDepth: number, numbers: 'safe-integers' | 'any'): void {
  const keysOfObjects: (Set<string> | undefined)[] = [] // one entry per open bracket; undefined for a list
  const end = text.length
  let index = 0
  while (index < end) {
    const unit = text.charCodeAt(index)
    if (unit === quote) {
      const from = index
      index = endOfString(text, index)
      const keys = keysOfObjects.at(-1)
      if (keys !== undefined && nextIsColon(text, index)) addKey(keys, text.slice(from, index))
      continue
    }
    if (unit === 0x7b || unit === 0x5b) {
      keysOfObjects.push(unit === 0x7b ? new Set() : undefined)
      if (keysOfObjects.length > maxDepth) throw new JsonRefused('too-deep')
    } else if (unit === 0x7d || unit === 0x5d) keysOfObjects.pop()
    else if (numbers === 'safe-integers' && (unit === 0x2d || (unit >= 0x30 && unit <= 0x39))) {
      index = endOfNumber(text, index)
      continue
    }
    index += 1
  }
}

/** The index behind the closing quote. Refuses lone surrogates, plain and escaped. */
function endOfString(text: string, from: number): number {
  let index = from + 1
  let odd = false
  for (; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit === quote) break
    if (unit === backslash) {
      odd = true
      index += 1
    } else if (unit >= 0xd800 && unit <= 0xdfff) odd = true
  }
  if (index >= text.length) throw new JsonRefused('not-json')
  if (odd && !unquote(text.slice(from, index + 1)).isWellFormed()) throw new JsonRefused('lone-surrogate')
  return index + 1
}

function endOfNumber(text: string, from: number): number {
  let index = from + 1
  while (index < text.length && /[0-9+\-.eE]/.test(text.charAt(index))) index += 1
  const spelled = text.slice(from, index)
  if (!integer.test(spelled) || spelled === '-0' || !Number.isSafeInteger(Number(spelled)))
    throw new JsonRefused('unsafe-number')
  return index
}

function nextIsColon(text: string, from: number): boolean {
  let index = from
  while (index < text.length && isSpace(text.charCodeAt(index))) index += 1
  return text.charCodeAt(index) === colon
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09
}

function addKey(keys: Set<string>, quoted: string): void {
  const key = quoted.includes('\\') ? unquote(quoted) : quoted.slice(1, -1)
  if (keys.has(key)) throw new JsonRefused('duplicate-key')
  // `__proto__` is no member of ours, and an object that carries it is a trap for whoever copies it.
  if (key === '__proto__') throw new JsonRefused('forbidden-key')
  keys.add(key)
}

function unquote(quoted: string): string {
  try {
    const text: unknown = JSON.parse(quoted)
    if (typeof text === 'string') return text
  } catch (cause) {
    throw new JsonRefused('not-json', { cause })
  }
  throw new JsonRefused('not-json')
}
