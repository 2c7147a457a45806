import type { ClaimsOf } from '#contract/message-types.ts'
import { requestStateAt } from '#domain/exceptions/deadlines.ts'
import type { RequestState } from '#domain/exceptions/states.ts'
import { Failure } from '#domain/failure.ts'
import type { ReceivedMessage } from '#gateway/devices/receive-message.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { Told } from './event-of-move.ts'
import type { Call, ExceptionPorts } from './ports.ts'
import type { Recorded } from './record-moves.ts'
import { type GrantAnswer, grantAnswer } from './request-answer.ts'
import { type RequestFile, requireRequest } from './request-file.ts'

type Claims = ClaimsOf<'exception-action+jwt'>

/** An act of the person whose device signed: decides and records, inside the transaction. */
export type DeviceAct = (
  ports: ExceptionPorts,
  rows: Rows,
  file: RequestFile,
  by: { readonly person: string; readonly claims: Claims; readonly told: Told; readonly now: number },
) => Promise<Recorded>

export type ActionAnswer = {
  readonly request_id: string
  readonly state: RequestState
  readonly grant?: GrantAnswer
}

/**
 * `POST /v1/exceptions/{request_id}/actions`: the device's owner acts on a request of theirs. What they may do is told by
 * `acts`; a later step's action is `not_supported`. Failures: `not_found`, `request_closed`, `state_conflict`,
 * `terms_changed`, `replayed`, `schema_invalid`.
 */
export async function actOnException(
  ports: ExceptionPorts,
  acts: { readonly [Action in Claims['action']]: DeviceAct | undefined },
  requestId: string,
  { device, claims, jws }: Pick<ReceivedMessage<'exception-action+jwt'>, 'device' | 'claims' | 'jws'>,
  call: Call,
): Promise<ActionAnswer> {
  if (claims.request_id !== requestId)
    throw new Failure('schema_invalid', { errors: [{ pointer: '/request_id', detail: 'is not that of the path' }] })
  const act = acts[claims.action]
  if (act === undefined) throw new Failure('not_supported', {})
  const now = ports.clock.anyNow()
  const { recorded, file } = await ports.store.transact(async (rows) => {
    if (!(await rows.messageIds.claim(device.id, claims.jti, now))) throw new Failure('replayed', {})
    const found = await requireRequest(rows, requestId)
    const person = device.ownerId
    if (person !== found.request.requester && person !== found.request.subject) throw new Failure('not_found', {})
    const told: Told = { ...call, attachments: { action: jws } }
    return { file: found, recorded: await act(ports, rows, found, { person, claims, told, now }) }
  })
  const { request } = recorded
  if (request.grant !== null) ports.onGrantsChanged(file.record.deviceId)
  return {
    request_id: requestId,
    state: requestStateAt(request, now),
    ...(request.grant === null ? {} : { grant: grantAnswer(request.grant, now) }),
  }
}
