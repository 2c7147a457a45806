import { beforeEach, describe, expect, it } from 'vitest'
import { giveFocusBack } from '#agent/shell/tray-focus.ts'
import { aClock, type TestClock } from '#test/support/a-clock.ts'
import { FakeMenu, fakeElectron } from '#test/support/fake-electron.ts'

let menu: FakeMenu
let clock: TestClock
let choices: number
let isGone: boolean
let focused: string[]
beforeEach(() => {
  fakeElectron.reset()
  menu = new FakeMenu([])
  clock = aClock()
  choices = 0
  isGone = false
  focused = []
  const tray = { focus: () => focused.push('tray'), isDestroyed: () => isGone }
  Reflect.apply(giveFocusBack, undefined, [menu, tray, { choices: () => choices, clock }])
})

async function leave(meanwhile: () => void): Promise<readonly string[]> {
  menu.emit('menu-will-show', {})
  meanwhile()
  menu.emit('menu-will-close', {})
  await clock.advance(1000)
  return focused
}

describe('A menu of the tray on Windows', () => {
  it('gives the keyboard back when it is left by Escape', async () => {
    expect(await leave(() => undefined)).toEqual(['tray'])
  })

  it('does not when a row was chosen', async () => {
    menu.emit('menu-will-show', {})
    menu.emit('menu-will-close', {})
    choices += 1 // it is told after the menu has closed
    await clock.advance(1000)
    expect(focused).toEqual([])
  })

  it('does not when somebody went elsewhere with the pointer', async () => {
    expect(await leave(() => fakeElectron.answer('screen.getCursorScreenPoint', { x: 500, y: 3 }))).toEqual([])
  })

  it('does not when the icon is gone', async () => {
    expect(
      await leave(() => {
        isGone = true
      }),
    ).toEqual([])
  })
})
