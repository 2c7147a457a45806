import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Variant } from '@jellybrick/dbus-next'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MessageBus } from '#agent/system/d-bus/message-bus.ts'
import { type TrayHost, type TrayHostState, trayHostOnLinux } from '#agent/system/tray-host.linux.ts'
import { systemClock } from '#runtime/clock.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aClientOf, aMessageBus, describeOnABus, type RealBus } from '#test/support/a-message-bus.ts'
import { type FakeWatcher, fakeStatusNotifierWatcher } from '#test/support/fake-status-notifier-watcher.ts'

const watcherName = 'org.kde.StatusNotifierWatcher'
let folder = ''
let bus: RealBus
let client: MessageBus
let tray: TrayHost

function until(wanted: TrayHostState): Promise<void> {
  return new Promise((resolve) => {
    if (tray.state() === wanted) return resolve()
    tray.onChange((state) => {
      if (state === wanted) resolve()
    })
  })
}

describeOnABus('The tray of a session (needs dbus-daemon)', () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tray-'))
    bus = await aMessageBus(folder)
    client = aClientOf(bus.address)
    tray = trayHostOnLinux(client, systemClock())
  })
  afterEach(async () => {
    tray.close()
    client.close()
    await bus.stop()
    await rm(folder, { recursive: true })
  })

  it('has no watcher where nobody answers to its name', async () => {
    await until('no-watcher')
  })

  it('has no host where the watcher says so, and has one when one registers', async () => {
    const watcher = await fakeStatusNotifierWatcher(bus.address)
    await watcher.appear(false)
    await until('no-host')
    watcher.setHost(true)
    await until('host')
  })

  it('loses and regains its host', async () => {
    const watcher = await hosted()
    watcher.setHost(false)
    await until('no-host')
    watcher.setHost(true)
    await until('host')
  })

  it('loses and regains its watcher', async () => {
    const watcher = await hosted()
    await watcher.disappear()
    await until('no-watcher')
    await watcher.appear(true)
    await until('host')
  })

  it('is without a bus when the bus dies, and is found again when it comes back', async () => {
    await hosted()
    await bus.stop()
    await until('no-bus')
    await bus.start()
    await hosted()
  })

  it.each([
    ['a text', new Variant('s', 'true')],
    ['a number', new Variant('u', 1)],
    ['a list', new Variant('ab', [true])],
    ['an error', 'nothing'] as const,
  ])('is unknown where the watcher answers with %s', async (_what, value) => {
    const watcher = await hosted()
    watcher.say(value)
    watcher.setHost(true)
    await until('unknown')
  })

  it('is unknown where the watcher answers with more than anybody would send, and is asked again later', async () => {
    const watcher = await hosted()
    watcher.say(new Variant('s', 'x'.repeat(3_000_000)))
    watcher.setHost(true)
    await until('no-bus') // whoever sends that is hung up on
    watcher.say(undefined)
    await until('host')
  })

  it('is not told by anybody but the watcher', async () => {
    const watcher = await hosted()
    const stranger = await fakeStatusNotifierWatcher(bus.address)
    const states: TrayHostState[] = []
    tray.onChange((state) => states.push(state))
    stranger.say(new Variant('b', false))
    stranger.setHost(false)
    await stranger.service.call({
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member: 'GetId',
    })
    watcher.setHost(false)
    await until('no-host')
    expect(states).toEqual(['no-host'])
  })

  async function hosted(): Promise<FakeWatcher> {
    const watcher = await fakeStatusNotifierWatcher(bus.address)
    await watcher.appear(true)
    await until('host')
    return watcher
  }
})

describe('A session without a bus', () => {
  it('is without a bus', async () => {
    client = aClientOf('unix:path=/nonexistent/bus')
    tray = trayHostOnLinux(client, systemClock())
    await until('no-bus')
    expect(await client.property({ destination: watcherName, path: '/', iface: watcherName, name: 'x' })).toEqual({
      kind: 'no-bus',
    })
    tray.close()
    client.close()
  })
})

describe('A watcher', () => {
  type Answer = Awaited<ReturnType<MessageBus['property']>>
  type Follower = Parameters<MessageBus['follow']>[1]

  function aSession() {
    const clock = aClock()
    let answer: Answer = { kind: 'answered', value: true }
    let asked = 0
    let tellOwner: Parameters<MessageBus['followOwner']>[1] = () => undefined
    let follower: Follower | undefined
    const host = trayHostOnLinux(
      {
        async property() {
          asked += 1
          return answer
        },
        follow(_rule, given) {
          follower = given
          return () => undefined
        },
        followOwner(_name, tell) {
          tellOwner = tell
          return () => undefined
        },
      },
      clock,
    )
    const states: TrayHostState[] = []
    host.onChange((state) => states.push(state))
    return {
      clock,
      states,
      host,
      answers: (next: Answer) => {
        answer = next
      },
      asked: () => asked,
      async owned() {
        tellOwner('owned')
        follower?.onReady?.()
        await clock.advance(0)
      },
    }
  }

  it('that takes the name over at once is another one: what was shown by the first is made anew', async () => {
    const session = aSession()
    await session.owned()
    await session.owned()
    expect(session.states).toEqual(['host', 'unknown', 'host'])
  })

  it('that is too busy to answer is asked again, three times and not for ever', async () => {
    const session = aSession()
    session.answers({ kind: 'timed-out' })
    await session.owned()
    await session.clock.advance(5000)
    expect(session.asked()).toBe(2)
    await session.clock.advance(24 * 3_600_000)
    expect(session.asked()).toBe(4)
    expect(session.states).toEqual([])
  })

  it('that answers late has its host then', async () => {
    const session = aSession()
    session.answers({ kind: 'timed-out' })
    await session.owned()
    session.answers({ kind: 'answered', value: true })
    await session.clock.advance(5000)
    expect(session.states).toEqual(['host'])
  })

  it('is not asked any more when nobody follows it', async () => {
    const session = aSession()
    session.answers({ kind: 'timed-out' })
    await session.owned()
    session.host.close()
    expect(session.clock.waiting()).toBe(0)
  })
})
