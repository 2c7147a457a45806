import { createServer, type Server } from 'node:https'
import type { Socket } from 'node:net'
import { connect } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nodeExchange } from '#agent/gateway-client/exchange.ts'
import { gatewayNetwork } from '#agent/gateway-client/gateway-network.ts'
import { openTunnel } from '#agent/gateway-client/open-tunnel.ts'
import { systemClock } from '#runtime/clock.ts'
import { aCertificate } from '#test/support/a-certificate.ts'

// Developers switch the verification of certificates off for everything they start, and forget it.
const authority = aCertificate({ name: 'Unknown CA', isAuthority: true })
const shown = aCertificate({ name: 'gate', names: ['127.0.0.1', 'localhost'], authority })

let server: Server
let port: number
let seen: string[]
beforeEach(async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
  seen = []
  server = createServer({ cert: shown.certificate, key: shown.key }, (request, response) => {
    seen.push(request.url ?? '')
    response.end('hello')
  })
  server.on('connect', (request, socket: Socket) => {
    seen.push(`CONNECT ${request.url}`)
    socket.end('HTTP/1.1 200 OK\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  port = typeof address === 'object' ? (address?.port ?? 0) : 0
})
afterEach(() => {
  vi.unstubAllEnvs()
  server.close()
})

describe('An environment that switches the verification of certificates off', () => {
  it('is one where whoever follows it is answered', async () => {
    const socket = connect({ host: '127.0.0.1', port })
    await new Promise((resolve) => socket.once('secureConnect', resolve))
    socket.destroy()
  })

  it('changes nothing for requests to the gateway', async () => {
    const asked = nodeExchange(systemClock())({ method: 'GET', url: `https://127.0.0.1:${port}/`, headers: {} })
    await expect(asked).rejects.toMatchObject({ code: 'gateway_untrusted' })
    expect(seen).toEqual([])
  })

  it('changes nothing for the live connection', () => {
    const agent = gatewayNetwork({ clock: systemClock() }).agent(`https://127.0.0.1:${port}/`)
    expect(agent.options).toMatchObject({ rejectUnauthorized: true })
  })

  it('changes nothing for a proxy that is spoken to over TLS', async () => {
    const way = { kind: 'proxy', tls: true, host: 'localhost', port } as const
    await expect(openTunnel(way, 'gate.example.com:443', systemClock())).rejects.toThrow()
    expect(seen).toEqual([])
  })
})
