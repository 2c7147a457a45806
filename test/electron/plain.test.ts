import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { aGatewayProgram, type GatewayProgram } from '#test/support/a-gateway-program.ts'
import { aPrivateAuthority, openssl } from '#test/support/a-private-authority.ts'
import type { Environment, RunningProgram } from '#test/support/a-program.ts'
import { aStage, type Stage } from '#test/support/a-stage.ts'
import { type FakeNotificationDaemon, fakeNotificationDaemon } from '#test/support/fake-notification-daemon.ts'
import { type FakeWatcher, fakeStatusNotifierWatcher } from '#test/support/fake-status-notifier-watcher.ts'
import { freePort } from '#test/support/free-port.ts'
import { whatIsMissing } from '#test/support/what-is-here.ts'
import { whyNotHere } from './a-driven-app.ts'
import { aSession, type Session } from './a-session.ts'
import { countKeys, type TrayOfApp, trayOf, until } from './a-tray.ts'
import { anApp } from './an-app.ts'
import { findElectronForTests } from './electron-for-tests.ts'
import { countRenderers, listenersOf, processesOf } from './processes-of.ts'
import { type XWindows, xWindows } from './x-windows.ts'

// Electron as it would be installed (`app.isPackaged` is true), against a gateway on https with a private authority, used
// from outside alone: the tray over D-Bus, the command line, the screen.

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 })

const missing = (await whyNotHere()) ?? whatIsMissing([openssl, '/usr/bin/ss'])

describe('The app in Electron, as installed', () => {
  let stage: Stage
  let session: Session
  let program: string
  let env: Environment
  let gateway: GatewayProgram
  let watcher: FakeWatcher
  let notifications: FakeNotificationDaemon
  let screen: XWindows
  let app: RunningProgram
  let tray: TrayOfApp
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing)
  })
  beforeAll(async () => {
    stage = await aStage()
    const electron = missing === undefined ? await findElectronForTests() : undefined
    if (electron === undefined) return
    const authority = await aPrivateAuthority(join(stage.folder, 'authority'), 'localhost')
    await chmod(join(stage.folder, 'authority'), 0o755)
    await chmod(authority.authority, 0o644)
    const [api, check] = [await freePort(), await freePort()]
    const [built, made] = await Promise.all([anApp(stage, electron, 'postern-agent'), aSession(stage)])
    session = made
    program = built.program
    env = { SSL_CERT_FILE: authority.authority }
    gateway = await aGatewayProgram(
      stage,
      { env: { PATH: '/usr/bin:/bin', HOME: stage.folder } },
      {
        issuer: `https://localhost:${api}`,
        listen: { api: `127.0.0.1:${api}`, check: `127.0.0.1:${check}` },
        tls: { certificate: authority.certificate, key: authority.key },
      },
    )
    watcher = await fakeStatusNotifierWatcher(session.busAddress)
    stage.onEnd(() => watcher.service.end())
    await watcher.appear(true)
    notifications = await fakeNotificationDaemon(session.busAddress)
    stage.onEnd(() => notifications.service.end())
    screen = await xWindows(session.env['DISPLAY'] ?? '')
    stage.onEnd(() => screen.end())
    app = session.start([program, '--background', '--perf-report=0.1'], env)
    tray = await trayOf(watcher)
  })
  afterAll(() => stage.end())

  const logOfApp = () => readFile(join(session.home, 'state/postern/log/agent.log'), 'utf8').catch(String)
  const cli = async (...words: readonly string[]) => session.start([program, ...words], env).ended

  it.each([
    '--no-sandbox',
    ' --no-sandbox',
    '\t--js-flags=--expose-gc',
    '--single-process',
    '--remote-debugging-port=0',
    '-js-flags=--expose-gc',
    '--ignore-certificate-errors',
  ])('does not start with %j', async (word) => {
    const ended = await cli(word)
    expect(ended.code).toBe(64)
    expect(ended.stderr).toContain(`postern: refused to start with the switch --${/^\s*-+([a-z-]+)/.exec(word)?.[1]}`)
  })

  it('does not start with a sandbox that the environment switches off', async () => {
    const ended = await session.start([program], { ...env, ELECTRON_DISABLE_SANDBOX: '1' }).ended
    expect(ended).toMatchObject({ code: 64 })
    expect(ended.stderr).toContain('ELECTRON_DISABLE_SANDBOX')
  })

  it('started in the background shows an icon and no window', async () => {
    expect(await tray.tooltip()).toMatch(/Not enrolled|Starting/)
    expect(await tray.properties()).toMatchObject({ Status: 'Active', IconName: expect.stringMatching(/./) })
    expect(await countRenderers(app.pid)).toBe(0)
    expect(await screen.visible()).toEqual([])
  })

  it('offers every action in the tray', async () => {
    await until(async () => (await tray.tooltip()).includes('Not enrolled'))
    const rows = await tray.rows()
    for (const row of ['Review and enrol…', 'Check now', 'Open Postern', 'What we send', 'Settings', 'Quit Postern'])
      expect(rows).toContain(row)
  })

  it('answers the command line', async () => {
    const status = await cli('status', '--json')
    expect(JSON.parse(status.stdout)).toMatchObject({ issuer: null, result: null })
    expect((await cli('--version')).stdout).toMatch(/^\d+\.\d+\.\d+/)
  })

  it('enrols at a gateway whose authority only the system knows, its key in the keychain', async () => {
    expect(await countKeys(watcher.service, 'dev.postern.agent')).toBe(0)
    const enrolled = await cli('agent', 'enroll', '--yes', await gateway.link())
    expect(enrolled, enrolled.stderr + (await logOfApp())).toMatchObject({ code: 0 })
    expect(await countKeys(watcher.service, 'dev.postern.agent')).toBe(1)
    await until(async () => /All|check/.test(await tray.tooltip()))
    await until(async () => (await cli('status')).code === 0)
  })

  it('listens on neither TCP nor UDP', async () => {
    expect((await processesOf(app.pid)).length).toBeGreaterThan(2)
    expect(await listenersOf(app.pid)).toEqual([])
  })

  it('says what it costs, where it is asked to', async () => {
    const line = await app.untilLine((each) => 'perfReport' in each)
    expect(line['perfReport']).toMatchObject({
      minutes: 0.1,
      wakeUpsPerMinute: expect.any(Number),
      mainCpuPercent: expect.any(Number),
      marks: { ready: expect.any(Number), tray: expect.any(Number) },
    })
    const types = Object(line['perfReport']).processes.map(({ type }: { readonly type: string }) => type)
    expect(types).toContain('Browser')
    expect(types).not.toContain('Tab')
  })

  it('opens the window from the tray, in a sandbox, and leaves no renderer when it closes', async () => {
    await tray.click('What we send')
    await until(async () => (await countRenderers(app.pid)) === 1)
    await until(async () => (await screen.visible()).length === 1)
    for (const { words } of await processesOf(app.pid)) expect(words.join(' ')).not.toContain('--no-sandbox')
    await screen.close(/./)
    await until(async () => (await countRenderers(app.pid)) === 0, 5000)
    expect(await listenersOf(app.pid)).toEqual([])
  })

  it('brings a page back whose process broke', async () => {
    const renderers = async () =>
      (await processesOf(app.pid)).filter(({ type }) => type === 'renderer').map(({ pid }) => pid)
    await tray.click('Open Postern')
    await until(async () => (await screen.visible()).length === 1)
    const [broken = 0] = await renderers()
    process.kill(broken, 'SIGKILL')
    await until(async () => (await renderers()).some((pid) => pid !== broken))
    expect(await screen.visible()).toHaveLength(1)
    expect(await logOfApp()).toContain('window.broke')
    await screen.close(/./)
    await until(async () => (await countRenderers(app.pid)) === 0, 5000)
  })

  it('started a second time opens the window of the first', async () => {
    expect(await cli('postern://show?screen=privacy')).toMatchObject({ code: 0 })
    await until(async () => (await screen.visible()).length === 1)
    await screen.close(/./)
    await until(async () => (await countRenderers(app.pid)) === 0, 5000)
  })

  it('takes its icon away with the tray and makes a new one for the next', async () => {
    const before = watcher.items.length
    watcher.setHost(false)
    await until(async () => (await tray.properties().catch(() => undefined)) === undefined)
    watcher.setHost(true)
    tray = await trayOf(watcher, before)
    expect(await tray.rows()).toContain('Open Postern')
  })

  it('ends in order when it is asked to', async () => {
    expect(await app.stop('SIGTERM')).toMatchObject({ code: 0 })
    expect((await cli('status')).code).toBe(4)
  })
})
