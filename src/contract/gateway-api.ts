import * as z from 'zod'
import type { WireFailureCode } from '../domain/failure.ts'
import { configuration, enrolled, enrollmentPending, jwks, nonceAnswer, nonceQuestion } from './enrollment.ts'
import { attestationAnswer } from './gateway-messages.ts'
import type { MessageTyp } from './message-types.ts'

/** What a call carries: nothing, JSON by a schema, or one signed message as the whole body. */
export type Asks =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'json'; readonly schema: z.ZodType }
  | { readonly kind: 'jws'; readonly typ: MessageTyp; readonly media: 'application/jose' | 'application/eat+jwt' }

/** Who may call: anybody, who holds an enrolment token, who signs with a device key, who holds a DPoP-bound token. */
export type Auth = 'none' | 'bearer-authority' | 'device-signature' | 'dpop'

export type Route = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly summary: string
  readonly auth: Auth
  readonly asks: Asks
  /** Schema of each successful answer; `null` has no body. */
  readonly answers: { readonly [status: number]: z.ZodType | null }
  readonly failures: readonly WireFailureCode[]
}

/** The refusals that every device message can meet (protocol.md section 4.2). */
export const messageFailures = [
  'rate_limited',
  'too_large',
  'media_type',
  'invalid_signature',
  'retired_key',
  'device_quarantined',
  'pending_approval',
  'schema_invalid',
  'use_nonce',
  'clock_skew',
  'agent_outdated',
  'not_supported',
  'unavailable',
  'internal',
] as const satisfies readonly WireFailureCode[]

/** The device API as a table: routes, client and the OpenAPI document derive from it. */
export const gatewayApi = {
  configuration: {
    method: 'GET',
    path: '/.well-known/postern/configuration',
    summary: 'What this gateway is, and what it asks consent for',
    auth: 'none',
    asks: { kind: 'nothing' },
    answers: { 200: configuration },
    failures: ['internal'],
  },
  jwks: {
    method: 'GET',
    path: '/.well-known/postern/jwks.json',
    summary: 'Public keys of the gateway, by use',
    auth: 'none',
    asks: { kind: 'nothing' },
    answers: { 200: jwks },
    failures: ['internal'],
  },
  nonce: {
    method: 'POST',
    path: '/v1/nonce',
    summary: 'A nonce for the key that will sign',
    auth: 'none',
    asks: { kind: 'json', schema: nonceQuestion },
    answers: { 200: nonceAnswer },
    failures: ['schema_invalid', 'rate_limited', 'too_large', 'media_type', 'internal'],
  },
  enroll: {
    method: 'POST',
    path: '/v1/enrollments',
    summary: 'Enrol a device key; idempotent by authority and key',
    auth: 'bearer-authority',
    asks: { kind: 'jws', typ: 'enroll+jwt', media: 'application/jose' },
    answers: { 201: enrolled, 202: enrollmentPending },
    failures: [...messageFailures, 'enrollment_refused', 'tier_too_low', 'key_in_use'],
  },
  attest: {
    method: 'POST',
    path: '/v1/attestations',
    summary: 'A signed report of the device; answered by the signed judgement',
    auth: 'device-signature',
    asks: { kind: 'jws', typ: 'eat+jwt', media: 'application/eat+jwt' },
    answers: { 200: attestationAnswer },
    failures: [...messageFailures, 'profile_unsupported', 'replayed', 'chain_fork'],
  },
  stream: {
    method: 'GET',
    path: '/v1/stream',
    summary: 'The live stream, subprotocol postern.v1',
    auth: 'dpop',
    asks: { kind: 'nothing' },
    answers: { 101: null },
    failures: [
      'invalid_token',
      'invalid_dpop_proof',
      'use_dpop_nonce',
      'device_quarantined',
      'retired_key',
      'rate_limited',
      'unavailable',
    ],
  },
  submitException: {
    method: 'POST',
    path: '/v1/exceptions',
    summary: 'Ask for a temporary exception',
    auth: 'device-signature',
    asks: { kind: 'jws', typ: 'exception-request+jwt', media: 'application/jose' },
    answers: { 201: z.unknown() },
    failures: [...messageFailures, 'replayed', 'exception_limit'],
  },
  previewException: {
    method: 'POST',
    path: '/v1/exceptions/previews',
    summary: 'What an exception would need, before it is asked for',
    auth: 'device-signature',
    asks: { kind: 'jws', typ: 'exception-preview+jwt', media: 'application/jose' },
    answers: { 200: z.unknown() },
    failures: [...messageFailures, 'replayed'],
  },
  actOnException: {
    method: 'POST',
    path: '/v1/exceptions/{request_id}/actions',
    summary: 'Withdraw, reply to a question, or surrender',
    auth: 'device-signature',
    asks: { kind: 'jws', typ: 'exception-action+jwt', media: 'application/jose' },
    answers: { 200: z.unknown() },
    failures: [...messageFailures, 'replayed', 'not_found', 'request_closed', 'state_conflict', 'terms_changed'],
  },
} as const satisfies Record<string, Route>

export type RouteName = keyof typeof gatewayApi
