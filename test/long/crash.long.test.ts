import { describe, expect, it } from 'vitest'
import { crashRuns, crashSummary } from '#test/support/crash-runs.ts'

const kills = Number(process.env['POSTERN_KILLS'] ?? 300)
const seed = process.env['POSTERN_SEED'] ?? String(Date.now())

describe('A gateway killed with SIGKILL at random moments of request, vote, grant and end, under load', () => {
  it('loses no acknowledged act, has none twice, its log verifies and yields the rows it keeps', async () => {
    const say = (line: string) => process.stdout.write(`${line}\n`)
    say(`crash: seed ${seed}, ${kills} kills; POSTERN_SEED and POSTERN_KILLS set others`)
    say('crash: limits per session and address are lifted; one second of the machine is ten of the gateway')
    const report = await crashRuns({ seed, kills, say: (line) => say(`crash: ${line}`) })
    for (const fault of report.faults) say(`crash: ${fault}`)
    say(`crash: ${crashSummary(report)}`)
    expect(report.faults).toEqual([])
    expect(report).toMatchObject({ kills, lost: 0, twice: 0, rebuilds: kills, rebuildsEqual: kills })
    expect(report.minted).toBeGreaterThan(0)
    expect(report.ended).toBeGreaterThan(0)
  }, 7_200_000)
})
