import { dueMoves } from '#domain/exceptions/deadlines.ts'
import { tallyVotes, waitingFor } from '#domain/exceptions/tally.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { settleUses } from './grant-usage.ts'
import type { ExceptionPorts } from './ports.ts'
import { recordMoves } from './record-moves.ts'
import { readRequest } from './request-file.ts'
import { voteSituation } from './voting.ts'

const pageSize = 200

/**
 * Writes what the clock has made true already (R9, G7): requests that lapsed, grants that expired. Nothing waits for it, since
 * every act and decision asks the clock itself. Answers whether more is due; while the clocks disagree it waits.
 */
export async function sweep(
  ports: ExceptionPorts,
  onFailed: (requestId: string, err: unknown) => void,
): Promise<boolean> {
  if (ports.clock.isLocked()) return false
  const due = await ports.store.read((rows) => rows.exceptions.due(ports.clock.anyNow(), pageSize))
  for (const id of due) {
    try {
      await settleUses(ports, id)
      const deviceId = await ports.store.transact((rows) => sweepOne(ports, rows, id))
      if (deviceId !== undefined) ports.onGrantsChanged(deviceId)
    } catch (err) {
      onFailed(id, err) // one that cannot be read must not keep the others
    }
  }
  return due.length === pageSize
}

/** The device whose grant ended. */
async function sweepOne(ports: ExceptionPorts, rows: Rows, requestId: string): Promise<string | undefined> {
  const now = ports.clock.now()
  const file = await readRequest(rows, requestId)
  if (file === undefined) return undefined
  const { record, request } = file
  const moves = dueMoves(request, now)
  if (moves.length === 0) return undefined
  const isLapse = request.grant === null
  const asked = isLapse ? await waitedFor(ports, rows, file, now) : []
  const uses = request.grant === null ? [] : await rows.decisions.usesOf(request.grant.id)
  await recordMoves(
    rows,
    { id: requestId, subject: request.subject, deviceId: record.deviceId, before: request },
    moves,
    () => ({ asked, uses }),
  )
  return isLapse ? undefined : record.deviceId
}

async function waitedFor(
  ports: ExceptionPorts,
  rows: Rows,
  file: NonNullable<Awaited<ReturnType<typeof readRequest>>>,
  now: number,
): Promise<readonly string[]> {
  const { request, electorate } = voteSituation(ports, file, await ports.directory(rows), now)
  const tally = tallyVotes(request.votes, request.termsDigest, electorate)
  return [...new Set(waitingFor(tally, electorate).flatMap(({ persons }) => persons))].sort()
}
