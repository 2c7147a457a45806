import { beforeEach, describe, expect, it } from 'vitest'
import { powerByElectron, presenceByElectron } from '#agent/shell/power.ts'
import { aClock } from '#test/support/a-clock.ts'
import { fakeElectron, powerMonitor } from '#test/support/fake-electron.ts'

let told: string[]
const tell = (word: string) => void told.push(word)
beforeEach(() => {
  fakeElectron.reset()
  told = []
})

describe('Power and presence by Electron', () => {
  it('are told while somebody listens', async () => {
    const ready = Promise.resolve()
    const power = powerByElectron(ready)
    const ends = [power.onPower(tell), power.onSleep(tell), presenceByElectron(ready, aClock()).onPresence(tell)]
    await ready
    for (const event of ['on-battery', 'on-ac', 'suspend', 'resume', 'lock-screen', 'unlock-screen'])
      powerMonitor.emit(event)
    expect(told).toEqual(['battery', 'mains', 'asleep', 'woken', 'away', 'present'])
    for (const end of ends) end()
    powerMonitor.emit('on-battery')
    expect(told).toHaveLength(6)
    expect(powerMonitor.eventNames()).toEqual([])
  })

  it('begin with a battery where there is one', async () => {
    fakeElectron.answer('powerMonitor.isOnBatteryPower', true)
    powerByElectron(Promise.resolve()).onPower(tell)
    await Promise.resolve()
    expect(told).toEqual(['battery'])
  })

  it('are not touched before Electron is ready, nor after nobody listens any more', async () => {
    let go = () => {}
    const ready = new Promise<void>((resolve) => {
      go = resolve
    })
    const end = powerByElectron(ready).onSleep(tell)
    expect(powerMonitor.eventNames()).toEqual([])
    end()
    go()
    await ready
    expect(powerMonitor.eventNames()).toEqual([])
  })
})

describe('A machine that nobody touches', () => {
  const idle = (seconds: number) => fakeElectron.answer('powerMonitor.getSystemIdleTime', seconds)
  async function follow() {
    const clock = aClock()
    const end = presenceByElectron(Promise.resolve(), clock).onPresence(tell)
    await clock.advance(0)
    return { clock, end }
  }

  it('is one that nobody is at after ten minutes, until somebody touches it', async () => {
    const { clock } = await follow()
    idle(600)
    await clock.advance(599_000)
    expect(told).toEqual([])
    await clock.advance(1000)
    expect(told).toEqual(['away'])
    idle(3)
    await clock.advance(60_000)
    expect(told).toEqual(['away', 'present'])
  })

  it('is looked at once a minute at most', async () => {
    const { clock } = await follow()
    for (const seconds of [595, 599, 601, 900]) {
      idle(seconds)
      await clock.advance(0)
      expect((clock.nextAt() ?? 0) - clock.nowMs()).toBeGreaterThanOrEqual(60_000)
      await clock.advance(60_000)
    }
  })

  it('is not looked at while it is locked, and stays away until it is opened', async () => {
    const { clock } = await follow()
    powerMonitor.emit('lock-screen')
    expect(clock.waiting()).toBe(0)
    powerMonitor.emit('unlock-screen')
    expect(told).toEqual(['away', 'present'])
  })

  it('is not looked at any more when nobody wants to know', async () => {
    const { clock, end } = await follow()
    end()
    expect(clock.waiting()).toBe(0)
    expect(powerMonitor.eventNames()).toEqual([])
  })
})
