import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aDesktop, type Desktop, desktopPrograms } from '#test/support/a-desktop.ts'
import { aGatewayProgram } from '#test/support/a-gateway-program.ts'
import { documentOf, runPostern, startPostern } from '#test/support/a-postern.ts'
import type { RunningProgram } from '#test/support/a-program.ts'
import { aStage, type Stage } from '#test/support/a-stage.ts'
import { anSshKey } from '#test/support/an-ssh-key.ts'
import { whatIsMissing } from '#test/support/what-is-here.ts'

// Gateway, agent and keychain as programs of their own on this machine; only the home is the test's.

const missing = whatIsMissing(desktopPrograms, { keytar: true })

describe('A gateway and an enrolled agent that runs', () => {
  let stage: Stage
  let desktop: Desktop
  let agent: RunningProgram
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing)
  })
  beforeAll(async () => {
    stage = await aStage()
    if (missing !== undefined) return
    desktop = await aDesktop(stage)
    const gateway = await aGatewayProgram(stage, desktop)
    agent = startPostern(stage, ['agent', '--development', '--json'], desktop)
    await agent.untilLine((line) => line['ready'] === true)
    const enrolled = await postern('agent', 'enroll', '--yes', await gateway.link())
    expect(enrolled, enrolled.stderr).toMatchObject({ code: 0 })
  })
  afterAll(() => stage.end())

  it('come to a verdict about this machine', async () => {
    await agent.untilLine((line) => line['state'] === 'healthy')
    expect(await verdict()).toMatchObject({ code: 0, access: 'allow', outcome: 'met' })
  })

  it('come to another within seconds when an SSH key loses its passphrase', async () => {
    await mkdir(join(desktop.home, '.ssh'), { mode: 0o700 })
    await writeFile(join(desktop.home, '.ssh', 'id_test'), anSshKey(), { mode: 0o600 })
    await agent.untilLine((line) => line['state'] === 'refused', 15_000)
    expect(await verdict()).toMatchObject({ code: 1, access: 'refuse', outcome: 'violated' })
  })

  it('come back to the old one once it has one again', async () => {
    await writeFile(join(desktop.home, '.ssh', 'id_test'), anSshKey('a passphrase'), { mode: 0o600 })
    await agent.untilLine((line) => line['state'] === 'healthy', 15_000) // changes are sent at most every ten seconds
    expect(await verdict()).toMatchObject({ code: 0, access: 'allow', outcome: 'met' })
  })

  it('hold one live connection meanwhile', async () => {
    expect(documentOf(await postern('status', '--json'))).toMatchObject({ stream: 'open', key_store: 'keytar' })
  })

  it('end when they are asked to, with nothing left behind', async () => {
    expect(await agent.stop()).toMatchObject({ code: 0 })
    expect(await postern('status', '--json')).toMatchObject({ code: 4 })
    await rm(join(desktop.home, '.ssh'), { recursive: true })
  })

  async function verdict() {
    const ended = await postern('status', '--json')
    const result = Object(documentOf(ended)['result'])
    const wiki = Object(result.resources.find((resource: unknown) => Object(resource).id === 'wiki'))
    return { code: ended.code, access: wiki.access, outcome: Object(result.checks[0]).outcome }
  }
  function postern(...words: readonly string[]) {
    return runPostern([...words, '--development'], desktop)
  }
})
