import { describe, expect, it } from 'vitest'
import { aClock } from '#test/support/a-clock.ts'
import { aDevice, claimsOf, type DeviceClient } from '#test/support/a-device.ts'
import { access, aRunningGateway, type RunningGateway } from '#test/support/a-running-gateway.ts'

async function aWatchedDevice() {
  const clock = aClock()
  const gateway = await aRunningGateway({ clock })
  const device = await aDevice(gateway, { nowMs: clock.nowMs })
  return { clock, gateway, device }
}

const resultOf = (gateway: RunningGateway, device: DeviceClient) =>
  gateway.store.read((rows) => rows.results.find(device.id))

async function streamOf(device: DeviceClient) {
  const stream = await device.stream()
  await stream.ask('sub', { topic: 'device' })
  return stream
}

const accessIn = (jws: string) =>
  Object.fromEntries(claimsOf(jws).resources.map(({ id, access: word }: { id: string; access: string }) => [id, word]))

describe('By time alone', () => {
  it('a reading turns old, the result changes, is pushed, and the log is told', async () => {
    const { clock, gateway, device } = await aWatchedDevice()
    await device.attest()
    const stream = await streamOf(device)
    await clock.advance(1_800_000) // half an hour is what the check takes
    await clock.advance(6000)
    const { data } = await stream.until(({ t }) => t === 'ev')
    const claims = claimsOf(data.result)
    expect(claims.checks[0]).toMatchObject({
      check: 'firewall',
      outcome: 'unknown',
      observed: { kind: 'unknown', why: 'stale' },
    })
    expect(accessIn(data.result)).toEqual({ payments: 'refuse', wiki: 'refuse' })
    expect(claims.evidence).toEqual({ seq: 1, hash: device.head })
    expect(claims.exp).toBe(device.result['exp'])
    const events = await gateway.store.read((rows) => rows.audit.after(0, 500))
    const changed = events.filter(({ type }) => type === 'posture-changed').at(-1)
    expect(changed?.traceId).toBeNull()
    expect(JSON.parse(changed?.body ?? '')).toMatchObject({ from: 'affirming', to: 'contraindicated', actor: null })
  })

  it('a device falls silent', async () => {
    const { clock, gateway, device } = await aWatchedDevice()
    await device.attest()
    await clock.advance(2_701_000)
    await clock.advance(6000)
    const claims = claimsOf((await resultOf(gateway, device))?.jws ?? '')
    expect(claims.resources.map(({ code }: { code?: string }) => code)).toEqual(['device_silent', 'device_silent'])
    expect(claims.next_due).toBeGreaterThan(device.now - 60)
    expect((await device.attest()).status).toBe(200)
    expect(device.result['status']).toBe('affirming')
  })

  it('grace ends', async () => {
    const { clock, device } = await aWatchedDevice()
    device.readings = { firewall: { state: 'on' }, 'screen-lock': { locks: false } }
    await device.attest()
    expect(device.result['status']).toBe('warning')
    for (let quarter = 0; quarter < 3; quarter += 1) {
      await clock.advance(900_000)
      await device.attest()
    }
    const stream = await streamOf(device)
    await clock.advance(900_000)
    await clock.advance(6000)
    const { data } = await stream.until(({ t }) => t === 'ev')
    expect(accessIn(data.result)).toEqual({ payments: 'refuse', wiki: 'allow' })
  })

  it('one device that cannot be judged keeps no other from it', async () => {
    const { clock, gateway, device } = await aWatchedDevice()
    const broken = await aDevice(gateway, { nowMs: clock.nowMs, email: 'bob@example.com' })
    await broken.attest()
    await clock.advance(1000) // the broken one is due first
    await device.attest()
    await gateway.store.transact((rows) =>
      rows.attestations.accept({
        deviceId: broken.id,
        kid: broken.key.kid,
        seq: 2,
        hash: 'x',
        receivedAt: 1,
        jws: 'e30.e30.e30',
      }),
    )
    await clock.advance(2_706_000)
    expect(claimsOf((await resultOf(gateway, device))?.jws ?? '').status).toBe('contraindicated')
  })

  it('nothing is written where nothing changes', async () => {
    const { clock, gateway, device } = await aWatchedDevice()
    await device.attest()
    const before = await resultOf(gateway, device)
    await clock.advance(60_000)
    expect(await resultOf(gateway, device)).toEqual(before)
  })
})

describe('A new book', () => {
  it('begins the grace of what it newly asks, and reports do not begin it again', async () => {
    const { clock, gateway, device } = await aWatchedDevice()
    device.readings = { firewall: { state: 'on' }, 'screen-lock': { locks: false } }
    await gateway.writePolicy(
      'access.yaml',
      access().replace('\n  - { check: screen-lock, enforce: block, grace: 1h }', ''),
    )
    const bookOf = () => gateway.store.read(async (rows) => (await rows.books.current())?.hash)
    const first = await bookOf()
    await expect.poll(async () => [await clock.advance(500), await bookOf()][1]).not.toBe(first)
    await device.attest()
    expect(device.result['status']).toBe('affirming')
    await gateway.writePolicy('access.yaml', access())
    await expect.poll(async () => [await clock.advance(500), await bookOf()][1]).toBe(first)
    const graceOf = (claims: { readonly [name: string]: unknown }) =>
      JSON.stringify(claims).match(/"grace_until":(\d+)/)?.[1]
    const pushed = () =>
      gateway.store.read(async (rows) => graceOf(claimsOf((await rows.results.find(device.id))?.jws ?? '')))
    await expect.poll(pushed).toBeDefined()
    const until = await pushed()
    await clock.advance(300_000)
    await device.attest()
    expect(graceOf(device.result)).toBe(until)
  })
})
