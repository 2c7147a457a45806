import * as z from 'zod'
import { grantStates, logPosition, requestStates } from './exceptions.ts'
import { compactJws, count, id22, id43, time, uuid7 } from './wire-types.ts'

/** `postern.v1`: frames of the live stream (protocol.md section 9), both directions. A frame is at most 64 KiB. */

export const subprotocol = 'postern.v1'
export const maxFrameBytes = 65_536

export const topics = ['device', 'exceptions'] as const
export type Topic = (typeof topics)[number]

/** Of consoles (console-api.md section 8). */
export const consoleTopics = ['admin.exceptions', 'admin.audit'] as const

const topic = z.enum([...topics, ...consoleTopics])
const envelope = { v: z.literal(1), ts: time } as const

/** What a client may send. Unknown members are refused: close code 4400. */
export const clientFrame = z.discriminatedUnion('t', [
  z.strictObject({ ...envelope, t: z.literal('sub'), id: id22, topic }),
  z.strictObject({ ...envelope, t: z.literal('resume'), id: id22, topic, data: z.strictObject({ after: count }) }),
  // Processed up to `seq` of a topic, or (with an id alone) the answer to a `ping`.
  z
    .strictObject({
      ...envelope,
      t: z.literal('ack'),
      id: id22.exactOptional(),
      topic: topic.exactOptional(),
      seq: count.exactOptional(),
    })
    .refine(
      (frame) => (frame.topic === undefined) === (frame.seq === undefined) && (frame.topic ?? frame.id) !== undefined,
    ),
  z.strictObject({ ...envelope, t: z.literal('ping'), id: id22 }),
  z.strictObject({
    ...envelope,
    t: z.literal('reauth'),
    id: id22,
    data: z.union([
      z.strictObject({ access_token: z.string().min(1).max(8192), dpop: z.string().min(1).max(8192) }),
      z.strictObject({ ticket: id43 }),
    ]),
  }),
])
export type ClientFrame = z.infer<typeof clientFrame>

export const deviceStates = ['active', 'quarantined', 'retired', 'removed'] as const

export const deviceEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('result'), result: compactJws }),
  z.object({ kind: z.literal('config'), config: compactJws }),
  z.object({ kind: z.literal('state'), state: z.enum(deviceStates) }),
  z.object({
    kind: z.literal('attest_now'),
    reason: z.enum(['policy', 'operator', 'handoff', 'recheck']),
    nonce: id43.exactOptional(),
  }),
  z.object({
    kind: z.literal('review'),
    request_id: uuid7,
    stage: z.string().max(40),
    decide_by: time,
    checks: z.array(z.string().max(40)).max(10),
    requester: z.object({ name: z.string().max(200) }),
  }),
  z.object({ kind: z.literal('handoff') }),
])
export type DeviceEvent = z.infer<typeof deviceEvent>

const log = z.object({ log: logPosition })
export const exceptionEvent = z.discriminatedUnion('kind', [
  log.extend({
    kind: z.literal('request'),
    request_id: uuid7,
    state: z.enum(requestStates),
    revision: count.exactOptional(),
    terms_digest: id43.exactOptional(),
    votes: z.object({ have: count, need: count }).exactOptional(),
    waiting_for: z.array(z.string().max(40)).max(20).exactOptional(),
    decide_by: time.exactOptional(),
  }),
  log.extend({
    kind: z.literal('message'),
    request_id: uuid7,
    id: z.string().max(40),
    from: z.enum(['requester', 'approver']),
    by: z.string().max(200).exactOptional(),
    at: time,
    text: z.string().max(2000),
    state: z.enum(requestStates),
  }),
  log.extend({ kind: z.literal('decision'), request_id: uuid7, state: z.enum(requestStates), decision: compactJws }),
  log.extend({
    kind: z.literal('grant'),
    grant_id: uuid7,
    request_id: uuid7,
    state: z.enum(grantStates),
    checks: z.array(z.string().max(40)).max(10).exactOptional(),
    resources: z.array(z.string().max(64)).max(20).exactOptional(),
    not_before: time.exactOptional(),
    not_after: time.exactOptional(),
    ended_at: time.exactOptional(),
    cause: z.string().max(200).exactOptional(),
  }),
])

/** Of consoles: hints alone, without the words of people (console-api.md section 8). */
const adminRequest = log.extend({
  kind: z.literal('request'),
  request_id: uuid7,
  state: z.enum(requestStates),
  revision: count,
  votes: z.object({ have: count, need: count }),
  waiting_for: z.array(z.string().max(40)).max(20),
  decide_by: time.exactOptional(),
  risk_tier: z.enum(['low', 'medium', 'high', 'critical']),
})
const adminGrant = log.extend({
  kind: z.literal('grant'),
  grant_id: uuid7,
  request_id: uuid7,
  state: z.enum(grantStates),
  not_after: time,
  cause: z.string().max(200).exactOptional(),
})
export const adminExceptionEvent = z.discriminatedUnion('kind', [
  adminRequest,
  log.extend({
    kind: z.literal('message'),
    request_id: uuid7,
    id: z.string().max(40),
    by: z.string().max(200).nullable(),
  }),
  log.extend({ kind: z.literal('decision'), request_id: uuid7, state: z.enum(requestStates) }),
  adminGrant,
  // What this reader may not see: `seq` is the last of so many numbers.
  z.object({ kind: z.literal('skipped'), count }),
])
const auditHead = z.object({ size: count, root: id43, signed_at: time })
export const adminAuditEvent = z.discriminatedUnion('kind', [
  auditHead.extend({ kind: z.literal('head') }),
  z.object({ kind: z.literal('locked'), since: time, cause: z.string().max(40) }),
  z.object({ kind: z.literal('skipped'), count }),
])
export const adminAuditSnapshot = z.object({
  head: auditHead,
  locked: z.object({ since: time, cause: z.string().max(40) }).exactOptional(),
})
export const adminExceptionsSnapshot = z.object({
  requests: z.array(adminRequest).max(100),
  grants: z.array(adminGrant).max(100),
})

export const deviceSnapshot = z.object({
  result: compactJws.nullable(),
  config: compactJws.nullable(),
  state: z.enum(deviceStates),
})

/** What a client may receive. Members that it does not know are ignored, and so is a frame of an unknown `t`. */
export const gatewayFrame = z.discriminatedUnion('t', [
  z.object({
    ...envelope,
    t: z.literal('hello'),
    data: z.object({
      session: z.string().max(64),
      heartbeat_s: z.int().min(1).max(86_400),
      token_exp: time,
      topics: z.array(z.string().max(64)).max(16),
    }),
  }),
  z.object({ ...envelope, t: z.literal('snapshot'), topic: z.string().max(64), seq: count, data: z.unknown() }),
  z.object({ ...envelope, t: z.literal('ev'), topic: z.string().max(64), seq: count, data: z.unknown() }),
  z.object({
    ...envelope,
    t: z.literal('ack'),
    id: id22.exactOptional(),
    topic: z.string().max(64).exactOptional(),
    seq: count.exactOptional(),
  }),
  z.object({
    ...envelope,
    t: z.literal('reset'),
    topic: z.string().max(64),
    data: z.object({ reason: z.enum(['gap', 'restore']) }),
  }),
  z.object({ ...envelope, t: z.literal('reauth'), data: z.object({ expires_in: count }) }),
  z.object({ ...envelope, t: z.literal('ping'), id: id22 }),
  z.object({
    ...envelope,
    t: z.literal(['err', 'bye']),
    id: id22.exactOptional(),
    data: z.object({ code: z.string().max(64), detail: z.string().max(1000), retry_after: count.exactOptional() }),
  }),
])
export type GatewayFrame = z.infer<typeof gatewayFrame>

/** Why the gateway closes a stream. */
export const closeCodes = {
  badFrame: 4400,
  auth: 4401,
  forbidden: 4403,
  idle: 4408,
  replaced: 4409,
  slow: 4413,
  rate: 4429,
  restart: 1012,
} as const
