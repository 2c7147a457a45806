import { access, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { invariants, isDue } from '#tools/invariants/invariant-list.ts'
import { mutations } from '#tools/invariants/mutations.ts'

describe('The table of mutations', () => {
  it('has one at least for every invariant that is due, and none for others', () => {
    const broken = new Set(mutations.map(({ invariant }) => invariant))
    expect([...broken].sort((a, b) => a - b)).toEqual(invariants.filter(isDue).map(({ number }) => number))
  })

  it.each(mutations)('$invariant: $says: its text is in the code once, and its tests are there', async (mutation) => {
    const code = await readFile(mutation.file, 'utf8')
    expect(code.split(mutation.text)).toHaveLength(2)
    expect(mutation.instead).not.toBe(mutation.text)
    for (const test of mutation.tests) await access(test)
  })
})
