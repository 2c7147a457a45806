import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { maxFrameBytes, subprotocol } from '#contract/live-frames.ts'
import { Failure } from '#domain/failure.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { type ConsoleAudiencePorts, consoleAudience, isConsole } from './console-audience.ts'
import { type DeviceAudiencePorts, deviceAudience } from './device-audience.ts'
import { handshakeFault } from './handshake.ts'
import { type Audience, LiveStream } from './live-stream.ts'
import { problemAnswer } from './problem-answer.ts'
import { streamPath } from './stream-path.ts'

/** Streams of one person's consoles (protocol.md section 12). */
const mostConsoles = 20

export type LivePorts = {
  readonly devices: DeviceAudiencePorts
  readonly consoles: ConsoleAudiencePorts
  readonly issueNonce: (jkt: string, nowSeconds: number) => string
  readonly clock: Clock
  readonly log: Log
  readonly mostStreams: number
  readonly onCount: (open: number) => void
}

export type LiveSocket = {
  attach(server: Server): void
  /** Something changed for this device: a stream that does not read it by itself looks whether it may stay. */
  told(deviceId: string): void
  /** Tells everybody to come back later, and closes. */
  stop(): Promise<void>
}

/**
 * The live stream (protocol.md section 9) of agents and consoles. Refusals are HTTP answers before the upgrade. A device has
 * one stream, a newer one replaces it; a person has at most twenty.
 */
export function createLiveSocket(ports: LivePorts): LiveSocket {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    maxFragments: 16,
    maxBufferedChunks: 1024,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  })
  const devices = new Map<string, LiveStream>()
  const consoles = new Map<string, Set<LiveStream>>()
  const open = () => [...devices.values(), ...[...consoles.values()].flatMap((streams) => [...streams])]
  let opened = 0
  const count = (change: 1 | -1) => {
    opened += change
    ports.onCount(opened)
  }
  const nonceFor = new WeakMap<IncomingMessage, string>()

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (request.url?.split('?', 1)[0] !== streamPath) throw new Failure('not_found', {})
    const isPerson = isConsole(request)
    const audience = isPerson
      ? await consoleAudience(ports.consoles, request)
      : await deviceAudience(ports.devices, request, (jkt, now) => nonceFor.set(request, ports.issueNonce(jkt, now)))
    const fault = handshakeFault(request)
    if (fault !== undefined) throw new Failure('schema_invalid', { errors: [{ pointer: '', detail: fault }] })
    refuseCrowd(audience, isPerson)
    if (socket.destroyed) return
    sockets.handleUpgrade(request, socket, head, (connection) => {
      if (!isPerson) devices.get(audience.key)?.close('replaced', 'a newer stream of this device')
      const stream = new LiveStream(ports, connection, audience, () => {
        forget(stream, audience.key)
        count(-1)
      })
      if (isPerson) consoles.set(audience.key, (consoles.get(audience.key) ?? new Set()).add(stream))
      else devices.set(audience.key, stream)
      count(1)
    })
  }

  function refuseCrowd({ key }: Audience, isPerson: boolean): void {
    if (isPerson && (consoles.get(key)?.size ?? 0) >= mostConsoles)
      throw new Failure('rate_limited', { retry_after: 60 })
    if (opened >= ports.mostStreams && !devices.has(key)) throw new Failure('unavailable', { retry_after: 60 })
  }

  function forget(stream: LiveStream, key: string): void {
    if (devices.get(key) === stream) devices.delete(key)
    const own = consoles.get(key)
    own?.delete(stream)
    if (own?.size === 0) consoles.delete(key)
  }

  return {
    attach(server) {
      server.on('upgrade', (request, socket, head) => {
        socket.on('error', () => socket.destroy())
        const refuse = (thrown: unknown) => refuseUpgrade(socket, thrown, nonceFor.get(request), ports.log)
        upgrade(request, socket, head).catch(refuse)
      })
    },
    told(deviceId) {
      devices.get(deviceId)?.told()
    },
    async stop() {
      for (const stream of open()) stream.close('restart', 'the gateway restarts')
      await new Promise<void>((resolve) => sockets.close(() => resolve()))
    },
  }
}

function refuseUpgrade(socket: Duplex, thrown: unknown, dpopNonce: string | undefined, log: Log): void {
  const requestId = randomUUID()
  const { status, headers, body } = problemAnswer(thrown, requestId)
  if (body.code === 'internal') log.error('live.upgrade-failed', { requestId, err: thrown })
  else log.info('live.refused', { requestId, code: body.code })
  const text = JSON.stringify(body)
  const lines = [
    `HTTP/1.1 ${status} Refused`,
    'content-type: application/problem+json',
    'cache-control: no-store',
    'connection: close',
    'sec-websocket-version: 13',
    `content-length: ${Buffer.byteLength(text)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(dpopNonce === undefined ? [] : [`dpop-nonce: ${dpopNonce}`]),
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`)
}
