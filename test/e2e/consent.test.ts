import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { aDesktop, type Desktop, desktopPrograms } from '#test/support/a-desktop.ts'
import { aGatewayProgram } from '#test/support/a-gateway-program.ts'
import { aNetworkRecorder, type NetworkRecorder } from '#test/support/a-network-recorder.ts'
import { documentOf, runPostern, startAtTerminal, startPostern } from '#test/support/a-postern.ts'
import type { RunningProgram } from '#test/support/a-program.ts'
import { aStage, type Stage } from '#test/support/a-stage.ts'
import { freePort } from '#test/support/free-port.ts'
import { whatIsMissing } from '#test/support/what-is-here.ts'

// A recorder stands where the gateway is said to be, keeps every byte, and passes it on to the real one.

vi.setConfig({ testTimeout: 60_000 })

const missing = whatIsMissing([...desktopPrograms, '/usr/bin/script'], { keytar: true })
const service = 'dev.postern.agent.development'

describe('Enrolling at a terminal, with a recorder on the network', () => {
  let stage: Stage
  let desktop: Desktop
  let recorder: NetworkRecorder
  let newLink: () => Promise<string>
  let link: string
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing)
  })
  beforeAll(async () => {
    stage = await aStage()
    if (missing !== undefined) return
    desktop = await aDesktop(stage)
    const [api, check] = [await freePort(), await freePort()]
    recorder = await aNetworkRecorder(stage, api)
    const gateway = await aGatewayProgram(stage, desktop, {
      issuer: `http://localhost:${recorder.port}`,
      listen: { api: `127.0.0.1:${api}`, check: `127.0.0.1:${check}` },
    })
    newLink = gateway.link
    link = await newLink()
  })
  afterAll(() => stage.end())

  it('sends nothing to anybody when Continue? is answered with no', async () => {
    const enrolling = enroll()
    await enrolling.until(/Continue\? \[y\/N\]/)
    expect(enrolling.out()).toContain('All that may ever be sent:')
    expect(enrolling.out()).toContain('Nothing was sent so far.')
    expect(recorder.connections()).toEqual([])
    enrolling.write('n\n')
    expect(await enrolling.ended).toMatchObject({ code: 1 })
    expect(enrolling.out()).toContain('Not enrolled. Nothing was sent.')
    expect(recorder.connections()).toEqual([])
    await expectNoTrace()
  })

  it('fetches the description and nothing else before Enrol?, and nothing more after a no', async () => {
    const enrolling = enroll()
    await enrolling.until(/Continue\? \[y\/N\]/)
    expect(recorder.connections()).toEqual([])
    enrolling.write('y\n')
    await enrolling.until(/Enrol\? \[y\/N\]/)
    expectOnlyTheDescription(recorder)
    enrolling.write('n\n')
    expect(await enrolling.ended).toMatchObject({ code: 1 })
    expect(enrolling.out()).toContain('Only the description was fetched; nothing about this device was sent.')
    expectOnlyTheDescription(recorder)
    await expectNoTrace()
  })

  it('does the same when an agent runs, which also sends nothing by itself', async () => {
    const before = recorder.connections().length
    const agent = startPostern(stage, ['agent', '--development', '--json'], desktop)
    await agent.untilLine((line) => line['state'] === 'not-enrolled')
    const enrolling = enroll()
    await enrolling.until(/Continue\? \[y\/N\]/)
    expect(recorder.connections()).toHaveLength(before)
    enrolling.write('y\n')
    await enrolling.until(/Enrol\? \[y\/N\]/)
    enrolling.write('n\n')
    expect(await enrolling.ended).toMatchObject({ code: 1 })
    expect(await agent.stop()).toMatchObject({ code: 0 })
    expect(recorder.connections().length).toBeGreaterThan(before)
    expectOnlyTheDescription(recorder)
    await expectNoTrace()
  })

  it('asks nobody and sends nothing where there is no terminal and no --yes', async () => {
    const before = recorder.connections().length
    const ended = await runPostern(['agent', 'enroll', '--development', link], desktop)
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr.replace(/\s+/g, ' ')).toContain('Run it in a terminal, or agree to both questions with --yes')
    expect(recorder.connections()).toHaveLength(before)
  })

  describe('once both were answered with yes', () => {
    let agent: RunningProgram
    let sent: readonly { readonly typ: string; readonly payload: string }[]
    beforeAll(async () => {
      if (missing !== undefined) return
      agent = startPostern(stage, ['agent', '--development', '--json'], desktop)
      await agent.untilLine((line) => line['state'] === 'not-enrolled')
      const enrolling = enroll()
      await enrolling.until(/Continue\? \[y\/N\]/)
      enrolling.write('y\n')
      await enrolling.until(/Enrol\? \[y\/N\]/)
      enrolling.write('y\n')
      expect(await enrolling.ended).toMatchObject({ code: 0 })
      await agent.untilLine((line) => line['state'] === 'healthy')
      sent = await untilStreamed()
    })

    it('shows the last message of each kind byte for byte as the gateway received it', () => {
      const received = messagesIn(recorder)
      expect([...new Set(received.map(({ typ }) => typ))].sort()).toEqual(['dpop+jwt', 'eat+jwt', 'enroll+jwt'])
      for (const { typ, payload } of sent)
        expect(payload, typ).toBe(received.filter((message) => message.typ === typ).at(-1)?.payload)
      expect(sent.map(({ typ }) => typ).sort()).toEqual(['dpop+jwt', 'eat+jwt', 'enroll+jwt'])
    })

    it('names in the enrolment the agreement to the text that was shown', () => {
      const enrolled = Object(JSON.parse(sent.find(({ typ }) => typ === 'enroll+jwt')?.payload ?? '{}'))
      expect(enrolled.consent).toEqual({ sha256: expect.any(String), at: expect.any(Number), by: 'user' })
    })

    it('has one key in the keychain', async () => {
      expect(await desktop.countEntries(service)).toBe(1)
    })

    it('takes the link once only, and needs a way out before another', async () => {
      const again = await runPostern(['agent', 'enroll', '--development', '--yes', await newLink()], desktop)
      expect(again.code).toBe(2)
      expect(again.stderr).toContain('already enrolled')
    })
  })

  function enroll(): RunningProgram {
    return startAtTerminal(stage, ['agent', 'enroll', '--development', link], desktop)
  }
  /** The stream's own proof is the last thing an enrolment sends. */
  async function untilStreamed() {
    for (let tries = 0; tries < 20; tries += 1) {
      const { sent: list, stream } = documentOf(await runPostern(['status', '--json', '--development'], desktop))
      if (stream === 'open' && Array.isArray(list))
        return list.map((entry: unknown) => ({
          typ: String(Object(entry).typ),
          payload: String(Object(entry).payload),
        }))
    }
    throw new Error('no stream came about')
  }
  async function expectNoTrace(): Promise<void> {
    expect(await desktop.countEntries(service)).toBe(0)
    const state = join(desktop.home, 'state', 'postern-development')
    const files = existsSync(state) ? await readdir(state) : []
    for (const name of ['enrollment.json', 'consent.json', 'key-record.json', 'chain.json'])
      expect(files).not.toContain(name)
  }
})

/** One document is asked for, each time by the very same bytes: they tell nothing of who asks. */
function expectOnlyTheDescription(recorder: NetworkRecorder): void {
  const lines = [
    'GET /.well-known/postern/configuration HTTP/1.1',
    'accept: application/json, application/problem+json',
    `Host: localhost:${recorder.port}`,
    'Connection: close',
  ]
  const seen = recorder.connections()
  expect(seen.length).toBeGreaterThan(0)
  expect(new Set(seen)).toEqual(new Set([`${lines.join('\r\n')}\r\n\r\n`]))
}

type Message = { readonly typ: string; readonly payload: string }

/** Every signed message on the wire, in the order of the connections: bodies, and proofs in headers. */
function messagesIn(recorder: NetworkRecorder): readonly Message[] {
  return recorder.requests().flatMap(({ headers, body }) => {
    const found = [headers['dpop'] ?? '', body].filter((text) => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text))
    return found.map((jws) => {
      const [header = '', payload = ''] = jws.split('.').map((part) => Buffer.from(part, 'base64url').toString())
      return { typ: String(Object(JSON.parse(header)).typ), payload }
    })
  })
}
