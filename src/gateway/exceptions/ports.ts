import type { Resource } from '#domain/access/resource.ts'
import type { Directory } from '#domain/exceptions/pools.ts'
import { Failure } from '#domain/failure.ts'
import type { Book } from '#domain/policy/book.ts'
import type { Sequencer } from '#gateway/audit/sequencer.ts'
import type { NoteVerifier } from '#gateway/audit/signed-note.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { ActingClock } from './acting-clock.ts'
import type { UsageDesk } from './grant-usage.ts'
import type { LiveGrants } from './live-grants.ts'

/** What the acts of exceptions need beside their rows: handed over by the composition root. */
export type ExceptionPorts = {
  readonly issuer: string
  readonly store: Pick<Store, 'read' | 'transact'>
  readonly book: () => Book | undefined
  /** All there are, the console among them. */
  readonly resources: readonly Resource[]
  readonly clock: ActingClock
  readonly log: Pick<Sequencer, 'covered' | 'isLocked'>
  /** Whose checkpoints count, those of earlier logs among them. */
  readonly trusted: () => readonly NoteVerifier[]
  readonly grants: LiveGrants
  readonly usage: UsageDesk
  /** Everybody, groups resolved. */
  readonly directory: (rows: Rows) => Promise<Directory>
  /** Told after a commit, before anybody is answered: a grant of this device began to count, or ended. */
  readonly onGrantsChanged: (deviceId: string) => void
}

/** Where a call came from: the id of it, as 32 hex digits, and the place where it came by HTTP from a person. */
export type Call = {
  readonly traceId?: string
  readonly place?: { readonly address: string; readonly browser: string | null }
}

/** The book in force. Without one nothing can be judged: `unavailable`. */
export function requireBook(ports: Pick<ExceptionPorts, 'book'>): Book {
  const book = ports.book()
  if (book === undefined) throw new Failure('unavailable', { retry_after: 60 })
  return book
}

/** Submissions and approvals wait for a log that is written; what only takes away does not. */
export function refuseLocked(ports: Pick<ExceptionPorts, 'log'>): void {
  if (ports.log.isLocked()) throw new Failure('log_locked', {})
}
