import {
  getConformanceSuite,
  type IncrementalTest,
  type IncrementalTestSuite,
} from '@bufbuild/cel-spec/testdata/tests.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Shape } from '#contract/signal-shapes.ts'
import { compileExpression } from '#gateway/policy/compile-condition.ts'
import { matchVariables, passVariables, whenVariables } from '#gateway/policy/condition-shapes.ts'
import { loadBook } from '#gateway/policy/load-book.ts'
import { conditions } from '#test/support/generated-conditions.ts'
import { firstAnswer, secondEvaluator, valuesOf, wordsIn } from '#test/support/two-evaluators.ts'

type Slot = {
  readonly name: string
  readonly source: string
  readonly variables: { readonly [name: string]: Shape }
  readonly constants: { readonly [name: string]: unknown }
  readonly mayUseOr: boolean
}

const loaded = await loadBook('docs/examples/policy', { languages: ['en', 'de'], now: 1_795_000_000 })

function slots(): readonly Slot[] {
  if (loaded.kind === 'refused') throw new Error('the example book does not load')
  const { checks, exceptionPolicies, approvalPolicies } = loaded.book
  return [
    ...[...checks.values()].flatMap(({ document }) =>
      document.platforms.map((platform): Slot => {
        const param = document.parameters[platform] ?? {}
        return {
          name: `Check ${document.id}, pass, ${platform}`,
          source: document.pass[platform] ?? '',
          variables: passVariables(document.signal, param),
          constants: { param, platform },
          mayUseOr: false,
        }
      }),
    ),
    ...[...exceptionPolicies, ...approvalPolicies].map(
      ({ document }): Slot => ({
        name: `${document.kind} ${document.id}, match`,
        source: document.match,
        variables: matchVariables,
        constants: {},
        mayUseOr: true,
      }),
    ),
    ...approvalPolicies.flatMap(({ document }) =>
      document.rules.map(
        (rule, index): Slot => ({
          name: `${document.kind} ${document.id}, rules[${index}]`,
          source: rule.when,
          variables: whenVariables,
          constants: {},
          mayUseOr: true,
        }),
      ),
    ),
  ]
}

describe('Every expression of the example book', () => {
  it.each(slots())('$name means the same to both evaluators', ({ source, variables, constants, mayUseOr }) => {
    const compiled = compileExpression(source, variables, mayUseOr)
    if (compiled.kind === 'faulty') throw new Error(JSON.stringify(compiled.faults))
    const second = secondEvaluator(source, variables)
    const words = [...wordsIn(source), ...wordsIn(JSON.stringify(constants))]
    const input = fc.record(
      Object.fromEntries(Object.entries(variables).map(([name, shape]) => [name, valuesOf(shape, words)])),
      { noNullPrototype: true },
    )
    fc.assert(
      fc.property(input, (given) => {
        const whole = { ...given, ...constants }
        expect(firstAnswer(compiled, whole)).toBe(second(whole))
      }),
      { numRuns: 200 },
    )
  })
})

describe('Conditions that a generator writes', () => {
  const { source, variables, words } = conditions

  it('mean the same to both evaluators, failures included', () => {
    const seen = { agreed: 0, failed: 0, faulty: 0, yes: 0 }
    fc.assert(
      fc.property(
        source,
        fc.record({ value: valuesOf(variables.value, words), now: valuesOf(variables.now, words) }),
        (text, input) => {
          const compiled = compileExpression(text, variables, true)
          if (compiled.kind === 'faulty') {
            seen.faulty += 1
            return
          }
          const first = firstAnswer(compiled, input)
          expect(first).toBe(secondEvaluator(text, variables)(input))
          seen.agreed += 1
          if (first === 'failure') seen.failed += 1
          if (first === true) seen.yes += 1
        },
      ),
      { numRuns: 3000 },
    )
    // The generator is worth nothing if what it writes is refused, or always comes out the same.
    expect(seen.agreed).toBeGreaterThan(1500)
    expect(seen.failed).toBeGreaterThan(30)
    expect(seen.yes).toBeGreaterThan(300)
  })
})

type Judged = {
  readonly ran: readonly string[]
  readonly skipped: { readonly [reason: string]: number }
  readonly differences: readonly string[]
}

describe('The conformance data of CEL', () => {
  const { ran, skipped, differences } = judge(testsOf(getConformanceSuite(), ''))
  const counted = Object.entries(skipped).map(([reason, count]) => `${count} ${reason}`)

  it(`says what both evaluators say: ${ran.length} ran; skipped ${counted.join(', ')}`, () => {
    expect(differences).toEqual([])
    expect(ran.length).toBeGreaterThan(200)
  })
})

type Named = { readonly name: string; readonly test: IncrementalTest }

function testsOf(suite: IncrementalTestSuite, path: string): readonly Named[] {
  const here = path === '' ? suite.name : `${path}/${suite.name}`
  return [
    ...suite.tests.map((test) => ({ name: `${here}/${test.name}`, test })),
    ...suite.suites.flatMap((inner) => testsOf(inner, here)),
  ]
}

/** Runs what conditions can say; the rest is counted by why they cannot. */
function judge(tests: readonly Named[]): Judged {
  const ran: string[] = []
  const differences: string[] = []
  const skipped: { [reason: string]: number } = {}
  for (const { name, test } of tests) {
    const asked = asCondition(test)
    if (typeof asked === 'string') {
      skipped[asked] = (skipped[asked] ?? 0) + 1
      continue
    }
    const compiled = compileExpression(asked.source, asked.shapes, true)
    if (compiled.kind === 'faulty') {
      skipped['outside the language of conditions'] = (skipped['outside the language of conditions'] ?? 0) + 1
      continue
    }
    ran.push(name)
    const first = firstAnswer(compiled, asked.input)
    let second: unknown = 'failure'
    try {
      second = secondEvaluator(asked.source, asked.shapes)(asked.input)
    } catch {
      // A text that does not parse is a failure like any other.
    }
    if (first !== asked.wanted || second !== asked.wanted)
      differences.push(`${name}: wanted ${asked.wanted}, first ${first}, second ${String(second)}, ${asked.source}`)
  }
  return { ran, skipped, differences }
}

type Asked = {
  readonly source: string
  readonly shapes: { readonly [name: string]: Shape }
  readonly input: { readonly [name: string]: unknown }
  readonly wanted: true | 'failure'
}

/** A test as a condition: `(expression) == value` must be true, and what must fail is compared with itself. */
function asCondition({ original }: IncrementalTest): Asked | string {
  const { expr, resultMatcher, bindings, disableMacros, container, checkOnly } = original
  if (disableMacros || container !== '' || checkOnly) return 'needing a setting that conditions do not have'
  const shapes: { [name: string]: Shape } = {}
  const input: { [name: string]: unknown } = {}
  for (const [name, bound] of Object.entries(bindings)) {
    const literal = bound.kind.case === 'value' ? literalOf(bound.kind.value) : undefined
    if (literal === undefined) return 'with a binding of a type that conditions do not have'
    shapes[name] = literal.shape
    input[name] = literal.value
  }
  if (resultMatcher.case === 'evalError') return { source: `(${expr}) == (${expr})`, shapes, input, wanted: 'failure' }
  if (resultMatcher.case === undefined) return { source: expr, shapes, input, wanted: true }
  if (resultMatcher.case !== 'value') return 'expecting something other than a value or a failure'
  const literal = literalOf(resultMatcher.value)
  if (literal === undefined) return 'yielding a type that conditions do not have'
  return { source: `(${expr}) == ${literal.text}`, shapes, input, wanted: true }
}

type SpecValue = Extract<IncrementalTest['original']['resultMatcher'], { case: 'value' }>['value']
type Literal = { readonly text: string; readonly shape: Shape; readonly value: unknown }

function literalOf({ kind }: SpecValue): Literal | undefined {
  switch (kind.case) {
    case 'boolValue':
      return { text: String(kind.value), shape: { kind: 'bool' }, value: kind.value }
    case 'int64Value':
      return Number.isSafeInteger(Number(kind.value)) && BigInt(Number(kind.value)) === kind.value
        ? { text: String(kind.value), shape: { kind: 'int' }, value: Number(kind.value) }
        : undefined
    case 'stringValue':
      return { text: JSON.stringify(kind.value), shape: { kind: 'string' }, value: kind.value }
    case 'listValue': {
      const items = kind.value.values.map(literalOf)
      const known = items.flatMap((item) => item ?? [])
      const [first] = known
      if (first === undefined || known.length < items.length) return undefined
      return {
        text: `[${known.map(({ text }) => text).join(', ')}]`,
        shape: { kind: 'list', of: first.shape },
        value: known.map(({ value }) => value),
      }
    }
    case 'mapValue': {
      const entries = kind.value.entries.flatMap(({ key, value }) => {
        const item = value === undefined ? undefined : literalOf(value)
        return key?.kind.case === 'stringValue' && item !== undefined ? [[key.kind.value, item] as const] : []
      })
      const [first] = entries
      if (first === undefined || entries.length < kind.value.entries.length) return undefined
      return {
        text: 'a map',
        shape: { kind: 'map', of: first[1].shape },
        value: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
      }
    }
    default:
      return undefined
  }
}
