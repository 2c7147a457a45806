import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { documentOf, runPostern, startPostern } from '#test/support/a-postern.ts'
import type { RunningProgram } from '#test/support/a-program.ts'
import { aStage, type Stage } from '#test/support/a-stage.ts'

vi.setConfig({ testTimeout: 60_000 })

describe('Ending the running agent from the command line', () => {
  let stage: Stage
  let agent: RunningProgram
  const stop = (...more: readonly string[]) => {
    const env = { PATH: '/usr/bin:/bin', HOME: stage.folder, POSTERN_STATE: join(stage.folder, 'state') }
    return runPostern(['agent', 'stop', '--development', ...more], { env })
  }
  beforeAll(async () => {
    stage = await aStage()
    const env = { PATH: '/usr/bin:/bin', HOME: stage.folder, POSTERN_STATE: join(stage.folder, 'state') }
    agent = startPostern(stage, ['agent', '--development', '--json'], { env })
    await agent.untilLine((line) => line['ready'] === true)
  })
  afterAll(() => stage.end())

  it('says what that costs, and the agent ends in order', async () => {
    const ended = await stop()
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.stdout).toBe('Postern ends now.\nUntil Postern runs again this device sends no reports.\n')
    expect(await agent.ended).toMatchObject({ code: 0 })
  })

  it('ends with 4 where none is running', async () => {
    const ended = await stop('--json')
    expect(ended.code).toBe(4)
    expect(documentOf(ended)).toMatchObject({ failure: { code: 'agent_not_running' } })
  })
})
