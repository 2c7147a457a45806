import { beforeEach, describe, expect, it } from 'vitest'
import { beforeReady } from '#agent/shell/before-ready.ts'
import { app, FakeMenu, fakeElectron } from '#test/support/fake-electron.ts'

const asked = {
  os: 'linux',
  stateFolder: '/state',
  hardwareAcceleration: false,
  handOver: { link: 'a', action: '' },
} as const

beforeEach(() => fakeElectron.reset())

describe('Before Electron is ready', () => {
  it('the folder is named, the lock taken, then everything confined, in this order', () => {
    expect(beforeReady(asked)).toBe(true)
    expect(fakeElectron.names()).toEqual([
      'app.setPath',
      'app.requestSingleInstanceLock',
      'app.enableSandbox',
      'app.disableHardwareAcceleration',
      'protocol.registerSchemesAsPrivileged',
      'Menu.setApplicationMenu',
    ])
    expect(fakeElectron.calls()[0]).toMatchObject({ args: ['userData', '/state/chromium'] })
    expect(fakeElectron.calls()[1]).toMatchObject({ args: [{ link: 'a', action: '' }] })
    for (const event of ['session-created', 'web-contents-created', 'select-client-certificate'])
      expect([event, app.listenerCount(event)]).toEqual([event, 1])
  })

  it('on Windows the program is named too, on macOS it stays out of the Dock', () => {
    beforeReady({ ...asked, os: 'windows' })
    expect(fakeElectron.names().slice(-3)).toEqual([
      'Menu.setApplicationMenu',
      'app.setAppUserModelId',
      'app.setToastActivatorCLSID',
    ])
    fakeElectron.reset()
    beforeReady({ ...asked, os: 'macos' })
    expect(fakeElectron.calls().at(-1)).toEqual({ name: 'app.setActivationPolicy', args: ['accessory'] })
  })

  it('on macOS no key quits: that is asked in the tray', () => {
    beforeReady({ ...asked, os: 'macos' })
    const menu = fakeElectron.calls().find(({ name }) => name === 'Menu.setApplicationMenu')?.args[0]
    const text = JSON.stringify(menu instanceof FakeMenu ? menu.items : undefined)
    expect(text).toContain('editMenu')
    expect(text).not.toMatch(/appMenu|quit/i)
  })

  it('hardware acceleration stays only where the organisation wants it', () => {
    beforeReady({ ...asked, hardwareAcceleration: true })
    expect(fakeElectron.names()).not.toContain('app.disableHardwareAcceleration')
  })

  it('the scheme is registered without anything that loosens', () => {
    beforeReady(asked)
    const scheme = fakeElectron.calls().find(({ name }) => name === 'protocol.registerSchemesAsPrivileged')
    expect(scheme?.args).toEqual([
      [{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }],
    ])
  })

  it('nothing more is done where another instance runs', () => {
    fakeElectron.answer('app.requestSingleInstanceLock', false)
    expect(beforeReady(asked)).toBe(false)
    expect(fakeElectron.names()).toEqual(['app.setPath', 'app.requestSingleInstanceLock'])
  })
})
