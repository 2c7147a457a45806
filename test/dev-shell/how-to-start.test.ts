import { describe, expect, it } from 'vitest'
import { howToStart, type StartFacts } from '#dev-shell/how-to-start.ts'

const facts: StartFacts = {
  versions: { node: '24.0.0' },
  environment: { DISPLAY: ':0' },
  os: 'linux',
  uid: 1000,
  wantsBrowser: false,
  electron: { kind: 'found', path: '/opt/electron/electron', version: '45.5.0' },
}

describe('Starting for development', () => {
  it('takes Electron where it can run', () => {
    expect(howToStart(facts)).toEqual({ kind: 'electron', path: '/opt/electron/electron', version: '45.5.0' })
  })

  it.each([
    ['there is no binary', { electron: { kind: 'none', reason: 'No Electron binary' } }, 'No Electron binary'],
    ['there is no screen', { environment: {} }, 'No screen for Electron'],
    ['the screen has no name', { environment: { DISPLAY: '', WAYLAND_DISPLAY: '' } }, 'No screen for Electron'],
    ['root runs it', { uid: 0 }, 'No Electron for root: its sandbox needs an ordinary user'],
    ['a browser was asked for', { wantsBrowser: true }, 'As asked for'],
  ] as const)('takes a browser where %s, and says so', (_when, change, because) => {
    expect(howToStart({ ...facts, ...change })).toEqual({ kind: 'browser', because })
  })

  it('needs no screen by name on other systems', () => {
    expect(howToStart({ ...facts, os: 'macos', environment: {} })).toMatchObject({ kind: 'electron' })
  })

  it('is refused inside Electron, whatever was asked for', () => {
    const inside = { ...facts, versions: { node: '24.0.0', electron: '45.5.0' } }
    expect(howToStart(inside)).toEqual({ kind: 'refused' })
    expect(howToStart({ ...inside, wantsBrowser: true })).toEqual({ kind: 'refused' })
  })
})
