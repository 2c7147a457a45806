import { describe, expect, it } from 'vitest'
import { filterFacts, hostFacts } from '#agent/system/host-facts.ts'
import { systemClock } from '#runtime/clock.ts'
import { aClock } from '#test/support/a-clock.ts'

describe('what systeminformation says', () => {
  it('is kept where a maker or a distribution said it', () => {
    expect(filterFacts({ distro: 'Debian GNU/Linux', release: '12', manufacturer: 'LENOVO', model: '21CB' })).toEqual({
      distribution: 'Debian GNU/Linux',
      release: '12',
      vendor: 'LENOVO',
      model: '21CB',
    })
  })

  it.each([
    'Docker Container',
    '-',
    'To Be Filled By O.E.M.',
    'Default string',
    'System Product Name',
    'None',
    '0000',
    '',
    'unknown',
    'WSL',
    'Computer',
  ])('is left out where it is %j', (model) => {
    expect(filterFacts({ model, distro: model, release: model, manufacturer: model })).toEqual({})
  })

  it('is asked once, and again for nobody', async () => {
    let asked = 0
    const facts = hostFacts({ clock: aClock(), ask: async () => ({ model: `M${++asked}` }) })
    expect(await facts()).toEqual({ model: 'M1' })
    expect(await facts()).toEqual({ model: 'M1' })
  })

  it('is nothing while it does not answer, and is there once it has', async () => {
    const clock = aClock()
    const late = Promise.withResolvers<{ model: string }>()
    const facts = hostFacts({ clock, ask: () => late.promise })
    const first = facts()
    await clock.advance(3000)
    expect(await first).toEqual({})
    late.resolve({ model: 'M1' })
    expect(await facts()).toEqual({ model: 'M1' })
  })

  it('is nothing when the library breaks', async () => {
    expect(await hostFacts({ clock: aClock(), ask: () => Promise.reject(new Error('broke')) })()).toEqual({})
  })

  it('is really asked of the library, beside everything else', async () => {
    const facts = await hostFacts({ clock: systemClock({ keepAlive: true }) })()
    expect(facts.distribution).toMatch(/\w/)
  })
})
