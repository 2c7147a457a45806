import { join } from 'node:path'
import { Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron'
import type { TrayAction } from '#agent/tray/tray-action.ts'
import type { TrayModel } from '#agent/tray/tray-model.ts'
import type { TrayRow } from '#agent/tray/tray-row.ts'

export type TrayIconOnScreen = {
  /** Shows this model, now or once there is a host. */
  show(model: TrayModel): void
  /** Whether somebody would see an icon. One that was made without a host never appears, so each host gets a new one. */
  setHost(isThere: boolean): void
  isShown(): boolean
  /** Gives the keyboard to the notification area, on Windows. */
  focus(): void
  destroy(): void
}

/** The icon and its menu, exactly as the model says; a click on a row sets off its action. */
export function trayOnScreen(of: {
  /** The folder with `tray/`. */
  readonly assets: string
  readonly act: (action: TrayAction) => void
  readonly open: () => void
  /** Each menu that the icon gets. */
  readonly onMenu?: (menu: Menu, tray: Tray) => void
}): TrayIconOnScreen {
  let tray: Tray | undefined
  let hasHost = false
  let wanted: TrayModel | undefined
  let shown: string | undefined

  function refresh(): void {
    if (!hasHost || wanted === undefined) return
    const said = JSON.stringify(wanted)
    if (tray !== undefined && said === shown) return
    const image = nativeImage.createFromPath(join(of.assets, wanted.iconFile))
    if (tray === undefined) {
      tray = new Tray(image)
      tray.on('click', of.open) // where there is such a thing; nothing relies on it
    } else tray.setImage(image)
    tray.setToolTip(wanted.tooltip)
    const menu = Menu.buildFromTemplate(wanted.rows.map((row) => itemOf(row, of.act)))
    tray.setContextMenu(menu)
    of.onMenu?.(menu, tray)
    shown = said
  }
  function remove(): void {
    tray?.destroy()
    tray = undefined
    shown = undefined
  }
  return {
    show(model) {
      wanted = model
      refresh()
    },
    setHost(isThere) {
      if (isThere === hasHost) return
      hasHost = isThere
      if (isThere) refresh()
      else remove()
    },
    isShown: () => tray !== undefined,
    focus: () => tray?.focus(),
    destroy() {
      hasHost = false
      remove()
    },
  }
}

function itemOf(row: TrayRow, act: (action: TrayAction) => void): MenuItemConstructorOptions {
  if (row.kind === 'separator') return { type: 'separator' }
  return { label: row.label.replaceAll('&', '&&'), click: () => act(row.action) } // one `&` would mark a key
}
