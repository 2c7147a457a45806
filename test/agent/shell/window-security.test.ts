import { readFile } from 'node:fs/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { confineDefaultSession, confineEverything, isOwnPage } from '#agent/shell/window-security.ts'
import {
  app,
  BrowserWindow,
  FakeContents,
  type FakeSession,
  fakeElectron,
  Prevented,
  session,
} from '#test/support/fake-electron.ts'

const declarations = await readFile(new URL('../../../node_modules/electron/electron.d.ts', import.meta.url), 'utf8')
const permissions = [
  ...new Set(
    [...declarations.matchAll(/permission: ((?:'[\w-]+' \| )+'[\w-]+')/g)].flatMap(([, list = '']) =>
      list.split(' | ').map((name) => name.replaceAll("'", '')),
    ),
  ),
]

beforeEach(() => {
  fakeElectron.reset()
  confineEverything()
  confineDefaultSession()
})

const sessions = (): readonly (readonly [string, FakeSession])[] => [
  ['the default one', session.defaultSession],
  ['of the pages', session.fromPartition('ui')],
  ['of the updater', session.fromPartition('electron-updater')],
  ['that comes later', session.fromPartition('made by somebody')],
]

describe('Every session', () => {
  it('downloads nothing', () => {
    confineEverything()
    const made = session.fromPartition('later')
    const event = new Prevented()
    made.emit('will-download', event)
    expect(event.isPrevented).toBe(true)
  })

  it('denies all permissions that Electron knows of', () => {
    expect(permissions.length).toBeGreaterThan(30)
    for (const [which, { handlers }] of sessions())
      for (const permission of permissions) {
        const answers: unknown[] = []
        call(handlers['request'], {}, permission, (answer: unknown) => answers.push(answer), {})
        expect([which, permission, answers]).toEqual([which, permission, [false]])
        expect([which, permission, call(handlers['check'], {}, permission, 'app://ui', {})]).toEqual([
          which,
          permission,
          false,
        ])
      }
  })

  it('denies devices and what is on the screen', () => {
    for (const [, { handlers }] of sessions()) {
      expect(call(handlers['device'], { deviceType: 'hid' })).toBe(false)
      const streams: unknown[] = []
      call(handlers['display'], {}, (given: unknown) => streams.push(given))
      expect(streams).toEqual([{}])
    }
  })
})

const strangers = [
  'APP://UI/',
  'https://ui/',
  'app://ui.evil.example/',
  'app://evil/index.html',
  'app://ui@evil.example/',
  'app://evil@ui/',
  'app://ui:443/',
  'apps://ui/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,x',
  'about:blank',
  'blob:app://ui/1',
  'postern://show?screen=status',
  '',
  'no address',
]

describe('An address', () => {
  it.each(['app://ui/index.html', 'app://ui/', 'app://ui/x?y#z'])('%s is ours', (address) => {
    expect(isOwnPage(address)).toBe(true)
  })
  it.each(strangers)('%s is not', (address) => {
    expect(isOwnPage(address)).toBe(false)
  })
})

describe('Every page', () => {
  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('is kept at home by %s', (name) => {
    const { webContents } = new BrowserWindow({})
    for (const url of strangers) {
      const event = Object.assign(new Prevented(), { url })
      webContents.emit(name, event, url)
      expect([url, event.isPrevented]).toEqual([url, true])
    }
    const home = Object.assign(new Prevented(), { url: 'app://ui/index.html' })
    webContents.emit(name, home, home.url)
    expect(home.isPrevented).toBe(false)
  })

  it('is kept at home by an Electron that tells the address beside the event', () => {
    const contents = new FakeContents()
    app.emit('web-contents-created', new Prevented(), contents)
    const event = new Prevented()
    contents.emit('will-navigate', event, 'https://evil.example/')
    expect(event.isPrevented).toBe(true)
  })

  it('opens no window and holds no webview', () => {
    const { webContents } = new BrowserWindow({})
    expect(webContents.openHandler?.({ url: 'app://ui/index.html' })).toEqual({ action: 'deny' })
    const event = new Prevented()
    webContents.emit('will-attach-webview', event)
    expect(event.isPrevented).toBe(true)
  })
})

describe('A server that asks for a client certificate', () => {
  it('gets none', () => {
    const event = new Prevented()
    const chosen: (readonly unknown[])[] = []
    app.emit('select-client-certificate', event, {}, 'https://evil.example', [{}], (...given: unknown[]) =>
      chosen.push(given),
    )
    expect(event.isPrevented).toBe(true)
    expect(chosen).toEqual([[]])
  })
})

function call(handler: ((...args: readonly never[]) => unknown) | undefined, ...args: readonly unknown[]): unknown {
  if (handler === undefined) throw new Error('there is no such handler')
  return Reflect.apply(handler, undefined, args)
}
