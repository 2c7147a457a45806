import { type WindowSize, windowState } from '#contract/window-state.ts'
import { stateFile } from '#runtime/state-file.ts'

/** The window's last size, in `window.json`. What cannot be read or written costs the size and nothing else. */
export type WindowState = { size(): WindowSize; keep(size: WindowSize): void }

export const usualSize: WindowSize = { width: 980, height: 760 }

export async function openWindowState(path: string): Promise<WindowState> {
  const file = stateFile(path, 1, windowState)
  let size = (await file.read().catch(() => undefined)) ?? usualSize
  return {
    size: () => size,
    keep(now) {
      const checked = windowState.safeParse(now)
      if (!checked.success || (now.width === size.width && now.height === size.height)) return
      size = checked.data
      void file.write(size).catch(() => undefined)
    },
  }
}
