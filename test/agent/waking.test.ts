import { describe, expect, it } from 'vitest'
import type { PowerPort } from '#agent/ports.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aGateway } from '#test/support/a-gateway.ts'
import { anAgent } from '#test/support/an-agent.ts'

const path = '/v1/attestations'

async function aDeviceThatSlept(isWindowOpen: boolean) {
  const gateway = await aGateway()
  const clock = aClock(Date.now())
  let tell: Parameters<PowerPort['onSleep']>[0] = () => undefined
  const power: PowerPort = {
    onPower: () => () => undefined,
    onSleep(listener) {
      tell = listener
      return () => undefined
    },
  }
  const agent = await anAgent({ clock, power, isWindowOpen: () => isWindowOpen })
  const running = await agent.aProcess()
  const { sha256: consent } = gateway.configuration().consent
  await running.ask('enrollment/confirm', { link: gateway.link(), consent })
  await running.until((now) => now.result !== null)
  const before = gateway.payloads(path).length
  tell('asleep')
  await clock.advance(60_000)
  tell('woken')
  return { clock, reports: () => gateway.payloads(path).length - before }
}

describe('A device that wakes', () => {
  it('reports at once where a window is open: somebody is looking', async () => {
    const { clock, reports } = await aDeviceThatSlept(true)
    await clock.advance(100)
    await expect.poll(reports).toBe(1)
  })

  it('reports a little later where none is, so that not all devices do at once', async () => {
    const { clock, reports } = await aDeviceThatSlept(false)
    await clock.advance(4000)
    expect(reports()).toBe(0)
    for (let second = 4; second < 60 && reports() === 0; second += 1) await clock.advance(1000)
    await expect.poll(reports).toBeGreaterThan(0)
  })
})
