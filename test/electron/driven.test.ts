import { readFile } from 'node:fs/promises'
import type { ConsoleMessage, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { contentSecurityPolicy } from '#agent/shell/app-protocol.ts'
import { aStage, type Stage } from '#test/support/a-stage.ts'
import { type DrivenApp, driveApp, whyNotHere } from './a-driven-app.ts'
import { trayOf, until } from './a-tray.ts'
import { countRenderers, processesOf } from './processes-of.ts'

// Electron itself, unpackaged, driven by playwright: what a page gets, and what it does not.

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 })

const missing = await whyNotHere()

describe('The app in Electron, driven', () => {
  let stage: Stage
  let app: DrivenApp
  let page: Page
  const said: ConsoleMessage[] = []
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing)
  })
  beforeAll(async () => {
    stage = await aStage()
    if (missing !== undefined) return
    app = await driveApp(stage)
    page = await app.window()
    page.on('console', (message) => said.push(message))
  })
  afterAll(() => stage.end())

  it('opens a window where the device is not enrolled, and answers it over IPC', async () => {
    expect(page.url()).toMatch(/^app:\/\/ui\/index\.html/)
    const reply = await page.evaluate("window.postern.ask('agent/snapshot')")
    expect(reply).toMatchObject({ ok: true, value: { issuer: null, development: true } })
    await page.getByRole('heading', { level: 1 }).waitFor()
  })

  it('serves its page with the policy as a header, and the page keeps to it', async () => {
    const response = await page.reload()
    expect(await response?.headerValue('content-security-policy')).toBe(contentSecurityPolicy)
    expect(await response?.headerValue('x-content-type-options')).toBe('nosniff')
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(
      said.map((message) => message.text()).filter((text) => /Content.Security.Policy|Trusted/i.test(text)),
    ).toEqual([])
  })

  it.each([
    ['eval', "eval('1')"],
    ['function out of text', "new Function('return 1')()"],
    ['markup out of text', "document.body.innerHTML = '<img src=x>'"],
    ['timer out of text', "setTimeout('globalThis.ran = true')"],
  ])('runs no %s', async (_what, code) => {
    // In a turn of its own: what a debugger evaluates may do more.
    const ended = await page.evaluate(`new Promise((tell) => setTimeout(() => {
      try { ${code}; tell('ran') } catch (thrown) { tell(thrown.name) }
    }))`)
    expect(['EvalError', 'TypeError']).toContain(ended)
  })

  it.each(['fetch("https://example.com")', 'fetch("app://ui/index.html")', 'fetch("file:///etc/passwd")'])(
    'lets a page connect to nobody: %s',
    async (code) => {
      await expect(page.evaluate(code)).rejects.toThrow(/Failed to fetch/)
    },
  )

  it('shows the page ask and on, and nothing of Node or Electron', async () => {
    const seen = await page.evaluate(`({
      postern: Object.keys(window.postern).sort(),
      kinds: Object.values(window.postern).map((member) => typeof member),
      globals: ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter((name) => name in window),
    })`)
    expect(seen).toEqual({ postern: ['ask', 'on'], kinds: ['function', 'function'], globals: [] })
  })

  it('runs its page in the sandbox of the system', async () => {
    const renderers = (await processesOf(app.pid())).filter(({ type }) => type === 'renderer')
    expect(renderers).toHaveLength(1)
    for (const { pid, words } of renderers) {
      const status = await readFile(`/proc/${pid}/status`, 'utf8')
      expect(status).toMatch(/^NoNewPrivs:\t1$/m)
      expect(status).toMatch(/^Seccomp:\t2$/m)
      expect(words.join(' ')).not.toContain('no-sandbox')
    }
    const preferences = await app.electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map(({ webContents }) =>
        Reflect.apply(Reflect.get(webContents, 'getLastWebPreferences'), webContents, []),
      ),
    )
    expect(preferences).toMatchObject([
      { sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false },
    ])
  })

  it.each([
    [
      'geolocation',
      'new Promise((yes) => navigator.geolocation.getCurrentPosition(() => yes("given"), () => yes("denied")))',
    ],
    ['notifications', 'Notification.requestPermission()'],
    ['the clipboard', 'navigator.clipboard.readText().then(() => "given", () => "denied")'],
    ['the camera', 'navigator.mediaDevices.getUserMedia({ video: true }).then(() => "given", () => "denied")'],
    ['the screen', 'navigator.mediaDevices.getDisplayMedia({ video: true }).then(() => "given", () => "denied")'],
    ['USB devices', 'navigator.usb.requestDevice({ filters: [] }).then(() => "given", () => "denied")'],
  ])('grants no page %s', async (_what, code) => {
    expect(await page.evaluate(code)).toBe('denied')
  })

  it.each([
    'https://example.com/',
    'app://ui.evil.example/',
    'app://evil/index.html',
    'file:///etc/passwd',
    'data:text/html,x',
    'blob:app://ui/0',
  ])('lets no page go to %s', async (to) => {
    await page.evaluate(`globalThis.before = ${JSON.stringify(to)}; void (location.href = ${JSON.stringify(to)})`)
    await new Promise((resolve) => setTimeout(resolve, 200)) // a navigation that were let through would take this long
    expect(await page.evaluate('globalThis.before')).toBe(to)
    expect(page.url()).toMatch(/^app:\/\/ui\/index\.html/)
  })

  it('brings a page back that went to where Chromium asks nobody', async () => {
    await page.evaluate("void (location.href = 'about:blank')").catch(() => undefined)
    await expect.poll(() => page.url()).toMatch(/^app:\/\/ui\/index\.html/)
    await page.getByRole('heading', { level: 1 }).waitFor()
  })

  it('lets no page open another', async () => {
    expect(await page.evaluate("window.open('app://ui/index.html') === null")).toBe(true)
    expect(await page.evaluate("window.open('https://example.com/') === null")).toBe(true)
    expect(app.electron.windows()).toHaveLength(1)
  })

  it('answers 404 to what is no file of the pages', async () => {
    const paths = [
      '/../package.json',
      '/%2e%2e/main.cjs',
      '/..%2fmain.cjs',
      '/main.cjs',
      '/files.json',
      '/index.html?x=1',
      '/',
    ]
    const statuses = await app.electron.evaluate(async ({ BrowserWindow }, asked) => {
      const stranger = new BrowserWindow({ show: false, webPreferences: { partition: 'ui' } })
      const seen: number[] = []
      for (const path of asked) {
        const shown = new Promise<number>((resolve) =>
          stranger.webContents.once('did-navigate', (_event, _url, status) => resolve(status)),
        )
        await stranger.loadURL(`app://ui${path}`).catch(() => undefined)
        seen.push(await shown)
      }
      stranger.destroy()
      return seen
    }, paths)
    expect(statuses).toEqual(paths.map(() => 404))
  })

  it('answers no window that the factory did not make', async () => {
    const reply = await app.electron.evaluate(async ({ app, BrowserWindow }) => {
      const preload = `${app.getAppPath()}/preload.cjs`
      const stranger = new BrowserWindow({ show: false, webPreferences: { preload, partition: 'ui' } })
      await stranger.loadURL('app://ui/index.html')
      const answered: unknown = await stranger.webContents.executeJavaScript("window.postern.ask('agent/snapshot')")
      stranger.destroy()
      return answered
    })
    expect(reply).toEqual({ ok: false, code: 'question_invalid' })
  })

  it.each([
    ["'no/such'", 'undefined'],
    ["'__proto__'", '{}'],
    ['{}', '{}'],
    ['null', 'null'],
    ["'exception/show'", "{ request_id: '../x' }"],
    ["'settings-link/open'", "{ kind: 'support', url: 'https://evil.example' }"],
    ["'enrollment/preview'", "{ link: 'x'.repeat(100_000) }"],
    ["'draft/save'", 'new Map([[1, new Uint8Array(9)]])'],
    ["'clipboard/copy'", '{ text: 7n }'],
  ])('answers %s with %s by a code', async (name, question) => {
    const reply = await page.evaluate(`window.postern.ask(${name}, ${question})`)
    expect(reply).toMatchObject({ ok: false, code: 'question_invalid' })
  })

  it('passes nothing over IPC that could be called', async () => {
    await expect(page.evaluate("window.postern.ask('agent/snapshot', { call() {} })")).rejects.toThrow(/cloned/)
  })

  it('lets a page say what was typed last while its window closes', async () => {
    await page.evaluate(`addEventListener('pagehide', () => {
      void window.postern.ask('clipboard/copy', { text: 'typed last' })
    })`)
    await app.electron.evaluate(({ BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows()) window.close()
    })
    await until(async () => (await countRenderers(app.pid())) === 0, 5000)
    expect(await app.electron.evaluate(({ clipboard }) => clipboard.readText())).toBe('typed last')
    const opened = app.electron.waitForEvent('window')
    await (await trayOf(app.tray)).click('Open Postern')
    page = await opened
    await page.getByRole('heading', { level: 1 }).waitFor()
  })

  it('opens a window that is asked for while the last one closes', async () => {
    const opened = app.electron.waitForEvent('window')
    await app.electron.evaluate(({ app, BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows()) window.close()
      app.emit('second-instance', {}, [], '/', { link: 'postern://show?screen=history', action: '' })
    })
    page = await opened
    await expect.poll(() => page.title()).toMatch(/History/)
    expect(app.electron.windows()).toHaveLength(1)
  })

  it('is gone as a process when its window closes, and comes back from the tray at the screen that was asked for', async () => {
    await page.close()
    await until(async () => (await countRenderers(app.pid())) === 0, 5000)
    const opened = app.electron.waitForEvent('window')
    await (await trayOf(app.tray)).click('What we send')
    page = await opened
    await expect.poll(() => page.title()).toMatch(/What we send/)
  })

  it('is shown a screen by a link of a second start', async () => {
    const second = app.session.start([app.program, 'postern://show?screen=history'])
    expect(await second.ended).toMatchObject({ code: 0 })
    await expect.poll(() => page.title()).toMatch(/History/)
    expect(app.electron.windows()).toHaveLength(1)
  })

  it('never follows a link by itself: it fills the screen where a person decides', async () => {
    const link = `postern://enroll?server=${encodeURIComponent('http://localhost:9')}&code=${'A'.repeat(43)}`
    expect(await app.session.start([app.program, link]).ended).toMatchObject({ code: 0 })
    await page.getByText(/localhost:9 asks to enrol this device/).waitFor()
    await page.getByRole('button', { name: 'Continue' }).waitFor()
    expect(await page.evaluate("window.postern.ask('agent/snapshot')")).toMatchObject({
      value: { issuer: null, failure: null },
    })
  })
})
