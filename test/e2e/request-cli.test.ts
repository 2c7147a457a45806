import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { shownRequest } from '#contract/agent-exceptions.ts'
import { exceptionDetail } from '#contract/exceptions-api.ts'
import { aDesktop, type Desktop, desktopPrograms } from '#test/support/a-desktop.ts'
import { aGatewayProgram, type GatewayProgram } from '#test/support/a-gateway-program.ts'
import { documentOf, runPostern, startPostern } from '#test/support/a-postern.ts'
import type { Line, RunningProgram } from '#test/support/a-program.ts'
import { exceptionDocuments } from '#test/support/a-staffed-gateway.ts'
import { aStage, type Stage } from '#test/support/a-stage.ts'
import { anSshKey } from '#test/support/an-ssh-key.ts'
import { whatIsMissing } from '#test/support/what-is-here.ts'
import { type StandIn, standIn } from '#tools/demo/stand-in.ts'

// Gateway, agent, keychain and command line as programs of their own; the people are passkeys in software.

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const missing = whatIsMissing(desktopPrograms, { keytar: true })

const book = `kind: Check
id: ssh-keys
title: { en: SSH keys have a passphrase }
signal: ssh-keys
severity: low
maxAge: 30m
pass: 'value.unprotected == 0'
expected: { en: none without a passphrase }
examples: { pass: { unprotected: 0, protected: 1 }, fail: { unprotected: 1, protected: 0 } }
why: { en: Whoever copies such a key can use it }
remedy: { linux: { steps: { en: [Run ssh-keygen -p] } }, macos: { steps: { en: [Run ssh-keygen -p] } }, windows: { steps: { en: [Run ssh-keygen -p] } } }
exemptable: { allowed: true, covers: [violated, unknown], reasons: [debugging] }
---
kind: Policy
id: everyday
assign: { groups: [staff] }
resources: { tags: [internal] }
maxSilence: 45m
require: [{ check: ssh-keys, enforce: approval }]
---
${exceptionDocuments}`

const people = [
  { email: 'grace@example.com', name: 'Grace', groups: ['security'], admin: false },
  { email: 'edsger@example.com', name: 'Edsger', groups: ['platform'], admin: false },
  { email: 'ivy@example.com', name: 'Ivy', groups: [], admin: true },
] as const

const words = [
  ...['request', '--check', 'ssh-keys', '--resource', 'wiki', '--for', '30m', '--category', 'debugging'],
  ...['--reason', 'A tool that reads no passphrase is replaced this week.', '--yes'],
] as const

describe('postern request, between a gateway and an agent that run', () => {
  let stage: Stage
  let desktop: Desktop
  let gateway: GatewayProgram
  let ada: StandIn
  let grace: StandIn
  let edsger: StandIn
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing)
  })
  beforeAll(async () => {
    stage = await aStage()
    if (missing !== undefined) return
    desktop = await aDesktop(stage)
    gateway = await aGatewayProgram(stage, desktop, { book, people })
    const agent = startPostern(stage, ['agent', '--development', '--json'], desktop)
    await agent.untilLine((line) => line['ready'] === true)
    const { link, inviteUrl } = await gateway.token()
    await mkdir(join(desktop.home, '.ssh'), { mode: 0o700 })
    await writeFile(join(desktop.home, '.ssh', 'id_test'), anSshKey(), { mode: 0o600 })
    expect(await postern('agent', 'enroll', '--yes', link)).toMatchObject({ code: 0 })
    await agent.untilLine((line) => line['state'] === 'refused', 30_000)

    const ivy = standIn(gateway.issuer, 'Ivy')
    await ivy.accept(String(gateway.ready['first_admin']))
    ada = standIn(gateway.issuer, 'Ada')
    await ada.accept(inviteUrl)
    const list = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) })
    const { items } = await ivy.get('/v1/admin/people', list)
    const invite = async (name: string) => {
      const person = standIn(gateway.issuer, name)
      const id = items.find((each) => each.name === name)?.id ?? ''
      const made = await ivy.actSigned('/v1/admin/people/{id}/invitations', { id }, z.object({ url: z.string() }))
      await person.accept(made.url)
      return person
    }
    grace = await invite('Grace')
    edsger = await invite('Edsger')
  })
  afterAll(() => stage.end())

  it('says no where no such check fails', async () => {
    const ended = await postern('request', '--check', 'firewall', '--json', '--yes')
    expect([ended.code, ended.stdout, ended.stderr]).toEqual([1, '', expect.stringContaining('ssh-keys')])
  })

  it('asks for nothing that nobody said, where nobody can be asked', async () => {
    const ended = await postern('request', '--check', 'ssh-keys', '--for', '30m', '--category', 'debugging', '--yes')
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('--reason')])
  })

  let first = ''

  it('is left by Ctrl-C, says how to look again, and goes on', async () => {
    const asking = start(...words, '--json')
    first = String((await asking.untilLine(hasPage))['request_id'])
    const ended = await asking.stop('SIGINT')
    expect([ended.code, ended.stderr]).toEqual([3, expect.stringContaining(`postern request show ${first}`)])
    const shown = await postern('request', 'show', '--json')
    expect([shown.code, documentOf(shown)]).toMatchObject([3, { request_id: first, state: 'step_up_required' }])
  })

  it('answers what an approver asks', async () => {
    await ada.prove(String(documentOf(await postern('request', 'show', first, '--json'))['step_up_url']))
    await grace.post(`/v1/admin/exceptions/${first}/messages`, { text: 'Which tool?' }, z.unknown())
    const asked = await vi.waitUntil(
      async () => {
        const ended = await postern('request', 'show', first)
        return ended.stdout.includes('Which tool?') ? ended : undefined
      },
      { timeout: 10_000, interval: 200 },
    )
    expect(asked.code).toBe(3)
    expect(await postern('request', 'reply', '--text', 'The old one.', '--json')).toMatchObject({ code: 0 })
    const { thread } = await grace.get(`/v1/admin/exceptions/${first}`, exceptionDetail)
    expect(thread.map(({ text }) => text)).toEqual(['Which tool?', 'The old one.'])
  })

  it('takes it back', async () => {
    const ended = await postern('request', 'withdraw', '--json')
    expect([ended.code, documentOf(ended)]).toMatchObject([0, { request_id: first, state: 'withdrawn' }])
    expect(await postern('request', 'withdraw')).toMatchObject({ code: 2 })
  })

  it('tells each change in a line, from the first word to the end of the grant, and then ends by itself', async () => {
    const asking = start(...words, '--json')
    const asked = await asking.untilLine(hasPage)
    const id = String(asked['request_id'])
    await ada.prove(String(asked['step_up_url']))
    await grace.approve(id, 'security')
    await edsger.approve(id, 'platform')
    await asking.untilLine((line) => Object(line['grant']).state === 'active')
    expect(await wiki()).toEqual({ code: 0, access: 'allow' })

    const given = await postern('request', 'surrender', '--json')
    expect([given.code, documentOf(given)]).toMatchObject([0, { request_id: id, grant: { state: 'revoked' } }])
    const ended = await asking.ended
    expect([ended.code, ended.stderr]).toMatchObject([0, expect.stringContaining(id)])
    const told = ended.stdout
      .trim()
      .split('\n')
      .map((line) => shownRequest.parse(JSON.parse(line)))
    const states = told.map(({ state, grant }) => grant?.state ?? state)
    expect([...new Set(states)]).toEqual(['step_up_required', 'pending', 'active', 'revoked'])
    expect(told.every(({ state, proven }) => state !== 'approved' || proven)).toBe(true)
    await vi.waitUntil(async () => (await wiki()).access === 'refuse', { timeout: 10_000, interval: 200 })
  })

  it('lists both, the newest first', async () => {
    const { requests } = documentOf(await postern('request', 'list', '--json'))
    expect(z.array(shownRequest).parse(requests)).toMatchObject([
      { state: 'approved', grant: { state: 'revoked' } },
      { request_id: first, state: 'withdrawn' },
    ])
  })

  it('is kept while the gateway is away, and sent when it is back', async () => {
    await gateway.program.stop()
    const kept = await postern(...words, '--json')
    expect([kept.code, documentOf(kept)]).toMatchObject([4, { kind: 'kept' }])
    const before = documentOf(await postern('request', 'list', '--json'))
    expect(before['drafts']).toMatchObject([{ checks: ['ssh-keys'], clicked_at: expect.any(Number) }])
    await gateway.again()
    await vi.waitUntil(async () => Object(documentOf(await postern('request', 'show', '--json'))).step_up_url != null, {
      timeout: 45_000,
      interval: 500,
    })
    expect(documentOf(await postern('request', 'list', '--json'))['drafts']).toEqual([])
  })

  const hasPage = (line: Line) => typeof line['step_up_url'] === 'string'

  function start(...typed: readonly string[]): RunningProgram {
    return startPostern(stage, [...typed, '--development'], desktop)
  }
  function postern(...typed: readonly string[]) {
    return runPostern([...typed, '--development'], desktop)
  }
  async function wiki() {
    const ended = await postern('status', '--json')
    const { resources } = Object(documentOf(ended)['result'])
    return { code: ended.code, access: Object(resources.find((each: unknown) => Object(each).id === 'wiki')).access }
  }
})
