import { beforeEach, describe, expect, it } from 'vitest'
import { unmanaged } from '#agent/managed-settings/resolve-settings.ts'
import type { Notice, NoticeTarget } from '#agent/notices/notice.ts'
import { notificationsOnScreen } from '#agent/shell/notifications.ts'
import type { ShellCore } from '#agent/shell/shell-core.ts'
import { tellNotices } from '#agent/shell/tell-notices.ts'
import type { NoticeMemory } from '#contract/agent-state-files.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { silentLog } from '#runtime/log.ts'
import type { StateFile } from '#runtime/state-file.ts'
import { aSnapshot, noon } from '#test/support/a-snapshot.ts'
import { fakeElectron } from '#test/support/fake-electron.ts'

const notice: Notice = {
  kind: 'start',
  subject: 'key',
  title: 'Keychain locked',
  body: 'Unlock it.',
  opens: { kind: 'screen', route: { screen: 'settings' } },
  urgency: 'low',
  replaces: ['key'],
}
const shown = () => fakeElectron.notifications().filter(({ state }) => state === 'shown')
let opened: NoticeTarget[]
beforeEach(() => {
  fakeElectron.reset()
  opened = []
})

describe('Notifications', () => {
  let nowMs = 0
  const screen = () =>
    notificationsOnScreen({ open: (target) => opened.push(target), clock: { nowMs: () => nowMs }, log: silentLog })

  it('are silent and never critical', () => {
    screen().show(notice)
    expect(shown().map(({ options }) => options)).toEqual([
      { id: 'key', title: 'Keychain locked', body: 'Unlock it.', urgency: 'low', silent: true },
    ])
  })

  it.each(['check:Ä', `check:${'a'.repeat(60)}`, ''])(
    'get no id of a subject that a system would not take: %j',
    (subject) => {
      screen().show({ ...notice, subject })
      expect(shown()[0]?.options).not.toHaveProperty('id')
    },
  )

  it('are one per subject: the earlier goes before the next comes', () => {
    const on = screen()
    on.show(notice)
    on.show({ ...notice, title: 'again' })
    on.show({ ...notice, subject: 'tray', replaces: ['tray'] })
    expect(fakeElectron.notifications().map(({ state }) => state)).toEqual(['closed', 'shown', 'shown'])
    on.close('tray')
    on.close('nothing of that name')
    expect(shown().map(({ options }) => options.title)).toEqual(['again'])
    on.closeAll()
    expect(shown()).toEqual([])
  })

  it('lead to the right screen by the default click', () => {
    screen().show(notice)
    shown()[0]?.emit('click')
    expect(opened).toEqual([notice.opens])
  })

  it('that fail are no failure', () => {
    screen().show(notice)
    expect(() => shown()[0]?.emit('failed', {}, 'no permission')).not.toThrow()
  })

  describe('that nobody took, because whoever shows them comes later', () => {
    const failed = () => {
      const on = screen()
      on.show(notice)
      shown()[0]?.emit('failed', {}, '')
      return on
    }
    const titles = () => fakeElectron.notifications().map(({ options }) => options.title)

    it('are shown a while later', () => {
      const on = failed()
      nowMs += 10_000
      on.showUntaken()
      expect(titles()).toHaveLength(1)
      nowMs += 20_000
      on.showUntaken()
      on.showUntaken()
      expect(titles()).toEqual(['Keychain locked', 'Keychain locked'])
      fakeElectron.notifications()[1]?.emit('click')
      expect(opened).toEqual([notice.opens])
    })

    it('are not shown when their cause is over, or when they are old', () => {
      const over = failed()
      over.close('key')
      nowMs += 60_000
      over.showUntaken()
      expect(titles()).toHaveLength(1)
      fakeElectron.reset()
      const old = failed()
      nowMs += 10 * 60_000
      old.showUntaken()
      expect(titles()).toHaveLength(1)
    })
  })

  it('say of a click that they tell it themselves, also just afterwards', () => {
    const on = screen()
    expect(on.follows('key')).toBe(false)
    on.show(notice)
    expect(on.follows('key')).toBe(true)
    const [toast] = shown()
    toast?.emit('click')
    toast?.emit('close')
    expect(on.follows('key')).toBe(true)
    nowMs += 3000
    expect(on.follows('key')).toBe(false)
  })

  it('without anybody who shows them are none', () => {
    fakeElectron.answer('Notification.isSupported', false)
    screen().show(notice)
    expect(fakeElectron.notifications()).toEqual([])
  })
})

describe('The teller', () => {
  let snapshot: Snapshot
  let change: () => void
  let nowMs: number
  let timers: { readonly atMs: number; readonly fire: () => void }[]
  let written: NoticeMemory[]
  let iconMayHide: boolean
  beforeEach(() => {
    iconMayHide = false
    snapshot = { ...aSnapshot(), told_at: noon }
    change = () => undefined
    nowMs = noon * 1000
    timers = []
    written = []
  })
  const memory: StateFile<NoticeMemory> = {
    path: 'notices.json',
    read: async () => undefined,
    write: async (document) => void written.push(document),
    remove: async () => undefined,
  }
  const core: ShellCore = {
    answers: () => async () => ({ ok: true, value: undefined }),
    onNotice(name, listener) {
      if (name === 'snapshot/changed') change = () => Reflect.apply(listener, undefined, [snapshot])
      return () => {
        change = () => undefined
      }
    },
    requestRoute: () => undefined,
    settings: () => ({
      managed: unmanaged,
      language: null,
      notifications: 'normal',
      quiet_hours: null,
      snoozed: [],
      shown_consent: null,
    }),
    snapshot: { read: () => snapshot },
  }
  const start = () =>
    tellNotices({
      core,
      memory,
      language: () => 'en',
      open: (target) => opened.push(target),
      iconMayHide,
      clock: {
        nowMs: () => nowMs,
        setTimer(milliseconds, fire) {
          const timer = { atMs: nowMs + milliseconds, fire }
          timers.push(timer)
          return () => {
            timers = timers.filter((each) => each !== timer)
          }
        },
      },
      log: silentLog,
    })

  it('says nothing while all is well', async () => {
    await start()
    expect(fakeElectron.notifications()).toEqual([])
  })

  it('says once that the keychain is locked, and takes it away when it is not any more', async () => {
    await start()
    snapshot = { ...snapshot, state: 'key-locked' }
    change()
    change()
    expect(shown()).toHaveLength(1)
    await expect.poll(() => written.at(-1)).toMatchObject({ started: ['key'] })
    snapshot = { ...snapshot, state: 'healthy' }
    change()
    expect(shown()).toEqual([])
  })

  it('says that there is no tray where the desktop has none', async () => {
    const teller = await start()
    teller.setTrayMissing(true)
    teller.setTrayMissing(true)
    expect(shown().map(({ options }) => options.title)).toEqual([expect.stringContaining('tray')])
    teller.setTrayMissing(false)
    expect(shown()).toEqual([])
  })

  it('says once ever that Windows hides the icon', async () => {
    iconMayHide = true
    await start()
    expect(shown().map(({ options }) => options.title)).toEqual(['Postern is beside the clock'])
    await expect.poll(() => written.at(-1)).toMatchObject({ started: ['overflow'] })
  })

  it('stops at the end, and takes away what is on the screen', async () => {
    const teller = await start()
    teller.setTrayMissing(true)
    teller.end()
    expect(shown()).toEqual([])
    expect(timers).toEqual([])
    snapshot = { ...snapshot, state: 'key-locked' }
    change()
    expect(shown()).toEqual([])
  })
})
