import { describe, expect, it } from 'vitest'
import { askHostFacts, type HostLibrary } from '#agent/system/ask-host-facts.ts'
import { hostFacts } from '#agent/system/host-facts.ts'
import { aClock } from '#test/support/a-clock.ts'

/** The library as it behaves on Windows: without a batch, each part of a question starts a PowerShell. */
function aLibrary(breaks = false) {
  let spawned = 0
  let isStarted = false
  const part = async () => {
    await Promise.resolve()
    if (!isStarted) spawned += 1
  }
  const library: HostLibrary = {
    async osInfo() {
      await Promise.all([part(), part(), part()])
      if (breaks) throw new Error('no answer')
      return { distro: 'Microsoft Windows 11 Pro', release: '10.0.26100' }
    },
    async system() {
      await part()
      await part()
      await part()
      return { manufacturer: 'LENOVO', model: '21CB' }
    },
    powerShellStart() {
      spawned += 1
      isStarted = true
    },
    powerShellRelease() {
      isStarted = false
    },
  }
  return { library, spawned: () => spawned, isRunning: () => isStarted }
}

describe('Facts of the host on Windows', () => {
  it('cost one PowerShell, which is not left running', async () => {
    const { library, spawned, isRunning } = aLibrary()
    expect(await askHostFacts(library, 'windows')).toEqual({
      distro: 'Microsoft Windows 11 Pro',
      release: '10.0.26100',
      manufacturer: 'LENOVO',
      model: '21CB',
    })
    expect([spawned(), isRunning()]).toEqual([1, false])
  })

  it('would cost one for each part without the batch', async () => {
    const { library, spawned } = aLibrary()
    await askHostFacts(library, 'linux')
    expect(spawned()).toBe(6)
  })

  it('leave none running where the library breaks', async () => {
    const { library, isRunning } = aLibrary(true)
    await expect(askHostFacts(library, 'windows')).rejects.toThrow('no answer')
    expect(isRunning()).toBe(false)
  })

  it('cost no second one, however often they are wanted within a day', async () => {
    const { library, spawned } = aLibrary()
    const clock = aClock()
    const facts = hostFacts({ clock, ask: () => askHostFacts(library, 'windows') })
    for (let minute = 0; minute < 24 * 60; minute += 5) {
      expect(await facts()).toMatchObject({ model: '21CB' })
      await clock.advance(5 * 60_000)
    }
    expect(spawned()).toBe(1)
  })
})
