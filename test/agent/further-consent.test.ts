import { describe, expect, it } from 'vitest'
import { aGateway } from '#test/support/a-gateway.ts'
import { anAgent, theGatewayOn } from '#test/support/an-agent.ts'

const path = '/v1/attestations'

/** Enrolled for the firewall alone; then the gateway asks for the number of SSH keys as well. */
async function askedForMore() {
  const gateway = await aGateway()
  gateway.told.fields = gateway.told.fields.filter((field) => field !== 'ssh-keys')
  gateway.told.signals = ['firewall']
  const agent = await anAgent()
  const running = await agent.aProcess()
  const { sha256: consent, fields } = gateway.configuration().consent
  expect(fields).not.toContain('ssh-keys')
  await running.ask('enrollment/confirm', { link: gateway.link(), consent })
  await running.until((now) => now.result !== null)
  await expect.poll(() => agent.streams.length).toBe(1)
  const device = theGatewayOn(agent)
  device.hello()
  device.snapshot(5, { result: null, config: null, state: 'active' })
  gateway.told.signals = ['firewall', 'ssh-keys']
  gateway.told.configSeq = 2
  device.event(6, { kind: 'config', config: gateway.makeConfig() })
  await running.until((now) => now.consent.missing.length > 0)
  return { gateway, agent, running, window: running.core.answers('window') }
}

/** The signals of the newest report, by id. */
function reported(gateway: Awaited<ReturnType<typeof aGateway>>) {
  const { signals } = JSON.parse(gateway.payloads(path).at(-1) ?? '').submods.posture
  return Object.fromEntries(signals.map((signal: { id: string }) => [signal.id, signal]))
}

describe('a gateway that asks for a field which nobody agreed to', () => {
  it('does not get it, and the person sees which one it is', async () => {
    const { gateway, running, window } = await askedForMore()
    await window('posture/check-now', undefined)
    expect(running.core.snapshot.read().consent.missing).toEqual(['ssh-keys'])
    expect(reported(gateway)['ssh-keys']).toMatchObject({ st: 'unknown', why: 'not-consented' })
    expect(await window('privacy/catalogue', undefined)).toMatchObject({
      ok: true,
      value: { missing: ['ssh-keys'], agreed: expect.not.arrayContaining(['ssh-keys']) },
    })
  })

  it('gets it once the person has agreed to exactly that field, across restarts', async () => {
    const { gateway, agent, running, window } = await askedForMore()
    const before = gateway.payloads(path).length
    expect(await window('privacy/accept-fields', { fields: ['ssh-keys'] })).toMatchObject({
      ok: true,
      value: { consent: { missing: [] } },
    })
    await expect.poll(() => gateway.payloads(path).length).toBeGreaterThan(before)
    expect(reported(gateway)['ssh-keys']).not.toMatchObject({ why: 'not-consented' })
    await running.core.stop()
    const next = await agent.aProcess()
    expect((await next.until((now) => now.consent.by !== null)).consent.missing).toEqual([])
  })

  it('gets nothing where the page showed other fields than are asked for by now', async () => {
    const { running, window } = await askedForMore()
    for (const fields of [[], ['hardware'], ['ssh-keys', 'hardware']])
      expect(await window('privacy/accept-fields', { fields })).toMatchObject({ ok: false, code: 'consent_changed' })
    expect(running.core.snapshot.read().consent.missing).toEqual(['ssh-keys'])
  })

  it('cannot be agreed to from the command line, which shows no such page', async () => {
    const { running } = await askedForMore()
    expect(await running.ask('privacy/accept-fields', { fields: ['ssh-keys'] })).toMatchObject({
      ok: false,
      code: 'question_invalid',
    })
  })
})
