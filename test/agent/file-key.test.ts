import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { trayModel } from '#agent/tray/tray-model.ts'
import { noPaint } from '#cli/print/paint.ts'
import { statusLines } from '#cli/status/status-lines.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { cliEn } from '#contract/texts/cli-en.ts'
import { en } from '#contract/texts/en.ts'
import { valueWordsEn } from '#contract/texts/value-words.ts'
import { aGateway } from '#test/support/a-gateway.ts'
import { noon } from '#test/support/a-snapshot.ts'
import { anAgent } from '#test/support/an-agent.ts'
import { aTrayView } from '#test/support/tray-stories.ts'

/** An agent on a machine without any keychain. */
async function withoutKeychain(policy: { readonly [name: string]: unknown }) {
  const gateway = await aGateway()
  const agent = await anAgent()
  agent.secretService.says({ kind: 'no-service' })
  Object.assign(agent.enforced, policy)
  const running = await agent.aProcess()
  const { sha256: consent } = gateway.configuration().consent
  return { gateway, agent, running, enroll: () => running.ask('enrollment/confirm', { link: gateway.link(), consent }) }
}

const labels = (snapshot: Snapshot) =>
  trayModel(snapshot, aTrayView()).rows.flatMap((row) => (row.kind === 'action' ? [row.label] : []))
const status = (snapshot: Snapshot) =>
  statusLines(snapshot, {
    texts: en,
    cli: cliEn,
    words: valueWordsEn,
    language: 'en',
    paint: noPaint,
    columns: 80,
    now: noon,
    timeZone: 'UTC',
  }).join('\n')

describe('A device without a keychain', () => {
  it('gets no key in a file by itself: enrolling is refused, and no file is made', async () => {
    const { gateway, agent, enroll } = await withoutKeychain({})
    expect(await enroll()).toMatchObject({ ok: false, code: 'key_unavailable' })
    expect(await readdir(agent.folder)).not.toContain('device-key')
    expect(gateway.payloads('/v1/enrollments')).toEqual([])
  })

  it('whose organisation allows a file says so in every report, in the tray and in the status', async () => {
    const { gateway, agent, running, enroll } = await withoutKeychain({ AllowFileKey: true })
    expect(await enroll()).toMatchObject({ ok: true })
    const now = await running.until((shown) => shown.result !== null)
    expect(await readdir(agent.folder)).toContain('device-key')
    await running.ask('posture/check-now', undefined)
    const reports = gateway.payloads('/v1/attestations').map((payload) => JSON.parse(payload))
    expect(reports.length).toBeGreaterThan(1)
    for (const report of reports) expect(report.submods.agent.key_store).toBe('file')
    expect(now.key_store).toEqual({ kind: 'file', state: 'file', reason: null })
    expect(now.tier).toBe('T0')
    expect(labels(now)).toContain('File key in use')
    expect(status(now)).toMatch(/a file on this disk|key file/i)
  })

  it('stops signing when the organisation no longer allows it, and says why', async () => {
    const { gateway, agent, running, enroll } = await withoutKeychain({ AllowFileKey: true })
    await enroll()
    await running.until((shown) => shown.result !== null)
    await running.core.stop()
    agent.enforced['AllowFileKey'] = false
    const sent = gateway.payloads('/v1/attestations').length
    const again = await agent.aProcess()
    const now = await again.until((shown) => shown.key_store.state === 'unavailable')
    expect(now.key_store).toMatchObject({ kind: 'file', reason: 'file-not-allowed' })
    expect(gateway.payloads('/v1/attestations')).toHaveLength(sent)
  })
})
