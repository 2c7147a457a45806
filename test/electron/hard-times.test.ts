import { chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RunningProgram } from '#test/support/a-program.ts'
import { aStage, type Stage } from '#test/support/a-stage.ts'
import { type FakeWatcher, fakeStatusNotifierWatcher } from '#test/support/fake-status-notifier-watcher.ts'
import { whyNotHere } from './a-driven-app.ts'
import { aSession, type Session } from './a-session.ts'
import { trayOf, until } from './a-tray.ts'
import { anApp } from './an-app.ts'
import { findElectronForTests } from './electron-for-tests.ts'
import { countRenderers } from './processes-of.ts'
import { type XWindows, xWindows } from './x-windows.ts'

// A desktop without tray and without notifications, a state folder that a newer Postern left: nothing depends on either.

vi.setConfig({ testTimeout: 40_000, hookTimeout: 60_000 })

const missing = await whyNotHere()

describe('The app in Electron, on a desktop without tray and notifications', () => {
  let stage: Stage
  let session: Session
  let program: string
  let screen: XWindows
  let watcher: FakeWatcher
  let app: RunningProgram
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing)
  })
  beforeAll(async () => {
    stage = await aStage()
    const electron = missing === undefined ? await findElectronForTests() : undefined
    if (electron === undefined) return
    const [built, made] = await Promise.all([anApp(stage, electron, 'postern-agent'), aSession(stage)])
    session = made
    program = built.program
    screen = await xWindows(session.env['DISPLAY'] ?? '')
    stage.onEnd(() => screen.end())
    watcher = await fakeStatusNotifierWatcher(session.busAddress)
    stage.onEnd(() => watcher.service.end())
    app = session.start([program])
  })
  afterAll(() => stage.end())

  it('opens its window at the first start', async () => {
    await until(async () => (await screen.visible()).length === 1)
    expect(watcher.items).toEqual([])
  })

  it('opens it again when it is started from the launcher', async () => {
    await screen.close(/./)
    await until(async () => (await countRenderers(app.pid)) === 0, 5000)
    expect(await session.start([program, '--what-we-send']).ended).toMatchObject({ code: 0 })
    await until(async () => (await screen.visible()).some((title) => title.includes('What we send')))
  })

  it('shows no icon to a watcher without a host, and one to a host that comes', async () => {
    await watcher.appear(false)
    expect(watcher.items).toEqual([])
    watcher.setHost(true)
    expect(await (await trayOf(watcher)).rows()).toContain('Open Postern')
    await watcher.disappear()
  })

  it('sends an icon that is sharp on a screen of many pixels', async () => {
    await app.stop()
    const before = watcher.items.length
    await watcher.appear(true)
    app = session.start([program, '--background', '--force-device-scale-factor=2'], { XDG_CURRENT_DESKTOP: 'KDE' })
    const { IconPixmap } = await (await trayOf(watcher, before)).properties()
    expect(IconPixmap).toEqual([[48, 48, expect.anything()]])
    await watcher.disappear()
  })

  it('says that nothing can be written into its folder, and takes that for no other instance', async () => {
    const locked = join(stage.folder, 'locked')
    await mkdir(join(locked, 'postern'), { recursive: true })
    const started = session.start([program], { XDG_STATE_HOME: locked })
    await until(async () => (await screen.visible()).length === 1)
    await screen.close(/./)
    expect(await started.ended).toMatchObject({ code: 1, stderr: expect.stringContaining('state_unwritable') })
  })

  it('says why it does not run on the state of a newer Postern, and leaves that as it is', async () => {
    await app.stop()
    const state = join(session.home, 'newer/postern')
    const { uid, gid } = await stat(session.home)
    const newer = '{"version":99,"state":"something else"}\n'
    await mkdir(state, { recursive: true, mode: 0o700 })
    await writeFile(join(state, 'enrollment.json'), newer)
    for (const path of [join(session.home, 'newer'), state, join(state, 'enrollment.json')]) await chown(path, uid, gid)
    const started = session.start([program], { XDG_STATE_HOME: join(session.home, 'newer') })
    await until(async () => (await screen.visible()).length === 1)
    await screen.close(/./)
    expect(await started.ended).toMatchObject({ code: 1 })
    expect(await readFile(join(state, 'enrollment.json'), 'utf8')).toBe(newer)
    expect(await readFile(join(state, 'log/agent.log'), 'utf8')).toContain('state_too_new')
  })
})
