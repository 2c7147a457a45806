import { Failure } from '#domain/failure.ts'
import { hash } from '#runtime/digest.ts'

export type ListQuery = {
  readonly after?: string
  readonly limit?: string
  readonly sort?: string
  readonly q?: string
}

export type ListShape<Item> = {
  readonly idOf: (item: Item) => string
  /** The texts to sort by, by name; the first is the default. */
  readonly sorts: { readonly [name: string]: (item: Item) => string }
  /** What `q` looks in: beginnings of words. */
  readonly words?: (item: Item) => string
}

const mostEstimated = 10_000

/**
 * One page of a list, and the cursor of the next, which fits this query alone. Failure `schema_invalid` at `/after`, `/sort`.
 */
export function pageOf<Item>(
  all: readonly Item[],
  query: ListQuery & { readonly [filter: string]: unknown },
  shape: ListShape<Item>,
): { readonly items: readonly Item[]; readonly next?: string; readonly total_estimate: number } {
  const descending = query.sort?.startsWith('-') === true
  const name = query.sort?.replace(/^-/, '') ?? Object.keys(shape.sorts)[0] ?? ''
  const keyOf = Object.hasOwn(shape.sorts, name) ? shape.sorts[name] : undefined
  if (keyOf === undefined) throw wrong('/sort', 'is no order of this list')
  const looked = query.q === undefined ? all : all.filter((item) => hasWord(shape.words?.(item) ?? '', query.q ?? ''))
  const sorted = looked
    .map((item) => ({ item, key: keyOf(item), id: shape.idOf(item) }))
    .sort((a, b) => compare(a.key, b.key) || compare(a.id, b.id))
  if (descending) sorted.reverse()
  const { after, limit: _limit, ...rest } = query
  const fits = hash(JSON.stringify(rest, Object.keys(rest).sort())).slice(0, 16)
  let from = 0
  if (after !== undefined) {
    const [mark, id] = readCursor(after)
    from = sorted.findIndex((each) => each.id === id) + 1
    if (mark !== fits || from === 0) throw wrong('/after', 'is no place in this list')
  }
  const limit = Number(query.limit ?? 50)
  const page = sorted.slice(from, from + limit)
  const last = page.at(-1)
  return {
    items: page.map(({ item }) => item),
    ...(from + limit < sorted.length && last !== undefined
      ? { next: Buffer.from(JSON.stringify([fits, last.id])).toString('base64url') }
      : {}),
    total_estimate: Math.min(sorted.length, mostEstimated),
  }
}

/** Whether every word that is looked for begins one of the text, whatever the case. */
function hasWord(text: string, looked: string): boolean {
  const words = text.toLocaleLowerCase('und').split(/[^\p{L}\p{N}]+/u)
  return looked
    .toLocaleLowerCase('und')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '')
    .every((part) => words.some((word) => word.startsWith(part)))
}

function readCursor(text: string): readonly [string, string] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string')
      return [value[0], value[1]]
  } catch {
    // said below
  }
  throw wrong('/after', 'is no place in this list')
}

function wrong(pointer: string, detail: string): Failure {
  return new Failure('schema_invalid', { errors: [{ pointer, detail }] })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
