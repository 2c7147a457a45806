import { gatewayApi, type Route, type RouteName } from '#contract/gateway-api.ts'
import type { MessageTyp } from '#contract/message-types.ts'
import { problem } from '#contract/problem.ts'
import { firstIssue } from '#contract/schema-issues.ts'
import { parseStrictJson } from '#contract/strict-json.ts'
import { Failure, type WireFailureCode } from '#domain/failure.ts'
import type { Reason } from '#domain/reason.ts'
import type { HttpAnswer } from './exchange.ts'

type Answers<Name extends RouteName> = (typeof gatewayApi)[Name]['answers']
type Parsed<Schema> = Schema extends { readonly _output: infer Output } ? Output : undefined

/** What a route may answer, by status. */
export type AnswerOf<Name extends RouteName> = {
  [Status in keyof Answers<Name>]: { readonly status: Status; readonly value: Parsed<Answers<Name>[Status]> }
}[keyof Answers<Name>]

/** Routes that carry one signed message. */
export type MessageRoute = {
  [Name in RouteName]: (typeof gatewayApi)[Name]['asks'] extends { readonly kind: 'jws' } ? Name : never
}[RouteName]

export function typOfRoute(name: MessageRoute): { readonly typ: MessageTyp; readonly media: string } {
  return gatewayApi[name].asks
}

const longestAnswer = 262_144

/**
 * The answer of a route, by its schema; members that the schema does not know are ignored. A problem becomes the failure
 * of its code, where the route may fail that way. Whatever else came is `gateway_answer_invalid`, or
 * `gateway_unreachable` where something between us and the gateway answered in its place.
 */
export function readAnswer<Name extends RouteName>(name: Name, answer: HttpAnswer): AnswerOf<Name>
export function readAnswer(name: RouteName, answer: HttpAnswer): unknown {
  const route: Route = gatewayApi[name]
  const schema = route.answers[answer.status]
  if (schema === null) return { status: answer.status, value: undefined }
  if (schema === undefined) throw readProblem(route, answer)
  const parsed = schema.safeParse(readJson(answer, 'application/json'))
  if (parsed.success) return { status: answer.status, value: parsed.data }
  const { pointer, detail } = firstIssue(parsed.error)
  throw invalid(pointer === '' ? `It is wrong: ${detail}` : `It is wrong at ${pointer}: ${detail}`, parsed.error)
}

/** The failure that an answer with an unforeseen status stands for. */
export function readProblem(route: Route, answer: HttpAnswer): Failure {
  if (answer.status >= 300 && answer.status < 400) return invalid('It is a redirect, and none is followed')
  const parsed = problem.safeParse(readProblemJson(answer))
  if (!parsed.success) return notAProblem(answer.status)
  const code = route.failures.find((known) => known === parsed.data.code)
  if (code === undefined)
    return answer.status >= 500
      ? new Failure('unavailable', retryOf(parsed.data.retry_after))
      : invalid(`It has the code ${parsed.data.code.replace(/[^a-z_]/g, '?')}, which is not known here`)
  return new Failure<WireFailureCode>(code, detailsOf(parsed.data))
}

function notAProblem(status: number): Failure {
  if (status < 500) return invalid(`It has the status ${status} and is not from a Postern gateway`)
  return new Failure('gateway_unreachable', { reason: `Something in front of the gateway answered with ${status}` })
}

const carried = ['errors', 'retry_after', 'chain_state', 'state', 'profiles', 'checks', 'acr_values'] as const

function detailsOf(given: { readonly [name: string]: unknown }): { readonly [name: string]: unknown } {
  return Object.fromEntries(carried.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]))
}

function retryOf(seconds: number | undefined): { readonly retry_after?: number } {
  return seconds === undefined ? {} : { retry_after: seconds }
}

function readProblemJson(answer: HttpAnswer): unknown {
  try {
    return readJson(answer, 'application/problem+json')
  } catch {
    return undefined // then it is no problem document
  }
}

function readJson(answer: HttpAnswer, media: string): unknown {
  if (answer.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase() !== media)
    throw invalid(`It is not ${media}`)
  try {
    return parseStrictJson(answer.body, { maxLength: longestAnswer })
  } catch (cause) {
    throw invalid('It is not JSON by the rules agreed on', cause)
  }
}

function invalid(reason: Reason, cause?: unknown): Failure<'gateway_answer_invalid'> {
  return new Failure('gateway_answer_invalid', { reason }, cause === undefined ? undefined : { cause })
}
