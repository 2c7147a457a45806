import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { unmanaged } from '#agent/managed-settings/resolve-settings.ts'
import type { AgentPorts } from '#agent/ports.ts'
import { type StartPorts, startApp } from '#agent/shell/start-app.ts'
import { headlessPorts } from '#cli/headless-ports.ts'
import { usualQuietHours } from '#contract/agent-windows.ts'
import { Failure } from '#domain/failure.ts'
import { aSnapshot } from '#test/support/a-snapshot.ts'
import { app, fakeElectron, Prevented } from '#test/support/fake-electron.ts'

let folder: string
let argv: readonly string[]
let routes: unknown[]
let asked: unknown[]
let isStopped: boolean
let given: AgentPorts | undefined
let issuer: string | null
let whyNot: unknown
beforeEach(() => {
  fakeElectron.reset()
  folder = mkdtempSync(join(tmpdir(), 'postern-shell-'))
  mkdirSync(join(folder, 'renderer'))
  writeFileSync(join(folder, 'renderer/files.json'), '{}')
  argv = process.argv
  for (const [name, value] of Object.entries({
    POSTERN_STATE: join(folder, 'state'),
    XDG_STATE_HOME: join(folder, 'xdg'),
    DBUS_SESSION_BUS_ADDRESS: '',
    XDG_RUNTIME_DIR: '',
    DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nowhere',
  }))
    vi.stubEnv(name, value)
  routes = []
  asked = []
  isStopped = false
  given = undefined
  issuer = 'https://posture.example.com'
  whyNot = undefined
})
afterEach(() => {
  process.argv = [...argv]
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.removeAllListeners(event)
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

const ports: () => StartPorts = () => ({
  here: folder,
  verbs: ['status'],
  runVerb: async (typed) => {
    asked.push(typed)
    return 3
  },
  agentPorts: headlessPorts,
  async runAgent(ports) {
    given = ports
    if (whyNot !== undefined) throw whyNot
    const snapshot = { ...aSnapshot(), issuer }
    return {
      stop: async () => {
        isStopped = true
      },
      core: {
        answers: () => async (name) => {
          asked.push(name)
          return { ok: true, value: undefined }
        },
        onNotice: () => () => undefined,
        requestRoute: (route) => routes.push(route),
        settings: () => ({
          managed: unmanaged,
          language: null,
          notifications: 'normal',
          quiet_hours: usualQuietHours,
          snoozed: [],
          shown_consent: null,
        }),
        snapshot: { read: () => snapshot, onChange: () => () => undefined },
      },
    }
  },
})

async function start(...words: readonly string[]): Promise<void> {
  process.argv = ['/opt/Postern/postern-agent', ...words]
  startApp(ports())
  app.ready.resolve()
  await vi.waitFor(() => expect(app.listenerCount('before-quit')).toBe(1))
}
const windows = () => fakeElectron.windows().filter(({ isGone }) => !isGone)

describe('The app that starts', () => {
  it('asks nothing of Electron before the folder is named and the lock is taken', async () => {
    await start()
    expect(fakeElectron.names().slice(0, 3)).toEqual([
      'app.setPath',
      'app.requestSingleInstanceLock',
      'app.enableSandbox',
    ])
  })

  it('opens no window where the device is enrolled', async () => {
    await start()
    expect(windows()).toEqual([])
  })

  it('opens one where nobody enrolled the device, unless it was started in the background', async () => {
    issuer = null
    await start()
    expect(windows()).toHaveLength(1)
    fakeElectron.reset()
    await start('--background')
    expect(windows()).toEqual([])
  })

  it('lives on when its window is closed', async () => {
    await start('postern://show?screen=privacy')
    windows()[0]?.close()
    app.emit('window-all-closed')
    expect(fakeElectron.names()).not.toContain('app.quit')
    expect(isStopped).toBe(false)
  })

  it('follows a link that it was started with, once it can show where that leads', async () => {
    process.argv = ['/opt/Postern/postern-agent', 'postern://show?screen=privacy']
    startApp(ports())
    expect(windows()).toEqual([])
    app.ready.resolve()
    await vi.waitFor(() => expect(windows()).toHaveLength(1))
    expect(routes).toEqual([{ screen: 'privacy' }])
  })

  it('follows a link of the system that came before it was ready', async () => {
    process.argv = ['/opt/Postern/postern-agent']
    startApp(ports())
    const event = new Prevented()
    app.emit('open-url', event, 'postern://show?screen=history')
    app.ready.resolve()
    await vi.waitFor(() => expect(routes).toEqual([{ screen: 'history' }]))
    expect(event.isPrevented).toBe(true)
  })

  it('reads variables of the command line in development alone', async () => {
    await start()
    expect(given?.paths.state).toBe(join(folder, 'state'))
    fakeElectron.reset()
    app.isPackaged = true
    await start()
    expect(given?.paths.state).toBe(join(folder, 'xdg/postern'))
    expect(given).toMatchObject({ development: false, channel: 'stable' })
  })

  it('gives the core what only a program with windows can do', async () => {
    await start()
    expect(given).toMatchObject({ installKind: 'development' })
    for (const port of [
      'open',
      'clipboard',
      'save',
      'autostart',
      'quit',
      'trayState',
      'shellFacts',
      'power',
      'presence',
    ])
      expect([port, Object.hasOwn(given ?? {}, port)]).toEqual([port, true])
  })

  it('tells the core whether a window is open', async () => {
    await start()
    expect(given?.isWindowOpen?.()).toBe(false)
    app.emit('second-instance', {}, [], '/', { link: '', action: '' })
    expect(given?.isWindowOpen?.()).toBe(true)
    windows()[0]?.close()
    expect(given?.isWindowOpen?.()).toBe(false)
  })

  it('says why it does not run, and ends', async () => {
    whyNot = new Failure('state_too_new', { file: '/state/enrollment.json' })
    process.argv = ['/opt/Postern/postern-agent']
    startApp(ports())
    app.ready.resolve()
    await vi.waitFor(() => expect(fakeElectron.names()).toContain('app.exit'))
    const told = fakeElectron.calls().find(({ name }) => name === 'dialog.showErrorBox')
    expect(told?.args).toEqual([
      'A newer Postern wrote /state/enrollment.json',
      'It is left as it is. Update Postern on this device.',
    ])
  })
})

describe('What comes while the app is still starting', () => {
  const begin = () => {
    process.argv = ['/opt/Postern/postern-agent']
    startApp(ports())
  }

  it('is a second start: it opens the window as soon as there is one', async () => {
    begin()
    app.emit('second-instance', {}, [], '/', { link: '', action: '' })
    expect(windows()).toEqual([])
    app.ready.resolve()
    await vi.waitFor(() => expect(windows()).toHaveLength(1))
  })

  it('is a second start with a link, or an action', async () => {
    begin()
    app.emit('second-instance', {}, [], '/', { link: 'postern://show?screen=history', action: '' })
    app.emit('second-instance', {}, [], '/', { link: '', action: 'what-we-send' })
    app.ready.resolve()
    await vi.waitFor(() => expect(routes).toEqual([{ screen: 'history' }, { screen: 'privacy' }]))
  })
})

describe('An app whose pages are gone', () => {
  it('says so and ends, with its agent: it does not stay where nobody can reach it', async () => {
    rmSync(join(folder, 'renderer/files.json'))
    process.argv = ['/opt/Postern/postern-agent']
    startApp(ports())
    app.ready.resolve()
    await vi.waitFor(() => expect(fakeElectron.calls()).toContainEqual({ name: 'app.exit', args: [1] }))
    expect(isStopped).toBe(true)
    expect(fakeElectron.names()).toContain('dialog.showErrorBox')
  })
})

describe('A second start', () => {
  beforeEach(() => start())

  it('opens the window of the first', () => {
    app.emit('second-instance', {}, [], '/', { link: '', action: '' })
    expect(windows()).toHaveLength(1)
    expect(routes).toEqual([])
  })

  it('hands over its link or its action', () => {
    app.emit('second-instance', {}, [], '/', { link: 'postern://show?screen=privacy', action: '' })
    app.emit('second-instance', {}, [], '/', { link: '', action: 'check-now' })
    expect(routes).toEqual([{ screen: 'privacy' }, { screen: 'status' }])
    expect(asked).toContain('posture/check-now')
  })

  it.each([[undefined], [null], ['text'], [{ link: 7 }], [{ link: { a: 1 } }], [{ link: '', action: 'toString' }]])(
    'that hands over %j opens the window and nothing else',
    (handedOver) => {
      app.emit('second-instance', {}, ['postern://show?screen=privacy'], '/', handedOver)
      expect(windows()).toHaveLength(1)
      expect(routes).toEqual([])
    },
  )

  it('ends itself without a word', () => {
    fakeElectron.reset()
    fakeElectron.answer('app.requestSingleInstanceLock', false)
    process.argv = ['/opt/Postern/postern-agent', 'postern://show?screen=privacy']
    startApp(ports())
    expect(fakeElectron.names()).toEqual(['app.setPath', 'app.requestSingleInstanceLock', 'app.exit'])
  })
})

describe('A state folder that takes nothing', () => {
  it('is no other instance: it is said, with the place, and the app ends', async () => {
    writeFileSync(join(folder, 'state'), 'a file where the folder should be')
    fakeElectron.answer('app.requestSingleInstanceLock', false)
    process.argv = ['/opt/Postern/postern-agent']
    startApp(ports())
    app.ready.resolve()
    await vi.waitFor(() => expect(fakeElectron.calls()).toContainEqual({ name: 'app.exit', args: [1] }))
    const told = fakeElectron.calls().find(({ name }) => name === 'dialog.showErrorBox')
    expect(told?.args.join()).toContain(join(folder, 'state/chromium'))
  })
})

describe('A place that no socket can have', () => {
  it('is said, and the app ends', async () => {
    vi.stubEnv('POSTERN_CONTROL', `/${'a'.repeat(200)}`)
    process.argv = ['/opt/Postern/postern-agent']
    startApp(ports())
    app.ready.resolve()
    await vi.waitFor(() => expect(fakeElectron.calls()).toContainEqual({ name: 'app.exit', args: [1] }))
    expect(fakeElectron.names()).toContain('dialog.showErrorBox')
  })
})

describe('Quitting', () => {
  it('closes what is seen, ends the agent, then the process', async () => {
    issuer = null
    await start()
    app.quit()
    expect(windows()).toEqual([])
    expect(fakeElectron.names()).not.toContain('app.exit')
    await vi.waitFor(() => expect(fakeElectron.names()).toContain('app.exit'))
    expect(isStopped).toBe(true)
    app.quit()
    expect(fakeElectron.names().filter((name) => name === 'app.exit')).toHaveLength(1)
  })
})

describe('An app that is quitting', () => {
  const isOver = () => vi.waitFor(() => expect(fakeElectron.names()).toContain('app.exit'))

  it('waits until its page has said what was typed', async () => {
    issuer = null
    await start()
    const [window] = windows()
    if (window !== undefined) window.closesSlowly = true
    app.quit()
    await Promise.resolve()
    expect(isStopped).toBe(false)
    window?.closeNow()
    await isOver()
    expect(isStopped).toBe(true)
  })

  it('opens no window, and is started anew when it has ended', async () => {
    await start()
    app.quit()
    app.emit('open-url', new Prevented(), 'postern://show?screen=history')
    app.emit('second-instance', {}, [], '/', { link: '', action: '' })
    expect(fakeElectron.windows()).toEqual([])
    await isOver()
    expect(fakeElectron.calls().slice(-2)).toEqual([
      { name: 'app.relaunch', args: [{ args: ['postern://show?screen=status'] }] },
      { name: 'app.exit', args: [0] },
    ])
  })

  it.each([
    ['postern://show?screen=history', 'postern://show?screen=history'],
    ['--no-sandbox', 'postern://show?screen=status'],
  ])('hands %s on as %s', async (link, handedOn) => {
    await start()
    app.quit()
    app.emit('second-instance', {}, [], '/', { link, action: '' })
    await isOver()
    expect(fakeElectron.calls()).toContainEqual({ name: 'app.relaunch', args: [{ args: [handedOn] }] })
  })

  it('is not started anew when nobody wants it', async () => {
    await start()
    app.quit()
    await isOver()
    expect(fakeElectron.names()).not.toContain('app.relaunch')
  })
})

describe('A verb', () => {
  it('is answered without an instance of the app', async () => {
    process.argv = ['/opt/Postern/postern-agent', 'status', '--json']
    startApp(ports())
    await vi.waitFor(() => expect(fakeElectron.calls()).toEqual([{ name: 'app.exit', args: [3] }]))
    expect(asked).toEqual([['status', '--json']])
  })
})

describe('A dangerous switch', () => {
  it('ends a packaged app with 64 before anything else', () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    app.isPackaged = true
    process.argv = ['/opt/Postern/postern-agent', 'status', '--no-sandbox']
    startApp(ports())
    expect(fakeElectron.calls()).toEqual([{ name: 'app.exit', args: [64] }])
    expect(asked).toEqual([])
    expect(said.mock.calls).toEqual([[expect.stringContaining('--no-sandbox')]])
  })
})
