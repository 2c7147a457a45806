import type { Json } from '#domain/canonical-json.ts'
import { jsonOf, wordOf } from './columns.ts'
import type { Statements } from './statements.ts'
import type { Tables } from './tables.ts'

export const bookSources = ['folder', 'console', 'git'] as const
export type BookSource = (typeof bookSources)[number]

/** A published policy book. `version` counts publications; the same documents published again are a new version of one hash. */
export type BookRecord = {
  readonly version: number
  readonly hash: string
  readonly source: BookSource
  readonly publishedAt: number
  readonly documents: Json
}

export type BookStore = {
  /** The book in force: the newest. */
  current(): Promise<BookRecord | undefined>
  findByHash(hash: string): Promise<BookRecord | undefined>
  /** Answers its version. */
  publish(book: Omit<BookRecord, 'version'>): Promise<number>
}

export function bookStore(statements: Statements): BookStore {
  const current = statements.prepare((tables) =>
    tables.selectFrom('books').selectAll().orderBy('version', 'desc').limit(0),
  )
  const byHash = statements.prepare((tables) =>
    tables.selectFrom('books').selectAll().where('hash', '=', '').orderBy('version', 'desc').limit(0),
  )
  const publish = statements.insert('books', ['hash', 'source', 'published_at', 'documents'])
  return {
    async current() {
      return toBook(current.first(1))
    },
    async findByHash(hash) {
      return toBook(byHash.first(hash, 1))
    },
    async publish(book) {
      return publish.runForId({
        hash: book.hash,
        source: book.source,
        published_at: book.publishedAt,
        documents: JSON.stringify(book.documents),
      })
    },
  }
}

type Row = Omit<Tables['books'], 'version'> & { readonly version: number }

function toBook(row: Row | undefined): BookRecord | undefined {
  if (row === undefined) return undefined
  return {
    version: row.version,
    hash: row.hash,
    source: wordOf(bookSources, row.source),
    publishedAt: row.published_at,
    documents: jsonOf(row.documents),
  }
}
