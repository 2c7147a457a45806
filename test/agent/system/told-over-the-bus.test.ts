import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Variant } from '@jellybrick/dbus-next'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemSources } from '#agent/system/system-sources.ts'
import { systemClock } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'
import { aBusService, nothing } from '#test/support/a-bus-service.ts'
import { fakeLogin, fakeSecretService, loginPaths } from '#test/support/a-fake-machine-bus.ts'
import { aLinuxMachine } from '#test/support/a-linux-machine.ts'
import { aMessageBus, describeOnABus, type RealBus } from '#test/support/a-message-bus.ts'
import { fakeNotificationDaemon } from '#test/support/fake-notification-daemon.ts'

const collection = '/org/freedesktop/secrets/collection/login'
const collectionFace = 'org.freedesktop.Secret.Collection'
let folder = ''
let bus: RealBus
let sources: ReturnType<(typeof systemSources)['linux']>

function sourcesAt(address: string): typeof sources {
  return systemSources.linux({
    machine: aLinuxMachine(),
    environment: { DBUS_SESSION_BUS_ADDRESS: address, DBUS_SYSTEM_BUS_ADDRESS: address },
    clock: systemClock(),
    random: () => 0,
    log: silentLog,
  })
}

describeOnABus('What a Linux system tells by itself (needs dbus-daemon)', () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'told-'))
    bus = await aMessageBus(folder, ['org.freedesktop.Notifications'])
    sources = sourcesAt(bus.address)
  })
  afterEach(async () => {
    sources.close()
    await bus.stop()
    await rm(folder, { recursive: true })
  })

  it('is that a watched service came, changed something, and went', async () => {
    const told = counter()
    const end = sources.beginWatch({ on: 'd-bus', bus: 'system', name: 'org.fedoraproject.FirewallD1' }, told.tell)
    const service = await aBusService(bus.address)
    await told.quiet(sources)
    await service.own('org.fedoraproject.FirewallD1')
    await told.upTo(1)
    service.signal('/org/fedoraproject/FirewallD1', 'org.fedoraproject.FirewallD1', 'Reloaded', '', [])
    await told.upTo(2)
    await service.disown('org.fedoraproject.FirewallD1')
    await told.upTo(3)
    end()
  })

  it('is that a unit of systemd was started, once it is asked to tell, and nothing of what else it says', async () => {
    const systemd = await aBusService(bus.address)
    const subscribed = Promise.withResolvers<void>()
    const [name, path, face] = [
      'org.freedesktop.systemd1',
      '/org/freedesktop/systemd1',
      'org.freedesktop.systemd1.Manager',
    ]
    systemd.serve(path, face, {
      method(called) {
        if (called === 'Subscribe') subscribed.resolve()
        return nothing
      },
    })
    await systemd.own(name)
    const told = counter()
    sources.beginWatch({ on: 'd-bus', bus: 'system', name }, told.tell)
    await subscribed.promise
    systemd.signal(path, face, 'UnitNew', 'so', ['a.service', '/a'])
    systemd.signal(path, face, 'JobRemoved', 'uoss', [1, '/job', 'a.service', 'done'])
    await told.upTo(1)
    systemd.signal(path, face, 'UnitFilesChanged', '', [])
    await told.upTo(2)
    expect(told.count()).toBe(2)
  })

  it('is that the session was unlocked and the machine woken, where a watch asks for it', async () => {
    const login = await fakeLogin(bus.address)
    const [unlocked, woken] = [counter(), counter()]
    sources.beginWatch({ on: 'session', change: 'unlocked' }, unlocked.tell)
    sources.beginWatch({ on: 'session', change: 'woken' }, woken.tell)
    const away = Promise.withResolvers<void>()
    sources.session?.presence.onPresence((presence) => presence === 'away' && away.resolve())
    login.put({ LockedHint: new Variant('b', true) })
    login.set(loginPaths.session, 'org.freedesktop.login1.Session', {})
    await away.promise
    expect(unlocked.count()).toBe(0)
    login.set(loginPaths.session, 'org.freedesktop.login1.Session', { LockedHint: new Variant('b', false) })
    await unlocked.upTo(1)
    login.sleep(true)
    login.sleep(false)
    await woken.upTo(1)
  })

  it('is that the keychain was unlocked or came, and not that it was locked', async () => {
    const told = counter()
    sources.secretService?.onHint?.(told.tell)
    await told.quiet(sources)
    const secrets = await fakeSecretService(bus.address)
    await told.upTo(1)
    secrets.set(collection, collectionFace, { Locked: new Variant('b', true) })
    secrets.set(collection, collectionFace, { Locked: new Variant('b', false) })
    await told.upTo(2)
    expect(told.count()).toBe(2)
  })

  it('is who shows notifications', async () => {
    expect(await sources.notificationDaemon?.()).toBe('startable')
    await fakeNotificationDaemon(bus.address)
    expect(await sources.notificationDaemon?.()).toBe('running')
  })

  it('is that nobody shows notifications', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'told-'))
    const empty = await aMessageBus(elsewhere)
    const there = sourcesAt(empty.address)
    expect(await there.notificationDaemon?.()).toBe('none')
    there.close()
    await empty.stop()
    await rm(elsewhere, { recursive: true })
  })
})

describe('A Linux system without buses', () => {
  it('tells nothing, and says so', async () => {
    const none = sourcesAt('unix:path=/nonexistent/bus')
    const told = counter()
    none.beginWatch({ on: 'd-bus', bus: 'system', name: 'org.freedesktop.systemd1' }, told.tell)
    expect(await none.notificationDaemon?.()).toBe('no-bus')
    expect(none.session?.power.batteryPercent()).toBeUndefined()
    expect(told.count()).toBe(0)
    none.close()
  })
})

/** Counts what is told, and waits for it. */
function counter() {
  let count = 0
  const waiting = new Set<() => void>()
  return {
    count: () => count,
    tell() {
      count += 1
      for (const look of waiting) look()
    },
    upTo: (wanted: number) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (count >= wanted) resolve()
        }
        waiting.add(look)
        look()
      }),
    /** Until the bus has answered everything that was asked before. */
    async quiet(of: typeof sources) {
      for (let turns = 0; turns < 5; turns += 1) await of.notificationDaemon?.()
      expect(count).toBe(0)
    },
  }
}
