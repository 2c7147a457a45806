import { BrowserWindow, type WebContents } from 'electron'
import type { Notice, NoticeName } from '#contract/ipc.ts'
import { noticeChannel } from '#contract/ipc-channels.ts'
import type { WindowSize } from '#contract/window-state.ts'
import { firstPage } from './app-protocol.ts'
import { isOwnPage } from './window-security.ts'

export type Windows = {
  /** Shows the window, made if there is none. */
  open(): void
  /** Tells every page of ours. */
  tell<Name extends NoticeName>(name: Name, notice: Notice<Name>): void
  /** Whether this is a page that the factory made and that still lives. */
  owns(contents: WebContents): boolean
  isOpen(): boolean
  close(): void
}

const smallest: WindowSize = { width: 360, height: 480 }

/** The one partition of pages, in memory alone. */
export const pagePartition = 'ui'

/** The only maker of windows. There is one at a time: made when asked for, shown when drawn, destroyed when closed. */
export function windowFactory(from: {
  readonly preload: string
  readonly packaged: boolean
  readonly size: () => WindowSize
  readonly onOpened: () => void
  readonly onClosed: (size: WindowSize) => void
}): Windows {
  let window: BrowserWindow | undefined

  function make(): BrowserWindow {
    const made = new BrowserWindow({
      ...from.size(),
      minWidth: smallest.width,
      minHeight: smallest.height,
      show: false,
      title: 'Postern',
      autoHideMenuBar: true,
      webPreferences: {
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        navigateOnDragDrop: false,
        plugins: false,
        enableWebSQL: false,
        devTools: !from.packaged,
        partition: pagePartition,
        preload: from.preload,
      },
    })
    let size = sizeOf(made)
    made.once('ready-to-show', () => made.show())
    made.on('resize', () => {
      size = sizeOf(made)
    })
    made.once('closed', () => {
      if (window === made) window = undefined
      from.onClosed(size)
    })
    const load = () => void made.loadURL(firstPage).catch(() => undefined) // closed before it had loaded
    // `about:blank` alone gets by: Chromium asks nobody before it shows that. Nobody answers it, and the page comes back.
    made.webContents.on('did-navigate', (_event, address) => {
      if (!isOwnPage(address)) load()
    })
    load()
    return made
  }
  return {
    open() {
      if (window === undefined) {
        window = make()
        from.onOpened()
        return
      }
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    },
    tell(name, notice) {
      if (window !== undefined && !window.isDestroyed()) window.webContents.send(noticeChannel, name, notice)
    },
    owns: (contents) => window !== undefined && !window.isDestroyed() && window.webContents.id === contents.id,
    isOpen: () => window !== undefined,
    close: () => window?.close(),
  }
}

function sizeOf(window: BrowserWindow): WindowSize {
  const { width, height } = window.getNormalBounds()
  return { width, height }
}
