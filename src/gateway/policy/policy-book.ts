import { type FSWatcher, watch } from 'node:fs'
import type { Json } from '#domain/canonical-json.ts'
import type { Book } from '#domain/policy/book.ts'
import type { PolicyDocument } from '#domain/policy/documents.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import { type Clock, secondsNow } from '#runtime/clock.ts'
import { currentValue } from '#runtime/current-value.ts'
import type { Log } from '#runtime/log.ts'
import { singleFlight } from '#runtime/single-flight.ts'
import type { LintContext } from './lint-context.ts'
import { bookFromDocuments, type LoadedBook, loadBook } from './load-book.ts'
import type { Remark } from './remark.ts'

export type PolicyBook = {
  /** The book in force; without a valid one everything is refused. */
  current(): Book | undefined
  onChange(listener: (book: Book) => void): () => void
  /** Puts the stored book in force, then whatever the folder holds. */
  start(): Promise<void>
  stop(): Promise<void>
}

export type PolicyBookPorts = {
  readonly folder: string
  readonly store: Pick<Store, 'read' | 'transact'>
  readonly context: () => Omit<LintContext, 'now'>
  readonly clock: Clock
  readonly log: Log
}

const quietMs = 300
/** Notifications of file systems can be missed: the folder is read again this often. */
const rereadMs = 60_000

/**
 * The policy book from a folder (policy.md section 8): read at start and whenever a file in it changes. What lints
 * cleanly is published as the operator's act; a book that does not load never replaces the one in force.
 */
export function createPolicyBook(ports: PolicyBookPorts): PolicyBook {
  const inForce = currentValue<Book | undefined>(undefined)
  let lastRefusal = ''
  let changedMeanwhile = false
  let stopped = false
  let watcher: FSWatcher | undefined
  let cancelTimer: () => void = () => {}
  let cancelQuiet: () => void = () => {}
  let running: Promise<void> = Promise.resolve()

  const reread = singleFlight(async () => {
    do {
      changedMeanwhile = false
      await readOnce()
    } while (changedMeanwhile && !stopped)
  })

  async function readOnce(): Promise<void> {
    const loaded = await loadBook(ports.folder, { ...ports.context(), now: secondsNow(ports.clock) })
    if (stopped) return
    if (loaded.kind === 'refused') return await refuse(loaded.remarks)
    lastRefusal = ''
    if (loaded.book.hash === inForce.read()?.hash) return
    await publish(loaded)
  }

  async function publish({ book, documents, remarks }: Extract<LoadedBook, { kind: 'loaded' }>): Promise<void> {
    const at = secondsNow(ports.clock)
    const previous = inForce.read()?.hash ?? null
    await ports.store.transact(async (rows) => {
      await rows.books.publish({
        hash: book.hash,
        source: 'folder',
        publishedAt: at,
        documents: jsonOf(documents.map(({ document }) => document)),
      })
      await recordEvent(rows, {
        type: 'policy-published',
        at,
        actor: null,
        object: { document: book.hash },
        members: { book: book.hash, previous, source: 'folder', nonce: null, second: null },
      })
    })
    for (const remark of remarks) ports.log.warn('policy.remark', { ...remark })
    ports.log.info('policy.published', { book: book.hash, documents: documents.length, warnings: remarks.length })
    inForce.replace(book)
  }

  /** Told once for each way of being wrong, not on every reading of the folder. */
  async function refuse(remarks: readonly Remark[]): Promise<void> {
    const errors = remarks.filter((remark) => remark.severity === 'error')
    const refusal = JSON.stringify(errors)
    if (refusal === lastRefusal) return
    lastRefusal = refusal
    for (const remark of errors) ports.log.error('policy.refused', { ...remark })
    const kept = inForce.read()?.hash ?? null
    ports.log.error('policy.load-failed', { folder: ports.folder, errors: errors.length, inForce: kept })
    await ports.store.transact((rows) =>
      recordEvent(rows, {
        type: 'policy-load-failed',
        at: secondsNow(ports.clock),
        actor: null,
        object: null,
        members: { source: 'folder', remarks: errors.length },
      }),
    )
  }

  function readAgain(): void {
    changedMeanwhile = true
    running = reread().catch((err: unknown) => ports.log.error('policy.read-failed', { err })) // the book in force stays
  }

  /** Begins anew: a watch on a folder that is not there yet, or was replaced, stays silent for ever (Linux). */
  function watchFolder(): void {
    watcher?.close()
    watcher = undefined
    try {
      watcher = watch(ports.folder, { recursive: true }, () => {
        cancelQuiet()
        cancelQuiet = ports.clock.setTimer(quietMs, readAgain)
      })
      watcher.on('error', () => undefined) // the folder is read again by the timer
    } catch {
      // One that cannot be watched: it is read again by the timer.
    }
  }

  function readLater(): void {
    cancelTimer = ports.clock.setTimer(rereadMs, () => {
      watchFolder()
      readAgain()
      readLater()
    })
  }

  return {
    current: inForce.read,
    onChange: (listener) =>
      inForce.onChange((book) => {
        if (book !== undefined) listener(book)
      }),
    async start() {
      const stored = await ports.store.read((rows) => rows.books.current())
      if (stored !== undefined) {
        // A condition that a newer evaluator no longer takes leaves no book: then everything is refused.
        const book = bookFromDocuments(documentsOf(stored.documents))
        if (book === undefined) ports.log.error('policy.stored-book-unusable', { book: stored.hash })
        inForce.replace(book)
      }
      watchFolder() // before reading: what changes in between is read again
      await reread()
      readLater()
    },
    async stop() {
      stopped = true
      watcher?.close()
      cancelTimer()
      cancelQuiet()
      await running
    },
  }
}

function jsonOf(documents: readonly PolicyDocument[]): Json {
  const copy: Json = JSON.parse(JSON.stringify(documents))
  return copy
}

/** Normalised documents as we stored them, checked when they were published. */
function documentsOf(stored: Json): readonly PolicyDocument[] {
  if (isDocuments(stored)) return stored
  throw new TypeError('documents that were not published by us')
}

function isDocuments(stored: unknown): stored is readonly PolicyDocument[] {
  return (
    Array.isArray(stored) &&
    stored.every((each: unknown) => typeof each === 'object' && each !== null && 'kind' in each && 'id' in each)
  )
}
