import { beforeEach, describe, expect, it } from 'vitest'
import { type Windows, windowFactory } from '#agent/shell/windows.ts'
import { BrowserWindow, fakeElectron } from '#test/support/fake-electron.ts'

let windows: Windows
let told: unknown[]
beforeEach(() => {
  fakeElectron.reset()
  told = []
  windows = make(true)
})

function make(packaged: boolean): Windows {
  return windowFactory({
    preload: '/app/preload.cjs',
    packaged,
    size: () => ({ width: 900, height: 700 }),
    onOpened: () => told.push('opened'),
    onClosed: (size) => told.push(size),
  })
}

describe('The window', () => {
  it('is not there before somebody asks for it', () => {
    expect(fakeElectron.windows()).toEqual([])
    expect(windows.isOpen()).toBe(false)
  })

  it('is made with exactly these preferences', () => {
    windows.open()
    expect(fakeElectron.windows()[0]?.options.webPreferences).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      plugins: false,
      enableWebSQL: false,
      devTools: false,
      partition: 'ui',
      preload: '/app/preload.cjs',
    })
  })

  it('has developer tools in development alone', () => {
    make(false).open()
    expect(fakeElectron.windows()[0]?.options.webPreferences).toMatchObject({ devTools: true })
  })

  it('is shown once it is drawn', () => {
    windows.open()
    const [window] = fakeElectron.windows()
    expect(window?.options.show).toBe(false)
    expect(fakeElectron.names()).toEqual(['window.loadURL'])
    expect(fakeElectron.calls()[0]?.args).toEqual(['app://ui/index.html'])
    window?.emit('ready-to-show')
    expect(fakeElectron.names()).toContain('window.show')
  })

  it('is one: asked for again it comes to the front', () => {
    windows.open()
    windows.open()
    expect(fakeElectron.windows()).toHaveLength(1)
    expect(fakeElectron.names()).toContain('window.focus')
  })

  it('is gone when it is closed, and made anew', () => {
    windows.open()
    fakeElectron.windows()[0]?.close()
    expect(windows.isOpen()).toBe(false)
    expect(told).toEqual(['opened', { width: 800, height: 600 }])
    windows.open()
    expect(fakeElectron.windows()).toHaveLength(2)
    expect(windows.isOpen()).toBe(true)
  })

  it('is told of what happens while it is there', () => {
    windows.tell('route/requested', { screen: 'privacy' })
    windows.open()
    windows.tell('route/requested', { screen: 'status' })
    expect(fakeElectron.windows()[0]?.webContents.sent).toEqual([
      ['postern/notice', 'route/requested', { screen: 'status' }],
    ])
    fakeElectron.windows()[0]?.close()
    expect(() => windows.tell('route/requested', { screen: 'history' })).not.toThrow()
  })

  it('brings a page back that is not ours', () => {
    windows.open()
    const contents = fakeElectron.windows()[0]?.webContents
    contents?.emit('did-navigate', {}, 'app://ui/index.html')
    expect(fakeElectron.names()).toEqual(['window.loadURL'])
    contents?.emit('did-navigate', {}, 'about:blank')
    expect(fakeElectron.names()).toEqual(['window.loadURL', 'window.loadURL'])
    expect(fakeElectron.calls()[1]?.args).toEqual(['app://ui/index.html'])
  })

  it('owns its page, and no other one', () => {
    windows.open()
    const [window] = fakeElectron.windows()
    const stranger = new BrowserWindow({})
    const owns = (contents: unknown) => Reflect.apply(windows.owns, undefined, [contents])
    expect(owns(window?.webContents)).toBe(true)
    expect(owns(stranger.webContents)).toBe(false)
    window?.close()
    expect(owns(window?.webContents)).toBe(false)
  })
})
