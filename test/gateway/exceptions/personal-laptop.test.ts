import { describe, expect, it } from 'vitest'
import { issueEnrollmentToken } from '#gateway/gateway-core.ts'
import { type Clock, systemClock } from '#runtime/clock.ts'
import { call, DeviceClient } from '#test/support/a-device.ts'
import { ada, callerAuth } from '#test/support/a-running-gateway.ts'
import { aStaffedGateway, edsger, grace, type StaffedGateway } from '#test/support/a-staffed-gateway.ts'
import { askOverTheWire, firewallOff } from '#test/support/ask-over-the-wire.ts'

const half = 1800

/** The machine's clock, until it is moved forward; what the gateway repeats comes round twenty times as often. */
function aMovedClock(): Clock & { move(seconds: number): void } {
  const machine = systemClock()
  let ahead = 0
  return {
    nowMs: () => machine.nowMs() + ahead,
    setTimer: (milliseconds, fire) => machine.setTimer(milliseconds / 20, fire),
    move: (seconds) => {
      ahead += seconds * 1000
    },
  }
}

async function isLetIn(gateway: StaffedGateway, device: DeviceClient) {
  const answer = await call('POST', `${gateway.check}/access/v1/evaluation`, {
    headers: { 'content-type': 'application/json', 'x-postern-proxy-auth': callerAuth.any },
    body: JSON.stringify({
      subject: { type: 'user', id: ada.email, properties: { device_id: device.id } },
      action: { name: 'GET' },
      resource: { type: 'resource', id: 'wiki' },
    }),
  })
  return answer.json.decision
}

/** A laptop of Ada's own, enrolled for half an hour, with a grant for nearly as long, approved five minutes later. */
async function aLaptopForAWhile() {
  const clock = aMovedClock()
  const gateway = await aStaffedGateway({ clock })
  const until = Math.floor(clock.nowMs() / 1000) + half
  const wish = { email: ada.email, ownership: 'personal', until } as const
  const { code } = await issueEnrollmentToken(gateway.settings, wish, { clock })
  const device = new DeviceClient(gateway, { nowMs: clock.nowMs })
  expect((await device.enroll(code)).status).toBe(201)
  device.readings = firewallOff
  await device.attest()
  const tooLong = await askOverTheWire(device, { duration_s: half + 60 })
  expect(tooLong.json).toMatchObject({ state: 'refused', refusal: [{ code: 'duration' }] })
  const asked = await askOverTheWire(device, { duration_s: half - 60 })
  await gateway.as(ada.email, 'GET', '/v1/me')
  await gateway.prove(asked.json.step_up_url)
  await gateway.vote(grace.email, asked.json.request_id, 'security')
  clock.move(300)
  const { json } = await gateway.vote(edsger.email, asked.json.request_id, 'platform')
  return { clock, gateway, device, until, grant: json.grant }
}

describe('A personal laptop that is enrolled until a date', () => {
  it('has grants that end with it, however late they were approved', async () => {
    const { gateway, device, until, grant } = await aLaptopForAWhile()
    expect(grant).toMatchObject({ state: 'active', not_after: until })
    expect(await isLetIn(gateway, device)).toBe(true)
  })

  it('is removed then, what it was granted has ended, and it is let in no more', async () => {
    const { clock, gateway, device, grant } = await aLaptopForAWhile()
    const open = await askOverTheWire(device, { duration_s: 60 })
    expect([open.status, open.json.state]).toEqual([201, 'step_up_required'])
    clock.move(half)
    expect(await isLetIn(gateway, device)).toBe(false)
    const left = () =>
      gateway.store.read(async (rows) => ({
        device: (await rows.devices.find(device.id))?.state,
        grant: (await rows.grants.ofDevice(device.id, 0)).find(({ id }) => id === grant.id)?.end?.state,
        open: (await rows.exceptions.find(open.json.request_id))?.state,
        why: (await rows.audit.after(0, 10_000)).find(({ type }) => type === 'device-removed')?.body,
      }))
    await expect.poll(left, { timeout: 8000 }).toMatchObject({
      device: 'removed',
      grant: expect.stringMatching(/^(voided|expired)$/),
      open: expect.stringMatching(/^(stale|lapsed)$/),
      why: expect.anything(),
    })
    expect(JSON.parse(String((await left()).why))).toMatchObject({ cause: 'until' })
    const late = await device.attest()
    expect([late.status, late.json.code]).toEqual([403, 'retired_key'])
  }, 20_000)
})
