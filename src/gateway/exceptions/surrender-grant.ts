import { judgeSurrender } from '#domain/exceptions/judge-acts.ts'
import { Failure } from '#domain/failure.ts'
import type { DeviceAct } from './act-on-exception.ts'
import { recordMoves } from './record-moves.ts'

/** G8 by the subject: the grant ends now, no reason asked. */
export const surrenderGrant: DeviceAct = async (_ports, rows, { record, request }, { person, claims, told, now }) => {
  if (request.grant === null) {
    if (person !== request.subject) throw new Failure('not_found', {})
    throw new Failure('state_conflict', { state: request.state })
  }
  if (claims.grant_id !== undefined && claims.grant_id !== request.grant.id) throw new Failure('not_found', {})
  const move = judgeSurrender(request, person, now)
  if (claims.terms_digest !== request.termsDigest) throw new Failure('terms_changed', { state: request.grant.state })
  return await recordMoves(
    rows,
    { id: record.id, subject: request.subject, deviceId: record.deviceId, before: request },
    [move],
    () => told,
  )
}
