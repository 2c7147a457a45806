import { judgeAnswer } from '#domain/exceptions/judge-acts.ts'
import { Failure } from '#domain/failure.ts'
import { uuidV7 } from '#runtime/random-id.ts'
import type { DeviceAct } from './act-on-exception.ts'
import { recordMoves } from './record-moves.ts'

/** R4: the requester answers; the terms stay as they are. */
export const answerQuestion: DeviceAct = async (ports, rows, { record, request }, { person, claims, told, now }) => {
  const { text, terms_digest: termsDigest } = claims
  if (text === undefined || text.trim() === '')
    throw new Failure('schema_invalid', { errors: [{ pointer: '/text', detail: 'must be there for a reply' }] })
  const id = uuidV7(ports.clock.nowMs())
  const move = judgeAnswer(request, person, termsDigest, id, now)
  const recorded = await recordMoves(
    rows,
    { id: record.id, subject: request.subject, deviceId: record.deviceId, before: request },
    [move],
    () => ({ ...told, attachments: { ...told.attachments, message: { text } } }),
  )
  await rows.messages.insert({
    id,
    requestId: record.id,
    position: request.nextPosition,
    author: 'requester',
    person,
    at: now,
    eventId: recorded.last,
  })
  return recorded
}
