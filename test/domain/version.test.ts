import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions } from '#domain/version.ts'

/** As printed in semver.org section 11, lowest first, and around it. */
const rising = [
  '0.9.9',
  '1.0.0-0',
  '1.0.0-2',
  '1.0.0-10',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '1.0.1-x',
  '1.0.1',
  '1.2.0',
  '1.10.0',
  '2.0.0',
  '9007199254740992.0.0',
  '9007199254740993.0.0',
  `${'9'.repeat(40)}.0.0`,
]

describe('Versions', () => {
  it('are ordered as semver orders them', () => {
    for (const [index, left] of rising.entries())
      for (const [other, right] of rising.entries())
        expect(Math.sign(compareVersions(left, right)), `${left} ? ${right}`).toBe(Math.sign(index - other))
  })

  it('do not differ by their build', () => {
    expect(compareVersions('1.2.3+one', '1.2.3+two-3')).toBe(0)
    expect(compareVersions('1.2.3-rc.1+one', '1.2.3-rc.1')).toBe(0)
  })

  it('always compare as a number, however long they are', () => {
    const long = `${'9'.repeat(400)}.0.0`
    expect(compareVersions(long, long)).toBe(0)
    expect(compareVersions('1.0.0', long)).toBeLessThan(0)
  })

  it.each(['', 'latest', 'v1.2.3', '1.x.0', '1..0', '-1.0.0'])(
    'that are none come before every version: %j',
    (text) => {
      expect(compareVersions(text, '0.0.0-0')).toBeLessThan(0)
      expect(compareVersions('0.0.0-0', text)).toBeGreaterThan(0)
      expect(compareVersions(text, text)).toBe(0)
    },
  )

  const identifier = fc.oneof(fc.nat({ max: 12 }).map(String), fc.stringMatching(/^[a-c-]{1,2}$/))
  const version = fc
    .tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }), fc.nat({ max: 3 }), fc.array(identifier, { maxLength: 3 }))
    .map(([major, minor, patch, pre]) => `${major}.${minor}.${patch}${pre.length === 0 ? '' : `-${pre.join('.')}`}`)

  it('have a total order', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)))
        if (a === b) expect(compareVersions(a, b)).toBe(0)
        else expect(compareVersions(a, b)).not.toBe(0)
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0)
      }),
      { numRuns: 2000 },
    )
  })
})
