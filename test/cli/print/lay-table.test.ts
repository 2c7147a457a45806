import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layPairs, layTable } from '#cli/print/lay-table.ts'
import { plainText } from '#cli/print/plain-text.ts'
import { textWidth } from '#cli/print/text-width.ts'

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.constantFrom('\u001b[2J\u001b[31mred', 'a\u202eb', '漢字'.repeat(60), '👩‍👩‍👧'.repeat(30), 'x'.repeat(400), ''),
)

describe('A table', () => {
  it('stays within the columns it was given, whatever its cells hold', () => {
    void fc.assert(
      fc.property(
        fc.array(fc.array(hostile, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 40, max: 120 }),
        (rows, columns) => {
          const lines = layTable(
            rows.map((row) => row.map((cell) => plainText(cell))),
            columns,
          )
          for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns)
        },
      ),
    )
  })

  it('loses no character of a cell that it wraps', () => {
    const text = 'every system volume encrypted, whatever the firmware says about it'
    const lines = layTable([['Disk', text, 'lsblk']], 40)
    const middle = lines.map((line) => line.slice(6, 34).trim()).join(' ')
    expect(middle.replace(/\s+/g, '')).toContain(text.replace(/\s+/g, '').slice(0, 20))
    expect(lines.join('').replace(/\s+/g, '').length).toBe(`Disk${text}lsblk`.replace(/\s+/g, '').length)
  })

  it('aligns its columns by what a terminal shows, not by characters', () => {
    expect(
      layTable(
        [
          ['漢字', 'a'],
          ['ab', 'b'],
        ],
        80,
      ),
    ).toEqual(['漢字  a', 'ab    b'])
  })

  it('colours a cell without moving the next', () => {
    const red = (text: string) => `\u001b[31m${text}\u001b[39m`
    const [plain] = layTable([['off', 'x']], 80)
    const [painted] = layTable([[{ text: 'off', paint: red }, 'x']], 80)
    expect(textWidth(painted ?? '')).toBe(textWidth(plain ?? ''))
  })
})

describe('Labels and what they say', () => {
  it('stand in one column, and wrap beside their label', () => {
    expect(
      layPairs(
        [
          ['a', 'one two three'],
          ['long', 'x'],
        ],
        16,
      ),
    ).toEqual(['a     one two', '      three', 'long  x'])
  })
})
