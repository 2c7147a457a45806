import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { onTestFinished } from 'vitest'
import type { Certificate } from './a-certificate.ts'

export type Tunnel = { readonly target: string; readonly headers: IncomingMessage['headers'] }

/** What a proxy does when it is asked for a tunnel. `lead` opens it, to this port of loopback whatever the target. */
export type ProxyAct = (socket: Duplex, lead: (toPort: number) => void, asked: Tunnel) => void

/** A CONNECT proxy of one test on loopback; over TLS where it has a certificate. */
export async function aProxy(act: ProxyAct, certificate?: Certificate) {
  const asked: Tunnel[] = []
  const sockets = new Set<Duplex>()
  const server =
    certificate === undefined
      ? createServer()
      : createTlsServer({ cert: certificate.certificate, key: certificate.key })
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    sockets.add(socket.on('error', () => undefined))
    const tunnel = { target: request.url ?? '', headers: request.headers }
    asked.push(tunnel)
    const lead = (toPort: number) => {
      const behind: Socket = connect(toPort, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        socket.pipe(behind).pipe(socket)
      })
      sockets.add(behind.on('error', () => undefined))
    }
    act(socket, lead, tunnel)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port, asked }
}
