import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Variant } from '@jellybrick/dbus-next'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MessageBus } from '#agent/system/d-bus/message-bus.ts'
import { type TrayHost, type TrayHostState, trayHostOnLinux } from '#agent/system/tray-host.linux.ts'
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
    tray = trayHostOnLinux(client)
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
    tray = trayHostOnLinux(client)
    await until('no-bus')
    expect(await client.property({ destination: watcherName, path: '/', iface: watcherName, name: 'x' })).toEqual({
      kind: 'no-bus',
    })
    tray.close()
    client.close()
  })
})
