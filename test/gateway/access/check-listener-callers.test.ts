import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCheckListener } from '#gateway/access/check-listener.ts'
import type { Decided } from '#gateway/access/decide-for-device.ts'
import { rangesOf } from '#gateway/http/client-address.ts'
import { hash } from '#runtime/digest.ts'
import { silentLog } from '#runtime/log.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aResource } from '#test/support/a-judged-device.ts'

/** The listener alone, with a desk of the test's own. */

const secret = 'a-secret-of-thirty-two-characters'
const errors: string[] = []
let decide: () => Promise<Decided> = async () => ({ access: 'allow', checks: [], grants: [], recheckAt: 0 })

const caller = { from: rangesOf(['127.0.0.0/8']), secretHash: hash(secret), origins: undefined }
const server = createCheckListener({
  callers: [
    { ...caller, id: 'app', adapter: 'authzen' },
    { ...caller, id: 'edge', adapter: 'nginx' },
    { ...caller, id: 'far', adapter: 'authzen', from: rangesOf(['10.0.0.0/8']) },
  ],
  checkUrl: 'https://check.example.com',
  tls: undefined,
  clock: aClock(),
  log: { ...silentLog, error: (event) => void errors.push(event) },
  resources: [aResource()],
  newDecisionId: () => 'decision',
  onDecided: () => {},
  desk: { deviceOf: async () => 'laptop', decide: () => decide() },
})
let port = 0

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  port = addressOf(server.address()).port
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
})

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (typeof address === 'object' && address !== null) return address
  throw new Error('not listening')
}

type Answer = { readonly status: number; readonly headers: { readonly [name: string]: unknown }; readonly body: string }
type Headers = { readonly [name: string]: string | string[] }

const auth = { 'x-postern-proxy-auth': `app:${secret}` }
const json = { 'content-type': 'application/json' }
const question = {
  subject: { type: 'user', id: 'ada@example.com' },
  action: { name: 'access' },
  resource: { type: 'resource', id: 'wiki' },
}

function ask(
  path: string,
  { method = 'POST', headers = { ...auth, ...json }, body = JSON.stringify(question) }: Call = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      const chunks: string[] = []
      answer.on('data', (chunk) => chunks.push(String(chunk)))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: chunks.join('') }),
      )
    })
    call.on('error', reject)
    call.end(method === 'GET' ? undefined : body)
  })
}
type Call = { readonly method?: string; readonly headers?: Headers; readonly body?: string | Uint8Array }

const one = '/access/v1/evaluation'
const many = '/access/v1/evaluations'

describe('A registered caller', () => {
  it('is answered, and nothing is kept on the way', async () => {
    const answer = await ask(one)
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' })
    expect(JSON.parse(answer.body)).toEqual({ decision: true, context: { decision_id: 'decision', ttl: 0 } })
  })

  it('may ask many at once, with a query and a character set', async () => {
    const body = JSON.stringify({ ...question, evaluations: [{}, {}] })
    const headers = { ...auth, 'content-type': 'application/json; charset=utf-8' }
    const answer = await ask(`${many}?x=1`, { headers, body })
    expect(JSON.parse(answer.body).evaluations).toHaveLength(2)
  })

  it('gets the id of its request back, if it is one', async () => {
    const headers = { ...auth, ...json }
    const echoed = async (id: string | string[]) =>
      (await ask(one, { headers: { ...headers, 'x-request-id': id } })).headers['x-request-id']
    expect(await echoed('abc-1')).toBe('abc-1')
    for (const id of ['a b', 'x'.repeat(129), ['a', 'b']]) expect(await echoed(id)).toBeUndefined()
  })

  it.each<[string, string | Uint8Array]>([
    ['no JSON', '{'],
    ['nothing', ''],
    ['a member twice', '{"subject":1,"subject":2}'],
    ['bytes that are no UTF-8', Buffer.from('{"subject":{"type":"user","id":"\xff"}}', 'latin1')],
    ['no question', '{}'],
    ['a list', '[]'],
    ['nesting without end', '['.repeat(5000)],
    ['more than 64 KiB', JSON.stringify({ subject: 'x'.repeat(70_000) })],
    ['two megabytes', 'x'.repeat(2_000_000)],
  ])('is told with 400 what is wrong with %s', async (_what, body) => {
    const answer = await ask(one, { body })
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.body)).toEqual({ error: 'invalid_request', error_description: expect.any(String) })
  })

  it.each(['text/plain', 'application/jsonx', 'application/jose', ''])('is told the type: not %j', async (type) => {
    const answer = await ask(one, { headers: { ...auth, 'content-type': type } })
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.body).error_description).toBe('the content type must be application/json')
  })

  it('may say numbers as JSON has them, and properties some levels deep', async () => {
    const deep: unknown = JSON.parse(`${'['.repeat(13)}1.5${']'.repeat(13)}`)
    const body = JSON.stringify({ ...question, context: { deep } })
    expect((await ask(one, { body })).status).toBe(200)
  })

  it('is refused where nothing could be decided, and the log says why', async () => {
    decide = () => Promise.reject(new Error('the database is gone'))
    const answer = await ask(one)
    decide = async () => ({ access: 'allow', checks: [], grants: [], recheckAt: 0 })
    expect(JSON.parse(answer.body)).toEqual({ decision: false, context: { reason: 'unavailable' } })
    expect(errors).toEqual(['check.failed'])
    expect(answer.body).not.toContain('database')
  })
})

describe('Whoever else asks', () => {
  it.each<[string, Headers]>([
    ['without credentials', json],
    ['with a wrong secret', { ...json, 'x-postern-proxy-auth': 'app:wrong' }],
    ['from outside its range', { ...json, 'x-postern-proxy-auth': `far:${secret}` }],
    ['with two credentials', { ...json, 'x-postern-proxy-auth': [`app:${secret}`, `app:${secret}`] }],
    ['with them where a browser would put them', { ...json, authorization: `Bearer ${secret}` }],
  ])('is refused before anything is read: %s', async (_what, headers) => {
    const answer = await ask(one, { headers, body: 'no JSON' })
    expect([answer.status, answer.headers['x-postern-deny'], answer.body]).toEqual([403, 'proxy_unauthenticated', ''])
  })

  it.each([
    ['another path', '/', 'POST'],
    ['a path behind', `${one}/`, 'POST'],
    ['another method', one, 'PUT'],
    ['a read', one, 'GET'],
  ])('finds nothing at %s', async (_what, path, method) => {
    const answer = await ask(path, { method })
    expect([answer.status, answer.headers['x-postern-deny']]).toEqual([403, 'bad_target'])
  })

  it('finds nothing here with the credentials of a proxy', async () => {
    const headers = { ...json, 'x-postern-proxy-auth': `edge:${secret}` }
    expect((await ask(one, { headers })).headers['x-postern-deny']).toBe('bad_target')
  })
})

describe('The metadata', () => {
  it('is for everybody, and names where callers find the listener', async () => {
    const answer = await ask('/.well-known/authzen-configuration', { method: 'GET', headers: {} })
    expect(JSON.parse(answer.body)).toEqual({
      policy_decision_point: 'https://check.example.com',
      access_evaluation_endpoint: 'https://check.example.com/access/v1/evaluation',
      access_evaluations_endpoint: 'https://check.example.com/access/v1/evaluations',
    })
  })
})
