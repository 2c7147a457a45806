import type { Json } from '#domain/canonical-json.ts'
import { maySee } from '#domain/exceptions/readers.ts'
import type { FeedEvent } from '#gateway/storage/feed-store.ts'
import type { ExceptionPorts } from './ports.ts'
import { readRequest } from './request-file.ts'
import { readerOf } from './voting.ts'

export const adminTopicName = 'admin.exceptions'
/** One feed for all consoles. */
export const adminSubject = 'all'

/** A frame of `admin.exceptions` as this person may see it, now; `undefined` is skipped. Words of people are not in it. */
export async function showAdminFrame(
  ports: Pick<ExceptionPorts, 'store' | 'resources' | 'directory'>,
  { kind, data }: Pick<FeedEvent, 'kind' | 'data'>,
  person: string,
): Promise<Json | undefined> {
  if (!isMembers(data) || typeof data['request_id'] !== 'string') return undefined
  const id = data['request_id']
  return await ports.store.read(async (rows) => {
    const file = await readRequest(rows, id)
    if (file === undefined) return undefined
    const reader = readerOf(ports, file, person, await ports.directory(rows))
    if (!maySee(reader)) return undefined
    if (kind === 'decision') return { kind, request_id: id, state: data['state'] ?? null, log: data['log'] ?? null }
    if (kind !== 'message') return data
    const message = (await rows.messages.thread(id)).find((each) => each.id === data['id'])
    const by = message === undefined ? null : ((await rows.people.find(message.person))?.name ?? null)
    return { kind, request_id: id, id: data['id'] ?? null, by, log: data['log'] ?? null }
  })
}

function isMembers(data: Json): data is { readonly [name: string]: Json } {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}
