import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '#domain/canonical-json.ts'

describe('Canonical JSON', () => {
  it('sorts members by UTF-16 unit and has no white space', () => {
    expect(
      canonicalJson({ b: [1, true, null], a: { z: '', y: -0 }, '\u20ac': 1, '\ud83d\ude00': 2, '\ufb33': 3 }),
    ).toBe('{"a":{"y":0,"z":""},"b":[1,true,null],"\u20ac":1,"\ud83d\ude00":2,"\ufb33":3}')
  })

  it('leaves out members that are undefined', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}')
  })

  it('keeps a member that is called __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":2}}'))).toBe('{"__proto__":{"a":2},"b":1}')
  })

  it.each([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a name', { '\udc00': 1 }],
  ])('refuses %s', (_what, value) => {
    expect(() => canonicalJson(value)).toThrow(RangeError)
  })

  it('says the same of a value however its members were ordered', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (value) => {
        const plain = JSON.parse(JSON.stringify(value))
        const turned = Object.fromEntries(Object.entries(plain).reverse())
        expect(canonicalJson(JSON.parse(JSON.stringify(turned)))).toBe(canonicalJson(plain))
      }),
    )
  })

  it('is read back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain = JSON.parse(JSON.stringify(value))
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain)
      }),
    )
  })
})
