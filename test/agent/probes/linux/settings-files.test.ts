import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAssignments } from '#agent/probes/linux/assignments.ts'
import { parseIni } from '#agent/probes/linux/ini.ts'

describe('assignments', () => {
  it('are read with either quote and without', () => {
    const { values } = parseAssignments('A=one\nB="two \\"2\\""\nC=\'three #3\'\n# D=four\nA=last\nE="open\n')
    expect(Object.fromEntries(values)).toEqual({ A: 'last', B: 'two "2"', C: 'three #3' })
  })

  it('leave out a last line that is not whole', () => {
    const { values, isWhole } = parseAssignments('ID=debian\nVERSION_ID=1')
    expect([isWhole, values.get('VERSION_ID')]).toEqual([false, undefined])
  })
})

describe('an INI file', () => {
  it('keeps sections apart', () => {
    const ini = parseIni('[a]\nkey = 1\n;key = 2\n[b]\nkey=3\r\n')
    expect([ini.get('a', 'key'), ini.get('b', 'key'), ini.get('c', 'key'), ini.get('', 'key')]).toEqual([
      '1',
      '3',
      undefined,
      undefined,
    ])
  })

  it('never takes half a line for a setting', () => {
    fc.assert(
      fc.property(fc.nat({ max: 16 }), (cut) => {
        expect(parseIni('[a]\nkey = yes\n'.slice(0, cut)).get('a', 'key')).toBe(cut >= 14 ? 'yes' : undefined)
      }),
    )
  })
})
