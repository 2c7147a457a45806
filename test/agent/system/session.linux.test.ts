import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Variant } from '@jellybrick/dbus-next'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MessageBus } from '#agent/system/d-bus/message-bus.ts'
import { type Session, type SessionWatch, sessionOnLinux } from '#agent/system/session.linux.ts'
import { sessionPorts } from '#agent/system/session-ports.ts'
import { aClock, type TestClock } from '#test/support/a-clock.ts'
import { fakeLogin, fakeUPower, loginPaths, powerPaths } from '#test/support/a-fake-machine-bus.ts'
import { aClientOf, aMessageBus, describeOnABus, type RealBus } from '#test/support/a-message-bus.ts'

const sessionFace = 'org.freedesktop.login1.Session'
const [yes, no] = [new Variant('b', true), new Variant('b', false)]
let folder = ''
let bus: RealBus
let client: MessageBus
let session: SessionWatch
let clock: TestClock

function until(holds: (now: Session) => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (holds(session.read())) return resolve()
    session.onChange((now) => {
      if (holds(now)) resolve()
    })
  })
}

describeOnABus('A session on Linux (needs dbus-daemon)', () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'session-'))
    bus = await aMessageBus(folder)
    client = aClientOf(bus.address)
    clock = aClock()
    session = sessionOnLinux(client, clock)
  })
  afterEach(async () => {
    session.close()
    client.close()
    await bus.stop()
    await rm(folder, { recursive: true })
  })

  it('is locked and unlocked as logind says, and the opening is told', async () => {
    const login = await fakeLogin(bus.address)
    let opened = 0
    session.onUnlock(() => {
      opened += 1
    })
    await locked(login)
    expect(opened).toBe(0)
    login.set(loginPaths.session, sessionFace, { LockedHint: no })
    await until((now) => !now.isLocked)
    expect(opened).toBe(1)
  })

  it('asks again when only the request to lock is told', async () => {
    const login = await fakeLogin(bus.address)
    await locked(login)
    login.put({ LockedHint: no })
    login.service.signal(loginPaths.session, sessionFace, 'Unlock', '', [])
    await until((now) => !now.isLocked)
  })

  it('falls asleep and wakes as logind says', async () => {
    const login = await fakeLogin(bus.address)
    await locked(login) // it is followed from here on
    const told: string[] = []
    const { power } = sessionPorts(() => session)
    power.onSleep((change) => told.push(change))
    login.sleep(true)
    await until((now) => now.isAsleep)
    login.sleep(false)
    await until((now) => !now.isAsleep)
    expect(told).toEqual(['asleep', 'woken'])
  })

  it('is not put to sleep by a stranger', async () => {
    const login = await fakeLogin(bus.address)
    await locked(login)
    const stranger = await fakeUPower(bus.address)
    stranger.service.signal(loginPaths.manager, 'org.freedesktop.login1.Manager', 'PrepareForSleep', 'b', [true])
    stranger.set(powerPaths.manager, 'org.freedesktop.UPower', { OnBattery: yes })
    await until((now) => now.power === 'battery')
    expect(session.read().isAsleep).toBe(false)
  })

  it('does not stay asleep or locked when the bus dies', async () => {
    const login = await fakeLogin(bus.address)
    await locked(login)
    login.sleep(true)
    await until((now) => now.isAsleep)
    await bus.stop()
    await until((now) => !now.isAsleep && !now.isLocked)
  })

  it('is idle ten minutes after logind said so, and no longer when somebody is back', async () => {
    const login = await fakeLogin(bus.address)
    await locked(login)
    const since = new Variant('t', BigInt(clock.nowMs() - 60_000) * 1000n)
    login.put({ Type: new Variant('s', 'wayland') })
    login.set(loginPaths.session, sessionFace, { IdleHint: yes, IdleSinceHint: since, LockedHint: no })
    await until((now) => !now.isLocked)
    expect(session.read().isIdle).toBe(false)
    expect(clock.nextAt()).toBe(clock.nowMs() + 9 * 60_000)
    await clock.advance(9 * 60_000)
    expect(session.read().isIdle).toBe(true)
    login.set(loginPaths.session, sessionFace, { IdleHint: no })
    await until((now) => !now.isIdle)
  })

  it('is not idle for logind in a terminal', async () => {
    const login = await fakeLogin(bus.address)
    await locked(login)
    login.put({ Type: new Variant('s', 'tty') })
    login.set(loginPaths.session, sessionFace, { IdleHint: yes, IdleSinceHint: new Variant('t', 0n), LockedHint: no })
    await until((now) => !now.isLocked)
    expect(session.read().isIdle).toBe(false)
    expect(clock.nextAt()).toBeUndefined()
  })

  it('is away while locked, and present otherwise', async () => {
    const login = await fakeLogin(bus.address)
    const told: string[] = []
    sessionPorts(() => session).presence.onPresence((presence) => told.push(presence))
    await locked(login)
    login.set(loginPaths.session, sessionFace, { LockedHint: no })
    await until((now) => !now.isLocked)
    expect(told).toEqual(['away', 'present'])
  })

  it('runs on battery as UPower says, and tells how full it is', async () => {
    const upower = await fakeUPower(bus.address)
    const told: string[] = []
    const { power } = sessionPorts(() => session)
    power.onPower((now) => told.push(now))
    upower.set(powerPaths.manager, 'org.freedesktop.UPower', { OnBattery: yes })
    upower.set(powerPaths.battery, 'org.freedesktop.UPower.Device', {
      IsPresent: yes,
      Percentage: new Variant('d', 19.7),
    })
    await until((now) => now.power === 'battery' && now.batteryPercent === 19)
    expect(power.batteryPercent()).toBe(19)
    upower.set(powerPaths.manager, 'org.freedesktop.UPower', { OnBattery: no })
    await until((now) => now.power === 'mains')
    expect(told).toEqual(['battery', 'mains'])
  })

  it.each([
    ['a text', new Variant('s', 'true')],
    ['a number', new Variant('i', 1)],
    ['a struct', new Variant('(b)', [true])],
  ])('counts as unlocked where logind says %s', async (_what, value) => {
    const login = await fakeLogin(bus.address)
    await locked(login)
    login.set(loginPaths.session, sessionFace, { LockedHint: value })
    await until((now) => !now.isLocked)
  })

  it.each([
    ['no path', new Variant('s', 'nothing; here')],
    ['a path with a quote', new Variant('s', "/a' or 'b")],
    ['no answer', 'silent'] as const,
  ])('is unlocked where logind finds %s for the session', async (_what, path) => {
    const login = await fakeLogin(bus.address)
    const upower = await fakeUPower(bus.address)
    await locked(login)
    await login.service.disown('org.freedesktop.login1')
    await until((now) => !now.isLocked)
    login.sessionPath(path)
    await login.service.own('org.freedesktop.login1')
    login.set(loginPaths.session, sessionFace, { LockedHint: yes })
    upower.set(powerPaths.manager, 'org.freedesktop.UPower', { OnBattery: yes })
    await until((now) => now.power === 'battery')
    expect(session.read().isLocked).toBe(false)
  })

  async function locked(login: Awaited<ReturnType<typeof fakeLogin>>): Promise<void> {
    login.put({ LockedHint: yes })
    login.set(loginPaths.session, sessionFace, { LockedHint: yes })
    await until((now) => now.isLocked)
  }
})

describe('A session that nobody tells of', () => {
  it('is awake, on mains and present', async () => {
    const nobody = aClientOf('unix:path=/nonexistent/bus')
    const watch = sessionOnLinux(nobody, aClock())
    await nobody.property({ destination: 'a.b', path: '/', iface: 'a.b', name: 'x' })
    expect(watch.read()).toEqual({
      power: 'mains',
      batteryPercent: undefined,
      isAsleep: false,
      isLocked: false,
      isIdle: false,
    })
    watch.close()
    nobody.close()
  })
})
