import * as z from 'zod'
import { exceptionTerms } from './exception-terms.ts'
import { grantedTerms, logPosition, requestStates } from './exceptions.ts'
import type { exceptionEvent } from './live-frames.ts'
import { count, id43, time, uuid7 } from './wire-types.ts'

/** What the gateway answers a device that asks for an exception (protocol.md section 8). Unknown members are ignored. */

/** Why a request is refused: seconds or a count, null where nothing is counted. */
const refusal = z.object({ code: z.string().max(40), limit: count.nullable(), left: count.nullable() })
const refusals = z.array(refusal).max(20)

/** 201 of `POST /v1/exceptions`. */
export const submissionAnswer = z.object({
  request_id: uuid7,
  state: z.enum(requestStates),
  terms: exceptionTerms,
  terms_digest: id43,
  decide_by: time.exactOptional(),
  step_up_url: z.string().max(2048).exactOptional(),
  refusal: refusals.exactOptional(),
  log: logPosition,
})
export type SubmissionAnswer = z.infer<typeof submissionAnswer>

/** 200 of `POST /v1/exceptions/previews`; all of it is shown, none of it binds. */
export const previewAnswer = z.object({
  offered: z.boolean(),
  refusal: refusals.exactOptional(),
  max_duration_s: count,
  total_left_s: count,
  quota_left: count,
  cooldown_until: time.exactOptional(),
  risk_tier: z.string().max(20),
  stages: z.array(z.object({ id: z.string().max(40), need: count })).max(20),
  step_up: z.string().max(40),
  controls: z.array(z.string().max(64)).max(20),
  categories: z.array(z.string().max(40)).max(100),
  reason_min: count,
  /** Globs that a ticket must match, all of them, separated by a space. */
  ticket: z.string().max(1024).exactOptional(),
})
export type PreviewAnswer = z.infer<typeof previewAnswer>

/** 200 of `POST /v1/exceptions/{request_id}/actions`. */
export const actionAnswer = z.object({
  request_id: uuid7,
  state: z.enum(requestStates),
  grant: grantedTerms.exactOptional(),
})
export type ActionAnswer = z.infer<typeof actionAnswer>

export type ExceptionEvent = z.infer<typeof exceptionEvent>
export type RequestEvent = Extract<ExceptionEvent, { readonly kind: 'request' }>
export type GrantEvent = Extract<ExceptionEvent, { readonly kind: 'grant' }>

/** The state of the topic `exceptions`; its members are read one by one, so that a newer kind costs only itself. */
export const exceptionsSnapshot = z.object({
  requests: z.array(z.unknown()).max(100),
  grants: z.array(z.unknown()).max(100),
  ended: z.array(z.unknown()).max(100),
})

/** What a request of the snapshot carries besides its last event. */
export const snapshotRequest = z.object({
  terms: exceptionTerms.exactOptional(),
  thread: z
    .array(
      z.object({
        id: z.string().max(40),
        from: z.enum(['requester', 'approver']),
        by: z.string().max(200).exactOptional(),
        at: time,
        text: z.string().max(2000),
      }),
    )
    .max(20)
    .exactOptional(),
})
export type SnapshotRequest = z.infer<typeof snapshotRequest>
