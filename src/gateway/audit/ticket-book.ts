import type { AuditAttachmentRow } from '#gateway/storage/audit-store.ts'
import type { Store } from '#gateway/storage/open-store.ts'

/** The ticket that a request names, which is erasable text: asked for once, null where erased, withheld, or never named. */
export type TicketBook = { of(requestId: string | null): Promise<string | null> }

const mostKept = 10_000

/** `withholds` says what the reader may not see, by the name of an attachment and the time of its event. */
export function openTicketBook(
  store: Pick<Store, 'read'>,
  log: number,
  withholds: (name: string, at: number) => boolean,
): TicketBook {
  const known = new Map<string, string | null>()
  return {
    async of(requestId) {
      if (requestId === null) return null
      const before = known.get(requestId)
      if (before !== undefined) return before
      const found = await look(store, log, requestId, withholds)
      if (known.size >= mostKept) known.clear()
      known.set(requestId, found)
      return found
    },
  }
}

/** What was written why, or asked or answered, of an event's attachments. */
export function reasonIn(
  attachments: readonly AuditAttachmentRow[],
  at: number,
  withholds: (name: string, at: number) => boolean,
): { readonly reason?: string } {
  for (const { name, content } of attachments) {
    if ((name !== 'reason' && name !== 'message') || withholds(name, at)) continue
    if (typeof content === 'object' && content !== null && 'text' in content && typeof content['text'] === 'string')
      return { reason: content['text'] }
  }
  return {}
}

async function look(
  store: Pick<Store, 'read'>,
  log: number,
  requestId: string,
  withholds: (name: string, at: number) => boolean,
): Promise<string | null> {
  return await store.read(async (rows) => {
    const whole = { log, from: 0, below: Number.MAX_SAFE_INTEGER, order: 'rising', limit: 1 } as const
    const [first] = await rows.log.search({ ...whole, by: 'request', value: requestId })
    if (first === undefined || withholds('justification', first.event.at)) return null
    const attached = await rows.audit.attachmentsOf(first.eventId)
    const content = attached.find(({ name }) => name === 'justification')?.content
    if (typeof content !== 'object' || content === null || !('ticket' in content)) return null
    return typeof content['ticket'] === 'string' ? content['ticket'] : null
  })
}
