import { describe, expect, it } from 'vitest'
import { crashRuns, crashSummary } from '#test/support/crash-runs.ts'

describe('A gateway that is killed while people file, vote, ask, withdraw, revoke and surrender', () => {
  it('loses no acknowledged act, has none twice, and its log yields the rows it keeps', async () => {
    const seed = String(Date.now())
    const report = await crashRuns({ seed, kills: 5 })
    expect(report.faults, crashSummary(report)).toEqual([])
    expect(report).toMatchObject({ kills: 5, rebuildsEqual: 5, bundlesVerified: 1 })
    expect(report.acknowledged).toBeGreaterThan(20)
  }, 240_000)
})
