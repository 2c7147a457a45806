import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import type { Clock } from '#runtime/clock.ts'

/** How long an end waits for what was asked before. */
const patienceMs = 5000
const lookMs = 50

/**
 * Watches a listener from its first connection on, and answers how to end it: `close` is called, what was asked before is
 * answered, connections end as they fall idle, and after five seconds all of them do.
 */
export function gentleEnd(server: Server, clock: Clock): (close: () => Promise<void>) => Promise<void> {
  const open = watched() // below TLS: a handshake that never ends must not outlive the patience
  const silent = watched() // Node takes a connection that has not asked anything yet for a busy one
  server.on('connection', open.add)
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', silent.add)
  server.on('request', ({ socket }) => silent.sockets.delete(socket))
  server.on('upgrade', ({ socket }) => silent.sockets.delete(socket))

  return async (close) => {
    const closed = close()
    silent.destroy()
    const cancelLast = clock.setTimer(patienceMs, open.destroy)
    let cancelLook = () => {}
    const look = () => {
      server.closeIdleConnections()
      cancelLook = clock.setTimer(lookMs, look)
    }
    look()
    await closed
    cancelLast()
    cancelLook()
  }
}

function watched() {
  const sockets = new Set<Socket>()
  return {
    sockets,
    add(socket: Socket) {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    },
    destroy() {
      for (const socket of sockets) socket.destroy()
    },
  }
}
