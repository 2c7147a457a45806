import { judgeWithdrawal } from '#domain/exceptions/judge-acts.ts'
import type { DeviceAct } from './act-on-exception.ts'
import { recordMoves } from './record-moves.ts'

/** R8: requester or subject takes it back, with a reason or without. */
export const withdrawRequest: DeviceAct = async (_ports, rows, { record, request }, { person, claims, told, now }) => {
  const move = judgeWithdrawal(request, person, claims.terms_digest, now)
  const text = claims.text?.trim() ?? ''
  return await recordMoves(
    rows,
    { id: record.id, subject: request.subject, deviceId: record.deviceId, before: request },
    [move],
    () => (text === '' ? told : { ...told, attachments: { ...told.attachments, reason: { text } } }),
  )
}
