import type { Readable } from 'node:stream'
import * as z from 'zod'
import type { AdminRoute } from '#contract/admin-route.ts'
import { signedPart } from '#contract/admin-types.ts'
import { schemaIssues } from '#contract/schema-issues.ts'
import { JsonRefused, parseStrictJson } from '#contract/strict-json.ts'
import { canonicalJson, type Json } from '#domain/canonical-json.ts'
import { Failure } from '#domain/failure.ts'
import type { Acting } from '#gateway/people/acting.ts'
import { hash } from '#runtime/digest.ts'
import type { Asker } from './who-asks.ts'

/** The part of a signed act that the passkey signed, and what it must have signed. */
export type SignedQuestion = z.infer<typeof signedPart> & { readonly act: string; readonly question: string }

type Parsed<Schema> = Schema extends z.ZodType ? z.infer<Schema> : undefined

/** A call whose asker is known and whose parts have their form. */
export type AdminQuestion<Route extends AdminRoute> = {
  readonly asker: Asker
  readonly path: { readonly [name: string]: string }
  readonly query: Parsed<Route['query']>
  readonly body: Parsed<Route['asks']>
  readonly signed: SignedQuestion | undefined
  readonly acting: Acting
  /** Unix seconds. */
  readonly now: number
  /** What ties a browser to its ceremonies before it has a session. */
  readonly browserSecret: string | undefined
}

export type AdminAnswer = {
  readonly status: number
  readonly body?: object
  /** Instead of a body: text or a stream of another type; with a name it is kept, not shown. */
  readonly file?: { readonly type: string; readonly name?: string; readonly content: string | Readable }
  readonly cookies?: readonly string[]
}

/** A call as it came: its parts not parsed yet. */
export type RawCall = {
  readonly asker: Asker
  readonly path: { readonly [name: string]: string }
  readonly query: { readonly [name: string]: string | readonly string[] }
  readonly body: string | undefined
  readonly acting: Acting
  readonly now: number
  readonly browserSecret: string | undefined
}

/** A row of the table with its handler. */
export type Answerer = { readonly route: AdminRoute; readonly run: (call: RawCall) => Promise<AdminAnswer> }

/** Binds a handler to its row: the question reaches it parsed. Failure `schema_invalid`. */
export function answers<Route extends AdminRoute>(
  route: Route,
  handle: (question: AdminQuestion<Route>) => Promise<AdminAnswer>,
): Answerer {
  return {
    route,
    async run({ body, query, ...call }) {
      const asked = readBody(route, call.path, body)
      const filters = route.query === undefined ? undefined : parse(route.query, query)
      return await handle({ ...call, query: settled(filters), body: settled(asked.body), signed: asked.signed })
    },
  }
}

/** `hash(JCS({ path, body }))`: what a passkey signs of a signed act (console-api.md section 1). */
export function questionHash(path: { readonly [name: string]: string }, body: Json): string {
  return hash(canonicalJson({ path: { ...path }, body }))
}

export function actOf({ method, path }: Pick<AdminRoute, 'method' | 'path'>): string {
  return `${method} ${path}`
}

export function parse(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new Failure('schema_invalid', { errors: schemaIssues(parsed.error) })
}

function readBody(
  route: AdminRoute,
  path: { readonly [name: string]: string },
  text: string | undefined,
): { readonly body: unknown; readonly signed: SignedQuestion | undefined } {
  if (route.asks === null || text === undefined) return { body: undefined, signed: undefined }
  const value = readJson(text)
  if (!isObject(value)) throw new Failure('schema_invalid', { errors: [{ pointer: '', detail: 'must be object' }] })
  const { signed, ...rest } = value
  if (route.signed === undefined || (route.signed === 'sometimes' && signed === undefined))
    return { body: parse(route.asks, value), signed: undefined }
  const given = parse(z.strictObject({ signed: signedPart }), { signed })
  const body = parse(route.asks, rest)
  return { body, signed: { ...signedOf(given), act: actOf(route), question: questionHash(path, rest) } }
}

function readJson(text: string): unknown {
  try {
    return parseStrictJson(text)
  } catch (thrown) {
    if (!(thrown instanceof JsonRefused)) throw thrown
    throw new Failure('schema_invalid', { errors: [{ pointer: '', detail: 'is not strict JSON' }] }, { cause: thrown })
  }
}

function signedOf(given: unknown): z.infer<typeof signedPart> {
  return z.strictObject({ signed: signedPart }).parse(given).signed
}

function isObject(value: unknown): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value was parsed by the schema that its type is made from. */
function settled<Schema>(value: unknown): Parsed<Schema> {
  if (isParsed<Schema>(value)) return value
  throw new TypeError('not parsed')
}

function isParsed<Schema>(_value: unknown): _value is Parsed<Schema> {
  return true
}
