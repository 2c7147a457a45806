import { BrowserWindow, screen, type WebContents } from 'electron'
import type { Notice, NoticeName } from '#contract/ipc.ts'
import { noticeChannel } from '#contract/ipc-channels.ts'
import type { WindowSize } from '#contract/window-state.ts'
import { firstPage } from './app-protocol.ts'
import { isOwnPage } from './window-security.ts'

export type Windows = {
  /** Shows the window, made if there is none, or none but one that is closing. */
  open(): void
  /** Tells the page of the window. */
  tell<Name extends NoticeName>(name: Name, notice: Notice<Name>): void
  /** Whether this is a page that the factory made and that still lives: one that is closing may say what was typed. */
  owns(contents: WebContents): boolean
  isOpen(): boolean
  /** Resolves when it is gone, and its page has said what it had to. */
  close(): Promise<void>
}

/** `byKeyboard`: by the keys that close windows on Windows. */
export type Closed = { readonly size: WindowSize; readonly byKeyboard: boolean }

const smallest: WindowSize = { width: 360, height: 480 }

/** The one partition of pages, in memory alone. */
export const pagePartition = 'ui'

/** A page that breaks at once, however often it is loaded, is not loaded for ever. */
const mostReloads = 3

/** The only maker of windows. There is one at a time: made when asked for, shown when drawn, destroyed when closed. */
export function windowFactory(from: {
  readonly preload: string
  readonly packaged: boolean
  readonly size: () => WindowSize
  readonly onOpened: () => void
  /** Nobody sees it any more, though its page may have something left to say. */
  readonly onClosed: (closed: Closed) => void
  readonly onBroken: (reason: string) => void
}): Windows {
  let window: BrowserWindow | undefined
  const living = new Set<BrowserWindow>()

  function make(): BrowserWindow {
    const made = new BrowserWindow({
      ...sizeOnScreen(from.size()),
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
    living.add(made)
    const { webContents } = made
    let size = sizeOf(made)
    let byKeyboard = false
    let reloads = 0
    const leave = () => {
      if (window !== made) return
      window = undefined // whoever asks for a window from now on gets another one
      from.onClosed({ size, byKeyboard })
    }
    const load = () => void made.loadURL(firstPage).catch(() => undefined) // closed before it had loaded
    made.once('ready-to-show', () => made.show())
    made.on('resize', () => {
      size = sizeOf(made)
    })
    made.on('close', leave)
    made.once('closed', () => {
      living.delete(made)
      leave()
    })
    made.on('unresponsive', () => {
      if (window !== made) made.destroy() // it hangs, and shall close
    })
    webContents.on('will-prevent-unload', (event) => event.preventDefault()) // no page keeps its window open
    webContents.on('before-input-event', (_event, { type, alt, key }) => {
      if (type === 'keyDown') byKeyboard = alt && key === 'F4'
    })
    webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit' || !living.has(made)) return
      from.onBroken(reason)
      reloads += 1
      if (window === made && reloads <= mostReloads) load()
      else made.destroy()
    })
    // `about:blank` alone gets by: Chromium asks nobody before it shows that. Nobody answers it, and the page comes back.
    webContents.on('did-navigate', (_event, address) => {
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
    owns: (contents) => [...living].some((one) => !one.isDestroyed() && one.webContents.id === contents.id),
    isOpen: () => window !== undefined,
    async close() {
      const gone = [...living].map((one) => new Promise<void>((resolve) => one.once('closed', () => resolve())))
      window?.close()
      await Promise.all(gone)
    },
  }
}

/** As it was, but no larger than the screen that it opens on: the one that it was on may be gone. */
function sizeOnScreen({ width, height }: WindowSize): WindowSize {
  const { workAreaSize: room } = screen.getPrimaryDisplay()
  return {
    width: Math.max(smallest.width, Math.min(width, room.width)),
    height: Math.max(smallest.height, Math.min(height, room.height)),
  }
}

function sizeOf(window: BrowserWindow): WindowSize {
  const { width, height } = window.getNormalBounds()
  return { width, height }
}
