import { describe, expect, it } from 'vitest'
import { attestationAnswer, chainStateClaims, postureResultClaims } from '#contract/gateway-messages.ts'
import { recoverChains } from '#gateway/gateway-core.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aDevice, claimsOf, type DeviceClient, hashOf, hashOfJws, headCheckOf, newId } from '#test/support/a-device.ts'
import { aRunningGateway, type RunningGateway } from '#test/support/a-running-gateway.ts'

async function bodies(gateway: RunningGateway, type: string) {
  const events = await gateway.store.read((rows) => rows.audit.after(0, 500))
  return events.filter((event) => event.type === type).map((event) => ({ ...event, body: JSON.parse(event.body) }))
}

const feedOf = (gateway: RunningGateway, device: DeviceClient) =>
  gateway.store.read((rows) => rows.feeds.after('device', device.id, 0, 100))

const stateOf = (gateway: RunningGateway, device: DeviceClient) =>
  gateway.store.read(async (rows) => (await rows.devices.find(device.id))?.state)

const failing = { firewall: { state: 'off' }, 'screen-lock': { locks: true, delaySeconds: 0, idleSeconds: 300 } }

describe('An honest report', () => {
  it('is answered with a result, a token bound to the delegate, and the nonces for what comes next', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    const answer = await device.attest()
    expect(answer.status).toBe(200)
    expect(attestationAnswer.parse(answer.json).agent_config).toBeUndefined()
    const token = claimsOf(answer.json.access_token)
    expect(token).toMatchObject({ cnf: { jkt: device.delegate.kid }, dk: device.key.kid, sub: `urn:uuid:${device.id}` })
    expect(token.exp).toBe(answer.json.next_due + 300)
    expect(answer.json.expires_in).toBe(token.exp - token.iat)
    expect(answer.headers['attestation-nonce']).toBe(await device.nonce())
    expect(answer.headers['dpop-nonce']).toBe(await device.nonce(device.delegate.kid, 'dpop'))
    const result = postureResultClaims.parse(claimsOf(answer.json.result))
    expect(result).toMatchObject({
      status: 'affirming',
      evidence: { seq: 1, hash: device.head },
      exp: result.iat + 2700,
      next_due: result.iat + 1800,
    })
    expect(result.resources.map(({ id, access }) => [id, access])).toEqual([
      ['payments', 'allow'],
      ['wiki', 'allow'],
    ])
  })

  it('leaves a leaf where something changed for people, and none where nothing did', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    const first = await device.attest()
    await device.attest()
    device.readings = failing
    await device.attest()
    const [begun, changed, ...others] = await bodies(gateway, 'posture-changed')
    expect(others).toEqual([])
    expect(Object.keys(begun?.body).sort()).toEqual(
      ['v', 'type', 'at', 'late', 'actor', 'object', 'from', 'to', 'report', 'book', 'checks'].sort(),
    )
    expect(begun?.body).toMatchObject({ from: null, to: 'affirming', report: { seq: 1 } })
    expect(begun?.traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(changed?.body).toMatchObject({
      from: 'affirming',
      to: 'contraindicated',
      report: { seq: 3, hash: device.head },
      checks: [{ check: 'firewall', from: 'met', to: 'violated' }],
    })
    expect(first.status).toBe(200)
  })

  it('numbers the feed without gaps', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    await device.attest()
    await device.attest()
    expect((await feedOf(gateway, device)).map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, 'state'],
      [2, 'result'],
      [3, 'result'],
    ])
  })

  it('gets the config where it names another one', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    const current = device.config
    const submods = claimsOf(await device.attestationJws()).submods
    const answer = await device.attest({
      submods: { ...submods, agent: { ...submods.agent, config_hash: hashOf('an old one') } },
    })
    expect(answer.json.agent_config).toBe(current)
  })

  it('gets a config signed anew when two thirds of its life are over, and not before', async () => {
    const real = aClock()
    let later = 0 // days pass at once: no timer fires
    const clock = { ...real, nowMs: () => real.nowMs() + later }
    const gateway = await aRunningGateway({ clock })
    const device = await aDevice(gateway, { nowMs: clock.nowMs })
    later = 20 * 86_400_000 - 1000
    expect((await device.attest()).json.agent_config).toBeUndefined()
    later += 1000
    const renewed = (await device.attest()).json.agent_config
    expect(claimsOf(renewed)).toMatchObject({ seq: 2 })
    expect((await device.attest()).json.agent_config).toBeUndefined()
    expect((await feedOf(gateway, device)).filter(({ kind }) => kind === 'config')).toHaveLength(1)
  })

  it('may be followed by the next one before it is answered', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    const one = await device.attestationJws()
    const two = await device.attestationJws({ seq: 2, prev: hashOfJws(one) })
    const answers = await Promise.all([device.send(one), device.send(two)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })
})

describe('A report that is sent twice', () => {
  it('is taken once, however often and how quickly it comes', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    const jws = await device.attestationJws()
    const answers = await Promise.all(Array.from({ length: 8 }, () => device.send(jws)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const refused = answers.find(({ status }) => status !== 200)
    expect([refused?.status, refused?.json.code]).toEqual([409, 'replayed'])
  })

  it('never puts the device on hold', async () => {
    const clock = aClock()
    const gateway = await aRunningGateway({ clock })
    const device = await aDevice(gateway, { nowMs: clock.nowMs })
    const jws = await device.attestationJws()
    device.accept(jws, await device.send(jws))
    for (let count = 0; count < 30; count += 1) {
      const { json } = await device.send(jws)
      expect(json.code).toMatch(/^(replayed|rate_limited)$/)
    }
    expect(await stateOf(gateway, device)).toBe('active')
  })
})

describe('A report that does not continue the chain', () => {
  it('is a fork, and learns a check value of the head but not the head', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    await device.attest()
    const answer = await device.attest({ prev: hashOf('elsewhere') })
    expect([answer.status, answer.json.code]).toEqual([409, 'chain_fork'])
    const state = chainStateClaims.parse(claimsOf(answer.json.chain_state))
    expect(state).toMatchObject({ kid: device.key.kid, seq: 1, head_check: headCheckOf(device.head) })
    expect(state.exp).toBe(state.iat + 300)
    expect(JSON.stringify(state)).not.toContain(device.head)
  })

  it('may leave numbers out', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    expect((await device.attest({ seq: 7 })).status).toBe(200)
    expect((await device.attest({ seq: 7 })).json.code).toBe('replayed')
  })

  /** Twelve attestations a minute and device is the limit; the address below is not what counts. */
  async function fork(device: DeviceClient, count: number) {
    const codes: string[] = []
    while (codes.length < count) {
      const { json } = await device.attest({ prev: hashOf('elsewhere'), seq: device.seq + 5, jti: newId() })
      codes.push(json.code)
      if (json.code === 'rate_limited') break
    }
    return codes
  }

  it('puts the device on hold at the twentieth time, and tells the log', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    await device.attest()
    await gateway.store.transact((rows) => rows.heads.setForks(device.key.kid, 18))
    expect(await fork(device, 1)).toEqual(['chain_fork'])
    expect(await stateOf(gateway, device)).toBe('active')
    const [last] = await fork(device, 1)
    expect(last).toBe('chain_fork')
    expect(await stateOf(gateway, device)).toBe('quarantined')
    expect((await device.attest()).json.code).toBe('device_quarantined')
    const [alarm] = await bodies(gateway, 'alarm-chain-fork')
    expect(alarm?.body).toMatchObject({ kid: device.key.kid, seq: 6, actor: null })
    const [held] = await bodies(gateway, 'device-quarantined')
    expect(held?.body).toMatchObject({ cause: 'chain-fork', object: alarm?.body.object })
    expect(held?.traceId).toMatch(/^[0-9a-f]{32}$/)
    expect((await feedOf(gateway, device)).at(-1)).toMatchObject({ kind: 'state', data: { state: 'quarantined' } })
  })

  it('counts forks anew after an accepted report', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    await device.attest()
    await gateway.store.transact((rows) => rows.heads.setForks(device.key.kid, 19))
    await device.attest()
    expect(await fork(device, 1)).toEqual(['chain_fork'])
    expect(await stateOf(gateway, device)).toBe('active')
  })

  it('puts the device on hold at once when it says that it lost its place', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    await device.attest()
    const answer = await device.attest({ prev: hashOf('elsewhere'), unknown_head: headCheckOf(device.head) })
    expect([answer.status, answer.json.code]).toEqual([403, 'device_quarantined'])
    expect((await bodies(gateway, 'device-quarantined'))[0]?.body.cause).toBe('unknown-head')
  })
})

describe('A device that may begin its chain anew', () => {
  it('does so once, with a higher number', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    await device.attest()
    await gateway.store.transact((rows) => rows.heads.setReanchor(device.key.kid, Number.MAX_SAFE_INTEGER))
    expect((await device.attest({ seq: 1, prev: hashOf('restored') })).json.code).toBe('replayed')
    expect((await device.attest({ prev: hashOf('restored'), unknown_head: hashOf('x') })).status).toBe(200)
    expect((await device.attest({ prev: hashOf('restored') })).json.code).toBe('chain_fork')
  })

  it('may no longer when the time that recover-chains named is over', async () => {
    const clock = aClock()
    const gateway = await aRunningGateway({ clock })
    const [early, late] = [
      await aDevice(gateway, { nowMs: clock.nowMs }),
      await aDevice(gateway, { nowMs: clock.nowMs, email: 'bob@example.com' }),
    ]
    for (const device of [early, late]) await device.attest()
    const until = early.now + 60
    expect(await recoverChains(gateway.settings, until, { clock })).toEqual({ devices: 2 })
    expect((await early.attest({ prev: hashOf('restored') })).status).toBe(200)
    await clock.advance(60_000)
    expect((await late.attest({ prev: hashOf('restored') })).json.code).toBe('chain_fork')
    const [recovered] = await bodies(gateway, 'chains-recovered')
    expect(recovered?.body).toMatchObject({ actor: null, object: null, until, devices: 2 })
  })
})

describe('Without any book', () => {
  it('everything is refused', async () => {
    const gateway = await aRunningGateway({ policies: null })
    const device = await aDevice(gateway)
    await device.attest()
    expect(postureResultClaims.parse(device.result)).toMatchObject({
      status: 'contraindicated',
      checks: [],
      resources: [],
    })
  })
})

describe('A device that reports too often', () => {
  it('is told to wait after twelve in a minute', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    const codes: number[] = []
    for (let count = 0; count < 13; count += 1) codes.push((await device.attest()).status)
    expect(codes).toEqual([...Array(12).fill(200), 429])
  })
})
