import { Failure } from '#domain/failure.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { logIdOf } from './gateway-log.ts'
import { recordEvent } from './record-event.ts'

export type NewLog = {
  readonly number: number
  readonly logId: string
  /** The row of its first leaf, `log-started`. */
  readonly eventId: number
}

/**
 * After a rollback was found nothing is signed again: another log begins under its own origin, and its first body holds the old
 * one's last known checkpoint (audit.md section 5), with the reason attached. Rows that no checkpoint covers become its leaves.
 * The gateway must not run. Failure `not_found`: there is no log yet.
 */
export async function openNewLog(
  rows: Rows,
  issuer: string,
  { reason, at }: { readonly reason: string; readonly at: number },
): Promise<NewLog> {
  const old = await rows.log.current()
  if (old === undefined) throw new Failure('not_found', {})
  const last = await rows.log.latestCheckpoint(old.number)
  const previous = last?.note ?? null
  const next = { number: old.number + 1, logId: logIdOf(issuer, old.number + 1) }
  await rows.log.open({ ...next, previous, cursor: last?.cursor ?? 0, lastTime: old.lastTime })
  const eventId = await recordEvent(rows, {
    type: 'log-started',
    at,
    actor: null,
    object: null,
    members: { previous },
    attachments: { reason: { text: reason } },
  })
  return { ...next, eventId }
}
