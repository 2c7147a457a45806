import type { Json } from '#domain/canonical-json.ts'
import { foldMoves } from '#domain/exceptions/fold-moves.ts'
import { electorateOf } from '#domain/exceptions/pools.ts'
import { shownAuthor } from '#domain/exceptions/readers.ts'
import { isLive, isOpen } from '#domain/exceptions/states.ts'
import { jsonOf } from '#gateway/storage/columns.ts'
import type { RequestRecord } from '#gateway/storage/exception-request-store.ts'
import type { FeedEvent } from '#gateway/storage/feed-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { type DecisionClaims, decisionClaims, textOf } from './decision-message.ts'
import { grantData, requestData } from './frames.ts'
import type { ExceptionPorts } from './ports.ts'
import { factsOf, readTerms } from './request-file.ts'
import { readMove } from './stored-move.ts'

export const exceptionsTopicName = 'exceptions'

type Ports = Pick<ExceptionPorts, 'issuer' | 'store' | 'resources' | 'directory' | 'clock'> & {
  readonly sign: (claims: DecisionClaims) => string
}

const mostShown = 60
const mostOpen = 20
const mostEnded = 20
const mostMessages = 3

/**
 * Topic `exceptions` of a device (protocol.md section 9). A frame says what the log said at its place; words of people are
 * read, and decisions signed, when it is sent, and only for the device that asked.
 */
export function exceptionsTopic(ports: Ports) {
  return {
    async snapshot(deviceId: string): Promise<Json> {
      return await ports.store.read((rows) => snapshotOf(ports, rows, deviceId))
    },
    async show({ kind, subject, data }: FeedEvent): Promise<Json | undefined> {
      return await ports.store.read(async (rows) => {
        if (!isMembers(data) || typeof data['request_id'] !== 'string') return undefined
        const record = await rows.exceptions.find(data['request_id'])
        if (record === undefined || record.deviceId !== subject) return undefined
        if (kind === 'message') return await showMessage(rows, record, data)
        if (kind !== 'decision') return data
        const { position, ...shown } = data
        if (typeof position !== 'number') return undefined
        const claims = await decisionClaims(rows, record, position, ports.issuer, ports.clock.anyNow())
        return { ...shown, decision: ports.sign(claims) }
      })
    },
  }
}

async function showMessage(
  rows: Rows,
  record: RequestRecord,
  data: { readonly [name: string]: Json },
): Promise<Json | undefined> {
  const message = (await rows.messages.thread(record.id)).find(({ id }) => id === data['id'])
  if (message === undefined) return undefined
  return { ...data, ...(await messageData(rows, record, message)) }
}

async function messageData(
  rows: Rows,
  record: RequestRecord,
  { id, author, person, at, eventId }: Awaited<ReturnType<Rows['messages']['thread']>>[number],
) {
  const name = (await rows.people.find(person))?.name ?? ''
  const by = author === 'approver' ? shownAuthor(factsOf(record).voters.visibility, name) : undefined
  const text = (await textOf(rows, eventId, 'message')) ?? ''
  return { id, from: author, ...(by === undefined ? {} : { by }), at, text } as const
}

async function snapshotOf(ports: Ports, rows: Rows, deviceId: string): Promise<Json> {
  const people = await ports.directory(rows)
  const requests: Json[] = []
  const grants: Json[] = []
  const ended: Json[] = []
  for (const record of await rows.exceptions.ofDevice(deviceId, mostShown)) {
    const told = await toldOf(rows, record)
    if (told === undefined) continue
    const { request, index } = told
    const resources = ports.resources.filter(({ id }) => record.resources.includes(id))
    const electorate = electorateOf(request, people, resources, ports.clock.anyNow())
    const shown = requestData({ record, request, electorate, voters: factsOf(record).voters }, index)
    const { grant } = request
    const lives = grant !== null && isLive(grant.state)
    if (lives) grants.push(json(grantData(record.id, grant, index)))
    if ((isOpen(request.state) || lives) && requests.length < mostOpen) {
      const terms = await readTerms(rows, record.id, request.revision, request.termsDigest)
      const thread = (await rows.messages.thread(record.id)).slice(-mostMessages)
      const messages: Json[] = []
      for (const message of thread) messages.push(json(await messageData(rows, record, message)))
      requests.push({ ...members(json(shown)), terms: json(terms), thread: messages })
    } else if (!lives && ended.length < mostEnded)
      ended.push(grant === null ? json(shown) : json(grantData(record.id, grant, index)))
  }
  return { requests, grants, ended }
}

/** As far as the log has told of it: a snapshot is never ahead of the frames. */
export async function toldOf(rows: Rows, { id }: Pick<RequestRecord, 'id'>) {
  const moves = await rows.exceptions.moves(id)
  for (let count = moves.length; count > 0; count -= 1) {
    const leaf = await rows.log.leafOf(moves[count - 1]?.eventId ?? 0)
    if (leaf !== undefined) return { request: foldMoves(moves.slice(0, count).map(readMove)), index: leaf.index }
  }
  return undefined
}

function json(value: object): Json {
  return jsonOf(JSON.stringify(value))
}

function members(data: Json): { readonly [name: string]: Json } {
  return isMembers(data) ? data : {}
}

function isMembers(data: Json): data is { readonly [name: string]: Json } {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}
