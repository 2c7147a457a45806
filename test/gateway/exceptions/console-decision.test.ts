import { describe, expect, it } from 'vitest'
import { exceptionsApi } from '#contract/exceptions-api.ts'
import { peopleApi } from '#contract/people-api.ts'
import { aDevice } from '#test/support/a-device.ts'
import { aBook } from '#test/support/a-running-gateway.ts'
import { aStaffedGateway, exceptionDocuments, grace, type StaffedGateway } from '#test/support/a-staffed-gateway.ts'
import { askOverTheWire, firewallOff } from '#test/support/ask-over-the-wire.ts'

/** Security needs a firewall for the console too. */
const forConsole = `---
kind: Policy
id: console
assign: { groups: [security] }
resources: { ids: [console] }
maxSilence: 45m
require: [{ check: firewall, enforce: block }]
`
const policies = {
  ...aBook,
  'access.yaml': `${aBook['access.yaml']}${forConsole}`,
  'exceptions.yaml': exceptionDocuments.replace('device: any', 'device: compliant'),
}
const on = { ...firewallOff, firewall: { state: 'on' } }

async function consoleOf(gateway: StaffedGateway) {
  const { json } = await gateway.as(grace.email, 'GET', '/v1/me')
  return peopleApi.me.answers[200].parse(json).console
}

describe('What rule 6.4 asks of a voter, in /v1/me', () => {
  it('is null to who has no device', async () => {
    expect(await consoleOf(await aStaffedGateway({ policies }))).toBeNull()
  })

  it('says what is not met on the only device, before somebody votes', async () => {
    const gateway = await aStaffedGateway({ policies })
    const device = await aDevice(gateway, { email: grace.email })
    device.readings = firewallOff
    expect((await device.attest()).status).toBe(200)
    expect(await consoleOf(gateway)).toMatchObject({
      access: 'refuse',
      code: 'posture_failed',
      findings: [{ check: expect.stringMatching(/^firewall@/), outcome: 'violated', enforce: 'block' }],
      needs: [],
      controls: [],
      recheck_at: expect.any(Number),
    })
  })

  it('is that of the device that fares best', async () => {
    const gateway = await aStaffedGateway({ policies })
    for (const readings of [firewallOff, on]) {
      const device = await aDevice(gateway, { email: grace.email })
      device.readings = readings
      await device.attest()
    }
    expect(await consoleOf(gateway)).toMatchObject({ access: 'allow', findings: [] })
  })
})

describe('The preview of a request', () => {
  it('explains what refuses without the grant, and what the grant excepts', async () => {
    const gateway = await aStaffedGateway()
    const device = await aDevice(gateway)
    device.readings = firewallOff
    await device.attest()
    const asked = await askOverTheWire(device)
    const path = `/v1/admin/exceptions/${asked.json.request_id}/preview`
    await gateway.as('ada@example.com', 'GET', '/v1/me')
    await gateway.prove(asked.json.step_up_url)
    const { json } = await gateway.as(grace.email, 'GET', path)
    const [wiki] = exceptionsApi.exceptionPreview.answers[200].parse(json).resources
    expect(wiki).toMatchObject({
      without: { access: 'refuse', findings: [{ outcome: 'violated' }] },
      with: { access: 'allow', findings: [{ outcome: 'excepted' }] },
    })
  })
})
