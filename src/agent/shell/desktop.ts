import { join } from 'node:path'
import { screen } from 'electron'
import type { NoticeTarget } from '#agent/notices/notice.ts'
import type { TrayState } from '#agent/ports.ts'
import type { TrayAction } from '#agent/tray/tray-action.ts'
import { trayModel } from '#agent/tray/tray-model.ts'
import { noticeMemory } from '#contract/agent-state-files.ts'
import type { Language, Route } from '#contract/agent-windows.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { stateFile } from '#runtime/state-file.ts'
import { type LaunchAction, launchActions } from './launch-words.ts'
import type { ShellCore } from './shell-core.ts'
import { systemLanguage } from './system-language.ts'
import type { SystemWatch } from './system-watch.ts'
import { type NoticeTeller, tellNotices } from './tell-notices.ts'
import { trayOnScreen } from './tray.ts'
import type { Windows } from './windows.ts'

export type Desktop = {
  /** Shows the window, whatever it shows. */
  open(): void
  goTo(route: Route): void
  /** An action of the launcher, by name; false: there is none of that name. */
  perform(action: string): boolean
  trayState(): TrayState
  /** The person closed the window by its keys. */
  closedByKeyboard(): void
  /** Somebody says that a toast of this subject was clicked (Windows). */
  toastClicked(subject: string): void
  end(): void
}

/** A desktop that is still starting gets this long before its lack of a tray is told. */
const trayPatienceMs = 30_000

/** What a person sees of the agent beside the window: tray and notifications, and what leads from there into the window. */
export function desktop(of: {
  readonly core: ShellCore
  readonly windows: Windows
  readonly watch: Pick<SystemWatch, 'onTrayHost'>
  readonly os: OperatingSystem
  readonly assets: string
  readonly stateFolder: string
  readonly clock: Clock
  readonly log: Log
  /** An icon is there. */
  readonly onTray: () => void
}): Desktop {
  const { core, windows } = of
  const ask = core.answers('window')
  const language = (): Language => core.snapshot.read().language ?? systemLanguage()
  let host: boolean | undefined
  let teller: NoticeTeller | undefined
  let hasEnded = false
  let isAsking = false
  let choices = 0
  let isFromTray = false
  let cancelPatience = () => {}

  function openWindow(fromTray: boolean): void {
    isFromTray = fromTray
    windows.open()
  }
  function goTo(route: Route, fromTray = false): void {
    core.requestRoute(route)
    openWindow(fromTray)
  }
  async function askOnce(question: string): Promise<void> {
    if (isAsking) return
    isAsking = true
    const { askToQuit } = await import('./ask-to-quit.ts')
    await askToQuit(question, language()).catch(() => undefined)
    isAsking = false
  }
  function act(action: TrayAction): void {
    choices += 1
    switch (action.kind) {
      case 'check-now':
        return void ask('posture/check-now', undefined)
      case 'try-key-again':
        return void ask('key/try-again', undefined)
      case 'quit':
        return core.settings().managed.values.HideQuit ? showTray() : void askOnce(action.question)
      default:
        return goTo(action.route, true)
    }
  }
  function open(target: NoticeTarget): void {
    if (target.kind === 'screen') goTo(target.route)
    else void ask('settings-link/open', { kind: 'console' })
  }
  function setHost(isThere: boolean | undefined): void {
    host = isThere
    tray.setHost(isThere === true)
    if (tray.isShown()) of.onTray()
    cancelPatience()
    if (isThere === true) teller?.setTrayMissing(false)
    if (isThere === false)
      cancelPatience = of.clock.setTimer(trayPatienceMs, () => teller?.setTrayMissing(host === false))
  }
  const tray = trayOnScreen({
    assets: of.assets,
    act,
    open: () => openWindow(true),
    ...(of.os === 'windows'
      ? {
          async onMenu(...menuAndTray) {
            const { giveFocusBack } = await import('./tray-focus.ts')
            giveFocusBack(...menuAndTray, { choices: () => choices, clock: of.clock })
          },
        }
      : {}),
  })
  const showTray = () => {
    const snapshot = core.snapshot.read()
    const hideQuit = core.settings().managed.values.HideQuit
    const now = snapshot.told_at
    const scale = of.os === 'linux' ? largestScale() : 1
    tray.show(trayModel(snapshot, { os: of.os, language: language(), now, hideQuit, scale, updateReady: undefined }))
  }
  showTray()
  screen.on('display-added', showTray)
  screen.on('display-metrics-changed', showTray)
  const ends = [
    core.onNotice('snapshot/changed', showTray),
    of.watch.onTrayHost(setHost),
    () => screen.off('display-added', showTray).off('display-metrics-changed', showTray),
  ]
  const memory = stateFile(join(of.stateFolder, 'history', 'notices.json'), 1, noticeMemory)
  const iconMayHide = of.os === 'windows'
  void tellNotices({ core, memory, language, open, iconMayHide, clock: of.clock, log: of.log }).then((made) => {
    if (hasEnded) made.end()
    else teller = made
  })
  const actions: { readonly [Action in LaunchAction]: () => void } = {
    'check-now'() {
      void ask('posture/check-now', undefined)
      goTo({ screen: 'status' })
    },
    'what-we-send': () => goTo({ screen: 'privacy' }),
  }
  return {
    open: () => openWindow(false),
    goTo: (route) => goTo(route),
    perform(name) {
      const action = launchActions.find((each) => each === name)
      if (action !== undefined) actions[action]()
      return action !== undefined
    },
    trayState: () => (tray.isShown() ? 'shown' : host === false ? 'no-host' : 'unknown'),
    closedByKeyboard() {
      if (of.os === 'windows' && isFromTray) tray.focus() // back to where the person came from
    },
    async toastClicked(subject) {
      if (hasEnded || teller?.follows(subject) === true) return
      const { whereToastsLead } = await import('./toast-activation.ts')
      const target = whereToastsLead(subject, core.snapshot.read())
      if (target !== undefined) open(target)
    },
    end() {
      hasEnded = true
      cancelPatience()
      teller?.end()
      for (const end of ends) end()
      tray.destroy()
    },
  }
}

function largestScale(): number {
  return Math.max(1, ...screen.getAllDisplays().map(({ scaleFactor }) => scaleFactor))
}
