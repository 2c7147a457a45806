import type { Rows } from '#gateway/storage/rows.ts'
import { uuidV7 } from '#runtime/random-id.ts'

/** Tells every active admin of a recorded event, until each has seen it. */
export async function notifyAdmins(
  rows: Pick<Rows, 'people' | 'notices'>,
  event: { readonly type: string; readonly eventId: number },
  nowMs: number,
): Promise<void> {
  for (const person of await rows.people.list()) {
    if (!person.admin || person.status !== 'active') continue
    await rows.notices.insert({
      id: uuidV7(nowMs),
      personId: person.id,
      type: event.type,
      at: Math.floor(nowMs / 1000),
      eventId: event.eventId,
      seenAt: null,
    })
  }
}
