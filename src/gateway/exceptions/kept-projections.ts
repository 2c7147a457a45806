import type { Rows } from '#gateway/storage/rows.ts'
import { type ProjectionRow, projectionText, toldMembers } from './project-request.ts'
import { readMove } from './stored-move.ts'

const all = Number.MAX_SAFE_INTEGER

/** The rows of requests and grants as they are kept, in the form of `rebuildProjections`. For checks, not for serving. */
export async function keptProjections(rows: Pick<Rows, 'exceptions' | 'grants' | 'messages'>): Promise<string> {
  const lines: ProjectionRow[] = []
  for (const { facts: _facts, ...record } of await rows.exceptions.newest(all)) {
    lines.push({ table: 'exception_requests', row: record })
    for (const kept of await rows.exceptions.moves(record.id))
      lines.push({ table: 'exception_moves', row: { ...kept, members: toldMembers(readMove(kept)) } })
    for (const vote of await rows.exceptions.votes(record.id)) lines.push({ table: 'exception_votes', row: vote })
    for (const message of await rows.messages.thread(record.id))
      lines.push({ table: 'exception_messages', row: message })
  }
  for (const grant of await rows.grants.newest(all)) {
    lines.push({ table: 'exception_grants', row: grant })
    for (const { id: checkId, at } of await rows.grants.cured(grant.id))
      lines.push({ table: 'exception_cured_checks', row: { grantId: grant.id, checkId, at } })
    const end = (await rows.grants.ofDevice(grant.deviceId, -1)).find(({ id }) => id === grant.id)?.end
    if (end !== undefined && end !== null)
      lines.push({ table: 'exception_grant_ends', row: { grantId: grant.id, state: end.state, at: end.at } })
  }
  return projectionText(lines)
}
