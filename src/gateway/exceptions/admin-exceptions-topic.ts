import type { Json } from '#domain/canonical-json.ts'
import { type Directory, electorateOf } from '#domain/exceptions/pools.ts'
import { maySee } from '#domain/exceptions/readers.ts'
import { isLive, isOpen } from '#domain/exceptions/states.ts'
import { jsonOf } from '#gateway/storage/columns.ts'
import type { RequestRecord } from '#gateway/storage/exception-request-store.ts'
import type { FeedEvent } from '#gateway/storage/feed-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { toldOf } from './exceptions-topic.ts'
import { adminRequestData, grantData } from './frames.ts'
import type { ExceptionPorts } from './ports.ts'
import { factsOf, readRequest } from './request-file.ts'
import { readerOf } from './voting.ts'

export const adminTopicName = 'admin.exceptions'
/** One feed for all consoles. */
export const adminSubject = 'all'

type Ports = Pick<ExceptionPorts, 'store' | 'resources' | 'directory' | 'clock'>

const mostShown = 100
const mostRead = 2000
/** What a frame may hold beside its envelope. */
const mostBytes = 60_000

/**
 * Topic `admin.exceptions` (console-api.md section 8): what is open and what lives, as this person may see it now. Words of
 * people are not in it; a page reads them by GET. The reader is a person's id.
 */
export function adminExceptionsTopic(ports: Ports) {
  return {
    feed: adminSubject,
    snapshot: (person: string): Promise<Json> =>
      ports.store.read(async (rows) => {
        const people = await ports.directory(rows)
        const requests = await openRequests(ports, rows, person, people)
        const grants = await liveGrants(ports, rows, person, people)
        return fitting(requests, grants)
      }),
    show: ({ kind, data }: Pick<FeedEvent, 'kind' | 'data'>, person: string): Promise<Json | undefined> =>
      ports.store.read(async (rows) => {
        if (!isMembers(data) || typeof data['request_id'] !== 'string') return undefined
        const id = data['request_id']
        if (!(await isSeen(ports, rows, id, person, await ports.directory(rows)))) return undefined
        if (kind === 'decision') return { kind, request_id: id, state: data['state'] ?? null, log: data['log'] ?? null }
        if (kind !== 'message') return data
        const message = (await rows.messages.thread(id)).find((each) => each.id === data['id'])
        const by = message === undefined ? null : ((await rows.people.find(message.person))?.name ?? null)
        return { kind, request_id: id, id: data['id'] ?? null, by, log: data['log'] ?? null }
      }),
  }
}

async function isSeen(ports: Ports, rows: Rows, id: string, person: string, people: Directory): Promise<boolean> {
  const file = await readRequest(rows, id)
  return file !== undefined && maySee(readerOf(ports, file, person, people))
}

/** Open requests, those that end first before the others. */
async function openRequests(ports: Ports, rows: Rows, person: string, people: Directory): Promise<readonly Json[]> {
  const records: RequestRecord[] = []
  for (const state of ['step_up_required', 'pending', 'info_needed'] as const)
    records.push(...(await rows.exceptions.inState(state, mostRead)))
  const shown: Json[] = []
  for (const record of records.sort((one, other) => one.decideBy - other.decideBy)) {
    if (shown.length >= mostShown) break
    const told = await toldOf(rows, record)
    if (told === undefined || !isOpen(told.request.state)) continue
    if (!(await isSeen(ports, rows, record.id, person, people))) continue
    const resources = ports.resources.filter(({ id }) => record.resources.includes(id))
    const electorate = electorateOf(told.request, people, resources, ports.clock.anyNow())
    const act = { record, request: told.request, electorate, voters: factsOf(record).voters }
    shown.push(asJson(adminRequestData(act, told.index)))
  }
  return shown
}

/** Live grants, the newest before the others. */
async function liveGrants(ports: Ports, rows: Rows, person: string, people: Directory): Promise<readonly Json[]> {
  const now = ports.clock.anyNow()
  const shown: Json[] = []
  for (const { requestId, notAfter } of await rows.grants.newest(mostRead)) {
    if (shown.length >= mostShown) break
    if (notAfter <= now) continue
    const told = await toldOf(rows, { id: requestId })
    const grant = told?.request.grant
    if (told === undefined || grant === undefined || grant === null || !isLive(grant.state)) continue
    if (await isSeen(ports, rows, requestId, person, people))
      shown.push(asJson(grantData(requestId, grant, told.index)))
  }
  return shown
}

/** As many of both as a frame holds; more by GET. */
function fitting(requests: readonly Json[], grants: readonly Json[]): Json {
  let left = mostBytes
  const take = (items: readonly Json[]) =>
    items.filter((item) => {
      left -= JSON.stringify(item).length + 1
      return left >= 0
    })
  return { requests: take(requests), grants: take(grants) }
}

function asJson(value: object): Json {
  return jsonOf(JSON.stringify(value))
}

function isMembers(data: Json): data is { readonly [name: string]: Json } {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}
