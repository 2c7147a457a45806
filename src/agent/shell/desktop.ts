import { join } from 'node:path'
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
  goTo(route: Route): void
  /** An action of the launcher, by name; false: there is none of that name. */
  perform(action: string): boolean
  trayState(): TrayState
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
  let cancelPatience = () => {}

  function goTo(route: Route): void {
    core.requestRoute(route)
    windows.open()
  }
  function act(action: TrayAction): void {
    switch (action.kind) {
      case 'check-now':
        return void ask('posture/check-now', undefined)
      case 'try-key-again':
        return void ask('key/try-again', undefined)
      case 'quit':
        return void import('./ask-to-quit.ts').then(({ askToQuit }) => askToQuit(action.question, language()))
      default:
        return goTo(action.route)
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
  const tray = trayOnScreen({ assets: of.assets, act, open: windows.open })
  const showTray = () => {
    const snapshot = core.snapshot.read()
    const hideQuit = core.settings().managed.values.HideQuit
    const view = { os: of.os, language: language(), now: snapshot.told_at, hideQuit, updateReady: undefined }
    tray.show(trayModel(snapshot, view))
  }
  showTray()
  const ends = [core.onNotice('snapshot/changed', showTray), of.watch.onTrayHost(setHost)]
  const memory = stateFile(join(of.stateFolder, 'history', 'notices.json'), 1, noticeMemory)
  void tellNotices({ core, memory, language, open, clock: of.clock, log: of.log }).then((made) => {
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
    goTo,
    perform(name) {
      const action = launchActions.find((each) => each === name)
      if (action !== undefined) actions[action]()
      return action !== undefined
    },
    trayState: () => (tray.isShown() ? 'shown' : host === false ? 'no-host' : 'unknown'),
    end() {
      hasEnded = true
      cancelPatience()
      teller?.end()
      for (const end of ends) end()
      tray.destroy()
    },
  }
}
