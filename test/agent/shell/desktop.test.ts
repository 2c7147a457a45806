import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { unmanaged } from '#agent/managed-settings/resolve-settings.ts'
import { type Desktop, desktop } from '#agent/shell/desktop.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import { silentLog } from '#runtime/log.ts'
import { aClock, type TestClock } from '#test/support/a-clock.ts'
import { aSnapshot } from '#test/support/a-snapshot.ts'
import { fakeElectron, screen } from '#test/support/fake-electron.ts'

let folder: string
let clock: TestClock
let routes: unknown[]
let asked: unknown[]
let opens: number
let change: () => void
let shown: Desktop
beforeEach(() => {
  fakeElectron.reset()
  folder = mkdtempSync(join(tmpdir(), 'postern-desktop-'))
  clock = aClock()
  routes = []
  asked = []
  opens = 0
  change = () => undefined
})
afterEach(() => {
  shown.end()
  rmSync(folder, { recursive: true })
})

const snapshot = { ...aSnapshot(), state: 'key-locked' } as const

function begin(os: OperatingSystem): void {
  shown = desktop({
    core: {
      answers: () => async (name) => {
        asked.push(name)
        return { ok: true, value: undefined }
      },
      onNotice(name, listener) {
        if (name === 'snapshot/changed') change = () => Reflect.apply(listener, undefined, [snapshot])
        return () => undefined
      },
      requestRoute: (route) => routes.push(route),
      settings: () => ({
        managed: unmanaged,
        language: 'en',
        notifications: 'normal',
        quiet_hours: null,
        snoozed: [],
        shown_consent: null,
      }),
      snapshot: { read: () => snapshot },
    },
    windows: {
      open: () => {
        opens += 1
      },
      tell: () => undefined,
      owns: () => false,
      isOpen: () => false,
      close: async () => undefined,
    },
    watch: {
      onTrayHost(listener) {
        listener(true)
        return () => undefined
      },
    },
    os,
    assets: '/app/assets',
    stateFolder: folder,
    clock,
    log: silentLog,
    onTray: () => undefined,
  })
}
const tray = () => fakeElectron.trays()[0]
const choose = (label: string) =>
  tray()
    ?.menu.find((item) => item.label === label)
    ?.click?.()
const noticesShown = () => vi.waitFor(() => expect(fakeElectron.notifications()).not.toEqual([]))

describe('The icon on Linux', () => {
  it.each([
    [1, 22],
    [1.25, 32],
    [1.5, 48],
    [2, 48],
    [3, 48],
  ])('on a screen with %d pixels for one is drawn with %d', (scaleFactor, pixels) => {
    fakeElectron.answer('screen.getPrimaryDisplay', { scaleFactor })
    begin('linux')
    expect(tray()?.images).toEqual([`/app/assets/tray/linux/attention-${pixels}.png`])
  })

  it('is sharp on the finest of several screens, also on one that comes later', () => {
    begin('linux')
    fakeElectron.answer('screen.others', [{ scaleFactor: 2 }])
    screen.emit('display-added')
    expect(tray()?.images.at(-1)).toBe('/app/assets/tray/linux/attention-48.png')
    shown.end()
    expect(screen.eventNames()).toEqual([])
  })
})

describe('A toast that somebody says was clicked', () => {
  it('opens the screen of its subject, when an earlier run left it', async () => {
    begin('windows')
    await shown.toastClicked('access')
    expect([routes, opens]).toEqual([[{ screen: 'status' }], 1])
  })

  it('opens nothing twice: what is on screen tells its click itself', async () => {
    begin('windows')
    await noticesShown()
    await shown.toastClicked('key')
    expect([routes, opens]).toEqual([[], 0])
    fakeElectron.notifications()[0]?.emit('click')
    expect(routes).toEqual([{ screen: 'settings' }])
  })

  it.each(['', 'postern://enroll', '../x', '__proto__'])('opens nothing for %j', async (subject) => {
    begin('windows')
    await shown.toastClicked(subject)
    expect([routes, opens, asked]).toEqual([[], 0, []])
  })

  it('opens nothing any more at the end', async () => {
    begin('windows')
    shown.end()
    await shown.toastClicked('access')
    expect(opens).toBe(0)
  })
})

describe('A window that the keys of Windows closed', () => {
  const focused = () => fakeElectron.names().filter((name) => name === 'tray.focus').length

  it('gives the keyboard back to the tray that it was opened from', () => {
    begin('windows')
    choose('Open Postern')
    shown.closedByKeyboard()
    expect(focused()).toBe(1)
  })

  it('does not when it came from elsewhere', () => {
    begin('windows')
    choose('Open Postern')
    shown.open()
    shown.closedByKeyboard()
    expect(focused()).toBe(0)
  })

  it.each(['linux', 'macos'] as const)('does not on %s', (os) => {
    begin(os)
    choose('Open Postern')
    shown.closedByKeyboard()
    expect(focused()).toBe(0)
  })
})

describe('The menu', () => {
  it('left by Escape gives the keyboard back on Windows, whatever changed meanwhile', async () => {
    begin('windows')
    change()
    await vi.waitFor(() => expect(tray()?.shown?.listenerCount('menu-will-close')).toBe(1))
    tray()?.shown?.emit('menu-will-show', {})
    tray()?.shown?.emit('menu-will-close', {})
    await clock.advance(1000)
    expect(fakeElectron.names()).toContain('tray.focus')
  })

  it('asks once whether to quit, however often somebody chooses that', async () => {
    const answer = Promise.withResolvers()
    fakeElectron.answer('dialog.showMessageBox', answer.promise)
    begin('linux')
    choose('Quit Postern')
    choose('Quit Postern')
    const questions = () => fakeElectron.names().filter((name) => name === 'dialog.showMessageBox')
    await vi.waitFor(() => expect(questions()).toHaveLength(1))
    answer.resolve({ response: 1 })
    await vi.waitFor(() => {
      choose('Quit Postern')
      expect(questions()).toHaveLength(2)
    })
  })
})
