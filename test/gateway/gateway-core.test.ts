import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createLog } from '#runtime/log.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aDevice, call, DeviceClient, hashOf } from '#test/support/a-device.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { ada, aRunningGateway, bob, callerAuth, type RunningGateway } from '#test/support/a-running-gateway.ts'
import { exchange } from '#test/support/exchange.ts'

const run = promisify(execFile)

/** A private CA and a certificate for localhost, made for this test alone. */
async function aPrivateCa() {
  const folder = await aFolder()
  const at = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder })
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  await openssl('req', '-x509', ...ec, '-subj', '/CN=Test CA', '-keyout', 'ca.key', '-out', 'ca.pem')
  await openssl(
    ...['req', '-x509', ...ec, '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
    ...['-addext', 'basicConstraints=critical,CA:FALSE', '-CA', 'ca.pem', '-CAkey', 'ca.key'],
    ...['-keyout', 'tls.key', '-out', 'tls.pem'],
  )
  return { ca: await readFile(at('ca.pem'), 'utf8'), tls: { certificate: at('tls.pem'), key: at('tls.key') } }
}

const question = JSON.stringify({
  subject: { type: 'user', id: 'ada@example.com' },
  action: { name: 'GET' },
  resource: { type: 'resource', id: 'wiki' },
})
const asCaller = { 'content-type': 'application/json', 'x-postern-proxy-auth': callerAuth.any }

async function typesOf(gateway: RunningGateway): Promise<readonly string[]> {
  return (await gateway.store.read((rows) => rows.audit.after(0, 500))).map(({ type }) => type)
}

describe('A gateway with a certificate', () => {
  it('serves enrolment, reports, the stream and AuthZEN by TLS alone', async () => {
    const { ca, tls } = await aPrivateCa()
    const gateway = await aRunningGateway({ tls })
    const device = await aDevice(gateway, { ca })
    expect((await device.attest()).status).toBe(200)
    const stream = await device.stream()
    expect((await stream.ask('sub', { topic: 'device' })).t).toBe('ack')
    const evaluation = `${gateway.check}/access/v1/evaluation`
    const decided = await call('POST', evaluation, { headers: asCaller, body: question, ca })
    expect(decided.json.decision).toBe(true)
    await expect(call('GET', `${gateway.api}/.well-known/postern/jwks.json`)).rejects.toThrow(/certificate|issuer/)
    const plain = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
    for (const url of [gateway.api, gateway.check]) expect(await exchange(url, plain)).not.toMatch(/ 200 |postern/)
  })

  it('does not start without a file that it can read', async () => {
    const tls = { certificate: '/nonexistent/tls.pem', key: '/nonexistent/tls.key' }
    await expect(aRunningGateway({ tls })).rejects.toMatchObject({ code: 'settings_invalid' })
  })
})

describe('The figures', () => {
  it('are for this machine alone, and name nobody', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    await device.attest()
    await device.attest({ prev: hashOf('x') })
    const figures = await call('GET', `${gateway.api}/metrics`)
    expect(figures.text).toContain('postern_refusals_total{code="chain_fork"} 1')
    expect(figures.text).toMatch(/postern_http_answer_seconds_count\{route="\/v1\/attestations",status="200"\} 1/)
    expect(figures.text).not.toContain(device.id)
    for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'])
      expect((await call('GET', `${gateway.api}/metrics`, { headers: { [name]: '192.0.2.1' } })).status).toBe(404)
  })
})

describe('The log of a whole session at level debug', () => {
  it('holds no token, message, nonce, secret, or name of a person', async () => {
    const lines: string[] = []
    const log = createLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } })
    const gateway = await aRunningGateway({ log })
    const code = await gateway.token()
    const device = new DeviceClient(gateway)
    const nonces = [await device.nonce()]
    const enrollment = await device.enrollJws(code)
    const headers = { 'content-type': 'application/jose', authorization: `Bearer ${code}` }
    await device.call('POST', '/v1/enrollments', {
      headers: { ...headers, authorization: 'Bearer x' },
      body: enrollment,
    })
    await device.enroll(code)
    const report = await device.attestationJws()
    device.accept(report, await device.send(report))
    const proof = await device.dpop()
    nonces.push(await device.nonce(device.delegate.kid, 'dpop'))
    const stream = await device.stream()
    await stream.ask('sub', { topic: 'device' })
    await stream.ask('reauth', { data: { access_token: device.token, dpop: proof } })
    const bad = await device.attestationJws({ intuse: 'hostile\nline' })
    await device.send(bad)
    await device.send(`${report}x`)
    await device.open({ headers: { authorization: `DPoP ${device.token}x`, dpop: await device.dpop() } })
    await call('POST', `${gateway.check}/access/v1/evaluation`, { headers: asCaller, body: question })
    await call('POST', `${gateway.check}/access/v1/evaluation`, { headers: asCaller, body: `{"${code}"` })
    await device.attest({ unknown_head: hashOf('x') })
    await gateway.writePolicy('broken.yaml', 'kind: [')
    await expect.poll(() => typesOf(gateway)).toContain('policy-load-failed')
    await gateway.stop()
    expect(lines.length).toBeGreaterThan(5)
    const text = lines.join('')
    const keys = await Promise.all(
      (await readdir(gateway.settings.data.keys)).map((name) =>
        readFile(join(gateway.settings.data.keys, name), 'utf8'),
      ),
    )
    const secrets = [
      code,
      ...[enrollment, report, bad, proof, device.token, device.config].flatMap((jws) => jws.split('.').slice(1)),
      ...nonces,
      callerAuth.any.split(':')[1] ?? '',
      ...keys.flatMap((key) =>
        [...key.matchAll(/"(?:pkcs8|secret|master)":\s*"([^"]+)"/g)].map(([, value]) => value ?? ''),
      ),
      'ada@example.com',
      'lovelace',
      'hostile',
    ]
    for (const secret of secrets) expect([secret.length > 3, text.includes(secret)]).toEqual([true, false])
  })
})

describe('A gateway that stops', () => {
  it('answers what was asked before, and takes nothing new', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    const jws = await device.attestationJws()
    const { hostname, port } = new URL(gateway.api)
    const head = `POST /v1/attestations HTTP/1.1\r\nHost: x\r\nContent-Type: application/eat+jwt\r\nContent-Length: ${jws.length}\r\n\r\n`
    const socket = connect(Number(port), hostname)
    let told = ''
    socket.on('data', (data) => {
      told += data.toString()
    })
    const closed = new Promise((resolve) => socket.on('close', resolve))
    await new Promise((resolve) => socket.write(`${head}${jws.slice(0, 100)}`, resolve))
    await device.nonce() // by now the head was read
    const stopped = gateway.stop()
    socket.write(jws.slice(100))
    await closed
    await stopped
    expect(told).toMatch(/^HTTP\/1.1 200 /)
    expect(told).toMatch(/connection: close/i)
    await expect(device.nonce()).rejects.toThrow()
  })

  it('does not wait for connections that ask nothing', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    await device.attest()
    const stream = await device.stream()
    const idle = [gateway.api, gateway.check].map((url) => connect(Number(new URL(url).port), '127.0.0.1'))
    await Promise.all(idle.map((socket) => new Promise((resolve) => socket.on('connect', resolve))))
    await stream.ask('ping')
    const since = Date.now()
    await gateway.stop()
    expect(Date.now() - since).toBeLessThan(2000)
    for (const socket of idle) socket.destroy()
  })
})

describe('People of the settings', () => {
  it('who are no longer named lose access, and get it back when they are', async () => {
    const first = await aRunningGateway()
    const device = await aDevice(first)
    await device.attest()
    await first.stop()
    const decide = async (gateway: RunningGateway) =>
      (await call('POST', `${gateway.check}/access/v1/evaluation`, { headers: asCaller, body: question })).json
    const without = await aRunningGateway({ again: { ...first.settings, people: [bob] } })
    expect(await decide(without)).toMatchObject({ decision: false, context: { reason: 'device_not_active' } })
    expect(await typesOf(without)).toContain('person-deactivated')
    expect(await typesOf(without)).toContain('settings-changed')
    await without.stop()
    const again = await aRunningGateway({ again: { ...first.settings, people: [ada, bob] } })
    expect(await decide(again)).toMatchObject({ decision: true })
    expect(await typesOf(again)).toContain('person-reactivated')
  })

  it('change their groups, and so what they reach', async () => {
    const first = await aRunningGateway()
    const device = await aDevice(first)
    await device.attest()
    await first.stop()
    const moved = await aRunningGateway({ again: { ...first.settings, people: [{ ...ada, groups: ['guests'] }, bob] } })
    const answer = await call('POST', `${moved.check}/access/v1/evaluation`, { headers: asCaller, body: question })
    expect(answer.json.context.reason).toBe('no_policy')
    const events = await moved.store.read((rows) => rows.audit.after(0, 500))
    const changed = events.find(({ type }) => type === 'person-changed')
    expect(JSON.parse(changed?.body ?? '')).toMatchObject({ actor: null, changed: ['groups'], signed: null })
  })
})

describe('A gateway whose clock stands still', () => {
  it('starts, answers and stops without any timer having fired', async () => {
    const gateway = await aRunningGateway({ clock: aClock() })
    expect((await call('GET', `${gateway.api}/v1/openapi.json`)).json.openapi).toMatch(/^3\.1\./)
    await gateway.stop()
  })
})
