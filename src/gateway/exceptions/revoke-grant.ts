import { judgeRevocation } from '#domain/exceptions/judge-acts.ts'
import { canonicalPerson, type Directory } from '#domain/exceptions/pools.ts'
import type { GrantState } from '#domain/exceptions/states.ts'
import { Failure } from '#domain/failure.ts'
import type { Call, ExceptionPorts } from './ports.ts'
import { recordMoves } from './record-moves.ts'
import { requireRequest } from './request-file.ts'
import { refuseStrangers, voteSituation } from './voting.ts'

export type Revocation = { readonly person: string; readonly grantId: string; readonly reason: string }

/**
 * G8: an approver whose vote counted, the security admin or the on-call admin takes a grant back. Failures: `not_found`,
 * `not_eligible`, `request_closed`, `schema_invalid` (no reason).
 */
export async function revokeGrant(
  ports: ExceptionPorts,
  { person, grantId, reason }: Revocation,
  call: Call,
): Promise<{ readonly id: string; readonly state: GrantState; readonly sessions_ended: number }> {
  const now = ports.clock.anyNow()
  const deviceId = await ports.store.transact(async (rows) => {
    const grant = await rows.grants.find(grantId)
    if (grant === undefined) throw new Failure('not_found', {})
    const people = await ports.directory(rows)
    const file = await requireRequest(rows, grant.requestId)
    const { record, request } = file
    refuseStrangers(ports, file, person, people)
    const id = canonicalPerson(person, people)
    const revoker = { person: id, roles: people.get(id)?.roles ?? [], onCall: isOnCall(id, people) }
    const move = judgeRevocation(request, revoker, reason, voteSituation(ports, file, people, now))
    await recordMoves(
      rows,
      { id: record.id, subject: request.subject, deviceId: record.deviceId, before: request },
      [move],
      () => ({ ...call, attachments: { reason: { text: reason.trim() } } }),
    )
    return record.deviceId
  })
  ports.onGrantsChanged(deviceId)
  return { id: grantId, state: 'revoked', sessions_ended: 0 }
}

/** An admin of the group `on-call`, or any admin where that has none. */
export function isOnCall(person: string, people: Directory): boolean {
  const admins = [...people.values()].filter(({ roles, status }) => status === 'active' && roles.includes('admin'))
  const onCall = admins.filter(({ groups }) => groups.includes('on-call'))
  return (onCall.length === 0 ? admins : onCall).some(({ id }) => id === person)
}
