import { type CelInput, CelScalar, celEnv, celFunc, isCelError, parse, plan } from '@bufbuild/cel'
import fc from 'fast-check'
import type { Shape } from '#contract/signal-shapes.ts'
import type { CompiledExpression } from '#gateway/policy/compile-condition.ts'
import { conditionFunctions } from '#gateway/policy/condition-functions.ts'

/** An answer, or that there was none: what two evaluators must agree on. */
export type Answer = true | false | 'failure' | 'no boolean'

type Compiled = Extract<CompiledExpression, { kind: 'compiled' }>
type Input = { readonly [name: string]: unknown }
type Shapes = { readonly [name: string]: Shape }

/** What the evaluator of the gateway says. */
export function firstAnswer(compiled: Compiled, input: Input): Answer {
  try {
    const context = Object.entries(input).map(([name, value]) => [name, compiled.convert[name]?.(value)] as const)
    return compiled.evaluate(Object.fromEntries(context))
  } catch {
    return 'failure'
  }
}

const functions = Object.entries(conditionFunctions).map(([name, call]) =>
  celFunc(name, [CelScalar.STRING, CelScalar.STRING], CelScalar.BOOL, call),
)

/** The same expression on the second evaluator. */
export function secondEvaluator(source: string, shapes: Shapes): (input: Input) => Answer {
  const evaluate = plan(celEnv({ funcs: functions }), parse(source).expr)
  return (input) => {
    const bindings = Object.entries(shapes).map(([name, shape]) => [name, asCelInput(input[name], shape)] as const)
    const result = evaluate(Object.fromEntries(bindings))
    if (isCelError(result)) return 'failure'
    return typeof result === 'boolean' ? result : 'no boolean'
  }
}

function asCelInput(value: unknown, shape: Shape): CelInput {
  switch (shape.kind) {
    case 'int':
      return BigInt(Number(value))
    case 'string':
      return String(value)
    case 'bool':
      return value === true
    case 'list':
      return Array.isArray(value) ? value.map((item) => asCelInput(item, shape.of)) : []
    case 'map':
      return new Map(members(value).map(([key, item]) => [key, asCelInput(item, shape.of)] as const))
    case 'object':
      return new Map(
        members(value).flatMap(([key, item]) => {
          const field = shape.fields[key]
          return field === undefined ? [] : [[key, asCelInput(item, field.shape)] as const]
        }),
      )
  }
}

function members(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

/** Values of a shape; texts are drawn from `words`, so that comparisons are not always false. */
export function valuesOf(shape: Shape, words: readonly string[]): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'int':
      return fc.oneof(
        fc.integer({ min: -3, max: 3 }),
        fc.constantFrom(0, 1, 60, 900, 1_209_600, 1_795_000_000, Number.MAX_SAFE_INTEGER),
        fc.maxSafeInteger(),
      )
    case 'string':
      return fc.oneof(
        fc.constantFrom(...words, '', 'ä', '😀', '26.1', '1.2', 'rolling', '1.2.3-rc.1'),
        fc.string({ maxLength: 8 }),
      )
    case 'bool':
      return fc.boolean()
    case 'list':
      return fc.array(valuesOf(shape.of, words), { maxLength: 4 })
    case 'map':
      return fc.dictionary(fc.constantFrom(...words, 'other'), valuesOf(shape.of, words), { maxKeys: 4 })
    case 'object': {
      const fields = Object.entries(shape.fields)
      return fc.record(Object.fromEntries(fields.map(([name, field]) => [name, valuesOf(field.shape, words)])), {
        requiredKeys: fields.flatMap(([name, { optional }]) => (optional ? [] : [name])),
        noNullPrototype: true,
      })
    }
  }
}

/** Texts between quotes: the words that an expression compares with. */
export function wordsIn(source: string): readonly string[] {
  return [...source.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, double, single]) => double ?? single ?? '')
}
