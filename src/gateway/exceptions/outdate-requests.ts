import { isKeyReached } from '#domain/exceptions/grants-in-force.ts'
import { outdateMoves } from '#domain/exceptions/outdate.ts'
import { electorateOf } from '#domain/exceptions/pools.ts'
import { isOpen } from '#domain/exceptions/states.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { settleUses } from './grant-usage.ts'
import type { ExceptionPorts } from './ports.ts'
import { recordMoves } from './record-moves.ts'
import { currentTerms, readRequest } from './request-file.ts'
import { readBoundDevice } from './situation.ts'

/** What may have changed: one device, one person's own requests, or who may vote. `all`: nobody knows, as at a start. */
export type Happened = { readonly device: string } | { readonly person: string } | 'pools' | 'all'

const pageSize = 200

/**
 * R10 and G10 as of [1]: open requests that a device, person or pool event made stale, and grants that it voids. Answers how
 * many were ended.
 */
export async function outdateRequests(ports: ExceptionPorts, happened: Happened): Promise<number> {
  let ended = 0
  for (const id of await idsOf(ports, happened)) {
    await settleUses(ports, id)
    const deviceId = await ports.store.transact((rows) => outdateOne(ports, rows, id, ports.clock.anyNow()))
    if (deviceId === undefined) continue
    ended += 1
    ports.onGrantsChanged(deviceId)
  }
  return ended
}

async function idsOf(ports: ExceptionPorts, happened: Happened): Promise<readonly string[]> {
  return await ports.store.read(async (rows) => {
    if (typeof happened === 'object') {
      const live =
        'device' in happened
          ? await rows.exceptions.liveOfDevice(happened.device)
          : await rows.exceptions.liveOfSubject(happened.person)
      return live.map(({ id }) => id)
    }
    const open: string[] = []
    for (const state of ['step_up_required', 'pending', 'info_needed'] as const)
      open.push(...(await rows.exceptions.inState(state, 100_000)).map(({ id }) => id))
    return happened === 'pools' ? open : [...new Set([...open, ...(await rows.exceptions.orphaned(pageSize * 500))])]
  })
}

/** The device concerned, where something ended. */
async function outdateOne(
  ports: ExceptionPorts,
  rows: Rows,
  requestId: string,
  now: number,
): Promise<string | undefined> {
  // Gather
  const file = await readRequest(rows, requestId)
  if (file === undefined) return undefined
  const { record, request } = file
  const terms = await currentTerms(rows, file)
  const device = await readBoundDevice(rows, record.deviceId)
  const subject = await rows.people.find(request.subject)
  const resources = ports.resources.filter(({ id }) => record.resources.includes(id))
  // A grant looks at no pool.
  const people = isOpen(request.state) ? await ports.directory(rows) : new Map<string, never>()
  const termsKid = terms.device?.kid ?? ''
  // Decide
  const moves = outdateMoves(
    request,
    {
      device: device === undefined ? undefined : { status: device.status, kid: device.kid ?? '' },
      termsKid,
      keyReached: device?.kid !== undefined && device.kid !== null && isKeyReached(termsKid, device.kid, []),
      subjectActive: subject?.status === 'active',
      electorate: electorateOf(request, people, resources, now),
    },
    now,
  )
  // Record
  if (moves.length === 0) return undefined
  const uses = request.grant === null ? [] : await rows.decisions.usesOf(request.grant.id)
  await recordMoves(
    rows,
    { id: requestId, subject: request.subject, deviceId: record.deviceId, before: request },
    moves,
    () => ({ uses }),
  )
  return record.deviceId
}
