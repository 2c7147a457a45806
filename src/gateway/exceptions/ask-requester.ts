import { judgeQuestion } from '#domain/exceptions/judge-acts.ts'
import type { RequestState } from '#domain/exceptions/states.ts'
import { Failure } from '#domain/failure.ts'
import { uuidV7 } from '#runtime/random-id.ts'
import type { Call, ExceptionPorts } from './ports.ts'
import { recordMoves } from './record-moves.ts'
import { requireRequest } from './request-file.ts'
import { gatherVoter, refuseStrangers, voteSituation } from './voting.ts'

export type Question = { readonly person: string; readonly requestId: string; readonly text: string }

/**
 * R3: an approver asks; the request waits for the answer. Failures: `schema_invalid` (nothing is asked), `not_found`,
 * `not_eligible`, `request_closed`, `state_conflict`.
 */
export async function askRequester(
  ports: ExceptionPorts,
  { person, requestId, text }: Question,
  call: Call,
): Promise<{ readonly id: string; readonly state: RequestState }> {
  if (text.trim() === '')
    throw new Failure('schema_invalid', { errors: [{ pointer: '/text', detail: 'must ask something' }] })
  const now = ports.clock.anyNow()
  return await ports.store.transact(async (rows) => {
    const people = await ports.directory(rows)
    const file = await requireRequest(rows, requestId)
    const { record, request } = file
    refuseStrangers(ports, file, person, people)
    const situation = voteSituation(ports, file, people, now)
    const voter = await gatherVoter(ports, rows, person, situation, people, now)
    const id = uuidV7(ports.clock.nowMs())
    const move = judgeQuestion(voter, situation, id)
    const { last } = await recordMoves(
      rows,
      { id: requestId, subject: request.subject, deviceId: record.deviceId, before: request },
      [move],
      () => ({ ...call, attachments: { message: { text } } }),
    )
    await rows.messages.insert({
      id,
      requestId,
      position: request.nextPosition,
      author: 'approver',
      person: move.actor ?? person,
      at: now,
      eventId: last,
    })
    return { id, state: 'info_needed' }
  })
}
