import * as z from 'zod'
import { signalValues } from '#contract/signal-values.ts'
import type { Parameter, Parameters } from '#domain/policy/documents.ts'
import type { SignalId } from '#domain/signals.ts'

/** The types that conditions know: what a variable of a slot looks like. Numbers are whole. */
export type Shape =
  | { readonly kind: 'int' | 'string' | 'bool' }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'map'; readonly of: Shape }
  | ObjectShape
export type ObjectShape = {
  readonly kind: 'object'
  readonly fields: { readonly [name: string]: { readonly shape: Shape; readonly optional: boolean } }
}

const int: Shape = { kind: 'int' }
const string: Shape = { kind: 'string' }
const bool: Shape = { kind: 'bool' }
const strings: Shape = { kind: 'list', of: string }

/** The shape of a signal's value, read off its wire schema, so that the two cannot drift. */
export function signalShape(signal: SignalId): Shape {
  return shapeOfSchema(signalValues[signal])
}

function shapeOfSchema(schema: z.core.$ZodType): Shape {
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries<z.core.$ZodType>(schema.shape).map(([name, field]) => [name, fieldOf(field)] as const)
    return { kind: 'object', fields: Object.fromEntries(fields) }
  }
  if (schema instanceof z.ZodArray) return { kind: 'list', of: shapeOfSchema(schema.element) }
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum) {
    const { valueType } = schema
    const fields = schema.keyType.options.map(
      (name) => [String(name), { shape: shapeOfSchema(valueType), optional: true }] as const,
    )
    return { kind: 'object', fields: Object.fromEntries(fields) }
  }
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodString) return string
  if (schema instanceof z.ZodNumber) return int
  if (schema instanceof z.ZodBoolean) return bool
  throw new Error('a signal value has a type that conditions do not know')
}

function fieldOf(field: z.core.$ZodType): { readonly shape: Shape; readonly optional: boolean } {
  if (field instanceof z.ZodOptional || field instanceof z.ZodExactOptional)
    return { shape: shapeOfSchema(field.unwrap()), optional: true }
  return { shape: shapeOfSchema(field), optional: false }
}

/** The shape of a platform's parameters, from the constants themselves. */
export function parametersShape(parameters: Parameters): ObjectShape {
  return object(
    Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, shapeOfParameter(parameter)])),
  )
}

function shapeOfParameter(parameter: Parameter): Shape {
  if (typeof parameter === 'boolean') return bool
  if (typeof parameter === 'number') return int
  if (typeof parameter === 'string') return string
  if (isList(parameter)) return strings
  return { kind: 'map', of: Object.values(parameter).some((value) => typeof value === 'number') ? int : string }
}

function isList(parameter: Parameter): parameter is readonly string[] {
  return Array.isArray(parameter)
}

function object(fields: { readonly [name: string]: Shape }, optional: readonly string[] = []): ObjectShape {
  return {
    kind: 'object',
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, shape]) => [name, { shape, optional: optional.includes(name) }]),
    ),
  }
}

/** What `pass` sees of one signal on one platform. */
export function passVariables(signal: SignalId, parameters: Parameters): { readonly [name: string]: Shape } {
  return { value: signalShape(signal), param: parametersShape(parameters), platform: string, now: int }
}

/** What `match` sees. */
export const matchVariables: { readonly [name: string]: Shape } = {
  request: object({
    mode: string,
    durationSeconds: int,
    renewal: int,
    platform: string,
    category: string,
    onBehalf: bool,
    checks: { kind: 'list', of: object({ id: string, severity: string, covers: strings }) },
    resources: { kind: 'list', of: object({ id: string, tags: strings, tier: string }) },
    controls: strings,
  }),
}

/** What `when` sees. */
export const whenVariables: { readonly [name: string]: Shape } = {
  ...matchVariables,
  risk: object({ tier: string, score: int, factors: strings }),
  subject: object({ status: string, team: string, groups: strings }, ['team']),
  device: object({ keyTier: string, ageDays: int, platform: string }),
  time: object({ offHours: bool, weekday: int, hour: int }),
}
