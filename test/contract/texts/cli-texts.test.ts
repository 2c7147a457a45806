import { describe, expect, it } from 'vitest'
import { cliDe } from '#contract/texts/cli-de.ts'
import { cliEn } from '#contract/texts/cli-en.ts'

/** Every sentence by its path, with the places it fills in. */
function placesOf(texts: object, path = ''): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of Object.entries(texts)) {
    const at = `${path}/${name}`
    if (typeof value === 'string') found.set(at, (value.match(/\{[a-z_]+\}/gi) ?? []).sort().join(' '))
    else for (const [below, places] of placesOf(value, at)) found.set(below, places)
  }
  return found
}

describe('The sentences of the command line', () => {
  it('fill in the same things in both languages', () => {
    const english = placesOf(cliEn)
    const german = placesOf(cliDe)
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort())
    for (const [path, places] of english) expect(german.get(path), path).toBe(places)
  })

  it('are none of them empty', () => {
    for (const texts of [cliEn, cliDe]) expect(JSON.stringify(texts)).not.toContain('""')
  })
})
