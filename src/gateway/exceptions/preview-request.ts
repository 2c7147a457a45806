import { judgeRequest } from '#domain/exceptions/judge-request.ts'
import { previewRequest as previewOf, type RequestPreview } from '#domain/exceptions/preview-request.ts'
import { Failure } from '#domain/failure.ts'
import type { ReceivedMessage } from '#gateway/devices/receive-message.ts'
import type { ExceptionPorts } from './ports.ts'
import { gatherSituation } from './situation.ts'

/** What the form shows before anything is sent. Nothing is kept of it but the id of the message. */
export async function previewRequest(
  ports: ExceptionPorts,
  { device, claims }: Pick<ReceivedMessage<'exception-preview+jwt'>, 'device' | 'claims'>,
): Promise<RequestPreview> {
  const { ask, jti } = claims
  if (ask.mode !== 'normal' || ask.not_before !== undefined || ask.extends !== undefined)
    throw new Failure('not_supported', {})
  const now = ports.clock.anyNow()
  const situation = await ports.store.transact(async (rows) => {
    if (!(await rows.messageIds.claim(device.id, jti, now))) throw new Failure('replayed', {})
    return await gatherSituation(ports, rows, device.id, now)
  })
  const judgement = judgeRequest(
    {
      mode: ask.mode,
      checks: ask.checks,
      resources: ask.resources,
      ...(ask.duration_s === undefined ? {} : { durationSeconds: ask.duration_s }),
      ...(ask.category === undefined ? {} : { category: ask.category }),
      justification: 'preview',
    },
    situation,
  )
  return previewOf(judgement)
}
