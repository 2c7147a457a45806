import * as z from 'zod'
import type { SignalId } from '../domain/signals.ts'
import { signalValues } from './signal-values.ts'

/** The type of a value as data: what a condition may do with it, and what a generator may make. Numbers are whole. */
export type Shape =
  | { readonly kind: 'int' | 'string' | 'bool' }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'map'; readonly of: Shape }
  | ObjectShape
export type ObjectShape = {
  readonly kind: 'object'
  readonly fields: { readonly [name: string]: { readonly shape: Shape; readonly optional: boolean } }
}

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
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodString) return { kind: 'string' }
  if (schema instanceof z.ZodNumber) return { kind: 'int' }
  if (schema instanceof z.ZodBoolean) return { kind: 'bool' }
  throw new Error('a signal value has a type that has no shape')
}

function fieldOf(field: z.core.$ZodType): { readonly shape: Shape; readonly optional: boolean } {
  if (field instanceof z.ZodOptional || field instanceof z.ZodExactOptional)
    return { shape: shapeOfSchema(field.unwrap()), optional: true }
  return { shape: shapeOfSchema(field), optional: false }
}
