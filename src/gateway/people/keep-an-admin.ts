import { Failure } from '#domain/failure.ts'
import type { PersonRecord } from '#gateway/storage/person-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'

/** Refuses to lose the last active admin with a passkey. Failure `last_admin`. */
export async function keepAnAdmin(rows: Pick<Rows, 'people' | 'passkeys'>, losing: PersonRecord): Promise<void> {
  if (!losing.admin || losing.status !== 'active') return
  const counts = await rows.passkeys.counts()
  const others = (await rows.people.list()).filter(
    ({ id, admin, status }) => id !== losing.id && admin && status === 'active' && (counts.get(id) ?? 0) > 0,
  )
  if (others.length === 0) throw new Failure('last_admin', {})
}
