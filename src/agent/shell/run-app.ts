import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, session } from 'electron'
import type { AgentPorts, TrayState } from '#agent/ports.ts'
import { operatingSystem } from '#agent/system/operating-system.ts'
import type { AgentPaths } from '#agent/system/paths.ts'
import { shrinkHeap } from '#agent/system/shrink-heap.ts'
import type { Route } from '#contract/agent-windows.ts'
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

  const links = earlyLinks(linkReader(clock))
  app.on('open-url', (event, link) => {
    event.preventDefault()
    links.follow(link)
  })
  if (words.link !== undefined) links.follow(words.link)

  const ready = app.whenReady()
  let trayState: () => TrayState = () => 'unknown'
  const base = ports.agentPorts({ paths, development: !app.isPackaged, clock, log })
  const watch = systemWatch(base, ready)
  const agent = ports.runAgent(shellPorts(base, { watch, trayState: () => trayState(), ready }))
  const windowState = openWindowState(join(paths.state, 'window.json'))

  void Promise.all([agent, windowState, ready]).then(
    ([running, state]) => {
      perf.mark('ready')
      confineDefaultSession()
      const windows = serveWindows(ports.here, running.core, state)
      const shown = desktop({
        core: running.core,
        windows,
        watch,
        os: operatingSystem(),
        assets: join(ports.here, 'assets'),
        stateFolder: paths.state,
        clock,
        log,
        onTray: () => perf.mark('tray'),
      })
      trayState = shown.trayState
      links.lead(shown.goTo)
      app.on('second-instance', (_event, _argv, _folder, handedOver) => {
        const { link, action } = handedOverWords(handedOver)
        if (link !== '') links.follow(link)
        else if (action === '' || !shown.perform(action)) windows.open()
      })
      app.on('activate', () => windows.open())
      quitInOrder({ stop: running.stop, end: [shown.end, windows.close, watch.close], clock, log })
      clock.setTimer(settledMs, shrinkHeap)
      void keepSettings(paths.state, running.core.settings().managed)
      if (words.action !== undefined) shown.perform(words.action)
      else if (!words.background && isForReview(running.core)) windows.open()
    },
    async (thrown: unknown) => {
      await ready
      await sayWhyNot(thrown, log)
      app.exit(1)
    },
  )
}

function serveWindows(here: string, core: ShellCore, state: WindowState): Windows {
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
    onClosed(size) {
      for (const end of ends) end() // nothing is made for a window that is not there
      state.keep(size)
    },
  })
  serveIpc(core.answers('window'), windows.owns)
  return windows
}

/** Nobody enrolled this device, and nobody else is about to: then the person is asked, once at each start. */
function isForReview(core: ShellCore): boolean {
  const { SilentEnrollment, ServerUrl } = core.settings().managed.values
  return core.snapshot.read().issuer === null && !(SilentEnrollment && ServerUrl !== undefined)
}

/** Links may come before there is anything that could show where they lead. */
function earlyLinks(read: (link: unknown) => Route | undefined) {
  let waiting: readonly Route[] = []
  let go: (route: Route) => void = (route) => {
    waiting = [...waiting, route]
  }
  return {
    follow(link: unknown): void {
      const route = read(link)
      if (route !== undefined) go(route)
    },
    lead(to: (route: Route) => void): void {
      go = to
      for (const route of waiting) to(route)
    },
  }
}

function handedOverWords(given: unknown): { readonly link: string; readonly action: string } {
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
