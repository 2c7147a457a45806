import type { KeyStore } from '#agent/attestation/key-store.ts'
import { signMessage } from '#agent/attestation/sign-message.ts'
import type { Freshness, GatewayClient } from '#agent/gateway-client/gateway-client.ts'
import type { Draft, PreviewQuestion, SubmitQuestion } from '#contract/agent-exceptions.ts'
import type { ActiveEnrollment } from '#contract/agent-state-files.ts'
import {
  type ActionAnswer,
  actionAnswer,
  type PreviewAnswer,
  previewAnswer,
  type SubmissionAnswer,
  submissionAnswer,
} from '#contract/exception-answers.ts'
import type { ClaimsOf } from '#contract/message-types.ts'
import { Failure, type FailureCode } from '#domain/failure.ts'
import { randomId } from '#runtime/random-id.ts'

/** Who speaks for this device, and to whom. */
export type Speaker = {
  readonly client: Pick<GatewayClient, 'send'>
  readonly keys: Pick<KeyStore, 'kid' | 'publicJwk' | 'sign'>
  readonly enrollment: Pick<ActiveEnrollment, 'issuer' | 'device_id' | 'kid'>
}

const lifeSeconds = 300

/** Failures after which the same draft may be sent again by itself: nobody judged it yet, or nobody heard the judgement. */
const passing: ReadonlySet<FailureCode> = new Set([
  'gateway_unreachable',
  'unavailable',
  'log_locked',
  'rate_limited',
  'internal',
  'key_locked',
  'use_nonce',
  'replayed', // its answer was lost; a new message with the same draft is answered alike
])

export function mayPass(failure: Failure): boolean {
  return passing.has(failure.code)
}

/** A draft in which nothing is missing; undefined otherwise. */
export function completeAsk(draft: Draft): (SubmitQuestion & { readonly draft_id: string }) | undefined {
  const { draft_id, checks, resources, duration_s, category, reason, ticket, remedy_by, replaces } = draft
  if (checks.length === 0 || resources.length === 0 || duration_s === undefined) return undefined
  if (category === undefined || category === '' || reason === undefined || reason === '') return undefined
  return {
    draft_id,
    checks,
    resources,
    duration_s,
    category,
    reason,
    ...(ticket === undefined || ticket === '' ? {} : { ticket }),
    ...(remedy_by === undefined ? {} : { remedy_by }),
    ...(replaces === undefined ? {} : { replaces }),
  }
}

/**
 * Signs the ask with the device key and sends it. The same `draft_id` is always the same request. `clickedAt`: when the
 * person sent it. Failures: those of the route, of the key and of the connection; `gateway_answer_invalid`.
 */
export async function submitRequest(
  { client, keys, enrollment }: Speaker,
  ask: SubmitQuestion & { readonly draft_id: string },
  looked: { readonly clickedAt: number; readonly evidence: ClaimsOf<'exception-request+jwt'>['evidence'] },
): Promise<SubmissionAnswer> {
  const { value } = await client.send('submitException', {
    kid: enrollment.kid,
    async make(fresh) {
      const claims = {
        ...baseClaims(enrollment, fresh),
        ask: { ...ask, mode: 'normal' as const },
        presence: { method: 'click' as const, at: looked.clickedAt },
        evidence: looked.evidence,
      }
      return (await signMessage(keys, 'exception-request+jwt', claims)).jws
    },
  })
  return readValue(submissionAnswer, value)
}

/** What an exception would need. Nothing of it binds, and no words of the person are sent. */
export async function previewRequest(
  { client, keys, enrollment }: Speaker,
  question: PreviewQuestion,
): Promise<PreviewAnswer> {
  const { value } = await client.send('previewException', {
    kid: enrollment.kid,
    async make(fresh) {
      const claims = { ...baseClaims(enrollment, fresh), ask: { ...question, mode: 'normal' as const } }
      return (await signMessage(keys, 'exception-preview+jwt', claims)).jws
    },
  })
  return readValue(previewAnswer, value)
}

/** An act on a request of this device's owner. */
export async function actOnRequest(
  { client, keys, enrollment }: Speaker,
  act: Pick<ClaimsOf<'exception-action+jwt'>, 'request_id' | 'action' | 'terms_digest' | 'grant_id' | 'text'>,
): Promise<ActionAnswer> {
  const { value } = await client.send('actOnException', {
    kid: enrollment.kid,
    requestId: act.request_id,
    async make(fresh) {
      return (await signMessage(keys, 'exception-action+jwt', { ...baseClaims(enrollment, fresh), ...act })).jws
    },
  })
  const answer = readValue(actionAnswer, value)
  if (answer.request_id !== act.request_id)
    throw new Failure('gateway_answer_invalid', { reason: 'It is about another request' })
  return answer
}

function baseClaims(enrollment: Speaker['enrollment'], { nonce, nowSeconds }: Freshness) {
  return {
    iss: `urn:uuid:${enrollment.device_id}`,
    aud: enrollment.issuer,
    iat: nowSeconds,
    exp: nowSeconds + lifeSeconds,
    jti: randomId(),
    eat_nonce: nonce,
  }
}

type Parse<Value> = {
  safeParse(value: unknown): { readonly data?: Value | undefined; readonly error?: Error | undefined }
}

function readValue<Value>(schema: Parse<Value>, value: unknown): Value {
  const { data, error } = schema.safeParse(value)
  if (data !== undefined) return data
  throw new Failure('gateway_answer_invalid', { reason: 'It is not in the form of this call' }, { cause: error })
}
