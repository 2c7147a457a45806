import { grantStateAt } from '#domain/exceptions/deadlines.ts'
import { sumUses } from '#domain/exceptions/grant-uses.ts'
import type { Directory } from '#domain/exceptions/pools.ts'
import { maySee, withheldFrom } from '#domain/exceptions/readers.ts'
import { isLive } from '#domain/exceptions/states.ts'
import { Failure } from '#domain/failure.ts'
import type { GrantRecord } from '#gateway/storage/exception-grant-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { currentUses } from './grant-usage.ts'
import type { ExceptionPorts } from './ports.ts'
import { readRequest } from './request-file.ts'
import { deviceRefOf } from './view-requests.ts'
import { readerOf } from './voting.ts'
import { seenPerson, withRedacted } from './withheld-members.ts'

/** Which grants a list holds; what is left out asks for nothing. */
export type GrantFilter = {
  readonly states?: readonly string[] | undefined
  readonly live?: boolean | undefined
  readonly subjects?: readonly string[] | undefined
  readonly devices?: readonly string[] | undefined
  readonly checks?: readonly string[] | undefined
  readonly resources?: readonly string[] | undefined
  readonly endsBefore?: number | undefined
}

const mostListed = 2000

/** The grants that a person may see. */
export async function listGrants(ports: ExceptionPorts, person: string, filter: GrantFilter) {
  return await ports.store.read(async (rows) => {
    const people = await ports.directory(rows)
    const items: NonNullable<Awaited<ReturnType<typeof itemOf>>>[] = []
    for (const record of await rows.grants.newest(mostListed)) {
      if (filter.subjects?.includes(record.subject) === false || filter.devices?.includes(record.deviceId) === false)
        continue
      const item = await itemOf(ports, rows, record, person, people)
      if (item !== undefined && isAsked(item, filter)) items.push(item)
    }
    return items
  })
}

/** Throws `not_found` to who may not see it. */
export async function viewGrant(ports: ExceptionPorts, person: string, grantId: string) {
  return await ports.store.read(async (rows) => {
    const record = await rows.grants.find(grantId)
    const people = await ports.directory(rows)
    const item = record === undefined ? undefined : await itemOf(ports, rows, record, person, people)
    if (item === undefined) throw new Failure('not_found', {})
    return item
  })
}

async function itemOf(ports: ExceptionPorts, rows: Rows, record: GrantRecord, person: string, people: Directory) {
  const now = ports.clock.anyNow()
  const file = await readRequest(rows, record.requestId)
  const grant = file?.request.grant
  if (file === undefined || grant === undefined || grant === null) return undefined
  const reader = readerOf(ports, file, person, people)
  const withheld = withheldFrom(reader)
  const subject = await seenPerson(rows, record.subject, withheld)
  if (!maySee(reader) || subject === null) return undefined
  const leaf = await rows.log.leafOf(record.eventId)
  const state = grantStateAt(grant, now)
  const { lastUse, decisions } = sumUses(await currentUses(rows, ports.usage, grant.id))
  const usable = isLive(state) ? await ports.grants.of(rows, record.deviceId, now) : []
  const item = {
    id: grant.id,
    request_id: record.requestId,
    state,
    subject,
    device: await deviceRefOf(rows, record.deviceId),
    checks: grant.checks,
    resources: grant.resources,
    controls: grant.controls,
    not_before: grant.notBefore,
    not_after: grant.notAfter,
    ending: false, // one gateway: an end is known everywhere when it is recorded
    last_used_at: lastUse,
    decisions,
    ...(grant.cause === null ? {} : { cause: grant.cause }),
    log: leaf === undefined ? null : { index: leaf.index },
    proven: isLive(state) ? usable.some(({ id }) => id === grant.id) : leaf !== undefined,
  }
  return withRedacted(item, withheld)
}

function isAsked(item: NonNullable<Awaited<ReturnType<typeof itemOf>>>, filter: GrantFilter): boolean {
  return (
    (filter.live === undefined || isLive(item.state) === filter.live) &&
    (filter.states === undefined || filter.states.includes(item.state)) &&
    (filter.checks === undefined || item.checks.some(({ id }) => filter.checks?.includes(id))) &&
    (filter.resources === undefined || item.resources.some((id) => filter.resources?.includes(id))) &&
    (filter.endsBefore === undefined || item.not_after < filter.endsBefore)
  )
}
