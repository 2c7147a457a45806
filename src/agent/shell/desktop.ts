import type { TrayState } from '#agent/ports.ts'
import type { TrayAction } from '#agent/tray/tray-action.ts'
import { trayModel } from '#agent/tray/tray-model.ts'
import type { Language, Route } from '#contract/agent-windows.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import { askToQuit } from './ask-to-quit.ts'
import { type LaunchAction, launchActions } from './launch-words.ts'
import type { ShellCore } from './shell-core.ts'
import { systemLanguage } from './system-language.ts'
import type { SystemWatch } from './system-watch.ts'
import { trayOnScreen } from './tray.ts'
import type { Windows } from './windows.ts'

export type Desktop = {
  goTo(route: Route): void
  /** An action of the launcher, by name; false: there is none of that name. */
  perform(action: string): boolean
  trayState(): TrayState
  end(): void
}

/** What a person sees of the agent beside the window: the tray, and what leads from there into the window. */
export function desktop(of: {
  readonly core: ShellCore
  readonly windows: Windows
  readonly watch: Pick<SystemWatch, 'onTrayHost'>
  readonly os: OperatingSystem
  readonly assets: string
}): Desktop {
  const { core, windows } = of
  const ask = core.answers('window')
  const language = (): Language => core.snapshot.read().language ?? systemLanguage()
  let host: boolean | undefined

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
        return askToQuit(action.question, language())
      default:
        return goTo(action.route)
    }
  }
  const tray = trayOnScreen({ assets: of.assets, act, open: windows.open })
  const showTray = () => {
    const snapshot = core.snapshot.read()
    const hideQuit = core.settings().managed.values.HideQuit
    const view = { os: of.os, language: language(), now: snapshot.told_at, hideQuit, updateReady: undefined }
    tray.show(trayModel(snapshot, view))
  }
  showTray()
  const ends = [
    core.onNotice('snapshot/changed', showTray),
    of.watch.onTrayHost((isThere) => {
      host = isThere
      tray.setHost(isThere === true)
    }),
  ]
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
      for (const end of ends) end()
      tray.destroy()
    },
  }
}
