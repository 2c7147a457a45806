import { fillText } from '#contract/fill-text.ts'
import { type Problem, problemType } from '#contract/problem.ts'
import { en } from '#contract/texts/en.ts'
import { Failure, type WireFailureCode } from '#domain/failure.ts'
import { failureStatus, isWireCode } from './failure-status.ts'

export type ProblemAnswer = {
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  readonly body: Problem
}

/** Members of a failure's details that a problem may carry; everything else stays in the log. */
const carried = [
  'errors',
  'retry_after',
  'chain_state',
  'state',
  'profiles',
  'checks',
  'acr_values',
  'rule',
  'stage',
  'refusal',
  'roles',
  'pools',
  'by',
  'version',
  'item',
  'used_by',
  'book',
  'remarks',
] as const

/** The schemes whose 401 is about a DPoP-bound token (RFC 9449 section 7.1); all others are our own messages. */
const dpopCodes: ReadonlySet<WireFailureCode> = new Set(['invalid_token', 'invalid_dpop_proof', 'use_dpop_nonce'])

/** A failure as an RFC 9457 problem. What is not foreseen, or stays on devices, is `internal`, without a word of why. */
export function problemAnswer(thrown: unknown, requestId: string): ProblemAnswer {
  const failure = thrown instanceof Failure && isWireCode(thrown.code) ? thrown : new Failure('internal', {})
  const code: WireFailureCode = isWireCode(failure.code) ? failure.code : 'internal'
  const details: { readonly [name: string]: unknown } = { ...failure.details }
  const { title, detail } = en.failures[code]
  const status = failureStatus[code]
  const body: Problem = {
    type: `${problemType}${code}`,
    title,
    status,
    detail: fillText(detail, details),
    instance: `urn:uuid:${requestId}`,
    code,
    ...Object.fromEntries(carried.filter((name) => details[name] !== undefined).map((name) => [name, details[name]])),
  }
  return { status, headers: headersOf(code, status, details), body }
}

function headersOf(code: WireFailureCode, status: number, details: { readonly [name: string]: unknown }) {
  const headers: Record<string, string> = {}
  if (status === 401) headers['www-authenticate'] = `${dpopCodes.has(code) ? 'DPoP' : 'Postern'} error="${code}"`
  if (typeof details['retry_after'] === 'number') headers['retry-after'] = String(details['retry_after'])
  return headers
}
