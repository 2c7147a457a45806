import * as z from 'zod'
import { count, deviceBase, gatewayBase, id22, id43, time, uuid7 } from './wire-types.ts'

/** What exceptions put on the wire (protocol.md section 8). The workflow behind it belongs to gateway/exceptions. */

const checkId = z.string().regex(/^[a-z0-9-]{1,40}$/)
const resourceId = z.string().regex(/^[a-z0-9-]{1,64}$/)

export const requestStates = [
  'step_up_required',
  'pending',
  'info_needed',
  'approved',
  'denied',
  'withdrawn',
  'lapsed',
  'refused',
  'stale',
] as const
export const grantStates = [
  'scheduled',
  'awaiting_activation',
  'active',
  'suspended',
  'expired',
  'revoked',
  'cured',
  'unclaimed',
  'voided',
] as const

const ask = {
  draft_id: id22,
  mode: z.enum(['normal', 'break_glass']),
  incident: z.string().min(1).max(64).exactOptional(),
  checks: z.array(checkId).min(1).max(10),
  resources: z.array(resourceId).min(1).max(20),
  duration_s: z.int().min(60).max(1_209_600),
  not_before: time.exactOptional(),
  category: z.string().min(1).max(40),
  reason: z.string().min(1).max(2000),
  ticket: z.string().min(1).max(64).exactOptional(),
  remedy_by: time.exactOptional(),
  extends: uuid7.exactOptional(),
  replaces: uuid7.exactOptional(),
} as const

export const exceptionRequestClaims = z.strictObject({
  ...deviceBase,
  ask: z.strictObject(ask).refine((asked) => (asked.mode === 'break_glass') === (asked.incident !== undefined), {
    path: ['incident'],
    error: 'there exactly with break_glass',
  }),
  presence: z.strictObject({ method: z.enum(['click', 'os']), at: time }),
  evidence: z.strictObject({ seq: z.int().min(1), hash: id43 }),
})

export const exceptionPreviewClaims = z.strictObject({
  ...deviceBase,
  ask: z.strictObject({
    draft_id: id22.exactOptional(),
    mode: ask.mode,
    checks: ask.checks,
    resources: ask.resources,
    duration_s: ask.duration_s.exactOptional(),
    not_before: time.exactOptional(),
    category: ask.category.exactOptional(),
    extends: ask.extends,
    replaces: ask.replaces,
  }),
})

export const exceptionActionClaims = z.strictObject({
  ...deviceBase,
  request_id: uuid7,
  action: z.enum(['withdraw', 'reply', 'accept_offer', 'activate', 'surrender']),
  terms_digest: id43,
  grant_id: uuid7.exactOptional(),
  text: z.string().min(1).max(2000).exactOptional(),
})

export const logPosition = z.object({ index: count, proof: z.string().max(16_384).exactOptional() }).nullable()

export const grantedTerms = z.object({
  id: uuid7,
  state: z.enum(grantStates),
  checks: z.array(z.object({ id: checkId, covers: z.array(z.enum(['violated', 'unknown'])) })).max(10),
  resources: z.array(resourceId).max(20),
  not_before: time,
  not_after: time,
  controls: z.array(z.string().max(64)).max(20),
})

/** `exception-decision+jwt`. */
export const exceptionDecisionClaims = z.object({
  ...gatewayBase,
  request_id: uuid7,
  terms_digest: id43,
  state: z.enum(requestStates),
  reason: z.string().max(2000).exactOptional(),
  grant: grantedTerms.exactOptional(),
  log: logPosition,
})

export const handoffClaims = z.strictObject({
  ...deviceBase,
  hid: id22,
  decision: z.enum(['confirm', 'deny', 'not_me']),
  number: z
    .string()
    .regex(/^[0-9]{2}$/)
    .exactOptional(),
})
