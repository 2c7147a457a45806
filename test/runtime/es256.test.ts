import { generateKeyPairSync, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signEs256, verifyEs256 } from '#runtime/es256.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const anyText = fc.uint8Array({ maxLength: 64 })
const asJws = { dsaEncoding: 'ieee-p1363' } as const
// Short integers are rare: many signatures make sure that some of them have one.
const many = { numRuns: 1500 }

describe('An ES256 signature made here', () => {
  it('is one that Node takes in the form of JWS', () => {
    fc.assert(
      fc.property(anyText, (text) => verify('sha256', text, { key: publicKey, ...asJws }, signEs256(privateKey, text))),
      many,
    )
  })
})

describe('An ES256 signature made by Node in the form of JWS', () => {
  it('is one that is taken here', () => {
    fc.assert(
      fc.property(anyText, (text) => verifyEs256(publicKey, text, sign('sha256', text, { key: privateKey, ...asJws }))),
      many,
    )
  })
})

describe('Sixty-four bytes that are no signature', () => {
  it('are judged as Node judges them', () => {
    const digits = fc.oneof(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0xff).map((byte) => new Uint8Array(32).fill(byte)),
    )
    fc.assert(
      fc.property(digits, digits, (r, s) => {
        const signature = Buffer.concat([r, s])
        expect(verifyEs256(publicKey, r, signature)).toBe(verify('sha256', r, { key: publicKey, ...asJws }, signature))
      }),
    )
  })

  it.each([
    ['r is zero', 0],
    ['s is zero', 32],
  ])('are refused where %s', (_, at) => {
    const signature = signEs256(privateKey, Buffer.from('text'))
    signature.fill(0, at, at + 32)
    expect(verifyEs256(publicKey, Buffer.from('text'), signature)).toBe(false)
  })
})

describe('A signature of another length', () => {
  it.each([0, 63, 65, 72])('is none (%i bytes)', (length) => {
    expect(verifyEs256(publicKey, Buffer.from('text'), new Uint8Array(length))).toBe(false)
  })
})

describe('A signature over another text', () => {
  it('is refused', () => {
    const signature = signEs256(privateKey, Buffer.from('text'))
    expect(verifyEs256(publicKey, Buffer.from('Text'), signature)).toBe(false)
  })
})
