import { describe, expect, it } from 'vitest'
import type { Watch } from '#agent/machine/watch.ts'
import { postureMonitor } from '#agent/posture/posture-monitor.ts'
import type { ReportedSignal } from '#domain/posture-report.ts'
import { unknown } from '#domain/reading.ts'
import type { SignalId } from '#domain/signals.ts'
import { silentLog } from '#runtime/log.ts'
import { aCatalogue } from '#test/support/a-catalogue.ts'
import { aClock } from '#test/support/a-clock.ts'

const light = { on: 'timer', calmSeconds: 900, urgentSeconds: 5 } as const
const heavy = { on: 'timer', calmSeconds: 21_600, urgentSeconds: 120 } as const
const take = async () => unknown('failed', 'unused')
const catalogue = aCatalogue({
  'ssh-keys': { watches: [{ on: 'file', path: '/home/ada/.ssh' }, light], take },
  'automatic-login': { watches: [{ on: 'file', path: '/etc/gdm' }, light], take },
  'os-updates': { cost: 'heavy', watches: [{ on: 'file', path: '/var/lib/dpkg' }, heavy], take },
})
const all: readonly SignalId[] = ['ssh-keys', 'automatic-login', 'os-updates']

function aMonitor(wanted = all) {
  const clock = aClock()
  const scans: (readonly SignalId[])[] = []
  const told: (readonly SignalId[])[] = []
  const watched = new Map<string, () => void>()
  const found: { unprotected: number; pendingSecurity: number } = { unprotected: 0, pendingSecurity: 0 }
  let slowMs = 0
  const reading = (id: SignalId): ReportedSignal => {
    const rest = { at: Math.floor(clock.nowMs() / 1000), ms: 1, src: 's' }
    if (id === 'ssh-keys') return { id, st: 'observed', v: { unprotected: found.unprotected, protected: 0 }, ...rest }
    if (id === 'os-updates') return { id, st: 'observed', v: { pendingSecurity: found.pendingSecurity }, ...rest }
    return { id, st: 'unknown', why: 'denied', ...rest }
  }
  const monitor = postureMonitor(
    {
      clock,
      catalogue,
      os: 'linux',
      log: silentLog,
      async take(signals) {
        scans.push(signals)
        if (slowMs > 0) await new Promise<void>((resolve) => clock.setTimer(slowMs, resolve))
        return signals.map(reading)
      },
      beginWatch(watch: Watch, tell) {
        const name = watch.on === 'file' ? watch.path : watch.on
        watched.set(name, tell)
        return () => watched.delete(name)
      },
    },
    wanted,
  )
  monitor.onChange((changed) => told.push(changed))
  const touch = (path: string) => watched.get(path)?.()
  return { clock, scans, told, watched, found, monitor, touch, slow: (ms: number) => (slowMs = ms) }
}

describe('a monitor that starts', () => {
  it('takes everything, holds it, and tells nobody', async () => {
    const { monitor, scans, told } = aMonitor()
    expect((await monitor.start()).map((signal) => signal.id)).toEqual(all)
    expect(scans.toSorted()).toEqual([['os-updates'], ['ssh-keys', 'automatic-login']])
    expect(monitor.latest()).toHaveLength(3)
    expect(told).toEqual([])
  })
})

describe('a watched source that changed', () => {
  it('is taken again after half a second of silence, alone, and told when it says something else', async () => {
    const { monitor, scans, told, clock, touch, found } = aMonitor()
    await monitor.start()
    scans.length = 0
    found.unprotected = 1
    touch('/home/ada/.ssh')
    await clock.advance(400)
    touch('/home/ada/.ssh')
    await clock.advance(499)
    expect(scans).toEqual([])
    await clock.advance(1)
    expect(scans).toEqual([['ssh-keys']])
    expect(told).toEqual([['ssh-keys']])
    expect(monitor.latest()[0]).toMatchObject({ v: { unprotected: 1 } })
  })

  it('is told together with what changed at the same time', async () => {
    const { monitor, told, clock, touch, found } = aMonitor()
    await monitor.start()
    found.unprotected = 1
    touch('/home/ada/.ssh')
    touch('/etc/gdm')
    await clock.advance(600)
    expect(told).toEqual([['ssh-keys']])
  })

  it('is taken within two seconds though it never falls silent, and less often when that changes nothing', async () => {
    const { monitor, scans, clock, touch } = aMonitor()
    await monitor.start()
    scans.length = 0
    for (let step = 0; step < 600; step++) {
      touch('/var/lib/dpkg')
      await clock.advance(100)
      if (step === 20) expect(scans).toHaveLength(1)
    }
    expect(scans.length).toBeLessThan(15)
  })

  it('is not told when it says the same as before', async () => {
    const { monitor, told, clock, touch } = aMonitor()
    await monitor.start()
    touch('/home/ada/.ssh')
    await clock.advance(10_000)
    expect(told).toEqual([])
  })
})

describe('the timers', () => {
  it('take the light every quarter of an hour and the heavy every six hours, with few wake-ups', async () => {
    const { monitor, scans, clock } = aMonitor()
    await monitor.start()
    scans.length = 0
    await clock.advance(21_600_000)
    const count = (id: SignalId) => scans.filter((signals) => signals.includes(id)).length
    expect(count('ssh-keys')).toBe(24)
    expect(count('os-updates')).toBe(1)
    expect(clock.waiting()).toBe(1)
  })

  it('hurry for a signal by which access is refused, and calm down again', async () => {
    const { monitor, scans, clock } = aMonitor()
    await monitor.start()
    scans.length = 0
    monitor.hurry(['ssh-keys'])
    await clock.advance(30_000)
    expect(scans).toEqual(Array.from({ length: 6 }, () => ['ssh-keys']))
    monitor.hurry([])
    await clock.advance(30_000)
    expect(scans).toHaveLength(6)
  })

  it('hurry a heavy signal on mains only', async () => {
    const { monitor, scans, clock } = aMonitor()
    await monitor.start()
    scans.length = 0
    monitor.hurry(['os-updates'])
    monitor.onPower('battery')
    await clock.advance(600_000)
    expect(scans.flat()).not.toContain('os-updates')
    monitor.onPower('mains')
    await clock.advance(120_000)
    expect(scans.flat()).toContain('os-updates')
  })

  it('end with the monitor, as do the watches', async () => {
    const { monitor, clock, watched, touch } = aMonitor()
    await monitor.start()
    touch('/etc/gdm')
    monitor.stop()
    expect(clock.waiting()).toBe(0)
    expect(watched.size).toBe(0)
  })
})

describe('who checks now', () => {
  it('gets the answer of the scan that runs', async () => {
    const { monitor, scans, clock, slow } = aMonitor()
    await monitor.start()
    scans.length = 0
    slow(200)
    const asked = [monitor.checkNow(), monitor.checkNow()]
    await clock.advance(100)
    asked.push(monitor.checkNow())
    await clock.advance(100)
    expect((await Promise.all(asked)).map((signals) => signals.length)).toEqual([3, 3, 3])
    expect(scans).toHaveLength(2) // the heavy one beside the others
  })
})

describe('a refresh before an attestation', () => {
  it('takes what is older than asked for, and the heavy only at its own pace', async () => {
    const { monitor, scans, clock, touch } = aMonitor()
    await monitor.start()
    await clock.advance(300_000)
    touch('/home/ada/.ssh')
    await clock.advance(30_000)
    scans.length = 0
    await monitor.refresh(60)
    expect(scans).toEqual([['automatic-login']])
  })
})

describe('what the gateway asks for', () => {
  it('is taken when it is new, and nothing else is taken or told any more', async () => {
    const { monitor, scans, told, clock, watched } = aMonitor(['ssh-keys'])
    await monitor.start()
    scans.length = 0
    monitor.want(['automatic-login'])
    await clock.advance(1000)
    expect(scans).toEqual([['automatic-login']])
    expect(told).toEqual([['automatic-login']])
    expect(monitor.latest().map((signal) => signal.id)).toEqual(['automatic-login'])
    expect([...watched.keys()]).not.toContain('/home/ada/.ssh')
  })
})
