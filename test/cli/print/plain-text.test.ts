import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainText } from '#cli/print/plain-text.ts'

describe('Text that somebody else wrote', () => {
  it.each([
    ['a colour', '\u001b[31mred', '<1b>[31mred'],
    ['a second line', 'one\ntwo', 'one two'],
    ['a return to the beginning of the line', 'good\rbad', 'good<0d>bad'],
    ['a title for the window', '\u001b]0;title\u0007', '<1b>]0;title<07>'],
    ['an eight-bit control', '\u009b2J', '<9b>2J'],
    ['a mark that turns the direction', 'a\u202eb', 'a<202e>b'],
    ['a character of no width', 'pay\u200bments', 'pay<200b>ments'],
    ['half a character', '\ud800', '<d800>'],
  ])('shows %s instead of doing it', (_, given, shown) => {
    expect(plainText(given)).toBe(shown)
  })

  it('keeps letters of all languages', () => {
    expect(plainText('Prüfung 漢字 עברית')).toBe('Prüfung 漢字 עברית')
  })

  it('is cut where it is too long', () => {
    expect(plainText('x'.repeat(50), 10)).toBe(`${'x'.repeat(9)}…`)
  })

  it('never holds a control character', () => {
    void fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plainText(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
      }),
    )
  })
})
