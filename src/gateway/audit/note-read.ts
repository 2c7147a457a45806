import { type AuditReads, auditReads } from '#contract/audit-reads.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { recordEvent } from './record-event.ts'

/** A person, or a service token. */
export type ReaderId = { readonly person: string } | { readonly token: string }

const place = 'audit-reads'
const hourSeconds = 3600
/** Different questions of one reader in an hour that are told apart; others count under the call alone. */
const mostQueries = 990
const longestQuery = 1000

type ReadRows = Parameters<typeof recordEvent>[0] & Pick<Rows, 'meta'>

/**
 * Reading the log is itself logged: one `audit-read` per person or token and hour, with what was searched (audit.md section
 * 6). Kept until the hour is over, then told by the next read or by `tellReads`. `now` is Unix seconds.
 */
export async function noteRead(
  rows: ReadRows,
  reader: ReaderId,
  read: { readonly call: string; readonly query: string },
  now: number,
): Promise<void> {
  await tellReads(rows, now)
  const hour = now - (now % hourSeconds)
  const kept = (await readPending(rows)) ?? { hour, readers: [] }
  const who = 'person' in reader ? { person: reader.person, token: null } : { person: null, token: reader.token }
  let own = kept.readers.find(({ person, token }) => person === who.person && token === who.token)
  if (own === undefined) {
    own = { ...who, reads: [] }
    kept.readers.push(own)
  }
  const query = own.reads.length < mostQueries ? read.query.slice(0, longestQuery) : ''
  const same = own.reads.find((each) => each.call === read.call && each.query === query)
  if (same === undefined) own.reads.push({ call: read.call, query, count: 1 })
  else same.count += 1
  await rows.meta.put(place, JSON.stringify(kept))
}

/** Records what was read in hours that are over. */
export async function tellReads(rows: ReadRows, now: number): Promise<void> {
  const kept = await readPending(rows)
  if (kept === undefined || kept.readers.length === 0) return
  const hour = now - (now % hourSeconds)
  if (kept.hour >= hour) return
  for (const { person, token, reads } of kept.readers)
    await recordEvent(rows, {
      type: 'audit-read',
      at: now,
      actor: person === null ? null : { person },
      object: null,
      members: { token_id: token, hour: kept.hour, reads },
    })
  await rows.meta.put(place, JSON.stringify({ hour, readers: [] } satisfies AuditReads))
}

async function readPending(rows: ReadRows): Promise<AuditReads | undefined> {
  const text = await rows.meta.get(place)
  return text === undefined ? undefined : auditReads.parse(JSON.parse(text))
}
