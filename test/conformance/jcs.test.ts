import { readdirSync, readFileSync } from 'node:fs'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '#domain/canonical-json.ts'

const folder = 'test/fixtures/vectors/jcs/testdata'
const names = readdirSync(`${folder}/input`)

describe('The test data of RFC 8785', () => {
  it('has its six files', () => {
    expect(names).toHaveLength(6)
  })

  it.each(names)('%s comes out byte for byte', (name) => {
    const written = Buffer.from(canonicalJson(JSON.parse(readFileSync(`${folder}/input/${name}`, 'utf8'))))
    expect(written.equals(readFileSync(`${folder}/output/${name}`))).toBe(true)
    const hex = readFileSync(`${folder}/outhex/${name.replace('.json', '.txt')}`, 'utf8').replace(/\s/g, '')
    expect(written.toString('hex')).toBe(hex)
  })
})

describe('RFC 8785 appendix B', () => {
  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the double %s as %s', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text)
  })

  it.each(['7ff0000000000000', 'fff0000000000000', '7fffffffffffffff'])('refuses the double %s', (bits) => {
    expect(() => canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toThrow(RangeError)
  })
})

describe('Canonical JSON beside another implementation', () => {
  it('is the same for every value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const plain = JSON.parse(JSON.stringify(value))
        expect(canonicalJson(plain)).toBe(canonicalize(plain))
      }),
      { numRuns: 500 },
    )
  })
})
