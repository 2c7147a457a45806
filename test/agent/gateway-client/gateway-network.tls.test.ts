import { createHash, X509Certificate } from 'node:crypto'
import { createServer } from 'node:https'
import { getCACertificates, rootCertificates, setDefaultCACertificates } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocketServer } from 'ws'
import { publiclyKnown } from '#agent/gateway-client/certificate-chain.ts'
import { nodeExchange } from '#agent/gateway-client/exchange.ts'
import { type GatewayNetwork, gatewayNetwork } from '#agent/gateway-client/gateway-network.ts'
import { loadConnectSocket } from '#agent/gateway-client/web-socket.ts'
import { systemClock } from '#runtime/clock.ts'
import { aCertificate, type Certificate } from '#test/support/a-certificate.ts'

const [first, second] = [
  aCertificate({ name: 'First CA', isAuthority: true }),
  aCertificate({ name: 'Second CA', isAuthority: true }),
]
const byFirst = aCertificate({ name: 'gate', names: ['127.0.0.1'], authority: first })
const bySecond = aCertificate({ name: 'gate', names: ['127.0.0.1'], authority: second })
const clock = systemClock()

describe('A gateway of an organisation that pins keys', () => {
  it.each([
    ['of its own certificate', [pinOf(byFirst), pinOf(second)]],
    ['of the authority above it', [pinOf(first), pinOf(bySecond)]],
    ['without the prefix', [pinOf(first).slice('sha256/'.length), pinOf(bySecond)]],
  ])('is reached when it shows the pinned key %s', async (_which, pins) => {
    trust(first, second)
    const { url } = await aServer(byFirst)
    expect(await get(url, gatewayNetwork({ clock, pins: () => pins }))).toMatchObject({ status: 200 })
  })

  it('is refused when it shows none of them, though this system trusts it, and nothing is said to it', async () => {
    trust(first, second)
    const { url, seen } = await aServer(bySecond)
    await expect(get(url, gatewayNetwork({ clock, pins: () => [pinOf(first), pinOf(byFirst)] }))).rejects.toMatchObject(
      {
        code: 'gateway_untrusted',
        details: { reason: expect.stringContaining('none of the keys that your organisation allows') },
      },
    )
    expect(seen).toEqual([])
  })

  it('is refused when the pinned certificate only stands beside the chain', async () => {
    trust(first, second)
    const { url } = await aServer(bySecond, [byFirst, first])
    await expect(get(url, gatewayNetwork({ clock, pins: () => [pinOf(first), pinOf(byFirst)] }))).rejects.toMatchObject(
      {
        code: 'gateway_untrusted',
      },
    )
  })

  it('is held to pins that come while it is being used', async () => {
    trust(first, second)
    const { url } = await aServer(bySecond)
    let pins: readonly string[] = []
    const network = gatewayNetwork({ clock, pins: () => pins })
    await get(url, network)
    pins = [pinOf(first), pinOf(byFirst)]
    await expect(get(url, network)).rejects.toMatchObject({ code: 'gateway_untrusted' })
  })

  it('is no place for the stream either', async () => {
    trust(first, second)
    const { url } = await aServer(bySecond)
    const connect = await loadConnectSocket(
      clock,
      gatewayNetwork({ clock, pins: () => [pinOf(first), pinOf(byFirst)] }),
    )
    const error = await new Promise((resolve) => {
      connect(
        url.replace('https', 'wss'),
        {},
        {
          onOpen: () => resolve('opened'),
          onText() {},
          onBinary() {},
          onPing() {},
          onClosed: (closed) => resolve(closed.error),
        },
      )
    })
    expect(error).toMatchObject({ code: 'POSTERN_NOT_PINNED' })
  })
})

describe('A chain that was verified', () => {
  it('is inspected where it ends at an authority that is not publicly known', async () => {
    trust(first, second)
    const network = gatewayNetwork({ clock, publicRoots: [second.certificate] })
    expect(network.isInspected()).toBeUndefined()
    await get((await aServer(byFirst)).url, network)
    expect(network.isInspected()).toBe(true)
    await get((await aServer(bySecond)).url, network)
    expect(network.isInspected()).toBe(false)
    await get((await aServer(byFirst, [second])).url, network) // sent along, but signed nothing
    expect(network.isInspected()).toBe(true)
  })

  it('says nothing where it was not verified', async () => {
    const network = gatewayNetwork({ clock, publicRoots: [second.certificate] })
    await expect(get((await aServer(byFirst)).url, network)).rejects.toMatchObject({ code: 'gateway_untrusted' })
    expect(network.isInspected()).toBeUndefined()
  })

  it('ends at a private authority, as far as the roots of this release go', () => {
    const isKnown = publiclyKnown(rootCertificates)
    expect(isKnown([new X509Certificate(byFirst.certificate), new X509Certificate(first.certificate)])).toBe(false)
    const [root = ''] = rootCertificates
    expect(isKnown([new X509Certificate(root)])).toBe(true)
  })

  it('is not taken for a known one by a name that somebody borrowed', () => {
    const impostor = aCertificate({ name: 'Second CA', isAuthority: true })
    const leaf = aCertificate({ name: 'gate', names: ['127.0.0.1'], authority: impostor })
    const isKnown = publiclyKnown([second.certificate])
    expect(isKnown([new X509Certificate(leaf.certificate), new X509Certificate(impostor.certificate)])).toBe(false)
    expect(isKnown([new X509Certificate(bySecond.certificate)])).toBe(true)
  })
})

function pinOf(one: Certificate): string {
  const spki = new X509Certificate(one.certificate).publicKey.export({ type: 'spki', format: 'der' })
  return `sha256/${createHash('sha256').update(spki).digest('base64')}`
}

function get(url: string, network: GatewayNetwork) {
  return nodeExchange(clock, network)({ method: 'GET', url, headers: {} })
}

/** On loopback, with a stream; counts what reaches it. */
async function aServer(shown: Certificate, chain: readonly Certificate[] = []) {
  const seen: string[] = []
  const cert = [shown, ...chain].map((one) => one.certificate).join('')
  const server = createServer({ cert, key: shown.key }, (request, response) => {
    seen.push(request.url ?? '')
    response.end('hello')
  })
  const sockets = new WebSocketServer({ server })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    sockets.close()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `https://127.0.0.1:${address.port}/`, seen }
}

/** They count for this process until the test ends, as if the system's store held them. */
function trust(...some: readonly Certificate[]): void {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, ...some.map((one) => one.certificate)])
  onTestFinished(() => setDefaultCACertificates(before))
}
