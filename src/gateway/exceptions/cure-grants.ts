import { cureMoves, type MetRun, progressCure } from '#domain/exceptions/cure.ts'
import { evaluatePolicy } from '#domain/policy/evaluate-policy.ts'
import { readDeviceFacts } from '#gateway/policy/device-facts.ts'
import { jsonOf } from '#gateway/storage/columns.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { type ExceptionPorts, requireBook } from './ports.ts'
import { recordMoves } from './record-moves.ts'
import { readRequest } from './request-file.ts'

/**
 * G9: after a report was accepted, looks which excepted checks of the device's grants have been met for the hold-down.
 * Answers whether a grant was narrowed or ended.
 */
export async function cureGrants(ports: ExceptionPorts, deviceId: string): Promise<boolean> {
  const now = ports.clock.anyNow()
  const live = await ports.store.read((rows) => rows.exceptions.liveOfDevice(deviceId))
  let changed = false
  for (const { id, grantId } of live)
    if (grantId !== null && (await ports.store.transact((rows) => cureOne(ports, rows, id, deviceId, now))))
      changed = true
  if (changed) ports.onGrantsChanged(deviceId)
  return changed
}

async function cureOne(
  ports: ExceptionPorts,
  rows: Rows,
  requestId: string,
  deviceId: string,
  now: number,
): Promise<boolean> {
  // Gather
  const file = await readRequest(rows, requestId)
  const grant = file?.request.grant
  const facts = await readDeviceFacts(rows, deviceId)
  if (file === undefined || grant === undefined || grant === null || facts === undefined) return false
  const { person, device, report, episodes } = facts
  const verdicts = ports.resources
    .filter(({ id }) => grant.resources.includes(id))
    .map((resource) => evaluatePolicy({ book: requireBook(ports), person, device, resource, report, episodes, now }))
  // Decide
  const receivedAt = report?.receivedAt ?? null
  const before = runsOf(await rows.grants.runs(grant.id))
  const { runs, cured } = progressCure(grant, before, {
    findings: verdicts.flatMap(({ findings }) => findings),
    receivedAt,
  })
  const moves = cureMoves(grant, cured, now)
  // Record
  if (JSON.stringify(runs) !== JSON.stringify(before)) await rows.grants.putRuns(grant.id, jsonOf(JSON.stringify(runs)))
  if (moves.length === 0) return false
  const { request, record } = file
  await recordMoves(
    rows,
    { id: requestId, subject: request.subject, deviceId: record.deviceId, before: request },
    moves,
    () => ({}),
  )
  return true
}

function runsOf(kept: unknown): readonly MetRun[] {
  if (kept === undefined) return []
  if (!isRuns(kept)) throw new TypeError('runs that were not written by us')
  return kept
}

function isRuns(kept: unknown): kept is readonly MetRun[] {
  return Array.isArray(kept) && kept.every((run: unknown) => typeof run === 'object' && run !== null && 'since' in run)
}
