import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js'
import type { Shape } from '#contract/signal-shapes.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { Condition, MatchInput, PassInput, WhenInput } from '#domain/policy/conditions.ts'
import type { Parameters } from '#domain/policy/documents.ts'
import type { SignalId } from '#domain/signals.ts'
import { type Fault, faultsOf, type Tree } from './condition-faults.ts'
import { conditionFunctions } from './condition-functions.ts'
import { matchVariables, passVariables, whenVariables } from './condition-shapes.ts'

/** The one file that knows CEL: expressions become plain functions that answer true or false, or throw. */

export type Compiled<Input> =
  | { readonly kind: 'compiled'; readonly condition: Condition<Input> }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] }

const mostCharacters = 500
const limits = { maxAstNodes: 100, maxDepth: 12, maxListElements: 50, maxMapEntries: 50, maxCallArguments: 4 }

/**
 * A `pass` for one platform, with its parameters built in. What it finds out about a value is remembered for as long as
 * the value lives, unless it reads `now`.
 */
export function compilePass(
  source: string,
  signal: SignalId,
  platform: OperatingSystem,
  parameters: Parameters,
): Compiled<PassInput> {
  const compiled = compileExpression(source, passVariables(signal, parameters), false)
  if (compiled.kind === 'faulty') return compiled
  const { evaluate, uses, convert } = compiled
  const constants = { param: convert.param?.(parameters), platform }
  const values = new WeakMap<object, unknown>()
  const answers = new WeakMap<object, boolean>()
  const asValue = (value: PassInput['value']): unknown => {
    const known = values.get(value)
    if (known !== undefined) return known
    const converted = convert.value?.(value)
    values.set(value, converted)
    return converted
  }
  const condition: Condition<PassInput> = uses.has('now')
    ? { uses, holds: ({ value, now }) => evaluate({ ...constants, value: asValue(value), now: convert.now?.(now) }) }
    : {
        uses,
        holds: ({ value }) => {
          const known = answers.get(value)
          if (known !== undefined) return known
          const answer = evaluate({ ...constants, value: asValue(value), now: 0n })
          answers.set(value, answer)
          return answer
        },
      }
  return { kind: 'compiled', condition }
}

export function compileMatch(source: string): Compiled<MatchInput> {
  return compileSlot(source, matchVariables)
}

export function compileWhen(source: string): Compiled<WhenInput> {
  return compileSlot(source, whenVariables)
}

function compileSlot<Input extends object>(
  source: string,
  variables: { readonly [name: string]: Shape },
): Compiled<Input> {
  const compiled = compileExpression(source, variables, true)
  if (compiled.kind === 'faulty') return compiled
  const { evaluate, uses, convert } = compiled
  const holds = (input: Input): boolean => {
    const context: { [name: string]: unknown } = {}
    for (const [name, value] of Object.entries(input)) context[name] = convert[name]?.(value)
    return evaluate(context)
  }
  return { kind: 'compiled', condition: { uses, holds } }
}

export type CompiledExpression =
  | {
      readonly kind: 'compiled'
      /** Throws on any failure of the evaluator, and on an answer that is not a boolean. */
      readonly evaluate: (context: { readonly [name: string]: unknown }) => boolean
      readonly uses: ReadonlySet<string>
      /** From plain values to what the evaluator takes, by variable. Throws on a value of another shape. */
      readonly convert: { readonly [name: string]: (value: unknown) => unknown }
    }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] }

/** Compiles one expression over these variables, or says everything that is wrong with it. */
export function compileExpression(
  source: string,
  variables: { readonly [name: string]: Shape },
  mayUseOr: boolean,
): CompiledExpression {
  if (source.length > mostCharacters)
    return faulty({ says: `${source.length} characters`, instead: `at most ${mostCharacters}; split the check` })
  const environment = new Environment({ limits })
  const convert: { [name: string]: (value: unknown) => unknown } = {}
  for (const [name, handler] of Object.entries(conditionFunctions))
    environment.registerFunction(`${name}(string, string): bool`, handler)
  for (const [name, shape] of Object.entries(variables)) {
    const type = declare(environment, `T_${name}`, shape)
    environment.registerVariable(name, type.name)
    convert[name] = type.convert
  }
  let parsed: ParseResult
  try {
    parsed = environment.parse(source)
  } catch (thrown) {
    return faulty({
      says: firstLine(thrown),
      instead: `CEL, with at most ${limits.maxAstNodes} nodes and depth ${limits.maxDepth}`,
    })
  }
  const tree = treeOf(parsed.ast)
  const faults = faultsOf(tree, variables, mayUseOr)
  if (faults.length > 0) return { kind: 'faulty', faults }
  const checked = parsed.check()
  if (!checked.valid) return faulty({ says: firstLine(checked.error), instead: 'what the type of the signal allows' })
  if (checked.type !== 'bool')
    return faulty({ says: `yields ${checked.type ?? 'nothing'}`, instead: 'a condition that is true or false' })
  const evaluate = (context: { readonly [name: string]: unknown }): boolean => {
    const answer: unknown = parsed(context)
    if (typeof answer !== 'boolean') throw new TypeError('a condition that is neither true nor false')
    return answer
  }
  return { kind: 'compiled', evaluate, uses: namesIn(tree), convert }
}

function faulty(fault: Fault): { readonly kind: 'faulty'; readonly faults: readonly Fault[] } {
  return { kind: 'faulty', faults: [fault] }
}

function firstLine(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0] ?? ''
}

type Declared = { readonly name: string; readonly convert: (value: unknown) => unknown }

/** Declares a shape as a type of the environment. Absent fields stay absent, so that `has` tells the truth. */
function declare(environment: Environment, name: string, shape: Shape): Declared {
  switch (shape.kind) {
    case 'int':
      return { name: 'int', convert: toInt }
    case 'string':
      return { name: 'string', convert: (value) => only('string', value) }
    case 'bool':
      return { name: 'bool', convert: (value) => only('boolean', value) }
    case 'list': {
      const element = declare(environment, `${name}_item`, shape.of)
      return { name: `list<${element.name}>`, convert: (value) => list(value).map(element.convert) }
    }
    case 'map': {
      const element = declare(environment, `${name}_entry`, shape.of)
      return {
        name: `map<string, ${element.name}>`,
        convert: (value) =>
          new Map(Object.entries(record(value)).map(([key, entry]) => [key, element.convert(entry)] as const)),
      }
    }
    case 'object': {
      const fields = Object.entries(shape.fields).map(([field, { shape: inner, optional }]) => ({
        field,
        optional,
        type: declare(environment, `${name}_${field}`, inner),
      }))
      const instance = class {
        [field: string]: unknown
      }
      environment.registerType(name, {
        ctor: instance,
        fields: Object.fromEntries(fields.map(({ field, type }) => [field, type.name])),
      })
      return {
        name,
        convert: (value) => {
          const given = record(value)
          const converted = new instance()
          for (const { field, optional, type } of fields) {
            const member = given[field]
            if (member !== undefined) converted[field] = type.convert(member)
            else if (!optional) throw new TypeError(`no ${field}`)
          }
          return converted
        },
      }
    }
  }
}

/** CEL's `int` is a bigint here; a plain number would be a `double`. */
function toInt(value: unknown): bigint {
  if (!Number.isSafeInteger(value)) throw new TypeError('not a safe integer')
  return BigInt(Number(value))
}

function only(type: 'string' | 'boolean', value: unknown): unknown {
  if (typeof value !== type) throw new TypeError(`not a ${type}`)
  return value
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError('not a list')
  return value
}

function record(value: unknown): { readonly [name: string]: unknown } {
  if (!isRecord(value)) throw new TypeError('not an object')
  return value
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The evaluator's tree as the rules read it. */
function treeOf(node: ASTNode): Tree {
  switch (node.op) {
    case 'id':
      return { kind: 'name', name: node.args }
    case 'value':
      return { kind: 'literal', type: literalType(node.args) }
    case '.':
      return { kind: 'select', of: treeOf(node.args[0]), field: node.args[1] }
    case '[]':
      return { kind: 'index', of: treeOf(node.args[0]), key: treeOf(node.args[1]) }
    case 'call':
      return { kind: 'call', name: node.args[0], on: undefined, args: node.args[1].map(treeOf) }
    case 'rcall':
      return { kind: 'call', name: node.args[0], on: treeOf(node.args[1]), args: node.args[2].map(treeOf) }
    case 'list':
      return { kind: 'list', items: node.args.map(treeOf) }
    case '!_':
      return { kind: 'operator', operator: '!', args: [treeOf(node.args)] }
    case '-_':
      return { kind: 'operator', operator: '-_', args: [treeOf(node.args)] }
    case '?:':
      return { kind: 'operator', operator: '?:', args: node.args.map(treeOf) }
    case '.?':
    case '[?]':
    case 'map':
      return { kind: 'other', what: node.op === 'map' ? 'a map' : 'optional access' }
    default:
      return { kind: 'operator', operator: node.op, args: node.args.map(treeOf) }
  }
}

function literalType(value: unknown): Extract<Tree, { kind: 'literal' }>['type'] {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? 'int' : 'large-int'
  if (typeof value === 'string') return 'string'
  return typeof value === 'boolean' ? 'bool' : 'other'
}

function namesIn(tree: Tree): ReadonlySet<string> {
  const names = new Set<string>()
  const pending: Tree[] = [tree]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'name') names.add(node.name)
    else if (node.kind === 'select') pending.push(node.of)
    else if (node.kind === 'index') pending.push(node.of, node.key)
    else if (node.kind === 'call') pending.push(...(node.on === undefined ? [] : [node.on]), ...node.args)
    else if (node.kind === 'operator') pending.push(...node.args)
    else if (node.kind === 'list') pending.push(...node.items)
  }
  return names
}
