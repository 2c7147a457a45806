import type * as z from 'zod'
import type { auditApi } from '#contract/audit-api.ts'
import { auditLeaf } from '#contract/audit-leaf.ts'
import { Failure } from '#domain/failure.ts'
import { classOfData } from '#gateway/audit/class-of-data.ts'
import { bodyOf, keyedNames, type LogLine } from '#gateway/audit/log-lines.ts'
import { type NameBook, namesIn, openNameBook } from '#gateway/audit/names-of.ts'
import { type LogReader, withheldFrom } from '#gateway/audit/reader-view.ts'
import type { LeafKey, LeafSearch } from '#gateway/storage/audit-log-store.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { hash } from '#runtime/digest.ts'

type Query = z.infer<(typeof auditApi.auditLeaves)['query']>

const pageLeaves = 256
/** Leaves that one call looks at; what it has found by then is a page, and `next` goes on. */
const mostLooked = 8192

/**
 * A page of leaves with what this reader may see (console-api.md section 6). `asked` is the question as the log keeps it:
 * persons and devices as pseudonyms. Failure `schema_invalid` at `/after`, `/sort`, `/q`.
 */
export async function searchLeaves(
  store: Pick<Store, 'read'>,
  log: number,
  query: Query,
  readers: readonly LogReader[],
  now: number,
): Promise<{ readonly asked: object; readonly page: object }> {
  if (query.q !== undefined) throw wrong('/q', 'is no filter of this list')
  const order = orderOf(query.sort)
  const pseudonymOf = await pseudonymsFor(store, query)
  const filters = filtersOf(query, pseudonymOf)
  const range = await rangeOf(store, log, query)
  const { after, limit: _limit, ...rest } = query
  const mark = hash(JSON.stringify(rest, Object.keys(rest).sort())).slice(0, 16)
  if (after !== undefined) {
    const at = readCursor(after, mark)
    if (order === 'falling') range.below = Math.min(range.below, at)
    else range.from = Math.max(range.from, at + 1)
  }
  const found = await collect(store, { log, order, ...filters.key }, range, filters.takes, Number(query.limit ?? 50))
  const names = await openNameBook(store)
  const isWithheld = withheldFrom(readers, now)
  const items: object[] = []
  for (const line of found.lines) items.push(await itemOf(line, names, isWithheld))
  const next = found.reached === undefined ? {} : { next: writeCursor(mark, found.reached) }
  const asked = {
    ...rest,
    ...(query.person === undefined ? {} : { person: listed(query.person).map(pseudonymOf) }),
    ...(query.device === undefined ? {} : { device: listed(query.device).map(pseudonymOf) }),
  }
  return { asked, page: { items, ...next } }
}

async function itemOf(line: LogLine, names: NameBook, isWithheld: ReturnType<typeof withheldFrom>): Promise<object> {
  const body = bodyOf(line.event)
  const attachments = Object.entries(body.attachments ?? {})
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, commit]) => {
      if (isWithheld(name, body.at)) return { name, commit, withheld: true }
      const kept = line.attachments.find((each) => each.name === name)
      return kept === undefined
        ? { name, commit, erased: true }
        : { name, commit, salt: kept.salt, content: kept.content }
    })
  const leaf: unknown = JSON.parse(line.leaf)
  return {
    index: line.index,
    leaf,
    body,
    salt: line.event.bodySalt,
    names: await namesIn(names, body),
    attachments,
  }
}

type Filters = {
  readonly key: { readonly by: LeafKey; readonly value: string }
  readonly takes: (line: Pick<LogLine, 'event'>) => boolean
}

/** The narrowest key that one value is given for, and everything that a leaf must fit. */
function filtersOf(query: Query, pseudonymOf: (id: string) => string): Filters {
  const parties = [...listed(query.person), ...listed(query.device)].map(pseudonymOf)
  const persons = listed(query.person).map(pseudonymOf)
  const devices = listed(query.device).map(pseudonymOf)
  const [types, requests, grants, classes] = [query.type, query.request, query.grant, query.class].map(listed)
  const isOne = (list: readonly (string | null)[], ...values: readonly (string | null)[]) =>
    list.length === 0 || values.some((value) => list.includes(value))
  const only = (list: readonly string[] | undefined) => (list?.length === 1 ? list[0] : undefined)
  const keys: readonly (readonly [LeafKey, string | undefined])[] = [
    ['grant', only(grants)],
    ['request', only(requests)],
    ['party', only(parties)],
    ['type', only(types)],
  ]
  const [by, value] = keys.find((key): key is readonly [LeafKey, string] => key[1] !== undefined) ?? ['all', '']
  return {
    key: { by, value },
    takes: ({ event }) =>
      isOne(types ?? [], event.type) &&
      isOne(requests ?? [], event.requestId) &&
      isOne(grants ?? [], event.grantId) &&
      isOne(persons, event.actor, event.object) &&
      isOne(devices, event.actor, event.object) &&
      isOne(classes ?? [], classOf(event.type)),
  }
}

function classOf(type: string): string {
  return Object.entries(classOfData).find(([name]) => name === type)?.[1] ?? ''
}

/** Whose pseudonym an id has: of those that were never named, or erased, one that nothing has. */
async function pseudonymsFor(store: Pick<Store, 'read'>, query: Query): Promise<(id: string) => string> {
  if (query.person === undefined && query.device === undefined) return () => 'unknown'
  const named = new Map([...(await keyedNames(store))].map(([pseudonym, { id }]) => [id, pseudonym]))
  return (id) => named.get(id) ?? 'unknown'
}

type Range = { from: number; below: number }

/** Indexes between what is asked for, by number and by time, and under a checkpoint. Times rise along the log. */
async function rangeOf(store: Pick<Store, 'read'>, log: number, query: Query): Promise<Range> {
  return await store.read(async (rows) => {
    const size = (await rows.log.latestCheckpoint(log))?.size ?? 0
    const from = Number(query.from ?? 0)
    const below = Math.min(size, Number(query.to ?? size))
    return {
      from: query.since === undefined ? from : Math.max(from, await firstAt(rows, log, size, Number(query.since))),
      below: query.until === undefined ? below : Math.min(below, await firstAt(rows, log, size, Number(query.until))),
    }
  })
}

/** The first leaf of a time or later. */
async function firstAt(rows: Pick<Rows, 'log'>, log: number, size: number, time: number): Promise<number> {
  let [low, high] = [0, size]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [leaf] = await rows.log.leafTexts(log, middle, 1)
    if (leaf !== undefined && auditLeaf.parse(JSON.parse(leaf.leaf)).time < time) low = middle + 1
    else high = middle
  }
  return low
}

/** `reached`: the last leaf that was looked at, where there may be more. */
async function collect(
  store: Pick<Store, 'read'>,
  search: Pick<LeafSearch, 'log' | 'by' | 'value' | 'order'>,
  { from, below }: Range,
  takes: Filters['takes'],
  limit: number,
): Promise<{ readonly lines: readonly LogLine[]; readonly reached?: number }> {
  const lines: LogLine[] = []
  const range: Range = { from, below }
  for (let looked = 0; looked < mostLooked; looked += pageLeaves) {
    const page = await store.read((rows) => rows.log.search({ ...search, ...range, limit: pageLeaves }))
    for (const leaf of page) {
      if (!takes(leaf)) continue
      lines.push({ ...leaf, attachments: await store.read((rows) => rows.audit.attachmentsOf(leaf.eventId)) })
      if (lines.length === limit) return { lines, reached: leaf.index }
    }
    const last = page.at(-1)
    if (last === undefined || page.length < pageLeaves) return { lines }
    if (search.order === 'falling') range.below = last.index
    else range.from = last.index + 1
  }
  return { lines, reached: search.order === 'falling' ? range.below : range.from - 1 }
}

function orderOf(sort: string | undefined): LeafSearch['order'] {
  if (sort === undefined || sort === '-index') return 'falling'
  if (sort === 'index') return 'rising'
  throw wrong('/sort', 'is no order of this list')
}

function listed(filter: unknown): readonly string[] {
  if (filter === undefined) return []
  return Array.isArray(filter) ? filter.map(String) : [String(filter)]
}

function writeCursor(mark: string, index: number): string {
  return Buffer.from(JSON.stringify([mark, index])).toString('base64url')
}

function readCursor(text: string, mark: string): number {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (Array.isArray(value) && value[0] === mark && Number.isSafeInteger(value[1])) return Number(value[1])
  } catch {
    // said below
  }
  throw wrong('/after', 'is no place in this list')
}

function wrong(pointer: string, detail: string): Failure {
  return new Failure('schema_invalid', { errors: [{ pointer, detail }] })
}
