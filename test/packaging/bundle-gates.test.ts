import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import vm from 'node:vm'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type BuiltScripts, builtMain, builtWindows, repository } from '#test/support/a-built-app.ts'
import { type GateInput, gateBreaches, gateNames } from '../../src/packaging/bundle-gates.ts'
import { developmentInputs, developmentWords, developmentWordsIn } from '../../src/packaging/development-only.ts'

vi.setConfig({ hookTimeout: 120_000 })

const folder = mkdtempSync(join(tmpdir(), 'postern-gates-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The lone places, as they are: a tree that has none of them breaks the gates that count. */
const lonePlaces = [
  'src/agent/shell/windows.ts',
  'src/agent/shell/open-settings.ts',
  'src/agent/shell/serve-ipc.ts',
  'src/preload/preload.ts',
]
const goodTree: readonly GateInput[] = lonePlaces.map((path) => ({
  path,
  text: readFileSync(join(repository, path), 'utf8'),
}))

describe('What ships of the app', () => {
  let main: BuiltScripts
  let windows: BuiltScripts
  beforeAll(async () => {
    main = await builtMain(join(folder, 'app'))
    windows = await builtWindows('app')
  })

  it('holds nothing that the gates forbid', () => {
    const inputs = [...main.inputs, ...windows.inputs]
    expect(inputs.map(({ path }) => path)).toEqual(expect.arrayContaining(['src/agent/main.ts', ...lonePlaces]))
    expect(inputs.filter(({ path }) => path.startsWith('renderer/')).length).toBeGreaterThan(20)
    expect(gateBreaches(inputs)).toEqual([])
  })

  it('holds no development shell, no loopback carrier and no test', () => {
    const paths = [...main.inputs, ...windows.inputs].map(({ path }) => path)
    expect(developmentInputs(paths)).toEqual([])
    for (const { name, text } of [...main.outputs, ...windows.outputs])
      expect([name, developmentWordsIn(text)]).toEqual([name, []])
  })

  it('is made of files that Node can read, each of them', () => {
    expect(main.outputs.length).toBeGreaterThan(5)
    for (const { text } of main.outputs)
      expect(() => vm.compileFunction(text, ['require', 'module', 'exports'])).not.toThrow()
  })

  it('has no gateway in it', () => {
    expect(main.inputs.filter(({ path }) => path.startsWith('src/gateway/'))).toEqual([])
  })
})

describe('The development windows', () => {
  it('would be found in a bundle, by their paths and by every word', async () => {
    const { inputs, outputs } = await builtWindows('development')
    expect(developmentInputs(inputs.map(({ path }) => path)).length).toBeGreaterThan(2)
    expect(developmentWordsIn(outputs.map(({ text }) => text).join('\n'))).toEqual(developmentWords)
  })
})

describe('The gates', () => {
  const bad: readonly (readonly [gate: string, path: string, text: string])[] = [
    ['one-window-factory', 'src/agent/shell/other.ts', 'const a = new BrowserWindow({})'],
    ['one-window-factory', 'src/agent/shell/windows.ts', 'const a = [new BrowserWindow({}), new BrowserWindow({})]'],
    ['one-window-factory', 'src/agent/shell/windows.ts', 'export const windows = 1'],
    ['one-window-factory', 'src/agent/shell/other.ts', "const a = new electron['WebContentsView']()"],
    ['one-window-factory', 'src/agent/shell/other.ts', "import { BrowserWindow as Pane } from 'electron'"],
    ['one-window-factory', 'node_modules/some/index.js', 'new r.BrowserWindow({})'],
    ['no-file-pages', 'src/agent/shell/other.ts', "window.loadURL('file:///etc/passwd')"],
    ['no-file-pages', 'src/agent/shell/other.ts', 'window.loadURL(`file://$' + '{path}`)'],
    ['no-file-pages', 'src/agent/shell/other.ts', "window.loadFile('index.html')"],
    ['no-file-pages', 'src/agent/shell/other.ts', "window['loadFile'](path)"],
    ['safe-preferences', 'src/agent/shell/other.ts', 'const a = { nodeIntegration: true }'],
    ['safe-preferences', 'src/agent/shell/other.ts', 'const a = { nodeIntegration: isOn }'],
    ['safe-preferences', 'src/agent/shell/other.ts', "const a = { 'webSecurity': false }"],
    ['safe-preferences', 'src/agent/shell/other.ts', 'const webSecurity = false\nconst a = { webSecurity }'],
    ['safe-preferences', 'src/agent/shell/other.ts', 'preferences.contextIsolation = false'],
    ['safe-preferences', 'node_modules/some/index.js', 'f({sandbox:!1})'],
    ['strict-tls', 'src/agent/gateway-client/other.ts', 'connect({ rejectUnauthorized: false })'],
    ['strict-tls', 'src/agent/gateway-client/other.ts', 'options.rejectUnauthorized = given'],
    ['strict-tls', 'src/agent/gateway-client/other.ts', "process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'"],
    ['strict-tls', 'node_modules/some/index.js', 'connect({rejectUnauthorized:!1})'],
    ['no-text-as-code', 'renderer/agent/other.tsx', 'eval(text)'],
    ['no-text-as-code', 'renderer/agent/other.tsx', 'globalThis.eval(text)'],
    ['no-text-as-code', 'src/agent/other.ts', "const a = new Function('return 1')"],
    ['no-text-as-code', 'node_modules/some/index.js', 'const F = Function; new F(text)'],
    ['one-open-external', 'src/agent/shell/other.ts', 'shell.openExternal(url)'],
    ['one-open-external', 'src/agent/shell/open-settings.ts', 'shell.openExternal(a); shell.openExternal(b)'],
    ['one-open-external', 'src/agent/shell/other.ts', 'const { openExternal } = shell'],
    ['no-listener', 'src/agent/system/other.ts', "import { createServer } from 'node:net'"],
    ['no-listener', 'src/agent/system/other.ts', 'server.listen(0)'],
    ['no-listener', 'src/agent/system/other.ts', "const socket = dgram.createSocket('udp4')"],
    ['no-listener', 'node_modules/some/index.js', 'require("http").createServer(f).listen(8080)'],
    ['two-verbs-for-pages', 'src/preload/preload.ts', "contextBridge.exposeInMainWorld('postern', { ask, on })"],
    ['two-verbs-for-pages', 'src/preload/preload.ts', "contextBridge.exposeInMainWorld('postern', ipcRenderer)"],
    ['two-verbs-for-pages', 'src/preload/preload.ts', "x.exposeInMainWorld('postern', { ask: a, on: b, send: c })"],
    [
      'two-verbs-for-pages',
      'src/preload/preload.ts',
      "x.exposeInMainWorld('postern', { ask: a, get on() { return b } })",
    ],
    ['one-exposure', 'src/preload/other.ts', "contextBridge.exposeInMainWorld('more', { ask: a, on: b })"],
    ['one-ipc-channel', 'src/agent/shell/other.ts', "ipcMain.handle('more', answer)"],
    ['one-ipc-channel', 'src/agent/shell/serve-ipc.ts', "ipcMain.handle('a', b); ipcMain.handle('c', d)"],
    ['no-ipc-events', 'src/agent/shell/other.ts', "ipcMain.on('say', listen)"],
    ['no-ipc-events', 'src/agent/shell/other.ts', "ipcMain.handleOnce('say', answer)"],
    ['no-ipc-events', 'src/agent/shell/other.ts', "ipcMain['on']('say', listen)"],
    ['no-ipc-events', 'src/agent/shell/other.ts', "import { ipcMain as inbox } from 'electron'"],
    ['no-ipc-events', 'src/agent/shell/other.ts', 'const inbox = ipcMain'],
  ]

  it('hold for the lone places as they are', () => {
    expect(gateBreaches(goodTree)).toEqual([])
  })

  it.each(bad)('%s refuses in %s: %s', (gate, path, text) => {
    const tree = [...goodTree.filter((input) => input.path !== path), { path, text }]
    const breaches = gateBreaches(tree).filter((breach) => breach.startsWith(`${gate}: `))
    expect(breaches).not.toEqual([])
  })

  it('each have such a bad example', () => {
    expect([...new Set(bad.map(([gate]) => gate))].sort()).toEqual([...gateNames].sort())
  })

  it('take no word for the thing: types, comments and sentences pass', () => {
    const text = `// new Function, eval, file://, ipcMain.on
      export const sentence: string = 'where agents listen: createServer and the rest'
      export type Act = (given: Function) => void
      export const preferences = { nodeIntegration: false, webSecurity: true, rejectUnauthorized: true }`
    expect(gateBreaches([...goodTree, { path: 'src/agent/other.ts', text }])).toEqual([])
  })
})

describe('Words of development', () => {
  it.each(developmentWords)('%j is told in every kind of quotes, and not inside another word', (word) => {
    for (const quote of ['"', "'", '`']) expect(developmentWordsIn(`a(${quote}${word}${quote})`)).toEqual([word])
    expect(developmentWordsIn(`a("x${word}x")`)).toEqual([])
  })
})
