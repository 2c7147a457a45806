import { auditLeaf } from '#contract/audit-leaf.ts'
import { Failure } from '#domain/failure.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import { openCheckpoint } from './checkpoint.ts'
import type { GatewayLog } from './gateway-log.ts'

/** How far the log is signed. Times are Unix seconds; `root` is base64url. */
export type LogState = {
  readonly size: number
  readonly root: string
  readonly checkpoint: string
  /** Time of the last leaf under it. */
  readonly signedAt: number
  /** Rows that no checkpoint covers yet. */
  readonly waiting: number
  readonly locked: { readonly since: number; readonly cause: string } | undefined
}

/** Failures: `unavailable` (nothing is signed yet), `log_locked` (the checkpoint is none of ours). */
export async function readLogState(
  store: Pick<Store, 'read'>,
  auditLog: Pick<GatewayLog, 'sequencer' | 'trusted'>,
): Promise<LogState> {
  const { number, logId } = auditLog.sequencer.log()
  const kept = await store.read(async (rows) => {
    const checkpoint = await rows.log.latestCheckpoint(number)
    const [last] = checkpoint === undefined ? [] : await rows.log.leafTexts(number, checkpoint.size - 1, 1)
    const cursor = checkpoint?.cursor ?? 0
    const isLocked = auditLog.sequencer.isLocked()
    const waiting = isLocked ? await rows.audit.typesAfter(cursor, 10_000) : []
    const lock = waiting.find(({ type }) => type === 'log-locked')
    const locked = lock === undefined ? undefined : await rows.audit.find(lock.id)
    return { checkpoint, last, waiting: (await rows.audit.head()) - cursor, isLocked, locked }
  })
  if (kept.checkpoint === undefined || kept.last === undefined) throw new Failure('unavailable', { retry_after: 1 })
  const signed = openCheckpoint(kept.checkpoint.note, logId, auditLog.trusted())
  if (signed === undefined) throw new Failure('log_locked', {})
  const signedAt = auditLeaf.parse(JSON.parse(kept.last.leaf)).time
  return {
    size: signed.size,
    root: Buffer.from(signed.root).toString('base64url'),
    checkpoint: kept.checkpoint.note,
    signedAt,
    waiting: kept.waiting,
    locked: kept.isLocked ? { since: kept.locked?.at ?? signedAt, cause: causeIn(kept.locked?.body) } : undefined,
  }
}

function causeIn(body: string | undefined): string {
  const value: unknown = body === undefined ? undefined : JSON.parse(body)
  return typeof value === 'object' && value !== null && 'cause' in value ? String(value.cause) : 'unknown'
}
