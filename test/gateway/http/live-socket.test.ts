import { describe, expect, it } from 'vitest'
import { deviceEvent, deviceSnapshot, gatewayFrame } from '#contract/live-frames.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aDevice, aKey, claimsOf, hashOf, headCheckOf, newId, StreamClient } from '#test/support/a-device.ts'
import { access, aRunningGateway, type GatewayWish } from '#test/support/a-running-gateway.ts'

async function anAttestedDevice(wish: GatewayWish = {}) {
  const gateway = await aRunningGateway(wish)
  const nowMs = wish.clock?.nowMs
  const device = await aDevice(gateway, nowMs === undefined ? {} : { nowMs })
  await device.attest()
  return { gateway, device }
}

const failing = { firewall: { state: 'off' }, 'screen-lock': { locks: true, delaySeconds: 0, idleSeconds: 300 } }

describe('A device that connects', () => {
  it('is greeted, given the state, and told of each new result as it comes', async () => {
    const { device } = await anAttestedDevice()
    const stream = await device.stream()
    const hello = await stream.until(({ t }) => t === 'hello')
    const topics = ['device', 'exceptions']
    expect(hello.data).toMatchObject({ heartbeat_s: 240, token_exp: claimsOf(device.token).exp, topics })
    const ack = await stream.ask('sub', { topic: 'device' })
    const snapshot = stream.frames.find(({ t }) => t === 'snapshot')
    expect(deviceSnapshot.parse(snapshot.data)).toMatchObject({ state: 'active', config: device.config })
    expect(ack).toMatchObject({ topic: 'device', seq: snapshot.seq })
    device.readings = failing
    const answer = await device.attest()
    const event = await stream.until(({ t }) => t === 'ev')
    expect(event.seq).toBe(snapshot.seq + 1)
    expect(deviceEvent.parse(event.data)).toEqual({ kind: 'result', result: answer.json.result })
    for (const frame of stream.frames) gatewayFrame.parse(frame)
  })

  it('is given what it missed, and then told that this was all', async () => {
    const { device } = await anAttestedDevice()
    const first = await device.stream()
    const { seq } = await first.ask('sub', { topic: 'device' })
    first.socket.terminate()
    await device.attest()
    await device.attest()
    const second = await device.stream()
    const ack = await second.ask('resume', { topic: 'device', data: { after: seq } })
    expect(second.frames.filter(({ t }) => t !== 'hello').map(({ t, seq: number }) => [t, number])).toEqual([
      ['ev', seq + 1],
      ['ev', seq + 2],
      ['ack', seq + 2],
    ])
    expect(ack.seq).toBe(seq + 2)
  })

  it('is reset and given the state where what it missed is no longer kept, or never was', async () => {
    const { gateway, device } = await anAttestedDevice()
    await gateway.store.transact((rows) => rows.feeds.prune(device.now + 1))
    const stream = await device.stream()
    await stream.ask('resume', { topic: 'device', data: { after: 1 } })
    await stream.ask('resume', { topic: 'device', data: { after: 1000 } })
    expect(stream.frames.slice(1).map(({ t, data }) => (t === 'reset' ? data.reason : t))).toEqual([
      'gap',
      'snapshot',
      'ack',
      'restore',
      'snapshot',
      'ack',
    ])
  })

  it('is told of a change of the book, with a result and a config', async () => {
    const { gateway, device } = await anAttestedDevice()
    const stream = await device.stream()
    await stream.ask('sub', { topic: 'device' })
    await gateway.writePolicy('access.yaml', access('{ check: screen-lock, enforce: warn }'))
    const result = await stream.until(({ t, data }) => t === 'ev' && data.kind === 'result')
    expect(claimsOf(result.data.result).book).not.toBe(device.result['book'])
  })

  it('is answered whatever it asks, in the order of its questions', async () => {
    const { device } = await anAttestedDevice()
    const stream = await device.stream()
    const ids = [
      stream.send('ping'),
      stream.send('sub', { topic: 'device' }),
      stream.send('ping'),
      stream.send('sub', { topic: 'exceptions' }),
      stream.send('ping'),
    ]
    await stream.until(({ id }) => id === ids.at(-1))
    const answers = stream.frames.filter(({ id }) => id !== undefined)
    expect(answers.map(({ id }) => id)).toEqual(ids)
    expect(answers.map(({ t }) => t)).toEqual(['ack', 'ack', 'ack', 'ack', 'ack'])
    stream.send('ack', { topic: 'device', seq: 1 })
    expect((await stream.ask('ping')).t).toBe('ack')
  })

  it('sees its own events alone', async () => {
    const { gateway, device } = await anAttestedDevice()
    const other = await aDevice(gateway, { email: 'bob@example.com' })
    await other.attest()
    const [mine, theirs] = [await device.stream(), await other.stream()]
    await mine.ask('sub', { topic: 'device' })
    await theirs.ask('sub', { topic: 'device' })
    await other.attest()
    await theirs.until(({ t }) => t === 'ev')
    await mine.ask('ping')
    expect(mine.frames.filter(({ t }) => t === 'ev')).toEqual([])
  })

  it('replaces the stream it had', async () => {
    const { device } = await anAttestedDevice()
    const first = await device.stream()
    const second = await device.stream()
    expect(await first.closed).toMatchObject({ code: 4409 })
    expect(first.frames.at(-1)).toMatchObject({ t: 'bye', data: { code: 'replaced' } })
    expect((await second.ask('ping')).t).toBe('ack')
  })
})

describe('A frame that is not of postern.v1', () => {
  const frames: readonly (readonly [string, string | Buffer])[] = [
    ['no JSON', '{'],
    ['binary', Buffer.from('{"v":1,"t":"ping","id":"AAAAAAAAAAAAAAAAAAAAAA","ts":1}')],
    ['of another version', JSON.stringify({ v: 2, t: 'ping', id: newId(), ts: 1 })],
    ['of an unknown kind', JSON.stringify({ v: 1, t: 'admin', id: newId(), ts: 1 })],
    ['with a member too many', JSON.stringify({ v: 1, t: 'ping', id: newId(), ts: 1, x: 1 })],
    ['with one member twice', `{"v":1,"t":"ping","id":"${newId()}","ts":1,"ts":2}`],
    ['without an id', JSON.stringify({ v: 1, t: 'sub', topic: 'device', ts: 1 })],
  ]
  for (const [what, frame] of frames)
    it(`closes the stream: ${what}`, async () => {
      const { device } = await anAttestedDevice()
      const stream = await device.stream()
      stream.socket.send(frame)
      expect((await stream.closed).code).toBe(4400)
      expect(stream.frames.at(-1)).toMatchObject({ t: 'bye' })
    })

  it('closes the stream: larger than 64 KiB', async () => {
    const { device } = await anAttestedDevice()
    const stream = await device.stream()
    stream.socket.send('x'.repeat(65_537))
    expect((await stream.closed).code).toBe(1009)
  })
})

describe('A client that sends more than twenty frames in a second', () => {
  it('is closed at the twenty-first', async () => {
    const { device } = await anAttestedDevice({ clock: aClock() })
    const stream = await device.stream()
    for (let count = 0; count < 20; count += 1) stream.send('ping')
    await stream.until(() => stream.frames.filter(({ t }) => t === 'ack').length === 20)
    stream.send('ping')
    expect((await stream.closed).code).toBe(4429)
  })

  it('may go on in the next second', async () => {
    const clock = aClock()
    const { device } = await anAttestedDevice({ clock })
    const stream = await device.stream()
    for (let count = 0; count < 20; count += 1) stream.send('ping')
    await stream.until(() => stream.frames.filter(({ t }) => t === 'ack').length === 20)
    await clock.advance(1000)
    expect((await stream.ask('ping')).t).toBe('ack')
  })
})

describe('An upgrade that is refused', () => {
  it('is answered before it, as a problem, with a nonce as soon as the key is known', async () => {
    const { device } = await anAttestedDevice()
    const authorization = `DPoP ${device.token}`
    const other = aKey()
    const cases: readonly (readonly [string, { readonly [name: string]: string }, string])[] = [
      ['nothing', {}, 'invalid_token'],
      ['no proof', { authorization }, 'invalid_dpop_proof'],
      ['no token', { dpop: await device.dpop() }, 'invalid_token'],
      ['a bearer', { authorization: `Bearer ${device.token}`, dpop: await device.dpop() }, 'invalid_token'],
      ['no nonce', { authorization, dpop: await device.dpop({ nonce: undefined }) }, 'use_dpop_nonce'],
      ['a device nonce', { authorization, dpop: await device.dpop({ nonce: await device.nonce() }) }, 'use_dpop_nonce'],
      ['another method', { authorization, dpop: await device.dpop({ htm: 'POST' }) }, 'invalid_dpop_proof'],
      [
        'another place',
        { authorization, dpop: await device.dpop({ htu: 'http://x/v1/stream' }) },
        'invalid_dpop_proof',
      ],
      ['another token', { authorization, dpop: await device.dpop({ ath: hashOf('x') }) }, 'invalid_dpop_proof'],
      ['an old proof', { authorization, dpop: await device.dpop({ iat: device.now - 400 }) }, 'invalid_dpop_proof'],
      ['a broken token', { authorization: `${authorization}A`, dpop: await device.dpop() }, 'invalid_token'],
    ]
    for (const [what, headers, code] of cases) {
      const refused = await device.open({ headers })
      if (refused instanceof StreamClient) throw new Error(`${what} was let in`)
      expect([what, refused.status, refused.json.code]).toEqual([what, 401, code])
      expect(refused.headers['content-type']).toBe('application/problem+json')
      expect(refused.headers['www-authenticate']).toBe(`DPoP error="${code}"`)
      if ('dpop' in headers) expect(refused.headers['dpop-nonce']).toMatch(/^[\w-]{43}$/)
    }
    device.delegate = other
    const refused = await device.open()
    expect(refused instanceof StreamClient ? 'let in' : refused.json.code).toBe('invalid_token')
  })

  it('takes a proof once', async () => {
    const { device } = await anAttestedDevice()
    const headers = { authorization: `DPoP ${device.token}`, dpop: await device.dpop() }
    expect(await device.open({ headers })).toBeInstanceOf(StreamClient)
    const again = await device.open({ headers })
    expect(again instanceof StreamClient ? 'let in' : again.json.code).toBe('invalid_dpop_proof')
  })

  it('asks for the subprotocol', async () => {
    const { device } = await anAttestedDevice()
    for (const protocols of [[], ['postern.v2']]) {
      const refused = await device.open({ protocols })
      expect(refused instanceof StreamClient ? 'let in' : refused.status).toBe(422)
    }
  })

  it('asks for a whole handshake', async () => {
    const { device } = await anAttestedDevice()
    const good = { 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' }
    for (const spoilt of [{ 'sec-websocket-version': '12' }, { 'sec-websocket-key': 'short' }]) {
      const headers = {
        ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-protocol': 'postern.v1' },
        ...{ authorization: `DPoP ${device.token}`, dpop: await device.dpop() },
        ...good,
        ...spoilt,
      }
      const refused = await device.call('GET', '/v1/stream', { headers })
      expect([refused.status, refused.json.code]).toEqual([422, 'schema_invalid'])
      expect(refused.headers['sec-websocket-version']).toBe('13')
    }
  })

  it('bounds how often a device connects', async () => {
    const { device } = await anAttestedDevice()
    const nonce = await device.nonce(device.delegate.kid, 'dpop')
    let refused: unknown
    for (let count = 0; count < 121; count += 1) {
      const headers = { authorization: `DPoP ${device.token}`, dpop: await device.dpop({ nonce }) }
      const opened = await device.open({ headers })
      refused = opened instanceof StreamClient ? undefined : opened.json.code
      if (opened instanceof StreamClient) opened.socket.terminate()
    }
    expect(refused).toBe('rate_limited')
  })
})

describe('An access token', () => {
  it('is renewed in the stream when the gateway asks for it', async () => {
    const clock = aClock()
    const { device } = await anAttestedDevice({ clock })
    const stream = await device.stream()
    const { exp } = claimsOf(device.token)
    await clock.advance((exp - device.now - 60) * 1000)
    expect((await stream.until(({ t }) => t === 'reauth')).data).toEqual({ expires_in: 60 })
    await device.attest()
    const renewed = await stream.ask('reauth', { data: { access_token: device.token, dpop: await device.dpop() } })
    expect(renewed.t).toBe('ack')
    await clock.advance(120_000)
    expect((await stream.ask('ping')).t).toBe('ack')
  })

  it('ends the stream when it runs out', async () => {
    const clock = aClock()
    const { device } = await anAttestedDevice({ clock })
    const stream = await device.stream()
    await clock.advance((claimsOf(device.token).exp - device.now) * 1000)
    expect((await stream.closed).code).toBe(4401)
    const refused = await device.open()
    expect(refused instanceof StreamClient ? 'let in' : refused.json.code).toBe('invalid_token')
  })

  it('of another device ends the stream', async () => {
    const { gateway, device } = await anAttestedDevice()
    const other = await aDevice(gateway, { email: 'bob@example.com' })
    await other.attest()
    const stream = await device.stream()
    const answer = await stream.ask('reauth', { data: { access_token: other.token, dpop: await other.dpop() } })
    expect(answer).toMatchObject({ t: 'err', data: { code: 'invalid_token' } })
    expect((await stream.closed).code).toBe(4401)
  })
})

describe('A device that is put on hold', () => {
  it('is told so, and its stream ends', async () => {
    const { device } = await anAttestedDevice()
    const stream = await device.stream()
    await stream.ask('sub', { topic: 'device' })
    await device.attest({ prev: hashOf('x'), unknown_head: headCheckOf(device.head) })
    expect((await stream.closed).code).toBe(4403)
    const last = stream.frames.filter(({ t }) => t === 'ev').at(-1)
    expect(deviceEvent.parse(last.data)).toEqual({ kind: 'state', state: 'quarantined' })
    const refused = await device.open()
    expect(refused instanceof StreamClient ? 'let in' : refused.json.code).toBe('device_quarantined')
  })

  it('loses its stream also where it reads no topic', async () => {
    const { device } = await anAttestedDevice()
    const stream = await device.stream()
    await device.attest({ prev: hashOf('x'), unknown_head: headCheckOf(device.head) })
    expect((await stream.closed).code).toBe(4403)
  })
})

describe('A device whose time is over', () => {
  it('is told that it was removed, and its stream ends', async () => {
    const clock = aClock()
    const { gateway, device } = await anAttestedDevice({ clock })
    const stream = await device.stream()
    await stream.ask('sub', { topic: 'device' })
    await gateway.store.transact(async (rows) => {
      const record = await rows.devices.find(device.id)
      if (record !== undefined) await rows.devices.update({ ...record, until: device.now })
    })
    await clock.advance(6000)
    expect((await stream.closed).code).toBe(4403)
    expect(stream.frames.filter(({ t }) => t === 'ev').at(-1)?.data).toEqual({ kind: 'state', state: 'removed' })
  })
})

describe('A peer that no longer answers', () => {
  it('is closed after two pings', async () => {
    const clock = aClock()
    const { device } = await anAttestedDevice({ clock })
    const stream = await device.stream()
    stream.socket.pong = () => {} // ws answers pings by itself
    await stream.until(({ t }) => t === 'hello')
    for (let beat = 0; beat < 2; beat += 1) {
      const pinged = new Promise((resolve) => stream.socket.once('ping', resolve))
      await clock.advance(240_000)
      await pinged
    }
    await clock.advance(240_000)
    expect((await stream.closed).code).toBe(4408)
  })
})

describe('A gateway that stops', () => {
  it('tells every stream to come back later', async () => {
    const { gateway, device } = await anAttestedDevice()
    const stream = await device.stream()
    await stream.ask('sub', { topic: 'device' })
    const stopped = gateway.stop()
    expect(await stream.closed).toMatchObject({ code: 1012 })
    expect(stream.frames.at(-1)).toMatchObject({ t: 'bye', data: { code: 'unavailable', retry_after: 1 } })
    await stopped
  })
})
