import { describe, expect, it } from 'vitest'
import { type ManagedSettings, unmanaged } from '#agent/managed-settings/resolve-settings.ts'
import { parseDeepLink } from '#contract/deep-link.ts'
import { type AGateway, aGateway } from '#test/support/a-gateway.ts'
import { anAgent } from '#test/support/an-agent.ts'

/** What an organisation's settings say of a gateway: where it is, the code for this device, and whether to ask. */
function managedBy(gateway: AGateway, silent: boolean): ManagedSettings {
  const link = parseDeepLink(gateway.link())
  if (link?.kind !== 'enroll') throw new Error('no link to enrol by')
  const values = { ServerUrl: link.server, EnrollmentToken: link.code, SilentEnrollment: silent }
  return {
    ...unmanaged,
    values: { ...unmanaged.values, ...values },
    governed: ['ServerUrl', 'EnrollmentToken', 'SilentEnrollment'],
  }
}

describe('an organisation that enrols its devices without asking', () => {
  it('has its device enrolled at start, and the device says that policy agreed', async () => {
    const gateway = await aGateway()
    const agent = await anAgent({ readSettings: async () => managedBy(gateway, true) })
    const running = await agent.aProcess()
    const now = await running.until((shown) => shown.result !== null)
    expect(now).toMatchObject({ issuer: gateway.issuer, consent: { by: 'policy', unseen: true } })
    const enrolled = JSON.parse(now.sent.find(({ typ }) => typ === 'enroll+jwt')?.payload ?? '{}')
    expect(enrolled.consent).toMatchObject({ by: 'policy', sha256: gateway.configuration().consent.sha256 })
  })

  it('is shown to the person once: after that the window opens as usual, across a restart too', async () => {
    const gateway = await aGateway()
    const agent = await anAgent({ readSettings: async () => managedBy(gateway, true) })
    const running = await agent.aProcess()
    await running.until((shown) => shown.result !== null)
    const reply = await running.core.answers('window')('privacy/accept-fields', { fields: [] })
    expect(reply).toMatchObject({ ok: true, value: { consent: { by: 'policy', unseen: false } } })
    await running.core.stop()
    const next = await agent.aProcess()
    expect((await next.until((shown) => shown.consent.by !== null)).consent.unseen).toBe(false)
  })
})

describe('an organisation that names a gateway and wants people asked', () => {
  it('has the screen filled in, and nothing is sent', async () => {
    const gateway = await aGateway()
    const running = await (await anAgent({ readSettings: async () => managedBy(gateway, false) })).aProcess()
    const now = await running.until((shown) => shown.state !== 'starting')
    expect(now).toMatchObject({ state: 'not-enrolled', enroll_link: gateway.link(), consent: { by: null } })
    expect(gateway.seen).toEqual([])
  })
})

describe('a device that is enrolled already', () => {
  it('is offered no other gateway', async () => {
    const gateway = await aGateway()
    const agent = await anAgent({ readSettings: async () => managedBy(gateway, true) })
    const running = await agent.aProcess()
    expect((await running.until((shown) => shown.result !== null)).enroll_link).toBeNull()
  })
})
