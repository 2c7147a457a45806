import fc from 'fast-check'
import type { Shape } from '#contract/signal-shapes.ts'

/** Conditions over a value with every kind of member, as a person might write them, right and wrong. */

const words = ['on', 'off', 'a.b', '1.2']
const string: Shape = { kind: 'string' }
const int: Shape = { kind: 'int' }

const value: Shape = {
  kind: 'object',
  fields: {
    state: { shape: string, optional: false },
    count: { shape: int, optional: false },
    locks: { shape: { kind: 'bool' }, optional: false },
    names: { shape: { kind: 'list', of: string }, optional: false },
    since: { shape: int, optional: true },
    by: { shape: string, optional: true },
    products: {
      shape: {
        kind: 'list',
        of: {
          kind: 'object',
          fields: { name: { shape: string, optional: false }, size: { shape: int, optional: true } },
        },
      },
      optional: false,
    },
    least: { shape: { kind: 'map', of: string }, optional: false },
  },
}

const literalWord = fc.constantFrom(...words).map((word) => JSON.stringify(word))
const literalInt = fc.constantFrom('0', '1', '-1', '60', '9007199254740991')

type Written = { readonly bool: string; readonly int: string; readonly text: string }

const { bool } = fc.letrec<Written>((tie) => ({
  text: fc.oneof(
    { maxDepth: 3 },
    literalWord,
    fc.constantFrom('value.state', 'value.by', 'value.names[0]', 'value.least[value.state]', 'value.least["on"]'),
    fc.tuple(tie('text'), tie('text')).map(([left, right]) => `(${left} + ${right})`),
    fc.tuple(tie('bool'), tie('text'), tie('text')).map(([asked, yes, no]) => `(${asked} ? ${yes} : ${no})`),
  ),
  int: fc.oneof(
    { maxDepth: 3 },
    literalInt,
    fc.constantFrom(
      'value.count',
      'now',
      'size(value.names)',
      'value.names.size()',
      'size(value.state)',
      'value.since',
    ),
    fc
      .tuple(tie('int'), fc.constantFrom('+', '-', '*', '/', '%'), tie('int'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    tie('int').map((of) => `-(${of})`),
    fc.tuple(tie('bool'), tie('int'), tie('int')).map(([asked, yes, no]) => `(${asked} ? ${yes} : ${no})`),
  ),
  bool: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(
      'value.locks',
      'true',
      'false',
      'has(value.since)',
      'has(value.by)',
      '(has(value.since) && value.since > 0)',
      '(has(value.by) ? value.by == "on" : value.locks)',
      'value.state in value.least',
      'value.products.exists(p, p.name == "on" && (has(p.size) ? p.size > 0 : false))',
      'value.products.all(p, has(p.size) ? p.size / value.count > 0 : true)',
      'value.names.exists_one(n, n == value.state)',
      'size(value.names.filter(n, n.startsWith("o"))) > 0',
      'value.names.map(n, n + "x") == ["onx"]',
    ),
    fc
      .tuple(tie('int'), fc.constantFrom('==', '!=', '<', '<=', '>', '>='), tie('int'))
      .map(([left, operator, right]) => `${left} ${operator} ${right}`),
    fc
      .tuple(tie('text'), fc.constantFrom('==', '!=', '<', '>='), tie('text'))
      .map(([left, operator, right]) => `${left} ${operator} ${right}`),
    fc
      .tuple(tie('text'), fc.array(literalWord, { minLength: 1, maxLength: 3 }))
      .map(([word, list]) => `${word} in [${list.join(', ')}]`),
    tie('text').map((word) => `${word} in value.names`),
    fc
      .tuple(tie('text'), fc.constantFrom('startsWith', 'endsWith', 'contains'), tie('text'))
      .map(([left, method, right]) => `${left}.${method}(${right})`),
    fc
      .tuple(fc.constantFrom('versionAtLeast', 'semverAtLeast', 'globMatch', 'cidrContains'), tie('text'), tie('text'))
      .map(([name, left, right]) => `${name}(${left}, ${right})`),
    fc
      .tuple(tie('bool'), fc.constantFrom('&&', '||', '==', '!='), tie('bool'))
      .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
    tie('bool').map((of) => `!(${of})`),
    fc.tuple(tie('bool'), tie('bool'), tie('bool')).map(([asked, yes, no]) => `((${asked}) ? (${yes}) : (${no}))`),
  ),
}))

export const conditions = { source: bool, variables: { value, now: int }, words } as const
