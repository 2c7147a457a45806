import type { Json } from '#domain/canonical-json.ts'

/** Reads a column that holds one word of a closed list. Anything else means the row was not written by us. */
export function wordOf<Word extends string>(words: readonly Word[], text: string): Word {
  const word = words.find((candidate) => candidate === text)
  if (word === undefined) throw new TypeError(`an unknown word in a row: ${text.slice(0, 40)}`)
  return word
}

/** Reads a JSON column. */
export function jsonOf(text: string): Json {
  const value: unknown = JSON.parse(text)
  if (isJson(value)) return value
  throw new TypeError('not JSON')
}

/** The payload of a compact JWS that was checked before it was kept. */
export function claimsOf(jws: string): Json {
  const payload = jws.split('.')[1]
  if (payload === undefined) throw new TypeError('not a compact JWS')
  return jsonOf(Buffer.from(payload, 'base64url').toString('utf8'))
}

/** Reads a JSON column that holds a list of texts. */
export function textsOf(text: string): readonly string[] {
  const value: unknown = JSON.parse(text)
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw new TypeError('not a list of texts')
}

export function flag(value: boolean): 0 | 1 {
  return value ? 1 : 0
}

function isJson(value: unknown): value is Json {
  return value !== undefined // JSON.parse makes nothing else
}
