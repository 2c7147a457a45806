import { describe, expect, it } from 'vitest'
import { refusalLine, refusedSwitches, refusedVariables, startRefusal } from '#agent/shell/start-guard.ts'

describe('A packaged app that is started', () => {
  it.each(refusedSwitches)('with --%s refuses, however it is written', (name) => {
    for (const word of [
      `--${name}`,
      `-${name}`,
      `/${name}`,
      `--${name}=1`,
      `--${name}=`,
      `--${name.toUpperCase()}=x`,
      `-${name}=a=b`,
      ` --${name}`,
      `\t-${name}=1\n`,
      `--${name} `,
      `\u00a0/${name}`,
    ]) {
      expect(startRefusal(['postern-agent', word], {})).toEqual({ kind: 'switch', name })
      expect(startRefusal(['postern-agent', '--background', '--', word, 'x'], {})).toEqual({ kind: 'switch', name })
    }
  })

  it.each(refusedVariables)('with %s in its environment refuses, even where it is empty', (name) => {
    for (const value of ['1', '0', ''])
      expect(startRefusal(['postern-agent'], { [name]: value })).toEqual({ kind: 'variable', name })
  })

  it.each([
    [[]],
    [['--background']],
    [['--perf-report']],
    [['postern://show?screen=status']],
    [['status', '--json']],
    [['no-sandbox']],
    [['--no-sandboxing']],
    [['--text=--no-sandbox']],
    [['--enable-features=X', '--ozone-platform=wayland']],
  ])('with %j starts', (words) => {
    expect(startRefusal(['--no-sandbox', ...words], { PATH: '/bin', ELECTRON_RUN_AS_NODE: undefined })).toBeUndefined()
  })

  it('says in one line what it was', () => {
    expect(refusalLine({ kind: 'switch', name: 'no-sandbox' })).toContain('--no-sandbox')
    expect(refusalLine({ kind: 'variable', name: 'ELECTRON_DISABLE_SANDBOX' })).toMatch(
      /^[^\n]+ELECTRON_DISABLE_SANDBOX[^\n]+$/,
    )
  })
})
