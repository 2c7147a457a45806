import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, session } from 'electron'
import type { AgentPorts, TrayState } from '#agent/ports.ts'
import { operatingSystem } from '#agent/system/operating-system.ts'
import type { AgentPaths } from '#agent/system/paths.ts'
import { shrinkHeap } from '#agent/system/shrink-heap.ts'
import type { Route } from '#contract/agent-windows.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import { createLog, type Log } from '#runtime/log.ts'
import { parseAppMap, serveApp } from './app-protocol.ts'
import { keepSettings } from './cached-settings.ts'
import { linkReader } from './deep-links.ts'
import { desktop } from './desktop.ts'
import type { LaunchWords } from './launch-words.ts'
import { logFile } from './log-file.ts'
import type { Perf } from './perf.ts'
import { quitInOrder } from './quit-in-order.ts'
import { sayWhyNot } from './say-why-not.ts'
import { serveIpc } from './serve-ipc.ts'
import type { ShellCore } from './shell-core.ts'
import { shellPorts } from './shell-ports.ts'
import { systemWatch } from './system-watch.ts'
import { windowAnswers } from './window-answers.ts'
import { confineDefaultSession } from './window-security.ts'
import { openWindowState, type WindowState } from './window-state.ts'
import { pagePartition, type Windows, windowFactory } from './windows.ts'

export type RunningAgent = { readonly core: ShellCore; readonly stop: () => Promise<void> }

export type AppPorts = {
  /** The folder of this program's files. */
  readonly here: string
  readonly agentPorts: (from: Pick<AgentPorts, 'paths' | 'development' | 'clock' | 'log'>) => AgentPorts
  readonly runAgent: (ports: AgentPorts) => Promise<RunningAgent>
}

export type AppWords = Extract<LaunchWords, { readonly kind: 'app' }>

/** By then the first reading is over, and a first report sent. */
const settledMs = 60_000

/** The one running instance, from before `ready` until it has quit. */
export function runApp(ports: AppPorts, words: AppWords, paths: AgentPaths, perf: Perf): void {
  const { clock } = perf
  const log = appLog(paths)
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (thrown) => log.error('app.broke', { err: thrown }))
  app.on('window-all-closed', () => undefined) // the app lives on without a window

  // Whatever comes before there is anything that could show where it leads is kept until there is.
  const links = keptUntilLed<Route>()
  const starts = keptUntilLed<HandedOver>()
  const toasts = keptUntilLed<string>()
  const readLink = linkReader(clock)
  const follow = (link: unknown): void => {
    const route = readLink(link)
    if (route !== undefined) links.come(route)
  }
  app.on('open-url', (event, link) => {
    event.preventDefault()
    follow(link)
  })
  app.on('second-instance', (_event, _argv, _folder, handedOver) => starts.come(handedOverWords(handedOver)))
  if (words.link !== undefined) follow(words.link)

  const ready = app.whenReady()
  const os = operatingSystem()
  if (os === 'windows')
    void Promise.all([import('./toast-activation.ts'), ready]).then(([{ followToasts }]) =>
      followToasts(toasts.come, clock),
    )
  let trayState: () => TrayState = () => 'unknown'
  let isWindowOpen = () => false
  const base = ports.agentPorts({ paths, development: !app.isPackaged, clock, log })
  const watch = systemWatch(base, ready)
  const agent = ports.runAgent(
    shellPorts(base, { watch, trayState: () => trayState(), isWindowOpen: () => isWindowOpen(), ready }),
  )
  const windowState = openWindowState(join(paths.state, 'window.json'))

  void Promise.all([agent, windowState, ready])
    .then(([running, state]) => {
      perf.mark('ready')
      confineDefaultSession()
      let closedByKeyboard = () => {}
      const windows = serveWindows(ports.here, running.core, {
        state,
        closedByKeyboard: () => closedByKeyboard(),
        onBroken: (reason) => log.error('window.broke', { reason }),
      })
      const shown = desktop({
        core: running.core,
        windows,
        watch,
        os,
        assets: join(ports.here, 'assets'),
        stateFolder: paths.state,
        clock,
        log,
        onTray: () => perf.mark('tray'),
      })
      trayState = shown.trayState
      isWindowOpen = windows.isOpen
      closedByKeyboard = shown.closedByKeyboard
      const { stop } = running
      const quitting = quitInOrder({ os, end: [shown.end, watch.close], closeWindows: windows.close, stop, clock, log })
      links.lead((route) => {
        if (!quitting.isUnderWay()) shown.goTo(route)
      })
      toasts.lead(shown.toastClicked)
      starts.lead(({ link, action }) => {
        if (quitting.isUnderWay()) quitting.startAgain(link)
        else if (link !== '') follow(link)
        else if (action === '' || !shown.perform(action)) shown.open()
      })
      app.on('activate', shown.open)
      clock.setTimer(settledMs, shrinkHeap)
      void keepSettings(paths.state, running.core.settings().managed)
      if (words.action !== undefined) shown.perform(words.action)
      else if (!isBackground(words, os) && !windows.isOpen() && isForReview(running.core)) shown.open()
    })
    .catch(async (thrown: unknown) => {
      await ready
      await agent.then(
        ({ stop }) => stop(),
        () => undefined, // it never began
      )
      await sayWhyNot(thrown, log)
      app.exit(1)
    })
}

/** macOS starts what starts with the session without words of its own. */
function isBackground({ background }: AppWords, os: OperatingSystem): boolean {
  return background || (os === 'macos' && app.getLoginItemSettings({ type: 'mainAppService' }).wasOpenedAtLogin)
}

type OfWindows = {
  readonly state: WindowState
  readonly closedByKeyboard: () => void
  readonly onBroken: (reason: string) => void
}

function serveWindows(here: string, core: ShellCore, { state, closedByKeyboard, onBroken }: OfWindows): Windows {
  const pages = join(here, 'renderer')
  const map = parseAppMap(readFileSync(join(pages, 'files.json'), 'utf8'))
  serveApp(session.fromPartition(pagePartition), { folder: pages, map })
  const told = ['snapshot/changed', 'exception/changed', 'route/requested'] as const
  let ends: readonly (() => void)[] = []
  const windows = windowFactory({
    preload: join(here, 'preload.cjs'),
    packaged: app.isPackaged,
    size: state.size,
    onOpened() {
      ends = told.map((name) => core.onNotice(name, (notice) => windows.tell(name, notice)))
    },
    onClosed({ size, byKeyboard }) {
      for (const end of ends) end() // nothing is made for a window that is not there
      state.keep(size)
      if (byKeyboard) closedByKeyboard()
    },
    onBroken,
  })
  serveIpc(windowAnswers(core), windows.owns)
  return windows
}

/** Nobody enrolled this device, and nobody else is about to: then the person is asked, once at each start. */
function isForReview(core: ShellCore): boolean {
  const { SilentEnrollment, ServerUrl } = core.settings().managed.values
  return core.snapshot.read().issuer === null && !(SilentEnrollment && ServerUrl !== undefined)
}

const mostKept = 10

/** What comes, to be led somewhere later; of more than ten the last ten. */
function keptUntilLed<Value>() {
  let waiting: readonly Value[] = []
  let go: (value: Value) => void = (value) => {
    waiting = [...waiting, value].slice(-mostKept)
  }
  return {
    come: (value: Value): void => go(value),
    lead(to: (value: Value) => void): void {
      go = to
      for (const value of waiting) to(value)
    },
  }
}

type HandedOver = { readonly link: string; readonly action: string }

function handedOverWords(given: unknown): HandedOver {
  const text = (name: 'link' | 'action') => {
    if (typeof given !== 'object' || given === null || !(name in given)) return ''
    const value: unknown = Reflect.get(given, name)
    return typeof value === 'string' ? value : ''
  }
  return { link: text('link'), action: text('action') }
}

function appLog(paths: AgentPaths): Log {
  return createLog({ destination: app.isPackaged ? logFile(paths.logs) : 2 })
}
