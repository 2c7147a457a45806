import { describe, expect, it } from 'vitest'
import { problem } from '#test/support/a-gateway.ts'
import { aStream } from '#test/support/a-stream.ts'

async function anOpenStream(snapshotSeq = 10) {
  const stream = aStream()
  stream.live.start()
  await stream.clock.advance(0)
  await stream.hello()
  await stream.snapshot(snapshotSeq)
  await stream.ack()
  return stream
}

describe('a stream that opens', () => {
  it('proves the token in headers, never in the address, and asks for a snapshot of what it wants', async () => {
    const stream = aStream()
    stream.live.start()
    await stream.clock.advance(0)
    expect(stream.last()).toMatchObject({
      url: 'wss://gate.example.com/v1/stream',
      headers: { authorization: 'DPoP t1', dpop: 'p' },
    })
    expect(stream.live.state()).toBe('connecting')
    await stream.hello()
    expect(stream.live.state()).toBe('open')
    expect(stream.sent).toMatchObject([{ t: 'sub', topic: 'device' }])
    await stream.snapshot(10)
    expect(stream.told).toEqual([{ snapshot: 10 }])
  })

  it('asks for nothing that the gateway does not offer', async () => {
    const stream = aStream()
    stream.live.start()
    await stream.clock.advance(0)
    await stream.hello({ topics: ['exceptions'] })
    expect(stream.sent).toEqual([])
  })

  it('takes nothing before hello', async () => {
    const stream = aStream()
    stream.live.start()
    await stream.clock.advance(0)
    await stream.snapshot(3)
    await stream.event(4)
    expect(stream.told).toEqual([])
  })

  it('is given up when no hello comes within 20 seconds', async () => {
    const stream = aStream()
    stream.live.start()
    await stream.clock.advance(19_999)
    expect(stream.last().ended).toBeUndefined()
    await stream.clock.advance(1)
    expect(stream.last().ended).toBe('cut')
    expect(stream.live.state()).toBe('waiting')
  })
})

describe('events', () => {
  it('are taken in order and once', async () => {
    const stream = await anOpenStream()
    for (const seq of [11, 11, 9, 12]) await stream.event(seq)
    expect(stream.told.slice(1)).toEqual([{ n: 11 }, { n: 12 }])
  })

  it('that are missing are asked for once, and what came too early is not taken before them', async () => {
    const stream = await anOpenStream()
    await stream.event(13)
    await stream.event(14)
    expect(stream.sent.filter((frame) => frame.t === 'resume')).toMatchObject([{ data: { after: 10 } }])
    for (const seq of [11, 12, 13, 14]) await stream.event(seq)
    await stream.ack()
    expect(stream.told.slice(1)).toEqual([{ n: 11 }, { n: 12 }, { n: 13 }, { n: 14 }])
    await stream.event(16)
    expect(stream.sent.filter((frame) => frame.t === 'resume')).toHaveLength(2)
  })

  it('are acknowledged at most every five seconds, up to the last one', async () => {
    const stream = await anOpenStream()
    for (const seq of [11, 12, 13]) await stream.event(seq)
    const acks = () => stream.sent.flatMap((frame) => (frame.t === 'ack' ? [frame.seq] : []))
    expect(acks()).toEqual([10])
    await stream.clock.advance(5000)
    expect(acks()).toEqual([10, 13])
    await stream.clock.advance(60_000)
    expect(acks()).toEqual([10, 13])
  })

  it('whose handling breaks do not stop the ones after', async () => {
    const seen: unknown[] = []
    const stream = aStream({
      async onEvent(_topic, data) {
        seen.push(data)
        if (seen.length === 1) throw new Error('broken')
      },
    })
    stream.live.start()
    await stream.clock.advance(0)
    await stream.hello()
    await stream.snapshot(1)
    await stream.event(2)
    await stream.event(3)
    expect(seen).toEqual([{ n: 2 }, { n: 3 }])
  })

  it('of a topic nobody asked for, of an unknown kind of frame, and unknown members are passed over', async () => {
    const stream = await anOpenStream()
    stream.say({ t: 'ev', topic: 'admin.devices', seq: 1, data: {} })
    stream.say({ t: 'weather', data: {} })
    stream.say({ t: 'ev', topic: 'device', seq: 11, data: { n: 11 }, more: true })
    await stream.clock.advance(0)
    expect(stream.told.slice(1)).toEqual([{ n: 11 }])
    expect(stream.live.state()).toBe('open')
  })
})

describe('after a loss', () => {
  it('the stream goes on where it was', async () => {
    const stream = await anOpenStream()
    await stream.event(11)
    await stream.close(1006)
    await stream.clock.advance(1000)
    await stream.hello()
    expect(stream.sent.at(-1)).toMatchObject({ t: 'resume', data: { after: 11 } })
    await stream.event(12)
    expect(stream.told.at(-1)).toEqual({ n: 12 })
  })

  it('a gateway that cannot go on says so and sends a snapshot, whatever its number', async () => {
    const stream = await anOpenStream()
    stream.say({ t: 'reset', topic: 'device', data: { reason: 'restore' } })
    await stream.snapshot(3)
    await stream.event(4)
    expect(stream.told.slice(1)).toEqual([{ snapshot: 3 }, { n: 4 }])
  })

  it('waits double from one second to one minute, after ten failures to 15 minutes', async () => {
    const stream = aStream()
    stream.live.start()
    await stream.clock.advance(0)
    const waits: number[] = []
    for (let failure = 0; failure < 12; failure += 1) {
      await stream.close(1006)
      waits.push((stream.clock.nextAt() ?? 0) - stream.clock.nowMs())
      await stream.clock.advance(waits.at(-1) ?? 0)
    }
    const bounds = [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 900, 900].map((seconds) => Math.floor(seconds * 1000 * 0.999))
    expect(waits).toEqual(bounds)
    expect(stream.unreachable).toHaveLength(12)
  })

  it('a stream that opens and closes at once does not begin with short waits again', async () => {
    const stream = aStream()
    stream.live.start()
    await stream.clock.advance(0)
    for (let failure = 0; failure < 5; failure += 1) {
      await stream.hello()
      await stream.close(1006)
      const wait = (stream.clock.nextAt() ?? 0) - stream.clock.nowMs()
      expect(wait).toBe(Math.floor(1000 * 2 ** failure * 0.999))
      await stream.clock.advance(wait)
    }
    await stream.hello()
    await stream.clock.advance(30_000)
    await stream.close(1006)
    expect((stream.clock.nextAt() ?? 0) - stream.clock.nowMs()).toBe(999)
  })

  it.each([4409, 4429, 4400])('by code %i it stays away for a minute, whoever hurries it', async (code) => {
    const stream = await anOpenStream()
    await stream.close(code)
    stream.live.hurry()
    await stream.clock.advance(59_999)
    expect(stream.opened).toHaveLength(1)
    await stream.clock.advance(2000)
    expect(stream.opened).toHaveLength(2)
  })

  it('by code 4401 it needs a token, and comes back with it at once', async () => {
    const stream = await anOpenStream()
    await stream.close(4401)
    expect(stream.token.needed).toBe(1)
    stream.live.hurry()
    await stream.clock.advance(0)
    expect(stream.opened).toHaveLength(2)
  })

  it('a goodbye that names a time is kept to', async () => {
    const stream = await anOpenStream()
    stream.say({ t: 'bye', data: { code: 'unavailable', detail: '', retry_after: 30 } })
    await stream.close(1012)
    await stream.clock.advance(29_999)
    expect(stream.opened).toHaveLength(1)
    await stream.clock.advance(1001)
    expect(stream.opened).toHaveLength(2)
  })

  it('two missed pings are a loss; any sign of life is none', async () => {
    const stream = await anOpenStream()
    await stream.clock.advance(400_000)
    stream.last().listener.onPing()
    await stream.clock.advance(480_000)
    expect(stream.live.state()).toBe('open')
    await stream.clock.advance(5001)
    expect(stream.last().ended).toBe('cut')
    expect(stream.live.state()).toBe('waiting')
  })
})

describe('a refusal before the upgrade', () => {
  const refusal = (status: number, code: string, more: object = {}) => {
    const { body } = problem(status, code, more)
    return { status, body: JSON.stringify(body) }
  }

  it('for its nonce is answered at once with a new proof, and only once', async () => {
    const stream = aStream()
    stream.live.start()
    await stream.clock.advance(0)
    await stream.refuse(refusal(401, 'use_dpop_nonce'))
    expect(stream.opened).toHaveLength(2)
    await stream.refuse(refusal(401, 'use_dpop_nonce'))
    expect(stream.opened).toHaveLength(2)
    expect(stream.live.state()).toBe('waiting')
  })

  it('for its token asks for another one', async () => {
    const stream = aStream()
    stream.live.start()
    await stream.clock.advance(0)
    await stream.refuse(refusal(401, 'invalid_token'))
    expect(stream.token.needed).toBe(1)
  })

  it('that names a time is kept to', async () => {
    const stream = aStream()
    stream.live.start()
    await stream.clock.advance(0)
    await stream.refuse(refusal(503, 'unavailable', { retry_after: 120 }))
    await stream.clock.advance(119_999)
    expect(stream.opened).toHaveLength(1)
  })
})

describe('the token of a stream', () => {
  it('is renewed a minute before it ends, by one that lives longer', async () => {
    const stream = aStream()
    stream.live.start()
    await stream.clock.advance(0)
    await stream.hello({ heartbeat_s: 3600 })
    const { exp } = stream.token
    stream.token.exp = exp + 900
    const renewals = () => stream.sent.filter((frame) => frame.t === 'reauth')
    await stream.clock.advance((2100 - 60) * 1000 - 1)
    expect(renewals()).toEqual([])
    await stream.clock.advance(1)
    expect(renewals()).toMatchObject([{ data: { access_token: 't2', dpop: 'p' } }])
    stream.say({ t: 'ack', id: renewals()[0]?.id })
    await stream.clock.advance(899_000)
    expect(renewals()).toHaveLength(1)
  })

  it('is renewed when the gateway asks, and the answer is waited for', async () => {
    const stream = await anOpenStream()
    stream.token.exp += 900
    stream.say({ t: 'reauth', data: { expires_in: 60 } })
    stream.say({ t: 'reauth', data: { expires_in: 60 } })
    await stream.clock.advance(0)
    expect(stream.sent.filter((frame) => frame.t === 'reauth')).toHaveLength(1)
  })

  it('without a longer one somebody must attest, and the next token is used', async () => {
    const stream = await anOpenStream()
    await stream.clock.advance(400_000)
    stream.last().listener.onPing()
    stream.token.exp = Math.floor(stream.clock.nowMs() / 1000) + 30
    await stream.close(1006)
    await stream.clock.advance(999)
    await stream.hello({ token_exp: stream.token.exp })
    await stream.clock.advance(0)
    expect(stream.token.needed).toBe(1)
    stream.token.exp += 2000
    stream.live.hurry()
    await stream.clock.advance(0)
    expect(stream.sent.at(-1)).toMatchObject({ t: 'reauth' })
  })
})

describe('what is not a frame', () => {
  it.each([
    ['no JSON', (stream: Awaited<ReturnType<typeof anOpenStream>>) => stream.last().listener.onText('{')],
    [
      'a key twice',
      (stream: Awaited<ReturnType<typeof anOpenStream>>) => stream.last().listener.onText('{"v":1,"v":1}'),
    ],
    ['bytes', (stream: Awaited<ReturnType<typeof anOpenStream>>) => stream.last().listener.onBinary()],
  ])('%s ends the stream, and it comes back later', async (_name, say) => {
    const stream = await anOpenStream()
    say(stream)
    expect(stream.last().ended).toBe('closed')
    await stream.clock.advance(59_000)
    expect(stream.opened).toHaveLength(1)
    await stream.clock.advance(2000)
    expect(stream.opened).toHaveLength(2)
  })

  it('a ping is answered', async () => {
    const stream = await anOpenStream()
    stream.say({ t: 'ping', id: 'm0b1P3dQxWv9ZkJ4sT7uYg' })
    expect(stream.sent.at(-1)).toMatchObject({ t: 'ack', id: 'm0b1P3dQxWv9ZkJ4sT7uYg' })
  })
})

describe('a stream that is stopped', () => {
  it('closes, leaves no timer, and takes nothing any more', async () => {
    const stream = await anOpenStream()
    stream.live.stop()
    expect(stream.last().ended).toBe('closed')
    expect(stream.live.state()).toBe('off')
    await stream.event(11)
    await stream.close(1000)
    expect(stream.told).toHaveLength(1)
    expect(stream.clock.waiting()).toBe(0)
  })
})
