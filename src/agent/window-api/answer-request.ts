import {
  type Asker,
  isRequestName,
  maxAnswerBytes,
  maxCallsPerSecond,
  maxQuestionBytes,
  type RequestHandlers,
  type RequestName,
  requests,
} from '#contract/ipc.ts'
import { schemaIssues } from '#contract/schema-issues.ts'
import type { Reply } from '#contract/transport.ts'
import { Failure } from '#domain/failure.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { randomId } from '#runtime/random-id.ts'

/** Answers whatever a carrier brings; it never throws. The carrier has proven who asks, and nothing else. */
export type AnswerRequest = (name: unknown, question: unknown) => Promise<Reply<unknown>>

type AnyHandler = (question: unknown) => Promise<unknown>

/**
 * The checks that every question passes, whatever carried it: size, a name of the table, asked by who may, how often,
 * schema; then the handler; then the schema of the answer. Failures are data.
 */
export function answerRequest(
  asker: Asker,
  handlers: RequestHandlers,
  { clock, log }: { readonly clock: Pick<Clock, 'nowMs'>; readonly log: Log },
): AnswerRequest {
  const calls = new Map<RequestName, { second: number; count: number }>()

  /** The first calls of a second pass; a whole second later counting begins anew. */
  function mayCall(name: RequestName): boolean {
    const second = Math.floor(clock.nowMs() / 1000)
    const counted = calls.get(name)
    if (counted === undefined || counted.second !== second) {
      calls.set(name, { second, count: 1 })
      return true
    }
    counted.count += 1
    return counted.count <= maxCallsPerSecond
  }

  async function answer(name: unknown, question: unknown): Promise<unknown> {
    const bytes = sizeOf(question)
    if (bytes === undefined || bytes > maxQuestionBytes) throw new Failure('question_invalid', {})
    if (typeof name !== 'string' || !isRequestName(name)) throw new Failure('question_invalid', {})
    const row = requests[name]
    if (!row.from.some((allowed) => allowed === asker)) throw new Failure('question_invalid', {})
    if (!mayCall(name)) throw new Failure('too_many_questions', {})
    const asked = row.asks.safeParse(question)
    if (!asked.success)
      throw new Failure('question_invalid', { errors: schemaIssues(asked.error) }, { cause: asked.error })
    const given = row.answers.parse(await handlerOf(handlers, name)(asked.data))
    if ((sizeOf(given) ?? Number.POSITIVE_INFINITY) > maxAnswerBytes) throw new Error('the answer is too large')
    return given
  }

  return async (name, question) => {
    try {
      return { ok: true, value: await answer(name, question) }
    } catch (thrown) {
      if (thrown instanceof Failure) return { ok: false, code: thrown.code, details: { ...thrown.details } }
      const logId = randomId()
      log.error('request.broke', {
        logId,
        name: typeof name === 'string' ? name.slice(0, 64) : typeof name,
        err: thrown,
      })
      return { ok: false, code: 'internal', logId }
    }
  }
}

/** A name's handler takes the question of that name's schema, which was parsed just before. */
function handlerOf(handlers: RequestHandlers, name: RequestName): AnyHandler
function handlerOf(handlers: RequestHandlers, name: RequestName): unknown {
  return handlers[name]
}

/** Bytes as JSON; undefined for what JSON cannot say. Nothing at all has none. */
function sizeOf(value: unknown): number | undefined {
  if (value === undefined) return 0
  try {
    const text: unknown = JSON.stringify(value)
    return typeof text === 'string' ? Buffer.byteLength(text) : undefined
  } catch {
    return undefined // a cycle, a BigInt, a getter that throws
  }
}
