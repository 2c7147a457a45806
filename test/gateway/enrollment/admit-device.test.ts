import { describe, expect, it } from 'vitest'
import { enrolled } from '#contract/enrollment.ts'
import { agentConfigClaims } from '#contract/gateway-messages.ts'
import { en } from '#contract/texts/en.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aDevice, aKey, claimsOf, DeviceClient, hashOf, hashOfJws } from '#test/support/a-device.ts'
import { aBook, access, aRunningGateway, type RunningGateway } from '#test/support/a-running-gateway.ts'

async function events(gateway: RunningGateway) {
  return await gateway.store.read(async (rows) => {
    const found = await rows.audit.after(0, 500)
    return await Promise.all(
      found.map(async (event) => ({
        ...event,
        body: JSON.parse(event.body),
        attached: Object.fromEntries((await rows.audit.attachmentsOf(event.id)).map((each) => [each.name, each])),
      })),
    )
  })
}

const ofType = async (gateway: RunningGateway, type: string) =>
  (await events(gateway)).filter((event) => event.type === type)

describe('A device with a good token', () => {
  it('is enrolled, and told all that it needs', async () => {
    const gateway = await aRunningGateway()
    const device = new DeviceClient(gateway)
    const answer = await device.enroll(await gateway.token())
    expect(answer.status).toBe(201)
    expect(enrolled.parse(answer.json)).toMatchObject({ state: 'active', tier: 'T1', owner: { name: 'Ada' } })
    expect(answer.json.chain).toEqual({ seq: 0, hash: device.head })
    expect(answer.headers['attestation-nonce']).toMatch(/^[\w-]{43}$/)
    const config = agentConfigClaims.parse(claimsOf(answer.json.agent_config))
    expect(config).toMatchObject({ seq: 1, org: 'Example', aud: `urn:uuid:${device.id}` })
    expect(config.checks.map(({ id }) => id)).toEqual(['firewall', 'screen-lock'])
  })

  it('leaves a leaf of the token used and one of the device, with what proves them', async () => {
    const gateway = await aRunningGateway()
    const device = new DeviceClient(gateway)
    const code = await gateway.token()
    const jws = await device.enrollJws(code)
    const headers = { 'content-type': 'application/jose', authorization: `Bearer ${code}` }
    const answer = await device.call('POST', '/v1/enrollments', { headers, body: jws })
    const [made] = await ofType(gateway, 'enrollment-token-made')
    const [used] = await ofType(gateway, 'enrollment-token-used')
    const [device1] = await ofType(gateway, 'device-enrolled')
    const common = ['actor', 'at', 'late', 'object', 'type', 'v']
    expect(Object.keys(made?.body).sort()).toEqual(
      [...common, 'token_id', 'ownership', 'until', 'expires_at', 'batch'].sort(),
    )
    expect(Object.keys(used?.body).sort()).toEqual([...common, 'attachments', 'token_id'].sort())
    expect(Object.keys(device1?.body).sort()).toEqual(
      [...common, 'attachments', 'owner', 'tier', 'key_store', 'kid', 'token_id', 'ownership', 'until'].sort(),
    )
    expect(device1?.body).toMatchObject({ actor: used?.body.actor, owner: used?.body.actor, kid: device.key.kid })
    expect(device1?.body.object).not.toContain(answer.json.device_id)
    expect(device1?.attached).toMatchObject({
      enrollment: { content: jws },
      name: { content: { text: 'lovelace' } },
      place: { content: { address: '127.0.0.1', browser: null } },
    })
    expect(device1?.traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(made?.traceId).toBeNull()
  })

  it('gets the same device when it asks again, and its chain begins at the newest message', async () => {
    const gateway = await aRunningGateway()
    const device = new DeviceClient(gateway)
    const code = await gateway.token()
    const first = await device.enroll(code)
    const again = await device.enroll(code)
    expect(again.json.device_id).toBe(first.json.device_id)
    expect(again.json.chain.hash).not.toBe(first.json.chain.hash)
    expect((await device.attest()).status).toBe(200)
  })

  it('cannot begin its chain anew once it attested', async () => {
    const gateway = await aRunningGateway()
    const device = new DeviceClient(gateway)
    const code = await gateway.token()
    await device.enroll(code)
    await device.attest()
    const again = await device.enroll(code)
    expect(again.status).toBe(201)
    expect((await device.attest({ prev: again.json.chain.hash })).json.code).toBe('chain_fork')
    expect((await device.attest()).status).toBe(200)
  })

  it('is one of ten that hold the token at the same instant: one is enrolled', async () => {
    const gateway = await aRunningGateway()
    const code = await gateway.token()
    const devices = Array.from({ length: 10 }, () => new DeviceClient(gateway))
    const answers = await Promise.all(devices.map((device) => device.enroll(code)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    for (const { status, json } of answers)
      if (status !== 201) expect(json.code).toMatch(/^(enrollment_refused|rate_limited)$/)
    expect(await gateway.store.read((rows) => rows.devices.countIn('active'))).toBe(1)
  })

  it('asks ten times at the same instant, and is one device', async () => {
    const gateway = await aRunningGateway()
    const code = await gateway.token()
    const key = aKey()
    const answers = await Promise.all(Array.from({ length: 10 }, () => new DeviceClient(gateway, { key }).enroll(code)))
    expect(new Set(answers.map(({ json }) => json.device_id)).size).toBe(1)
    expect(await gateway.store.read((rows) => rows.devices.countIn('active'))).toBe(1)
  })
})

describe('An enrolment that is not in order', () => {
  const refusals: readonly (readonly [string, (gateway: RunningGateway) => Promise<string>])[] = [
    ['unknown', async () => 'A'.repeat(43)],
    [
      'used by another key',
      async (gateway) => {
        const code = await gateway.token()
        await new DeviceClient(gateway).enroll(code)
        return code
      },
    ],
    [
      'revoked',
      async (gateway) => {
        const code = await gateway.token()
        await gateway.store.transact(async (rows) => {
          const token = await rows.tokens.findByHash(hashOf(code))
          await rows.tokens.revoke(token?.id ?? '', 1)
        })
        return code
      },
    ],
    ['made for another serial number', (gateway) => gateway.token({ serialHash: hashOf('serial') })],
    ['made for a device that has ended already', (gateway) => gateway.token({ until: 1_700_000_000 })],
  ]
  for (const [what, token] of refusals)
    it(`is refused in the same words when the token is ${what}`, async () => {
      const gateway = await aRunningGateway()
      const answer = await new DeviceClient(gateway).enroll(await token(gateway))
      expect([answer.status, answer.json.code]).toEqual([403, 'enrollment_refused'])
      expect(answer.json.detail).toBe(en.failures.enrollment_refused.detail)
    })

  it('is refused a day after the token was made', async () => {
    const clock = aClock()
    const gateway = await aRunningGateway({ clock })
    const code = await gateway.token()
    await clock.advance(86_400_000)
    const answer = await new DeviceClient(gateway, { nowMs: clock.nowMs }).enroll(code)
    expect(answer.json.code).toBe('enrollment_refused')
  })

  it('admits the serial number that the token names', async () => {
    const gateway = await aRunningGateway()
    const code = await gateway.token({ serialHash: hashOf('serial') })
    const hints = { platform: 'linux', arch: 'x64', serial_h: hashOf('serial') }
    expect((await new DeviceClient(gateway).enroll(code, { hints })).status).toBe(201)
  })

  it('is refused with key_in_use for a key that has a device, and the token stays good', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    const code = await gateway.token()
    const answer = await new DeviceClient(gateway, { key: device.key }).enroll(code)
    expect([answer.status, answer.json.code]).toEqual([409, 'key_in_use'])
    expect((await new DeviceClient(gateway).enroll(code)).status).toBe(201)
  })

  it('is answered rate_limited after five failures with one authority, with a nonce nonetheless', async () => {
    const gateway = await aRunningGateway()
    const code = await gateway.token()
    const device = new DeviceClient(gateway)
    const codes: string[] = []
    for (let attempt = 0; attempt < 6; attempt += 1)
      codes.push((await device.enroll(code, { eth: hashOf('another') })).json.code)
    expect(codes).toEqual([...Array(5).fill('enrollment_refused'), 'rate_limited'])
    const good = await device.enroll(code)
    expect(good.json.code).toBe('rate_limited')
    expect(Number(good.headers['retry-after'])).toBeGreaterThan(0)
    expect(good.headers['attestation-nonce']).toBeDefined()
  })

  it('does not count what an honest device runs into', async () => {
    const gateway = await aRunningGateway()
    const code = await gateway.token()
    const device = new DeviceClient(gateway)
    for (let attempt = 0; attempt < 6; attempt += 1)
      expect((await device.enroll(code, { eat_nonce: hashOf('old') })).json.code).toBe('use_nonce')
    expect((await device.enroll(code)).status).toBe(201)
  })

  it('leaves a leaf that says why, and whose token it was', async () => {
    const gateway = await aRunningGateway()
    const code = await gateway.token()
    const answer = await new DeviceClient(gateway).enroll(code, { eth: hashOf('another') })
    const [refused] = await ofType(gateway, 'enrollment-refused')
    const [made] = await ofType(gateway, 'enrollment-token-made')
    expect(refused?.body).toMatchObject({
      actor: null,
      object: made?.body.object,
      token_id: made?.body.token_id,
      cause: 'enrollment_refused',
    })
    expect(refused?.traceId).toBe(answer.json.instance.replace('urn:uuid:', '').replaceAll('-', ''))
  })

  it('is refused for a person who is no longer active', async () => {
    const gateway = await aRunningGateway()
    const code = await gateway.token()
    await gateway.store.transact(async (rows) => {
      const person = await rows.people.findByEmail('ada@example.com')
      if (person !== undefined) await rows.people.update({ ...person, status: 'inactive' })
    })
    expect((await new DeviceClient(gateway).enroll(code)).json.code).toBe('enrollment_refused')
  })
})

describe('A key that lies in a file', () => {
  it('is not strong enough, unless some policy takes it', async () => {
    const strict = await aRunningGateway()
    const refused = await new DeviceClient(strict).enroll(await strict.token(), { key_store: 'file' })
    expect([refused.status, refused.json.code]).toEqual([403, 'tier_too_low'])
    const policies = { ...aBook, 'access.yaml': access().replace('maxSilence', 'minKeyTier: T0\nmaxSilence') }
    const lenient = await aRunningGateway({ policies })
    const admitted = await new DeviceClient(lenient).enroll(await lenient.token(), { key_store: 'file' })
    expect([admitted.status, admitted.json.tier]).toEqual([201, 'T0'])
  })
})

describe('Two live devices that sent the same hint', () => {
  const hints = { platform: 'linux', arch: 'x64', machine_h: hashOf('cloned image') }

  it('are both flagged, and stay two', async () => {
    const gateway = await aRunningGateway()
    const ids: string[] = []
    for (let count = 0; count < 2; count += 1)
      ids.push((await new DeviceClient(gateway).enroll(await gateway.token(), { hints })).json.device_id)
    const flags = await gateway.store.read((rows) => Promise.all(ids.map((id) => rows.devices.find(id))))
    expect(flags.map((device) => device?.duplicateHint)).toEqual([true, true])
    expect(ids[0]).not.toBe(ids[1])
  })
})

describe('A device enrolled until a date', () => {
  it('is removed by itself then, its key is retired, and its messages raise a bounded alarm', async () => {
    const clock = aClock()
    const gateway = await aRunningGateway({ clock })
    const until = Math.floor(clock.nowMs() / 1000) + 3600
    const device = new DeviceClient(gateway, { nowMs: clock.nowMs })
    await device.enroll(await gateway.token({ until }))
    expect((await device.attest()).status).toBe(200)
    await clock.advance(3_600_000)
    const answers = []
    for (let count = 0; count < 8; count += 1) answers.push(await device.attest())
    expect(new Set(answers.map(({ json }) => json.code))).toEqual(new Set(['retired_key']))
    await clock.advance(10_000)
    const find = (rows: Rows) => Promise.all([rows.devices.find(device.id), rows.deviceKeys.find(device.key.kid)])
    await expect.poll(() => gateway.store.read(find)).toMatchObject([{ state: 'removed' }, { state: 'retired' }])
    const alarms = await ofType(gateway, 'alarm-retired-key')
    expect(alarms).toHaveLength(6)
    expect(alarms[0]?.body).toMatchObject({ kid: device.key.kid, seq: null })
    expect(alarms[0]?.traceId).toBe(answers[0]?.json.instance.replace('urn:uuid:', '').replaceAll('-', ''))
    const [removed] = await ofType(gateway, 'device-removed')
    expect(removed?.body).toMatchObject({ actor: null, cause: 'until', signed: null })
  })
})

describe('The hash of a config', () => {
  it('is over its signing input', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    const stored = await gateway.store.read((rows) => rows.configs.find(device.id))
    expect(stored?.configHash).toBe(hashOfJws(device.config))
  })
})
