import { type AuditBody, isAuditBody } from '#contract/audit-bodies.ts'
import type { LeafRecord } from '#gateway/storage/audit-log-store.ts'
import type { AuditAttachmentRow, AuditEventRow } from '#gateway/storage/audit-store.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { PseudonymKind } from '#gateway/storage/pseudonym-key-store.ts'
import type { Outcome } from './audit-tables.ts'
import { movedBy } from './outcomes.ts'
import { pseudonym } from './pseudonym.ts'

/** A leaf, the event it tells of, and what belongs to it. */
export type LogLine = LeafRecord & {
  readonly event: AuditEventRow
  readonly attachments: readonly AuditAttachmentRow[]
}

const pageSize = 256

/** Leaves with everything that belongs to them, a page at a time, each page a snapshot of its own: they never change. */
export async function* linesOf(
  store: Pick<Store, 'read'>,
  log: number,
  from: number,
  to: number,
  withAttachments: boolean,
): AsyncGenerator<LogLine> {
  for (let at = from; at < to; at += pageSize) {
    const page = await store.read(async (rows) => {
      const leaves = await rows.log.leaves(log, at, Math.min(pageSize, to - at))
      const lines: LogLine[] = []
      for (const leaf of leaves)
        lines.push({ ...leaf, attachments: withAttachments ? await rows.audit.attachmentsOf(leaf.eventId) : [] })
      return lines
    })
    yield* page
  }
}

/** What requests, grants and obligations have come to at the end of a range. */
export async function readOutcomes(store: Pick<Store, 'read'>, log: number, from: number, to: number) {
  const outcomes = new Map<string, Outcome>()
  for await (const { event } of linesOf(store, log, from, to, false)) {
    const moved = movedBy(bodyOf(event))
    if (moved !== undefined) outcomes.set(moved.id, moved.outcome)
  }
  return outcomes
}

/** Whose pseudonym it is, and the key that proves it. */
export type KeyedName = { readonly kind: PseudonymKind; readonly id: string; readonly key: Uint8Array }

/** Everybody and every device whose key was not erased, by pseudonym. */
export async function keyedNames(store: Pick<Store, 'read'>): Promise<ReadonlyMap<string, KeyedName>> {
  const keys = await store.read((rows) => rows.pseudonymKeys.list())
  return new Map(keys.map((each) => [pseudonym(each.key, each.kind, each.id), each]))
}

/** The body of an event. Throws where it has not the members of its type. */
export function bodyOf(event: AuditEventRow): AuditBody {
  const body: unknown = JSON.parse(event.body)
  if (!isAuditBody(body)) throw new TypeError(`a body that is not one of ${event.type}`)
  return body
}
