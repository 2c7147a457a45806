import * as z from 'zod'
import { type AdminRoute, consoleRoles } from './admin-route.ts'
import {
  anyOf,
  checkId,
  deviceRef,
  lines,
  listOf,
  listQuery,
  logPlace,
  nothing,
  oneLine,
  personRef,
  reason200,
  resourceId,
} from './admin-types.ts'
import { grantStates, requestStates } from './exceptions.ts'
import { assertionJson, requestOptions } from './webauthn.ts'
import { count, id43, time, uuid7 } from './wire-types.ts'

/** Exceptions and grants (console-api.md section 4). Readers ignore members they do not know. */

const requestState = z.enum(requestStates)
const grantState = z.enum(grantStates)
const riskTier = z.enum(['low', 'medium', 'high', 'critical'])
const flag = z.enum(['true', 'false']).exactOptional()
const stageCount = z.object({ stage: z.string().max(40), have: count, need: count })
const mayVote = z.union([z.object({ stage: z.string() }), z.object({ rule: z.string() })])
/** What a page shows and nobody computes with: its parts are told of in console-api.md section 4. */
const shown = z.record(z.string(), z.unknown())

export const exceptionItem = z.object({
  id: uuid7,
  state: requestState,
  revision: z.int().min(1),
  subject: personRef,
  requester: personRef,
  device: deviceRef.nullable(),
  checks: z.array(checkId).max(10),
  resources: z.array(resourceId).max(20),
  duration_s: count,
  risk_tier: riskTier,
  mode: z.enum(['normal', 'break_glass']),
  votes: z.object({ have: count, need: count }),
  waiting_for: z.array(z.string().max(40)),
  decide_by: time.nullable(),
  created_at: time,
  may: z.object({ vote: mayVote }),
  log: logPlace,
  redacted: z.array(z.string()).max(50).exactOptional(),
})
export const exceptionDetail = exceptionItem.omit({ may: true }).extend({
  revisions: z.array(
    z.object({ revision: z.int().min(1), terms: shown, terms_digest: id43, author: personRef, at: time }),
  ),
  names: z.object({ persons: shown, devices: shown, checks: shown, resources: shown }),
  justification: shown,
  evidence: shown.nullable(),
  now: shown.nullable(),
  other_failing: z.array(shown),
  remedies: z.array(shown),
  pairs: z.array(shown),
  limits: z.array(shown),
  risk: shown,
  rule: shown,
  votes_cast: z.array(shown),
  thread: z.array(z.object({ id: z.string(), by: personRef.nullable(), at: time, text: z.string().nullable() })),
  grant: shown.nullable(),
  moves: z.array(z.object({ event: z.string(), by: personRef.nullable(), at: time, log: logPlace })),
  may: z.object({ vote: mayVote, ask: z.boolean(), offer: z.boolean(), revoke: z.boolean() }),
  redacted: z.array(z.string()).max(50).exactOptional(),
  erased: z.array(z.string()).max(50).exactOptional(),
})
export const grantItem = z.object({
  id: uuid7,
  request_id: uuid7,
  state: grantState,
  subject: personRef,
  device: deviceRef.nullable(),
  checks: z.array(z.object({ id: checkId, covers: z.array(z.string()) })),
  resources: z.array(resourceId),
  controls: z.array(z.string().max(64)),
  not_before: time,
  not_after: time,
  ending: z.boolean(),
  last_used_at: time.nullable(),
  decisions: count,
  cause: z.string().exactOptional(),
  log: logPlace,
  proven: z.boolean(),
  redacted: z.array(z.string()).max(50).exactOptional(),
})

const roles = { roles: [...consoleRoles] } as const
const approver = { roles: ['approver'] } as const
const openedParts = [
  'device',
  'evidence',
  'other-failing',
  'remedies',
  'justification',
  'history',
  'limits',
  'risk',
  'approvers',
  'preview',
] as const
const security = { roles: ['security'] } as const
const later = { asks: z.strictObject({}), answers: { 200: null }, failures: ['not_supported'], later: true } as const

export const exceptionsApi = {
  exceptions: {
    method: 'GET',
    path: '/v1/admin/exceptions',
    summary: 'Requests that the reader may see',
    who: roles,
    asks: null,
    query: z.strictObject({
      ...listQuery,
      state: anyOf(requestState),
      open: flag,
      mine: flag,
      subject: anyOf(uuid7),
      device: anyOf(uuid7),
      check: anyOf(checkId),
      resource: anyOf(resourceId),
      risk_tier: anyOf(riskTier),
    }),
    answers: { 200: listOf(exceptionItem) },
    failures: [],
  },
  exception: {
    method: 'GET',
    path: '/v1/admin/exceptions/{id}',
    summary: 'One request, with all that a decision needs',
    who: roles,
    asks: null,
    answers: { 200: exceptionDetail },
    failures: [],
  },
  exceptionPreview: {
    method: 'GET',
    path: '/v1/admin/exceptions/{id}/preview',
    summary: 'What the grant would change now',
    who: roles,
    asks: null,
    answers: {
      200: z.object({
        at: time,
        book: id43,
        resources: z.array(z.object({ id: resourceId, without: shown, with: shown })),
        ends_at: time,
        live_sessions: count,
        after_my_vote: z.array(stageCount),
      }),
    },
    failures: ['request_closed'],
  },
  voteChallenge: {
    method: 'POST',
    path: '/v1/admin/exceptions/{id}/challenges',
    summary: 'What a vote would sign',
    who: approver,
    asks: z.strictObject({ decision: z.enum(['approve', 'deny']), stage: oneLine(40) }),
    answers: {
      200: z.object({
        statement: z.object({
          request_id: uuid7,
          revision: z.int().min(1),
          terms_digest: id43,
          decision: z.enum(['approve', 'deny']),
          stage: z.string(),
          nonce: id43,
        }),
        options: requestOptions,
        expires_in: count,
      }),
    },
    failures: ['not_eligible', 'already_voted', 'stage_choice', 'request_closed', 'state_conflict', 'passkey_missing'],
  },
  vote: {
    method: 'POST',
    path: '/v1/admin/exceptions/{id}/votes',
    summary: 'Approve or deny exactly these terms',
    who: approver,
    asks: z.strictObject({
      nonce: id43,
      assertion: assertionJson,
      reason: lines(2000).exactOptional(),
      opened: z.array(z.enum(openedParts)).max(10),
      dwell_ms: z.int().min(0).max(86_400_000),
    }),
    answers: {
      200: z.object({
        request_id: uuid7,
        state: requestState,
        tally: z.array(stageCount),
        grant: shown.exactOptional(),
        log: logPlace,
      }),
    },
    failures: [
      'not_eligible',
      'already_voted',
      'stage_choice',
      'request_closed',
      'state_conflict',
      'terms_changed',
      'challenge_expired',
      'assertion_refused',
    ],
  },
  askRequester: {
    method: 'POST',
    path: '/v1/admin/exceptions/{id}/messages',
    summary: 'Ask the requester a question',
    who: approver,
    asks: z.strictObject({ text: lines(2000) }),
    answers: { 201: z.object({ id: z.string(), state: requestState }) },
    failures: ['not_eligible', 'request_closed', 'state_conflict'],
  },
  grants: {
    method: 'GET',
    path: '/v1/admin/grants',
    summary: 'Grants that the reader may see',
    who: roles,
    asks: null,
    query: z.strictObject({
      ...listQuery,
      state: anyOf(grantState),
      live: flag,
      subject: anyOf(uuid7),
      device: anyOf(uuid7),
      check: anyOf(checkId),
      resource: anyOf(resourceId),
      ends_before: z
        .string()
        .regex(/^[0-9]{1,12}$/)
        .exactOptional(),
    }),
    answers: { 200: listOf(grantItem) },
    failures: [],
  },
  grant: {
    method: 'GET',
    path: '/v1/admin/grants/{id}',
    summary: 'One grant',
    who: roles,
    asks: null,
    answers: { 200: grantItem },
    failures: [],
  },
  revokeGrant: {
    method: 'POST',
    path: '/v1/admin/grants/{id}/revocation',
    summary: 'End a grant at once',
    who: { roles: ['approver', 'security', 'admin'] },
    asks: reason200,
    answers: { 200: z.object({ id: uuid7, state: grantState, sessions_ended: count }) },
    failures: ['request_closed', 'not_eligible'],
  },
  offerChallenge: {
    ...later,
    method: 'POST',
    path: '/v1/admin/exceptions/{id}/offers/challenges',
    summary: 'What narrower terms would sign',
    who: approver,
  },
  offer: {
    ...later,
    method: 'POST',
    path: '/v1/admin/exceptions/{id}/offers',
    summary: 'Offer narrower terms',
    who: approver,
  },
  exceptionProof: {
    ...later,
    asks: null,
    method: 'GET',
    path: '/v1/admin/exceptions/{id}/proof',
    summary: 'The proof of a request',
    who: roles,
  },
  suspendGrant: {
    ...later,
    method: 'POST',
    path: '/v1/admin/grants/{id}/suspension',
    summary: 'Suspend a grant',
    who: security,
  },
  resumeGrant: {
    ...later,
    method: 'POST',
    path: '/v1/admin/grants/{id}/resumption',
    summary: 'Resume a grant',
    who: approver,
  },
  voidGrant: {
    ...later,
    method: 'POST',
    path: '/v1/admin/grants/{id}/voiding',
    summary: 'Void a grant',
    who: security,
  },
  killSwitch: {
    ...later,
    method: 'POST',
    path: '/v1/admin/kill-switch',
    summary: 'End every grant of a scope',
    who: security,
  },
  obligations: {
    ...later,
    asks: null,
    method: 'GET',
    path: '/v1/admin/obligations',
    summary: 'What is owed after grants',
    who: roles,
  },
  obligationChallenge: {
    ...later,
    asks: nothing,
    method: 'POST',
    path: '/v1/admin/obligations/{id}/challenges',
    summary: 'What a review would sign',
    who: roles,
  },
  reviewObligation: {
    ...later,
    method: 'POST',
    path: '/v1/admin/obligations/{id}/reviews',
    summary: 'Review what was done',
    who: roles,
  },
} as const satisfies Record<string, AdminRoute>
