import { beforeEach, describe, expect, it } from 'vitest'
import { type Windows, windowFactory } from '#agent/shell/windows.ts'
import { BrowserWindow, fakeElectron, Prevented } from '#test/support/fake-electron.ts'

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
    onClosed: (closed) => told.push(closed),
    onBroken: (reason) => told.push(reason),
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
    expect(told).toEqual(['opened', { size: { width: 800, height: 600 }, byKeyboard: false }])
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

describe('A window that is closing', () => {
  const owns = (contents: unknown) => Reflect.apply(windows.owns, undefined, [contents])
  const first = () => fakeElectron.windows()[0]
  beforeEach(() => {
    windows.open()
    const window = first()
    if (window !== undefined) window.closesSlowly = true
    window?.close()
  })

  it('may still say what was typed', () => {
    expect(owns(first()?.webContents)).toBe(true)
    first()?.closeNow()
    expect(owns(first()?.webContents)).toBe(false)
  })

  it('is nobody that a wish for a window would be lost on: another one opens', () => {
    windows.open()
    expect(fakeElectron.windows()).toHaveLength(2)
    first()?.closeNow()
    expect(windows.isOpen()).toBe(true)
    expect(told).toEqual(['opened', expect.objectContaining({ byKeyboard: false }), 'opened'])
  })

  it('is not told anything any more', () => {
    windows.tell('route/requested', { screen: 'status' })
    expect(first()?.webContents.sent).toEqual([])
  })

  it('closes though its page does not want it, or hangs', () => {
    const event = new Prevented()
    first()?.webContents.emit('will-prevent-unload', event)
    expect(event.isPrevented).toBe(true)
    first()?.emit('unresponsive')
    expect(first()?.isGone).toBe(true)
  })

  it('is waited for by whoever closes everything', async () => {
    let isOver = false
    const closed = windows.close().then(() => {
      isOver = true
    })
    await Promise.resolve()
    expect(isOver).toBe(false)
    first()?.closeNow()
    await closed
  })
})

describe('A page that breaks', () => {
  const broken = () => fakeElectron.windows()[0]?.webContents.emit('render-process-gone', {}, { reason: 'crashed' })
  const loads = () => fakeElectron.names().filter((name) => name === 'window.loadURL')

  it('is loaded again, and not for ever', () => {
    windows.open()
    for (let time = 0; time < 3; time += 1) broken()
    expect(loads()).toHaveLength(4)
    expect(windows.isOpen()).toBe(true)
    broken()
    expect(loads()).toHaveLength(4)
    expect(windows.isOpen()).toBe(false)
    expect(told).toContain('crashed')
  })

  it('is left alone when it went in order', () => {
    windows.open()
    fakeElectron.windows()[0]?.webContents.emit('render-process-gone', {}, { reason: 'clean-exit' })
    expect(loads()).toHaveLength(1)
  })
})

describe('The size of the window', () => {
  const sizeWith = (workAreaSize: object) => {
    fakeElectron.answer('screen.getPrimaryDisplay', { workAreaSize })
    windows.open()
    return fakeElectron.windows()[0]?.options
  }

  it('is the last one', () => {
    expect(sizeWith({ width: 1920, height: 1080 })).toMatchObject({ width: 900, height: 700 })
  })

  it('is no larger than a screen, when the one that it was on is gone', () => {
    expect(sizeWith({ width: 800, height: 570 })).toMatchObject({ width: 800, height: 570 })
  })

  it('is never so small that nothing can be read', () => {
    expect(sizeWith({ width: 100, height: 100 })).toMatchObject({ width: 360, height: 480 })
  })
})

describe('A window that is closed by its keys', () => {
  const down = (key: string, alt = false) => ({ type: 'keyDown', alt, key })

  it.each([
    ['Alt and F4', [down('F4', true)], true],
    ['something else', [down('Enter')], false],
    ['keys, and later by something else', [down('F4', true), down('a')], false],
    ['F4 alone', [down('F4')], false],
  ] as const)('by %s says so: %s', (_which, keys, byKeyboard) => {
    windows.open()
    for (const key of keys) fakeElectron.windows()[0]?.webContents.emit('before-input-event', {}, key)
    fakeElectron.windows()[0]?.close()
    expect(told.at(-1)).toMatchObject({ byKeyboard })
  })
})
