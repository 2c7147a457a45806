import { beforeEach, describe, expect, it } from 'vitest'
import { powerByElectron, presenceByElectron } from '#agent/shell/power.ts'
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
    const ends = [power.onPower(tell), power.onSleep(tell), presenceByElectron(ready).onPresence(tell)]
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
