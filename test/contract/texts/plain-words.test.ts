import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainLines, plainWords } from '#contract/texts/plain-words.ts'

describe('Foreign text on a page', () => {
  it.each([
    ['\u202egnp.exe\u202c', 'gnp.exe'],
    ['a\u2066b\u2069c', 'abc'],
    ['a\u200bb\ufeffc', 'abc'],
    ['bell\u0007', 'bell'],
    ['one\ntwo\r\nthree\tfour', 'one two three four'],
    ['\u{e0041}tag', 'tag'],
    ['<b>bold</b>', '<b>bold</b>'],
    ['👩‍💻 नमस्ते', '👩‍💻 नमस्ते'],
  ])('%j reads %j', (text, expected) => {
    expect(plainWords(text)).toBe(expected)
  })

  it('is cut between characters', () => {
    expect(plainWords('👍👍👍👍', 3)).toBe('👍👍…')
  })

  it('holds nothing that turns the direction, whatever it was made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plainWords(text)).not.toMatch(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
  })

  it('keeps its lines where they mean something', () => {
    expect(plainLines('one\n\n\n\ntwo\u202e')).toBe('one\n\ntwo')
  })
})
