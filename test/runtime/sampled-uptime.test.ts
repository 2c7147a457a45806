import { describe, expect, it } from 'vitest'
import { sampledUptime } from '#runtime/sampled-uptime.ts'

/** A machine whose clocks are moved by hand. */
function aMachine() {
  const at = { uptime: 5000, wall: 1_795_510_800_000, monotonic: 40, reads: 0 }
  const read = sampledUptime({
    uptimeMs: () => {
      at.reads += 1
      return at.uptime
    },
    wallMs: () => at.wall,
    monotonicMs: () => at.monotonic,
  })
  const runs = (ms: number) => {
    at.uptime += ms
    at.wall += ms
    at.monotonic += ms
  }
  return { at, read, runs }
}

describe('An uptime that is asked for often', () => {
  it('is exact between two readings, and read once a second', () => {
    const { at, read, runs } = aMachine()
    for (let step = 0; step < 100; step += 1) {
      runs(10)
      expect(read()).toBe(at.uptime)
    }
    expect(at.reads).toBe(1)
    runs(10)
    expect([read(), at.reads]).toEqual([at.uptime, 2])
  })

  it('knows of sleep at once', () => {
    const { at, read, runs } = aMachine()
    runs(100)
    at.uptime += 3_600_000
    at.wall += 3_600_000
    expect(read()).toBe(at.uptime)
  })

  it('never falls, and gains nothing where the system counts in coarser steps', () => {
    const { at, read, runs } = aMachine()
    const begin = read()
    let exact = at.uptime
    let before = begin
    for (let step = 0; step < 5000; step += 1) {
      runs(7)
      exact += 7
      at.uptime = Math.floor(exact / 10) * 10
      const now = read()
      expect(now).toBeGreaterThanOrEqual(before)
      before = now
    }
    expect(Math.abs(before - begin - 35_000)).toBeLessThanOrEqual(20)
  })

  it('does not follow a wall clock that somebody set', () => {
    const { at, read, runs } = aMachine()
    for (const jump of [86_400_000, -86_400_000]) {
      at.wall += jump
      runs(5)
      expect(read()).toBe(at.uptime)
    }
  })
})
