import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { problem } from '#contract/problem.ts'
import { failureStatus, isWireCode } from '#gateway/http/failure-status.ts'
import { type Answer, aDevice, aKey, call, DeviceClient, hashOf } from '#test/support/a-device.ts'
import { aRunningGateway } from '#test/support/a-running-gateway.ts'
import { exchange } from '#test/support/exchange.ts'

const json = { 'content-type': 'application/json' }
const jose = { 'content-type': 'application/jose' }
const eat = { 'content-type': 'application/eat+jwt' }
const asksNonce = () => JSON.stringify({ kid: aKey().kid, use: 'device' })

/** Every refusal has this shape, whatever was refused. */
function expectProblem(answer: Answer, code: string): void {
  expect(answer.json?.code, answer.text).toBe(code)
  const body = problem.parse(answer.json)
  expect(isWireCode(code) && failureStatus[code]).toBe(answer.status)
  expect(body).toMatchObject({ type: `https://postern.dev/problems/${code}`, status: answer.status })
  expect(body.title.length).toBeGreaterThan(3)
  expect(body.detail).not.toMatch(/[{}]|undefined/)
  expect(body.instance).toMatch(/^urn:uuid:[0-9a-f-]{36}$/)
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(answer.headers['cache-control']).toBe('no-store')
  if (answer.status === 401) expect(answer.headers['www-authenticate']).toBe(`Postern error="${code}"`)
  else expect(answer.headers['www-authenticate']).toBeUndefined()
  expect(answer.headers['retry-after']).toBe(body.retry_after === undefined ? undefined : String(body.retry_after))
  expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  expect(answer.headers['set-cookie']).toBeUndefined()
}

describe('Each refusal', () => {
  it('is a problem, and carries the next nonce as soon as the header could be read', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    await device.attest()
    const stranger = new DeviceClient(gateway)
    stranger.id = device.id
    stranger.config = device.config
    stranger.sueid = device.sueid
    const { now } = device
    const cases: readonly (readonly [string, boolean, () => Promise<Answer>])[] = [
      ['use_nonce', true, () => device.attest({ eat_nonce: hashOf('old') })],
      ['clock_skew', true, () => device.attest({ iat: now - 400 })],
      ['clock_skew', true, () => device.attest({ exp: now + 1000 })],
      ['invalid_signature', true, () => stranger.attest()],
      ['invalid_signature', false, () => device.send('a.b')],
      ['media_type', false, async () => device.call('POST', '/v1/attestations', { headers: jose, body: 'x' })],
      ['replayed', true, () => device.attest({ seq: 1 })],
      ['chain_fork', true, () => device.attest({ prev: hashOf('x') })],
      ['profile_unsupported', true, () => device.attest({ eat_profile: 'tag:example.com,2026:x:2' })],
      ['agent_outdated', true, () => device.attest({ swversion: ['0.0.1', 16384] })],
      ['schema_invalid', true, () => device.attest({ extra: 1 })],
      ['device_quarantined', true, () => device.attest({ unknown_head: hashOf('x') })],
      ['device_quarantined', true, () => device.attest()],
      ['enrollment_refused', true, () => new DeviceClient(gateway).enroll('A'.repeat(43))],
      ['not_found', false, () => device.call('GET', '/v1/nothing')],
      ['not_found', false, () => device.call('GET', '/v1/stream')],
      ['schema_invalid', false, () => device.call('POST', '/v1/nonce', { headers: json, body: '{}' })],
    ]
    for (const [code, hasNonce, act] of cases) {
      const answer = await act()
      expectProblem(answer, code)
      expect([code, answer.headers['attestation-nonce'] !== undefined]).toEqual([code, hasNonce])
    }
  })

  it('names what was wrong in a message, and no value of it', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    const answer = await device.attest({ intuse: 'something secret' })
    expect(answer.json.errors[0].pointer).toBe('/intuse')
    expect(answer.text).not.toContain('something secret')
    expect((await device.attest({ eat_profile: 'x' })).json.profiles).toEqual(['tag:postern.dev,2026:posture-eat:1'])
  })

  it('of exceptions of a later version is not_supported, after all the checks of a message', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    const post = async (path: string, typ: string, claims: object) =>
      device.call('POST', path, { headers: jose, body: await device.message(typ, { ...claims }) })
    const ask = {
      draft_id: 'AAAAAAAAAAAAAAAAAAAAAA',
      mode: 'normal',
      checks: ['firewall'],
      resources: ['wiki'],
      duration_s: 3600,
      category: 'debugging',
      reason: 'A reason that is long enough for anybody.',
    }
    const members = {
      ask,
      presence: { method: 'click', at: device.now },
      evidence: { seq: 1, hash: hashOf('x') },
    }
    const later = { ...members, ask: { ...ask, mode: 'break_glass', incident: 'INC-1' } }
    expectProblem(await post('/v1/exceptions', 'exception-request+jwt', later), 'not_supported')
    expectProblem(await post('/v1/exceptions', 'exception-request+jwt', { ...members, x: 1 }), 'schema_invalid')
    expectProblem(await post('/v1/exceptions', 'exception-preview+jwt', members), 'invalid_signature')
    expectProblem(await post('/v1/exceptions/previews', 'exception-request+jwt', members), 'invalid_signature')
  })

  it('for too many calls says how long to wait, and counts each address for itself', async () => {
    const gateway = await aRunningGateway({ limits: { noncesPerMinute: 3, enrollmentsPerHour: 2 } })
    const ask = (localAddress: string, headers = {}) =>
      call('POST', `${gateway.api}/v1/nonce`, { headers: { ...json, ...headers }, body: asksNonce(), localAddress })
    const statuses: number[] = []
    for (let count = 0; count < 4; count += 1) statuses.push((await ask('127.0.0.1')).status)
    expect(statuses).toEqual([200, 200, 200, 429])
    expectProblem(await ask('127.0.0.1'), 'rate_limited')
    expect((await ask('127.0.0.2')).status).toBe(200)
    // A header from anybody is nothing; from the front proxy of the settings it is the address.
    expect((await ask('127.0.0.1', { 'x-forwarded-for': '192.0.2.1' })).status).toBe(429)
    for (let count = 0; count < 5; count += 1)
      expect((await ask('127.9.9.9', { 'x-forwarded-for': `192.0.2.7, 192.0.2.${count}` })).status).toBe(200)
  })
})

describe('A body', () => {
  it('is refused above 64 KiB, announced or not, and read at 64 KiB', async () => {
    const gateway = await aRunningGateway()
    const send = (bytes: number, headers: { readonly [name: string]: string } = eat) =>
      call('POST', `${gateway.api}/v1/attestations`, { headers, body: 'a'.repeat(bytes) })
    expectProblem(await send(65_537), 'too_large')
    expectProblem(await send(65_536), 'invalid_signature')
    const chunk = `${(40_000).toString(16)}\r\n${'a'.repeat(40_000)}\r\n`
    const chunked = `POST /v1/attestations HTTP/1.1\r\nHost: x\r\nContent-Type: application/eat+jwt\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`
    expect(await exchange(gateway.api, chunked)).toMatch(/^HTTP\/1.1 413 /)
  })

  it('is taken in its own media type and encoding alone', async () => {
    const gateway = await aRunningGateway()
    const send = (headers: { readonly [name: string]: string }, body = asksNonce()) =>
      call('POST', `${gateway.api}/v1/nonce`, { headers, body })
    for (const type of ['text/plain', 'application/jose', 'application/json; x=1', 'application/x', ''])
      expectProblem(await send({ 'content-type': type }), 'media_type')
    expectProblem(await send({}), 'media_type')
    expectProblem(await send({ ...json, 'content-encoding': 'gzip' }), 'media_type')
    expectProblem(await send({ ...json, 'content-encoding': 'identity' }), 'media_type')
    expect((await send({ 'content-type': 'Application/JSON; charset=UTF-8' })).status).toBe(200)
    for (const body of [
      '',
      '{',
      '[]',
      'null',
      '{"kid":1}',
      `{"kid":"${'A'.repeat(43)}","use":"device","__proto__":{}}`,
    ])
      expectProblem(await send(json, body), 'schema_invalid')
  })

  it('of JSON is UTF-8: other bytes are never read as something that nobody sent', async () => {
    const gateway = await aRunningGateway()
    const head = `POST /v1/nonce HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n`
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
      const body = Buffer.concat([Buffer.from('{"kid":"'), Buffer.from(bytes), Buffer.from('","use":"device"}')])
      const question = Buffer.concat([Buffer.from(`${head}Content-Length: ${body.length}\r\n\r\n`), body])
      expect(await exchange(gateway.api, question)).toMatch(/^HTTP\/1.1 422 [\s\S]*"detail":"is not UTF-8"/)
    }
  })
})

describe('Odd HTTP', () => {
  it('is answered by what it asks for, and never hangs', async () => {
    const gateway = await aRunningGateway()
    const path = '/.well-known/postern/configuration'
    const close = 'Connection: close\r\n'
    const cases: readonly (readonly [string, string, RegExp])[] = [
      ['two Host headers', `GET ${path} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`, /^HTTP\/1.1 400 /],
      ['no Host header', `GET ${path} HTTP/1.1\r\n\r\n`, /^HTTP\/1.1 400 /],
      ['an absolute target', `GET http://other${path} HTTP/1.1\r\nHost: x\r\n${close}\r\n`, /^HTTP\/1.1 200 /],
      ['an absolute target without path', `GET http://other HTTP/1.1\r\nHost: x\r\n${close}\r\n`, /^HTTP\/1.1 404 /],
      ['an asterisk', `OPTIONS * HTTP/1.1\r\nHost: x\r\n${close}\r\n`, /^HTTP\/1.1 404 /],
      ['a tunnel', `CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n`, /^$/],
      ['HEAD', `HEAD ${path} HTTP/1.1\r\nHost: x\r\n${close}\r\n`, /^HTTP\/1.1 200 [\s\S]*\r\n\r\n$/],
      ['an odd expectation', `GET ${path} HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n${close}\r\n`, /^HTTP\/1.1 200 /],
      [
        'a half handshake',
        `GET /v1/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
        /^HTTP\/1.1 401 [\s\S]*invalid_token/,
      ],
      [
        'a handshake by POST',
        `POST /v1/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n`,
        /^HTTP\/1.1 404 /,
      ],
      ['OPTIONS', `OPTIONS ${path} HTTP/1.1\r\nHost: x\r\nOrigin: http://a\r\n${close}\r\n`, /^HTTP\/1.1 404 /],
      ['TRACE', `TRACE ${path} HTTP/1.1\r\nHost: x\r\n${close}\r\n`, /^HTTP\/1.1 404 /],
      ['an unknown method', `BREW ${path} HTTP/1.1\r\nHost: x\r\n\r\n`, /^HTTP\/1.1 400 /],
      [
        'an offer of HTTP/2',
        `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n`,
        /^HTTP\/1.1 200 /,
      ],
      ['HTTP/2 at once', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /^HTTP\/1.1 400 /],
      [
        'two lengths',
        `POST /v1/nonce HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}`,
        /^HTTP\/1.1 400 /,
      ],
      [
        'a length and chunks',
        `POST /v1/nonce HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
        /^HTTP\/1.1 400 /,
      ],
      ['a folded header', `GET ${path} HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n`, /^HTTP\/1.1 400 /],
      ['a bare line feed', `GET ${path} HTTP/1.1\nHost: x\n\n`, /^HTTP\/1.1 400 /],
      ['a space before the colon', `GET ${path} HTTP/1.1\r\nHost : x\r\n\r\n`, /^HTTP\/1.1 400 /],
      [
        'headers of 16 KiB and more',
        `GET ${path} HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(4000)}\r\n`,
        /^HTTP\/1.1 413 [\s\S]*too_large/,
      ],
      [
        'a header value above 8 KiB',
        `GET ${path} HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(8193)}\r\n${close}\r\n`,
        /^HTTP\/1.1 413 [\s\S]*too_large/,
      ],
      [
        'a header value of 8 KiB',
        `GET ${path} HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(8192)}\r\n${close}\r\n`,
        /^HTTP\/1.1 200 /,
      ],
      [
        'a target above 2 KiB',
        `GET ${path}?${'y'.repeat(2048)} HTTP/1.1\r\nHost: x\r\n${close}\r\n`,
        /^HTTP\/1.1 413 /,
      ],
      ['a bad escape', `GET /%zz HTTP/1.1\r\nHost: x\r\n${close}\r\n`, /^HTTP\/1.1 404 /],
      ['dots', `GET /v1/../.well-known/postern/configuration HTTP/1.1\r\nHost: x\r\n${close}\r\n`, /^HTTP\/1.1 404 /],
      ['a slash at the end', `GET ${path}/ HTTP/1.1\r\nHost: x\r\n${close}\r\n`, /^HTTP\/1.1 404 /],
    ]
    for (const [what, text, answer] of cases) expect(await exchange(gateway.api, text), what).toMatch(answer)
  })

  it('may ask twice before it is answered once', async () => {
    const gateway = await aRunningGateway()
    const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
    const text = await exchange(
      gateway.api,
      `${get('/.well-known/postern/configuration')}${get('/no')}${get('/.well-known/postern/jwks.json', 'Connection: close\r\n')}`,
    )
    expect(text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200'])
  })
})

describe('A sender that is slow', () => {
  /** Sends a byte now and then until it is cut off. Answers what it was told. */
  function drip(url: string, text: string): Promise<{ readonly told: string; readonly ms: number }> {
    const { hostname, port } = new URL(url)
    const since = Date.now()
    return new Promise((resolve) => {
      let told = ''
      const socket = connect(Number(port), hostname, () => socket.write(text))
      const timer = setInterval(() => socket.write('a'), 200)
      socket.on('data', (data) => {
        told += data.toString('latin1')
      })
      socket.on('error', () => undefined)
      socket.on('close', () => {
        clearInterval(timer)
        resolve({ told, ms: Date.now() - since })
      })
    })
  }

  it('is cut off after ten seconds and a little, by both listeners', async () => {
    const gateway = await aRunningGateway()
    const head = 'POST /v1/nonce HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
    const slow = await Promise.all([
      drip(gateway.api, `${head}X: `),
      drip(gateway.api, `${head}Content-Length: 5000\r\n\r\n`),
      drip(gateway.check, `${head}X: `),
    ])
    for (const { ms } of slow) expect(ms).toBeLessThan(13_000)
    expect(slow.map(({ told }) => told.slice(0, 12))).toEqual(['HTTP/1.1 408', 'HTTP/1.1 408', 'HTTP/1.1 403'])
  })
})
