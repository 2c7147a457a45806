import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64urlBytes, base64urlNumber, isCanonicalBase64url } from '#contract/base64url.ts'

const bytes = fc.uint8Array({ maxLength: 70 })

describe('The canonical base64url spelling of bytes', () => {
  it('is what encoding gives, and says how many bytes it stands for', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const text = Buffer.from(value).toString('base64url')
        expect(isCanonicalBase64url(text)).toBe(true)
        expect(base64urlBytes(text)).toBe(value.length)
        expect(base64urlNumber(text)).toBe(BigInt(`0x0${Buffer.from(value).toString('hex')}`))
      }),
      { numRuns: 1000 },
    )
  })

  it('is the only spelling: a text is canonical exactly when it comes back the same', () => {
    const text = fc.string({
      unit: fc.constantFrom(...'ABCDQRSghijkwxyz0189-_+/= \n?é'),
      maxLength: 12,
    })
    fc.assert(
      fc.property(text, (given) => {
        const again = Buffer.from(given, 'base64url').toString('base64url')
        expect(isCanonicalBase64url(given)).toBe(again === given)
      }),
      { numRuns: 5000 },
    )
  })
})

describe('A spelling that is not canonical', () => {
  it.each([
    ['padding', 'Zg=='],
    ['one character alone', 'Z'],
    ['five characters', 'Zm9vZ'],
    ['set unused bits behind one byte', 'Zh'],
    ['set unused bits behind two bytes', 'Zm9'],
    ['a space', 'Zm 9'],
    ['a line break at the end', 'Zm9v\n'],
    ['the standard alphabet', 'Zm+v'],
    ['a letter of another alphabet', 'Zm9\u0430'],
    ['a NUL', 'Zm9\0'],
  ])('is refused: %s', (_what, text) => {
    expect(isCanonicalBase64url(text)).toBe(false)
  })
})
