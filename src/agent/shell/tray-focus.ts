import { type Menu, screen, type Tray } from 'electron'
import type { Clock } from '#runtime/clock.ts'

/** A row that was chosen says so after the menu has closed. */
const chosenMs = 100

/**
 * Windows alone, where Electron leaves this to the app (https://www.electronjs.org/docs/latest/api/tray#trayfocus-windows):
 * whoever leaves the menu by Escape has the keyboard back in the notification area. Nothing tells Escape from a click
 * elsewhere, so only a pointer that rests counts. `choices`: how many rows were chosen so far.
 */
export function giveFocusBack(
  menu: Pick<Menu, 'on'>,
  tray: Pick<Tray, 'focus' | 'isDestroyed'>,
  of: { readonly choices: () => number; readonly clock: Pick<Clock, 'setTimer'> },
): void {
  let before = { at: screen.getCursorScreenPoint(), choices: of.choices() }
  const now = () => ({ at: screen.getCursorScreenPoint(), choices: of.choices() })
  menu.on('menu-will-show', () => {
    before = now()
  })
  menu.on('menu-will-close', () => {
    const shown = before
    of.clock.setTimer(chosenMs, () => {
      const { at, choices } = now()
      const isLeft = choices === shown.choices && at.x === shown.at.x && at.y === shown.at.y
      if (isLeft && !tray.isDestroyed()) tray.focus()
    })
  })
}
