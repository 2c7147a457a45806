import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { aDesktop, type Desktop, desktopPrograms } from '#test/support/a-desktop.ts'
import { aGatewayProgram, type GatewayProgram } from '#test/support/a-gateway-program.ts'
import { documentOf, runPostern, startPostern } from '#test/support/a-postern.ts'
import type { Environment, RunningProgram } from '#test/support/a-program.ts'
import { aStage, type Stage } from '#test/support/a-stage.ts'
import { whatIsMissing } from '#test/support/what-is-here.ts'

// What a person reads of the keychain's state; how it is found out is proven in test/conformance/keychain.test.ts.

vi.setConfig({ testTimeout: 60_000 })

const missing = whatIsMissing(desktopPrograms, { keytar: true })
const service = 'dev.postern.agent.development'

describe('An enrolled agent whose keychain', () => {
  let stage: Stage
  let desktop: Desktop
  let gateway: GatewayProgram
  let before: { readonly device: unknown; readonly key: unknown }
  let agent: RunningProgram | undefined
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing)
  })
  beforeAll(async () => {
    stage = await aStage()
    if (missing !== undefined) return
    desktop = await aDesktop(stage)
    gateway = await aGatewayProgram(stage, desktop)
    await start()
    const enrolled = await postern(['agent', 'enroll', '--yes', await gateway.link()])
    expect(enrolled, enrolled.stderr).toMatchObject({ code: 0 })
    await agent?.untilLine((line) => line['state'] === 'healthy')
    before = await identity()
  })
  afterAll(() => stage.end())

  it('is unlocked reports, and says where its key is', async () => {
    const status = await postern(['status'])
    expect(status).toMatchObject({ code: 0, stderr: '' })
    expect(status.stdout).toMatch(/^All 1 checks pass|^1 check, and it passes/)
    expect(status.stdout).toMatch(/Device key\s+system keychain, T1/)
    expect(await findings()).toMatchObject({ 'key-store/fine': 'fine' })
  })

  it('becomes locked says so, and what to do', async () => {
    await desktop.lock()
    await postern(['check'])
    const status = await postern(['status'])
    expect(status).toMatchObject({ code: 3 })
    expect(status.stdout).toContain('Keychain locked. Unlock it to go on reporting')
    const doctor = await postern(['doctor'])
    expect(doctor).toMatchObject({ code: 1 })
    expect(unwrapped(doctor.stdout)).toContain('The default keyring is locked')
    expect(await findings()).toMatchObject({ 'key-store/locked': 'wrong' })
  })

  it('is unlocked goes on by itself, without being asked', async () => {
    await desktop.unlock()
    await agent?.untilLine((line) => line['state'] === 'healthy')
    expect(await identity()).toEqual(before)
  })

  it('is locked from its start says the same', async () => {
    await stop()
    await desktop.lock()
    await start()
    await agent?.untilLine((line) => line['state'] === 'key-locked')
    expect(await postern(['status'])).toMatchObject({ code: 3 })
  })

  it('is not there says so, and what to do', async () => {
    await stop()
    await desktop.stopKeyring()
    await start()
    await agent?.untilLine((line) => line['state'] === 'key-unavailable')
    const status = await postern(['status'])
    expect(status).toMatchObject({ code: 3 })
    expect(status.stdout).toContain('No system keychain found')
    const doctor = await postern(['doctor'])
    expect(doctor).toMatchObject({ code: 1 })
    expect(unwrapped(doctor.stdout)).toContain('No Secret Service runs in this session')
    expect(await findings()).toMatchObject({ 'session-bus/fine': 'fine', 'key-store/unavailable': 'wrong' })
  })

  it('cannot be asked for want of a session bus says so, and what to do', async () => {
    await stop()
    const { DBUS_SESSION_BUS_ADDRESS: _, ...env } = desktop.env
    await start(env)
    await agent?.untilLine((line) => line['state'] === 'key-unavailable')
    expect(await postern(['status'], env)).toMatchObject({ code: 3 })
    const doctor = await postern(['doctor'], env)
    expect(doctor).toMatchObject({ code: 1 })
    expect(unwrapped(doctor.stdout)).toMatch(/no session bus/i)
    expect(await findings(env)).toMatchObject({ 'session-bus/absent': 'wrong' })
  })

  it('comes back unlocked goes on with the same device and the same key', async () => {
    await stop()
    await desktop.startKeyring('unlocked')
    await start()
    await agent?.untilLine((line) => line['state'] === 'healthy')
    expect(await identity()).toEqual(before)
    expect(await desktop.countEntries(service)).toBe(1)
  })

  async function start(env: Environment = desktop.env): Promise<void> {
    agent = startPostern(stage, ['agent', '--development', '--json'], { env })
    await agent.untilLine((line) => line['ready'] === true)
  }
  async function stop(): Promise<void> {
    expect(await agent?.stop()).toMatchObject({ code: 0 })
  }
  async function identity() {
    const record = await readFile(join(desktop.home, 'state/postern-development/key-record.json'), 'utf8')
    const status = documentOf(await postern(['status', '--json']))
    return { device: status['device_id'], key: Object(JSON.parse(record)).kid }
  }
  function postern(words: readonly string[], env: Environment = desktop.env) {
    return runPostern([...words, '--development'], { env })
  }
  /** What doctor found: how bad, by name. */
  async function findings(env?: Environment): Promise<object> {
    const found = documentOf(await postern(['doctor', '--json'], env))['findings']
    if (!Array.isArray(found)) throw new Error('doctor found nothing')
    return Object.fromEntries(found.map((one: unknown) => [Object(one).id, Object(one).state]))
  }
})

describe('Enrolling where the keychain', () => {
  let stage: Stage
  let gateway: GatewayProgram
  let desktop: Desktop
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing)
  })
  beforeAll(async () => {
    stage = await aStage()
    if (missing !== undefined) return
    desktop = await aDesktop(stage, 'enrolling')
    gateway = await aGatewayProgram(stage, desktop)
  })
  afterAll(() => stage.end())

  it('is locked is refused with what to do', async () => {
    await desktop.lock()
    const ended = await enroll()
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(unwrapped(ended.stderr)).toContain('postern: The keychain is locked Unlock it, then try again.')
  })

  it('is not there is refused with what to do', async () => {
    await desktop.stopKeyring()
    const ended = await enroll()
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(unwrapped(ended.stderr)).toMatch(/postern: No system keychain was found .*Install and unlock GNOME Keyring/)
  })

  it('has no session bus is refused with what to do', async () => {
    const { DBUS_SESSION_BUS_ADDRESS: _, ...env } = desktop.env
    const ended = await enroll(env)
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(unwrapped(ended.stderr)).toMatch(/postern: No system keychain was found .*session bus/)
  })

  it('opens a prompt that nobody answers ends by itself all the same, refused', async () => {
    const waiting = await aDesktop(stage, 'waiting')
    await waiting.stopKeyring()
    await waiting.removeKeyrings()
    await waiting.startKeyring('locked') // without any keyring: storing asks for the password of a new one
    const begun = performance.now()
    const ended = await enroll(waiting.env)
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(unwrapped(ended.stderr)).toContain('postern: The keychain is locked')
    expect(performance.now() - begun).toBeLessThan(20_000) // ten for the keychain; the prompt itself waits far longer
  })

  it('refused it has used up no link, and made no key', async () => {
    await desktop.startKeyring('unlocked')
    expect(await desktop.countEntries(service)).toBe(0)
    expect(await enroll()).toMatchObject({ code: 0 })
    expect(await desktop.countEntries(service)).toBe(1)
  })

  let link: string | undefined
  async function enroll(env: Environment = desktop.env) {
    link ??= await gateway.link()
    return runPostern(['agent', 'enroll', '--yes', '--development', link], { env })
  }
})

function unwrapped(text: string): string {
  return text.replace(/\s+/g, ' ')
}
