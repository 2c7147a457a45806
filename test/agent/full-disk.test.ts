import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { aFolder } from '#test/support/a-folder.ts'
import { aGateway } from '#test/support/a-gateway.ts'
import { anAgent } from '#test/support/an-agent.ts'
import { whyNot } from '#test/support/what-is-here.ts'

const run = promisify(execFile)
const path = '/v1/attestations'

/** A small disk of its own, which a file can fill to the last byte. */
async function aSmallDisk() {
  const folder = await aFolder()
  await run('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'postern-test', folder])
  onTestFinished(() => run('/usr/bin/umount', ['--lazy', folder]).then(() => undefined))
  const filler = join(folder, 'filler')
  return {
    folder,
    /** tmpfs gives pages of 4 KiB: what is asked for beyond the last one is refused. */
    fill: () => writeFile(filler, Buffer.alloc(2_000_000)).catch(() => undefined),
    free: () => rm(filler),
  }
}

async function anAgentOnIt() {
  const disk = await aSmallDisk()
  const gateway = await aGateway()
  const paths = {
    state: disk.folder,
    control: join(disk.folder, 'run', 'control.sock'),
    logs: join(disk.folder, 'log'),
  }
  const agent = await anAgent({ paths })
  const running = await agent.aProcess()
  const { sha256: consent } = gateway.configuration().consent
  await running.ask('enrollment/confirm', { link: gateway.link(), consent })
  await running.until((now) => now.result !== null)
  return { disk, gateway, running, window: running.core.answers('window') }
}

describe('An agent whose disk is full', () => {
  beforeEach((context) => {
    if (process.getuid?.() !== 0) context.skip(whyNot('needs root', 'to mount a small disk'))
    if (process.platform !== 'linux') context.skip(whyNot('needs Linux'))
  })

  it('says so to whoever changes a setting or saves a draft, and keeps what was there', async () => {
    const { disk, running, window } = await anAgentOnIt()
    expect(await window('settings/change', { language: 'de' })).toMatchObject({ ok: true, value: { language: 'de' } })
    const written = { checks: ['firewall'], resources: ['wiki'], reason: 'The port is needed for a demonstration.' }
    const kept = await running.ask('draft/save', written)
    expect(kept).toMatchObject({ ok: true })
    await disk.fill()
    expect(await window('settings/change', { language: 'en' })).toMatchObject({ ok: false, code: 'state_unwritable' })
    expect(await running.ask('draft/save', { ...written, reason: 'Another one.' })).toMatchObject({
      ok: false,
      code: 'state_unwritable',
    })
    expect(await window('settings/read', undefined)).toMatchObject({ ok: true, value: { language: 'de' } })
    expect(running.core.snapshot.read().exceptions.drafts).toMatchObject([written])
  })

  it('sends nothing that it could not write down, and goes on when there is room again', async () => {
    const { disk, gateway, running } = await anAgentOnIt()
    const before = gateway.payloads(path).length
    await disk.fill()
    await running.ask('posture/check-now', undefined)
    expect(gateway.payloads(path)).toHaveLength(before)
    expect(running.core.snapshot.read().failure).toMatchObject({ code: 'state_unwritable' })
    await disk.free()
    await running.ask('posture/check-now', undefined)
    expect(gateway.payloads(path).length).toBeGreaterThan(before)
    expect(running.core.snapshot.read()).toMatchObject({ failure: null, state: 'healthy' })
  })
})
