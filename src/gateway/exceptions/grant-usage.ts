import { type GrantUse, mergeUses } from '#domain/exceptions/grant-uses.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'

/** Decisions that used a grant and are not written yet: they are counted in memory and written in batches. */
export type UsageDesk = {
  usesOf(grantId: string): readonly GrantUse[]
  /** Writes what waits. */
  settle(): Promise<void>
}

/**
 * Before the end of a request's grant is told: whatever used it is written first, so that the end can say all of it. Outside
 * the act's transaction, for which the writing would have to wait.
 */
export async function settleUses(
  { store, usage }: { readonly store: Pick<Store, 'read'>; readonly usage: UsageDesk },
  requestId: string,
): Promise<void> {
  const grantId = (await store.read((rows) => rows.exceptions.find(requestId)))?.grantId
  if (grantId !== null && grantId !== undefined && usage.usesOf(grantId).length > 0) await usage.settle()
}

/** All that is known now, for whoever looks at a grant. */
export async function currentUses(
  rows: Pick<Rows, 'decisions'>,
  usage: UsageDesk,
  grantId: string,
): Promise<readonly GrantUse[]> {
  return mergeUses(await rows.decisions.usesOf(grantId), usage.usesOf(grantId))
}
