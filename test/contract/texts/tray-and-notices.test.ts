import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noticesDe } from '#contract/texts/notices-de.ts'
import { noticesEn } from '#contract/texts/notices-en.ts'
import { plainLabel } from '#contract/texts/plain-label.ts'
import { stateWordsDe, stateWordsEn } from '#contract/texts/state-words.ts'
import { trayDe } from '#contract/texts/tray-de.ts'
import { trayEn } from '#contract/texts/tray-en.ts'

/** Every sentence by its path, with the places it fills in. */
function placesOf(texts: object, path = ''): readonly (readonly [path: string, places: string])[] {
  return Object.entries(texts).flatMap(([name, value]) =>
    typeof value === 'string'
      ? [[`${path}/${name}`, (value.match(/\{[a-z_]+\}/gi) ?? []).sort().join(' ')] as const]
      : placesOf(value, `${path}/${name}`),
  )
}

describe.each([
  ['the tray', trayEn, trayDe],
  ['notifications', noticesEn, noticesDe],
  ['states', stateWordsEn, stateWordsDe],
])('The sentences of %s', (_, english, german) => {
  it('fill in the same things in both languages', () => {
    expect(placesOf(german)).toEqual(placesOf(english))
  })

  it('are none of them empty', () => {
    for (const texts of [english, german]) expect(JSON.stringify(texts)).not.toContain('""')
  })
})

describe('A label of foreign text', () => {
  it.each([
    ['a\nb\t c', 'a b c'],
    ['\u202egnp.exe', 'gnp.exe'],
    ['\u200b \u200d', ''],
    ['<b>bold</b>', '<b>bold</b>'],
    ['👩‍👩‍👧 family', '👩‍👩‍👧 family'],
  ])('%j is %j', (text, label) => {
    expect(plainLabel(text, 40)).toBe(label)
  })

  it('is cut between characters', () => {
    expect(plainLabel('😀😀😀', 5)).toBe('😀😀…')
    expect(plainLabel('😀😀😀😀', 6)).toBe('😀😀…')
  })

  it('is never longer than asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 50 }), (text, longest) => {
        expect(plainLabel(text, longest).length).toBeLessThanOrEqual(longest)
      }),
    )
  })
})
