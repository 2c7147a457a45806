import { Failure } from '#domain/failure.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import { logIdOf } from './gateway-log.ts'

/**
 * After a rollback was found nothing is signed again: another log begins under its own origin, and its first body holds the old
 * one's last known checkpoint (audit.md section 5). Rows that no checkpoint covers become its leaves. The gateway must not run.
 * Failure `not_found`: there is no log yet.
 */
export async function openNewLog(
  store: Pick<Store, 'transact'>,
  issuer: string,
): Promise<{ readonly number: number; readonly logId: string }> {
  return await store.transact(async (rows) => {
    const old = await rows.log.current()
    if (old === undefined) throw new Failure('not_found', {})
    const last = await rows.log.latestCheckpoint(old.number)
    const next = { number: old.number + 1, logId: logIdOf(issuer, old.number + 1) }
    await rows.log.open({
      ...next,
      previous: last?.note ?? null,
      cursor: last?.cursor ?? 0,
      lastTime: old.lastTime,
    })
    return next
  })
}
