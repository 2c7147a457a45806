import { createServer } from 'node:https'
import { createServer as createRawServer, type Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocketServer } from 'ws'
import { nodeExchange } from '#agent/gateway-client/exchange.ts'
import { explainFailure } from '#agent/gateway-client/explain-failure.ts'
import { gatewayNetwork } from '#agent/gateway-client/gateway-network.ts'
import { type ProxyChoice, socksReason, type Way } from '#agent/gateway-client/proxy-choice.ts'
import { loadConnectSocket } from '#agent/gateway-client/web-socket.ts'
import { sayReasonIn } from '#contract/texts/say-reason-in.ts'
import { Failure } from '#domain/failure.ts'
import { systemClock } from '#runtime/clock.ts'
import { aCertificate, type Certificate } from '#test/support/a-certificate.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aProxy, type ProxyAct } from '#test/support/a-proxy.ts'

const name = 'gateway.test' // known to no name server: only a proxy leads there
const authority = aCertificate({ name: 'Example Private CA', isAuthority: true })
const leaf = aCertificate({ name, names: [name], authority })

describe('A request through a proxy', () => {
  it('reaches the gateway, whose own certificate is verified', async () => {
    trust(authority)
    const { port, seen } = await aGateway(leaf)
    const proxy = await aProxy((_socket, lead) => lead(port))
    const answer = await ask([through(proxy.port)])
    expect(answer).toMatchObject({ status: 200, body: 'hello' })
    expect(seen).toEqual(['/x'])
    expect(proxy.asked).toEqual([{ target: `${name}:443`, headers: { host: `${name}:443`, connection: 'close' } }])
  })

  it('names itself to a proxy that wants a password', async () => {
    trust(authority)
    const { port } = await aGateway(leaf)
    const proxy = await aProxy((_socket, lead) => lead(port))
    await ask([{ ...through(proxy.port), credentials: 'ada:päss:word' }])
    expect(proxy.asked[0]?.headers['proxy-authorization']).toBe(
      `Basic ${Buffer.from('ada:päss:word').toString('base64')}`,
    )
  })

  it('reaches the gateway through a proxy that is spoken to over TLS', async () => {
    trust(authority)
    const { port } = await aGateway(leaf)
    const proxy = await aProxy(
      (_socket, lead) => lead(port),
      aCertificate({ name: 'proxy', names: ['127.0.0.1'], authority }),
    )
    expect(await ask([{ ...through(proxy.port), tls: true }])).toMatchObject({ status: 200 })
  })

  it('goes to nobody when the certificate of such a proxy is not trusted', async () => {
    trust(authority)
    const stranger = aCertificate({ name: 'Stranger', isAuthority: true })
    const { port } = await aGateway(leaf)
    const proxy = await aProxy(
      (_socket, lead) => lead(port),
      aCertificate({ name: 'proxy', names: ['127.0.0.1'], authority: stranger }),
    )
    expect(await refusal([{ ...through(proxy.port), tls: true }])).toEqual({
      code: 'gateway_unreachable',
      reason: `This system does not trust the certificate of the proxy 127.0.0.1:${proxy.port}. Check the proxy settings of this system`,
    })
    expect(proxy.asked).toEqual([])
  })

  it('is not fooled by a proxy that shows a certificate of its own', async () => {
    trust(authority)
    const other = aCertificate({ name: 'other.test', names: ['other.test'], authority })
    const { port, seen } = await aGateway(other)
    const proxy = await aProxy((_socket, lead) => lead(port))
    expect(await refusal([through(proxy.port)])).toMatchObject({ code: 'gateway_untrusted' })
    const strange = aCertificate({ name, names: [name] })
    const inspecting = await aGateway(strange)
    const inspector = await aProxy((_socket, lead) => lead(inspecting.port))
    expect(await refusal([through(inspector.port)])).toMatchObject({ code: 'gateway_untrusted' })
    expect([...seen, ...inspecting.seen]).toEqual([])
  })

  it.each<[string, ProxyAct, string]>([
    [
      'refuses',
      (socket) => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\nsecret'),
      'does not let this device reach gateway.test:443 (status 403). Ask whoever runs it to allow that',
    ],
    [
      'cannot reach it',
      (socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'),
      'could not reach gateway.test:443 (status 502)',
    ],
    [
      'wants NTLM',
      (socket) =>
        socket.end(
          'HTTP/1.1 407 Sign in\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM TlRMTVNTUAAC\r\n\r\n',
        ),
      'wants NTLM or Negotiate, which Postern does not support. Ask whoever runs it to let gateway.test:443 through without sign-in',
    ],
    [
      'wants a sign-in that there is not',
      (socket) => socket.end('HTTP/1.1 407 Sign in\r\nProxy-Authenticate: Digest realm="basic, ntlm"\r\n\r\n'),
      'wants a kind of sign-in that Postern does not support',
    ],
    [
      'wants a password',
      (socket) => socket.end('HTTP/1.1 407 Sign in\r\nProxy-Authenticate: NTLM, Basic realm="x"\r\n\r\n'),
      'asks for a name and a password, and takes none or not these. Put them into HTTPS_PROXY',
    ],
    ['redirects', (socket) => socket.end('HTTP/1.1 302 Found\r\nLocation: https://x.test/\r\n\r\n'), '(status 302)'],
    ['sends noise', (socket) => socket.end(Buffer.alloc(300, 0xfe)), 'is no proxy of the kind that is set'],
    [
      'sends headers without end',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(50_000)}`),
      'is no proxy of the kind that is set',
    ],
    ['hangs up', (socket) => socket.destroy(), 'cut the connection'],
    [
      'speaks in place of the gateway',
      (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}'),
      'spoke in place of gateway.test:443',
    ],
  ])('fails, naming the proxy and what to do, where it %s', async (_what, act, says) => {
    const proxy = await aProxy(act)
    const { code, reason } = await refusal([through(proxy.port)])
    expect(code).toBe('gateway_unreachable')
    expect(reason).toContain(`127.0.0.1:${proxy.port}`)
    expect(reason).toContain(says)
    expect(reason).not.toContain('secret')
  })

  it('fails where the tunnel breaks in the middle', async () => {
    const proxy = await aProxy((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.once('data', () => socket.destroy())
    })
    expect(await refusal([through(proxy.port)])).toEqual({
      code: 'gateway_unreachable',
      reason: `gateway.test cut the connection, through the proxy 127.0.0.1:${proxy.port}. Check the proxy settings of this system`,
    })
  })

  it('fails after five seconds where the proxy says nothing', async () => {
    const isAsked = Promise.withResolvers<void>()
    const proxy = await aProxy(() => isAsked.resolve())
    const clock = aClock()
    const network = gatewayNetwork({ clock, choose: async () => [through(proxy.port)] })
    const asked = failureOf(nodeExchange(clock, network)({ method: 'GET', url: `https://${name}/x`, headers: {} }))
    await isAsked.promise
    await clock.advance(5000)
    expect((await asked).reason).toBe(
      `No connection to ${name} within 5 seconds, through the proxy 127.0.0.1:${proxy.port}. Check the proxy settings of this system`,
    )
    expect(clock.waiting()).toBe(0)
  })

  it('fails where a system does not say within three seconds', async () => {
    const clock = aClock()
    const network = gatewayNetwork({ clock, choose: () => new Promise(() => {}) })
    const asked = failureOf(nodeExchange(clock, network)({ method: 'GET', url: `https://${name}/x`, headers: {} }))
    await clock.advance(3000)
    expect(await asked).toEqual({
      code: 'gateway_unreachable',
      reason: 'This system does not say whether a proxy is to be used. Try again',
    })
  })

  it('goes the next way where nothing answers at the first, and only then', async () => {
    trust(authority)
    const { port } = await aGateway(leaf)
    const proxy = await aProxy((_socket, lead) => lead(port))
    const dead = through(await aDeadPort())
    expect(await ask([dead, through(proxy.port)])).toMatchObject({ status: 200 })
    const refusing = await aProxy((socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
    expect((await refusal([through(refusing.port), through(proxy.port)])).reason).toContain('(status 403)')
    expect((await refusal([dead])).reason).toBe(
      `Nothing answers at the proxy 127.0.0.1:${dead.port}. Check the proxy settings of this system`,
    )
  })

  it('goes nowhere where only a SOCKS proxy is named', async () => {
    expect(await refusal([{ kind: 'unusable', reason: socksReason }])).toEqual({
      code: 'gateway_unreachable',
      reason: socksReason,
    })
  })

  it('is told beforehand which way it would go', async () => {
    const ways: ProxyChoice = [
      { ...through(8080), credentials: 'ada:secret' },
      { kind: 'unusable', reason: socksReason },
      { kind: 'direct' },
    ]
    const network = gatewayNetwork({ clock: systemClock(), choose: async () => ways })
    expect(await network.nameWays(`https://${name}`)).toEqual(['127.0.0.1:8080', socksReason, 'direct'])
  })

  it('never takes a proxy for what is not encrypted', async () => {
    const proxy = await aProxy((socket) => socket.destroy())
    const server = createRawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'))
    const port = await listening(server)
    const network = gatewayNetwork({ clock: systemClock(), choose: async () => [through(proxy.port)] })
    const exchange = nodeExchange(systemClock(), network)
    expect(await exchange({ method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} })).toMatchObject({
      body: 'hi',
    })
    expect(proxy.asked).toEqual([])
  })
})

describe('The stream through a proxy', () => {
  it('opens, and is told what is sent', async () => {
    trust(authority)
    const { server, port } = await aGateway(leaf)
    const sockets = new WebSocketServer({ server })
    sockets.on('connection', (socket) => socket.send('told'))
    onTestFinished(() => sockets.close())
    const proxy = await aProxy((_socket, lead) => lead(port))
    expect(await firstOf([through(proxy.port)])).toBe('told')
    expect(proxy.asked.map(({ target }) => target)).toEqual([`${name}:443`])
  })

  it('says why it does not open', async () => {
    const proxy = await aProxy((socket) => socket.end('HTTP/1.1 407 Sign in\r\nProxy-Authenticate: Negotiate\r\n\r\n'))
    const thrown = await firstOf([through(proxy.port)]).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(explainFailure(thrown, { host: name }).details).toEqual({
      reason: expect.stringContaining(`The proxy 127.0.0.1:${proxy.port} wants NTLM or Negotiate`),
    })
  })

  it('is refused where the gateway shows the wrong certificate', async () => {
    trust(authority)
    const { port } = await aGateway(aCertificate({ name: 'other.test', names: ['other.test'], authority }))
    const proxy = await aProxy((_socket, lead) => lead(port))
    await expect(firstOf([through(proxy.port)])).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })

  async function firstOf(ways: ProxyChoice): Promise<string> {
    const clock = systemClock()
    const connect = await loadConnectSocket(clock, gatewayNetwork({ clock, choose: async () => ways }))
    return new Promise((resolve, reject) => {
      const socket = connect(
        `wss://${name}/v1/stream`,
        {},
        {
          onOpen() {},
          onPing() {},
          onBinary() {},
          onText(text) {
            resolve(text)
            socket.cut()
          },
          onClosed: ({ error }) => reject(error),
        },
      )
    })
  }
})

function through(port: number): Extract<Way, { readonly kind: 'proxy' }> {
  return { kind: 'proxy', tls: false, host: '127.0.0.1', port }
}

function ask(ways: ProxyChoice) {
  const clock = systemClock()
  const exchange = nodeExchange(clock, gatewayNetwork({ clock, choose: async () => ways }))
  return exchange({ method: 'GET', url: `https://${name}/x`, headers: {} })
}

function refusal(ways: ProxyChoice) {
  return failureOf(ask(ways))
}

async function failureOf(asked: Promise<unknown>): Promise<{ readonly code: string; readonly reason: string }> {
  const thrown = await asked.then(
    () => undefined,
    (failed: unknown) => failed,
  )
  if (!(thrown instanceof Failure)) return expect.fail(`no failure, but ${String(thrown)}`)
  const reason = 'reason' in thrown.details ? String(thrown.details.reason) : ''
  expect((await sayReasonIn('de'))(reason)).not.toBe(reason) // whatever went wrong here, there are German words for it
  return { code: thrown.code, reason }
}

async function aGateway(shown: Certificate) {
  const seen: string[] = []
  const server = createServer({ cert: shown.certificate, key: shown.key }, (request, response) => {
    seen.push(request.url ?? '')
    response.end('hello')
  })
  return { server, seen, port: await listening(server) }
}

async function aDeadPort(): Promise<number> {
  const server = createRawServer()
  const port = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function listening(server: ReturnType<typeof createRawServer>): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** The authority counts for this process until the test ends, as if the system's store held it. */
function trust(one: Certificate): void {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, one.certificate])
  onTestFinished(() => setDefaultCACertificates(before))
}
