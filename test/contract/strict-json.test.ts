import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type JsonRefusal, JsonRefused, maxJsonDepth, parseStrictJson } from '#contract/strict-json.ts'

function refusalOf(text: string, limits?: Parameters<typeof parseStrictJson>[1]): JsonRefusal | 'taken' {
  try {
    parseStrictJson(text, limits)
    return 'taken'
  } catch (thrown) {
    if (thrown instanceof JsonRefused) return thrown.refusal
    throw thrown
  }
}

/** Values of our kind: safe integers, well-formed strings, no deeper than allowed, no `__proto__`. */
const word = fc.string({ unit: 'binary', maxLength: 6 })
const name = word.filter((text) => text !== '__proto__')
const leaf = fc.oneof(
  word,
  fc.maxSafeInteger().map((number) => number + 0),
  fc.boolean(),
  fc.constant(null),
)
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: maxJsonDepth, withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(name, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

/** The same JSON text with every string spelled by escapes. */
function escaped(text: string): string {
  return text.replace(/"((?:[^"\\]|\\.)*)"/g, (_whole, inner: string) => {
    const plain: unknown = JSON.parse(`"${inner}"`)
    return `"${Array.from({ length: String(plain).length }, (_, at) => `\\u${String(plain).charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`
  })
}

describe('Strict JSON', () => {
  it('reads every value of our kind as JSON.parse does, however it is spaced or escaped', () => {
    fc.assert(
      fc.property(tree, fc.constantFrom(undefined, 1, '\t', ' \n'), fc.boolean(), (value, space, byEscapes) => {
        fc.pre(depthOf(value) <= maxJsonDepth)
        const written = JSON.stringify(value, null, space)
        const text = byEscapes ? escaped(written) : written
        expect(parseStrictJson(text)).toEqual(JSON.parse(text))
      }),
      { numRuns: 1500 },
    )
  })

  it('never takes a text that JSON.parse refuses, and never gives another value', () => {
    const text = fc.string({ unit: fc.constantFrom(...'{}[]:,"\\ 01-.eEtrufalsn_\n\u00e9\ud800'), maxLength: 14 })
    fc.assert(
      fc.property(text, (given) => {
        if (refusalOf(given) !== 'taken') return
        expect(parseStrictJson(given)).toEqual(JSON.parse(given))
      }),
      { numRuns: 20_000 },
    )
  })

  it('refuses a member named twice, at any depth and in any spelling', () => {
    const spelled = (text: string) =>
      fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((turns) =>
        Array.from({ length: text.length }, (_, at) => {
          const unit = text.charCodeAt(at)
          const plain = JSON.stringify(text.charAt(at)).slice(1, -1)
          return turns[at] === true ? `\\u${unit.toString(16).padStart(4, '0').toUpperCase()}` : plain
        }).join(''),
      )
    const twice = fc
      .string({ unit: 'grapheme-ascii', maxLength: 5 })
      .chain((key) =>
        fc.tuple(
          spelled(key),
          spelled(key),
          fc.array(fc.nat({ max: 9 })),
          fc.integer({ min: 0, max: maxJsonDepth - 2 }),
        ),
      )
    fc.assert(
      fc.property(twice, ([first, second, between, depth]) => {
        const middle = between.map((number, at) => `"other ${at}": ${number},`).join('')
        const text = `${'['.repeat(depth)}{"${first}" : {} , ${middle} "${second}": 1}${']'.repeat(depth)}`
        expect(refusalOf(text)).toBe('duplicate-key')
      }),
      { numRuns: 1500 },
    )
  })

  it.each([
    '{"a":1,"b":{"a":1}}',
    '[{"a":1},{"a":1}]',
    '{"a":"a","b":"a"}',
    '{"a":["a","a"]}',
    '{"a":"b\\": 1, \\"a"}',
    '{"":1,"\\u0000":2}',
    '{"a":1,"A":2}',
    '{"e\\u0301":1,"\\u00e9":2}', // two spellings of one letter are two names
  ])('takes %s: every name once per object', (text) => {
    expect(refusalOf(text)).toBe('taken')
  })

  it.each([
    [
      'unsafe-number',
      ['1.0', '1e1', '1E1', '0.5', '-0', '9007199254740992', '-9007199254740992', '1e400', '-1.5e-3', '01'],
    ],
    [
      'not-json',
      ['', ' ', '{', '[', '"', '"\\', '{"a"}', '{a:1}', "{'a':1}", '[1,]', '{"a":1,}', '[1 2]', 'nul', 'NaN'],
    ],
    [
      'not-json',
      ['{"a":1}}', '[]]', ']', '}', '[}', '{]', '/**/1', '"\u0001"', '"\\x41"', '\ufeff{}', '{"a":1}\0', '+1'],
    ],
    ['lone-surrogate', ['"\ud800"', '"\\ud800"', '"\\udc00\\ud800"', '{"\\ud800":1}', '"a\\uD83D b"']],
    ['too-deep', ['['.repeat(9) + ']'.repeat(9), '{"a":'.repeat(9) + '1' + '}'.repeat(9), '['.repeat(60_000)]],
    ['too-large', [`"${'a'.repeat(65_536)}"`]],
    ['forbidden-key', ['{"__proto__":{}}', '{"a":[{"\\u005f_proto__":1}]}']],
  ] as const)('refuses as %s: %j', (refusal, texts) => {
    for (const text of texts) expect(refusalOf(text), text.slice(0, 40)).toBe(refusal)
  })

  it('takes what is exactly at its limits', () => {
    expect(refusalOf('['.repeat(8) + ']'.repeat(8))).toBe('taken')
    expect(refusalOf(`"${'a'.repeat(65_534)}"`)).toBe('taken')
    expect(parseStrictJson('[9007199254740991,-9007199254740991,0]')).toEqual([
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
      0,
    ])
  })

  it('takes other limits and any numbers where a format is not ours', () => {
    expect(refusalOf('[1.5,1e3,-0]', { numbers: 'any' })).toBe('taken')
    expect(refusalOf('[[[]]]', { maxDepth: 2 })).toBe('too-deep')
    expect(refusalOf('[1,2]', { maxLength: 4 })).toBe('too-large')
    expect(refusalOf('{"a":1.5,"a":2}', { numbers: 'any' })).toBe('duplicate-key')
  })
})
