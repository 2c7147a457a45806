import { request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Failure } from '#domain/failure.ts'
import { bodyText, buildServer } from '#gateway/http/build-server.ts'
import { createMetrics } from '#gateway/http/metrics.ts'
import { silentLog } from '#runtime/log.ts'

/** The listener alone, with routes of the test's own, over real sockets. */

type Logged = { readonly event: string; readonly fields: { readonly [name: string]: unknown } }
const logged: Logged[] = []
const log = {
  ...silentLog,
  info: (event: string, fields = {}) => void logged.push({ event, fields }),
  error: (event: string, fields = {}) => void logged.push({ event, fields }),
}
const metrics = createMetrics({ acts: () => ({ acts: 0, commits: 0 }) })
const server = buildServer({ tls: undefined, log, metrics })
server.post('/jose', async (call) => ({ body: bodyText(call, 'application/jose') }))
server.post('/eat', async (call) => ({ body: bodyText(call, 'application/eat+jwt') }))
server.post('/json', async (call) => ({ body: bodyText(call, 'application/json') }))
server.get('/refuse', async () => {
  throw new Failure('invalid_signature', { cause: 'unknown_key' })
})
server.get('/break', async () => {
  throw new Error('at /srv/secret.ts')
})
let port = 0

beforeAll(async () => {
  await server.listen({ host: '127.0.0.1', port: 0 })
  port = portOf(server.server.address())
})
afterAll(() => server.close())

function portOf(address: string | AddressInfo | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}

type Answer = { readonly status: number; readonly headers: { readonly [name: string]: unknown }; readonly text: string }

function ask(
  method: string,
  path: string,
  headers: { readonly [name: string]: string } = {},
  body = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      let text = ''
      answer.on('data', (chunk) => {
        text += String(chunk)
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }))
    })
    call.on('error', reject)
    call.end(body)
  })
}

function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let said = ''
    socket.on('data', (chunk) => {
      said += String(chunk)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(said))
  })
}

const codeOf = ({ text }: Answer): unknown => Object(JSON.parse(text)).code

describe('The API listener', () => {
  it.each([
    ['/jose', 'application/jose'],
    ['/eat', 'application/eat+jwt'],
    ['/json', 'application/json'],
    ['/json', 'Application/JSON'],
    ['/json', 'application/json; charset=utf-8'],
  ])('takes at %s a body of %s', async (path, type) => {
    const answer = await ask('POST', path, { 'content-type': type }, 'e30')
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { body: 'e30' }])
  })

  it.each([
    ['/jose', 'application/json'],
    ['/jose', 'application/eat+jwt'],
    ['/eat', 'application/jose'],
    ['/jose', 'application/jose; charset=utf-8'],
    ['/json', 'application/json; charset=latin1'],
    ['/json', 'text/plain'],
    ['/json', 'application/x-www-form-urlencoded'],
    ['/json', 'multipart/form-data; boundary=x'],
    ['/json', 'application/problem+json'],
    ['/json', 'nonsense'],
  ])('refuses at %s a body of %j', async (path, type) => {
    const answer = await ask('POST', path, { 'content-type': type }, 'e30')
    expect([answer.status, codeOf(answer)]).toEqual([415, 'media_type'])
  })

  it('refuses a body of no type, and none at all', async () => {
    expect(codeOf(await ask('POST', '/jose', {}, 'e30'))).toBe('media_type')
    expect(codeOf(await ask('POST', '/jose', { 'content-length': '0' }))).toBe('media_type')
  })

  it.each(['gzip', 'identity', 'br'])('refuses a content encoding: %s', async (encoding) => {
    const headers = { 'content-type': 'application/jose', 'content-encoding': encoding }
    expect(codeOf(await ask('POST', '/jose', headers, 'e30'))).toBe('media_type')
  })

  it('takes 64 KiB and not one byte more', async () => {
    const headers = { 'content-type': 'application/jose' }
    expect((await ask('POST', '/jose', headers, 'a'.repeat(65_536))).status).toBe(200)
    const answer = await ask('POST', '/jose', headers, 'a'.repeat(65_537))
    expect([answer.status, codeOf(answer)]).toEqual([413, 'too_large'])
  })

  it('takes no more in pieces, whose sum nobody announced', async () => {
    const head =
      'POST /jose HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/jose\r\ntransfer-encoding: chunked\r\n\r\n'
    const piece = `4000\r\n${'a'.repeat(0x4000)}\r\n`
    expect(await raw(`${head}${piece.repeat(4)}0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /)
    expect(await raw(`${head}${piece.repeat(4)}1\r\na\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 [\s\S]*too_large/)
  })

  it('takes a URL of 2 KiB and a header of 8 KiB, and not one byte more', async () => {
    expect((await ask('GET', `/${'a'.repeat(2047)}`)).status).toBe(404)
    expect((await ask('GET', `/${'a'.repeat(2048)}`)).status).toBe(413)
    expect((await ask('GET', '/refuse', { 'x-long': 'a'.repeat(8192) })).status).toBe(401)
    expect((await ask('GET', '/refuse', { 'x-long': 'a'.repeat(8193) })).status).toBe(413)
  })

  it.each([
    ['GET', '/nothing'],
    ['DELETE', '/jose'],
    ['HEAD', '/nothing'],
    ['OPTIONS', '/jose'],
    ['GET', '/%zz'],
  ])('has nothing at %s %s, and says so as a problem', async (method, path) => {
    const answer = await ask(method, path, method === 'OPTIONS' ? { origin: 'https://evil.example' } : {})
    expect(answer.status).toBe(404)
    if (method !== 'HEAD') expect(codeOf(answer)).toBe('not_found')
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  })
})

describe('A refusal', () => {
  it('is a problem with the id of the call; only the log holds the precise reason', async () => {
    const answer = await ask('GET', '/refuse', { 'x-request-id': 'mine' })
    expect(answer.headers).toMatchObject({
      'content-type': expect.stringMatching(/^application\/problem\+json(;|$)/),
      'cache-control': 'no-store',
      'www-authenticate': 'Postern error="invalid_signature"',
    })
    expect(answer.text).not.toContain('unknown_key')
    const { instance } = JSON.parse(answer.text)
    expect(instance).toMatch(/^urn:uuid:[0-9a-f-]{36}$/)
    const line = logged.find(({ fields }) => `urn:uuid:${fields['requestId']}` === instance)
    expect(line).toMatchObject({ event: 'http.refused', fields: { code: 'invalid_signature', why: 'unknown_key' } })
  })

  it('for a bug of ours says nothing of it, and the log everything', async () => {
    const answer = await ask('GET', '/break')
    expect([answer.status, codeOf(answer)]).toEqual([500, 'internal'])
    expect(answer.text).not.toContain('secret')
    expect(logged.filter(({ event }) => event === 'http.failed')).toHaveLength(1)
  })

  it('is counted by its code, and answers by their route', async () => {
    const { text } = await metrics.print()
    expect(text).toContain('postern_refusals_total{code="invalid_signature"}')
    expect(text).toMatch(/postern_http_answer_seconds_count\{route="\/jose",status="200"\}/)
  })
})

describe('Who hangs up in the middle of a body', () => {
  it('is no bug of ours', async () => {
    const before = logged.filter(({ event }) => event === 'http.failed').length
    await new Promise<void>((done) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(
          'POST /jose HTTP/1.1\r\nhost: x\r\ncontent-type: application/jose\r\ncontent-length: 100\r\n\r\nabc',
          () => socket.destroy(),
        )
      })
      socket.on('close', () => done())
      socket.on('error', () => undefined)
    })
    for (let turn = 0; turn < 3; turn += 1) await ask('GET', '/refuse')
    expect(logged.filter(({ event }) => event === 'http.failed')).toHaveLength(before)
  })
})

describe('What is no HTTP', () => {
  const lengths = 'POST /jose HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n'
  it.each([
    ['nonsense', 'hello\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a broken header', 'GET / HTTP/1.1\r\nbad header\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['two hosts', 'GET /refuse HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['no host', 'GET /refuse HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['two lengths', `${lengths}content-length: 2\r\n\r\n`, /^HTTP\/1\.1 400 /],
    ['a length and chunks', `${lengths}transfer-encoding: chunked\r\n\r\n`, /^HTTP\/1\.1 400 /],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`,
      /^HTTP\/1\.1 413 [\s\S]*too_large/,
    ],
  ])('is refused and cut off: %s', async (_what, text, answer) => {
    expect(await raw(text)).toMatch(answer)
  })
})
