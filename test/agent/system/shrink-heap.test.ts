import { getHeapSpaceStatistics } from 'node:v8'
import { describe, expect, it } from 'vitest'
import { shrinkHeap } from '#agent/system/shrink-heap.ts'

/** Objects of which only a few stay, spread over every page they lay on. */
function leaveHoles(): readonly object[] {
  const all = Array.from({ length: 400_000 }, (_, at) => ({ at, text: `object ${at}` }))
  return all.filter((_, at) => at % 10 === 0)
}

/** Bytes of memory behind the objects that stay. */
function oldSpace(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'old_space')?.physical_space_size ?? Number.NaN
}

describe('A heap full of holes', () => {
  it('is given back, and what was kept is still there', () => {
    shrinkHeap()
    const before = oldSpace()
    const kept = leaveHoles()
    const between = oldSpace()
    shrinkHeap()
    const after = oldSpace()
    expect(between - before).toBeGreaterThan(20_000_000)
    expect(after - before).toBeLessThan((between - before) / 3)
    expect(kept).toHaveLength(40_000)
  })

  it('runs the same code as before, again and again', () => {
    const double = (value: number) => value * 2
    for (let round = 0; round < 3; round += 1) {
      for (let at = 0; at < 10_000; at += 1) double(at)
      shrinkHeap()
      expect(double(round)).toBe(2 * round)
    }
  })
})
