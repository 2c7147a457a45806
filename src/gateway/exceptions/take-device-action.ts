import type { ClaimsOf } from '#contract/message-types.ts'
import type { ReceivedMessage } from '#gateway/devices/receive-message.ts'
import { type ActionAnswer, actOnException, type DeviceAct } from './act-on-exception.ts'
import { answerQuestion } from './answer-question.ts'
import type { Call, ExceptionPorts } from './ports.ts'
import { surrenderGrant } from './surrender-grant.ts'
import { withdrawRequest } from './withdraw-request.ts'

/** What a device may do with a request of its owner; the rest comes with later steps. */
const deviceActs: { readonly [Action in ClaimsOf<'exception-action+jwt'>['action']]: DeviceAct | undefined } = {
  withdraw: withdrawRequest,
  reply: answerQuestion,
  surrender: surrenderGrant,
  accept_offer: undefined,
  activate: undefined,
}

/** `POST /v1/exceptions/{request_id}/actions`, with the acts of this version. */
export function takeDeviceAction(
  ports: ExceptionPorts,
  requestId: string,
  message: Pick<ReceivedMessage<'exception-action+jwt'>, 'device' | 'claims' | 'jws'>,
  call: Call,
): Promise<ActionAnswer> {
  return actOnException(ports, deviceActs, requestId, message, call)
}
