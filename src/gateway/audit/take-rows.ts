import { Failure } from '#domain/failure.ts'
import type { LogRecord } from '#gateway/storage/audit-log-store.ts'
import type { AuditEventRow } from '#gateway/storage/audit-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { leafText } from './leaf.ts'
import { type CompactRange, emptyRange, extend, hashLeaf } from './merkle-tree.ts'
import { recordEvent } from './record-event.ts'
import { tileHeight } from './tiles.ts'

const mostWaiting = 1_000_000

/** What a transaction of the sequencer reads and writes. */
export type LogRows = Pick<Rows, 'log' | 'audit' | 'outbox' | 'pseudonymKeys'>

/** A log with the tree over its leaves. */
export type LogTree = { readonly log: LogRecord; readonly range: CompactRange }

/**
 * Makes leaves of the committed rows behind the log's cursor, `upTo` included, at most `limit` of them, in one transaction:
 * time never falls, `prev` is the leaf before, leaf and hashes are kept (audit.md section 3, step 2). A log without leaves
 * begins with `log-started`, at the time of the first row.
 * Failure `unavailable`: another process has written leaves.
 */
export async function takeRows(rows: LogRows, before: LogTree, upTo: number, limit: number): Promise<LogTree> {
  const stored = await rows.log.current()
  if (stored?.number !== before.log.number || stored.size !== before.log.size) throw new Failure('unavailable', {})
  const events = (await rows.audit.after(before.log.cursor, limit)).filter(({ id }) => id <= upTo)
  const [first] = events
  if (first === undefined) return before
  let tree = before
  if (tree.log.size === 0) tree = await addLeaf(rows, tree, await startOf(rows, tree.log, first.at))
  for (const event of events) {
    const isTaken = event.type === 'log-started' && (await rows.log.leafOf(event.id)) !== undefined
    if (!isTaken) tree = await addLeaf(rows, tree, event)
    tree = { ...tree, log: { ...tree.log, cursor: event.id } }
  }
  await rows.outbox.takeAudit(tree.log.cursor)
  await rows.log.advance(tree.log)
  return tree
}

/** Opens the first log, or finds the one that is written to, with an empty tree to be filled by the caller. */
export async function openFirstLog(rows: Pick<Rows, 'log'>, logId: string): Promise<LogRecord> {
  const known = await rows.log.current()
  if (known !== undefined) return known
  const log = { number: 1, logId, previous: null, cursor: 0, lastTime: 0 }
  await rows.log.open(log)
  return { ...log, size: 0, lastHash: null }
}

export function emptyTree(log: LogRecord): LogTree {
  return { log, range: emptyRange }
}

/** A log that `new-log` opened has the row of its beginning already, behind those that waited. */
async function startOf(rows: LogRows, { number, previous, cursor }: LogRecord, at: number) {
  const waiting = number === 1 ? [] : await rows.audit.typesAfter(cursor, mostWaiting)
  for (const { id, type } of waiting) {
    const found =
      type === 'log-started' && (await rows.log.leafOf(id)) === undefined ? await rows.audit.find(id) : undefined
    if (found !== undefined) return found
  }
  return await startLog(rows, previous, at)
}

async function startLog(rows: LogRows, previous: string | null, at: number) {
  const id = await recordEvent(rows, { type: 'log-started', at, actor: null, object: null, members: { previous } })
  const event = await rows.audit.find(id)
  if (event === undefined) throw new TypeError('a row that was just written')
  return event
}

async function addLeaf(
  rows: LogRows,
  { log, range }: LogTree,
  event: AuditEventRow & { readonly id: number },
): Promise<LogTree> {
  const time = Math.max(event.at, log.lastTime)
  const leaf = leafText(event, { logId: log.logId, time, prev: log.lastHash })
  const hash = hashLeaf(leaf)
  const lastHash = base64url(hash)
  await rows.log.appendLeaf({ log: log.number, index: log.size, eventId: event.id, hash: lastHash, leaf })
  const finished: { readonly level: number; readonly index: number; readonly hash: string }[] = []
  const grown = extend(range, hash, (level, index, node) => {
    if (level % tileHeight === 0) finished.push({ level, index, hash: base64url(node) })
  })
  for (const { level, index, hash: node } of finished) await rows.log.putNode(log.number, level, index, node)
  return { log: { ...log, size: grown.size, lastTime: time, lastHash }, range: grown }
}

function base64url(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64url')
}
