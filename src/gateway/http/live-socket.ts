import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type * as z from 'zod'
import { clientFrame, closeCodes, maxFrameBytes, subprotocol } from '#contract/live-frames.ts'
import { parseStrictJson } from '#contract/strict-json.ts'
import { Failure, isFailure } from '#domain/failure.ts'
import { checkDeviceToken, type ProvenToken, type TokenPorts } from '#gateway/devices/device-token.ts'
import type { LiveEvent, Subscription, Subscriptions } from '#gateway/live/subscriptions.ts'
import { type Clock, secondsNow } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { randomId } from '#runtime/random-id.ts'
import { problemAnswer } from './problem-answer.ts'
import { streamPath } from './stream-path.ts'

/** Limits of protocol.md section 12. */
const framesPerSecond = 20
const mostBufferedBytes = 1_048_576
const reauthBeforeSeconds = 60

export type LivePorts = {
  readonly tokens: TokenPorts
  readonly subscriptions: Subscriptions
  /** Throws the failure for which this device may not (or no longer) read: `retired_key`, `device_quarantined`. */
  readonly mayRead: (token: ProvenToken) => Promise<void>
  /** Throws `rate_limited` for a device that connects too often. */
  readonly take: (deviceId: string) => Promise<void>
  readonly issueNonce: (jkt: string, nowSeconds: number) => string
  readonly clock: Clock
  readonly log: Log
  readonly heartbeatSeconds: number
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

/** The live stream (protocol.md section 9). Refusals are HTTP answers before the upgrade; one stream per device. */
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
  const streams = new Map<string, Stream>()
  const count = () => ports.onCount(streams.size)

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const token = await admit(request)
    if (socket.destroyed) return
    sockets.handleUpgrade(request, socket, head, (open) => {
      streams.get(token.deviceId)?.close('replaced', 'a newer stream of this device')
      const stream = new Stream(ports, open, token, () => {
        if (streams.get(token.deviceId) === stream) streams.delete(token.deviceId)
        count()
      })
      streams.set(token.deviceId, stream)
      count()
    })
  }

  async function admit(request: IncomingMessage): Promise<ProvenToken> {
    const now = secondsNow(ports.clock)
    const token = checkDeviceToken(ports.tokens, proofOf(request), now, (jkt) => {
      nonceFor.set(request, ports.issueNonce(jkt, now))
    })
    await ports.take(token.deviceId)
    await ports.mayRead(token)
    const fault = handshakeFault(request)
    if (fault !== undefined) throw new Failure('schema_invalid', { errors: [{ pointer: '', detail: fault }] })
    if (streams.size >= ports.mostStreams && !streams.has(token.deviceId))
      throw new Failure('unavailable', { retry_after: 60 })
    return token
  }

  const nonceFor = new WeakMap<IncomingMessage, string>()

  return {
    attach(server) {
      server.on('upgrade', (request, socket, head) => {
        socket.on('error', () => socket.destroy())
        const refuse = (thrown: unknown) => refuseUpgrade(socket, thrown, nonceFor.get(request), ports.log)
        upgrade(request, socket, head).catch(refuse)
      })
    },
    told(deviceId) {
      streams.get(deviceId)?.told()
    },
    async stop() {
      for (const stream of [...streams.values()]) stream.close('restart', 'the gateway restarts')
      await new Promise<void>((resolve) => sockets.close(() => resolve()))
    },
  }
}

/** One open stream. */
class Stream {
  readonly #ports: LivePorts
  readonly #socket: WebSocket
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #onClosed: () => void
  #token: ProvenToken
  #missedPongs = 0
  /** Frames in the second that began then. */
  #frames = { sinceMs: 0, count: 0 }
  /** One timer per purpose; setting it again replaces it. */
  readonly #timers = new Map<string, () => void>()
  #handling: Promise<void> = Promise.resolve()
  #closed = false

  constructor(ports: LivePorts, socket: WebSocket, token: ProvenToken, onClosed: () => void) {
    this.#ports = ports
    this.#socket = socket
    this.#token = token
    this.#onClosed = onClosed
    socket.on('message', (data, isBinary) => this.#received(data, isBinary))
    socket.on('pong', () => {
      this.#missedPongs = 0
    })
    socket.on('error', () => undefined) // ws closes the socket with the right code by itself
    socket.on('close', () => this.#ended())
    this.#send({
      t: 'hello',
      data: {
        session: randomId(),
        heartbeat_s: ports.heartbeatSeconds,
        token_exp: token.claims.exp,
        topics: ports.subscriptions.topics,
      },
    })
    this.#beatLater()
    this.#watchToken()
  }

  /** Who reads topic `device` is given its state, and then closed by it. */
  told(): void {
    this.#inTurn(async () => {
      if (!this.#subscriptions.has('device')) await this.#mayStillRead()
    })
  }

  close(code: keyof typeof closeCodes, detail: string): void {
    if (this.#closed) return
    this.#send({ t: 'bye', data: { code: byeCodes[code], detail, ...(code === 'restart' ? { retry_after: 1 } : {}) } })
    this.#socket.close(closeCodes[code], byeCodes[code])
    // A peer that does not answer the close is cut off.
    this.#after('cut-off', 5000, () => this.#socket.terminate())
    this.#stopReading()
  }

  #ended(): void {
    this.#stopReading()
    for (const cancel of this.#timers.values()) cancel()
    this.#onClosed()
  }

  #stopReading(): void {
    this.#closed = true
    for (const subscription of this.#subscriptions.values()) subscription.end()
    this.#subscriptions.clear()
  }

  #after(purpose: string, milliseconds: number, act: () => void): void {
    this.#timers.get(purpose)?.()
    this.#timers.set(purpose, this.#ports.clock.setTimer(milliseconds, act))
  }

  #beatLater(): void {
    this.#after('beat', this.#ports.heartbeatSeconds * 1000, () => {
      if (this.#closed) return
      if (this.#missedPongs >= 2) return this.close('idle', 'two pings were not answered')
      this.#missedPongs += 1
      this.#socket.ping()
      this.#beatLater()
    })
  }

  #watchToken(): void {
    const { exp } = this.#token.claims
    const left = exp - secondsNow(this.#ports.clock)
    this.#after('reauth', Math.max(0, left - reauthBeforeSeconds) * 1000, () =>
      this.#send({ t: 'reauth', data: { expires_in: Math.max(0, exp - secondsNow(this.#ports.clock)) } }),
    )
    this.#after('token-end', Math.max(0, left) * 1000, () => this.close('auth', 'the access token ran out'))
  }

  #received(data: RawData, isBinary: boolean): void {
    if (this.#closed) return
    if (this.#tooFast()) return this.close('rate', 'more than 20 frames in a second')
    const frame = isBinary ? undefined : readFrame(data)
    if (frame === undefined) return this.close('badFrame', 'a frame that postern.v1 does not know')
    this.#inTurn(() => this.#handle(frame))
  }

  #tooFast(): boolean {
    const now = this.#ports.clock.nowMs()
    if (now >= this.#frames.sinceMs + 1000 || now < this.#frames.sinceMs) this.#frames = { sinceMs: now, count: 0 }
    this.#frames.count += 1
    return this.#frames.count > framesPerSecond
  }

  /** One after another: answers keep the order of the questions. */
  #inTurn(act: () => Promise<void> | void): void {
    this.#handling = this.#handling
      .then(() => (this.#closed ? undefined : act()))
      .catch((err: unknown) => {
        this.#ports.log.error('live.failed', { err })
        this.close('restart', 'something went wrong; connect again')
      })
  }

  async #handle(frame: ClientFrame): Promise<void> {
    switch (frame.t) {
      case 'ping':
        return this.#send({ t: 'ack', id: frame.id })
      case 'ack':
        return
      case 'reauth':
        return this.#reauth(frame.id, frame.data)
      case 'sub':
        return this.#read(frame.id, frame.topic, (send) =>
          this.#ports.subscriptions.subscribe(frame.topic, this.#token.deviceId, send),
        )
      case 'resume':
        return this.#read(frame.id, frame.topic, (send) =>
          this.#ports.subscriptions.resume(frame.topic, this.#token.deviceId, frame.data.after, send),
        )
    }
  }

  async #read(
    id: string,
    topic: string,
    begin: (send: (event: LiveEvent) => void) => Promise<Subscription | undefined>,
  ): Promise<void> {
    if (!(await this.#mayStillRead())) return
    this.#subscriptions.get(topic)?.end()
    const subscription = await begin((event) => this.#tell(topic, event))
    if (subscription === undefined)
      return this.#send({ t: 'err', id, data: { code: 'not_found', detail: 'there is no such topic' } })
    if (this.#closed) return subscription.end()
    this.#subscriptions.set(topic, subscription)
    this.#send({ t: 'ack', id, topic, seq: subscription.seq() })
  }

  #tell(topic: string, event: LiveEvent): void {
    if (event.t === 'reset') return this.#send({ t: 'reset', topic, data: { reason: event.reason } })
    if (event.t === 'snapshot') this.#send({ t: 'snapshot', topic, seq: event.seq, data: event.data })
    else this.#send({ t: 'ev', topic, seq: event.seq, data: event.data }, event.at)
    if (topic === 'device' && isEnding(event)) this.close('forbidden', 'this device may no longer read')
  }

  async #mayStillRead(): Promise<boolean> {
    try {
      await this.#ports.mayRead(this.#token)
      return true
    } catch (refused) {
      if (!isFailure(refused)) throw refused
      this.close('forbidden', 'this device may no longer read')
      return false
    }
  }

  async #reauth(id: string, data: Extract<ClientFrame, { t: 'reauth' }>['data']): Promise<void> {
    try {
      if (!('access_token' in data)) throw new Failure('invalid_token', {})
      const now = secondsNow(this.#ports.clock)
      const call = { token: data.access_token, proof: data.dpop, method: 'GET', path: streamPath }
      const token = checkDeviceToken(this.#ports.tokens, call, now, () => undefined)
      if (token.deviceId !== this.#token.deviceId) throw new Failure('invalid_token', {})
      await this.#ports.mayRead(token)
      this.#token = token
      this.#watchToken()
      this.#send({ t: 'ack', id })
    } catch (refused) {
      if (!isFailure(refused)) throw refused
      this.#send({ t: 'err', id, data: { code: refused.code, detail: 'the new token was not accepted' } })
      this.close('auth', 'the new token was not accepted')
    }
  }

  #send(frame: { readonly t: string; readonly [member: string]: unknown }, ts = secondsNow(this.#ports.clock)): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#socket.bufferedAmount > mostBufferedBytes) {
      this.#socket.close(closeCodes.slow, 'slow')
      return this.#stopReading()
    }
    const { t, ...rest } = frame
    this.#socket.send(JSON.stringify({ v: 1, t, ts, ...rest }))
  }
}

const byeCodes: { readonly [Code in keyof typeof closeCodes]: string } = {
  badFrame: 'schema_invalid',
  auth: 'invalid_token',
  forbidden: 'not_found',
  idle: 'idle',
  replaced: 'replaced',
  slow: 'slow',
  rate: 'rate_limited',
  restart: 'unavailable',
}

type ClientFrame = z.infer<typeof clientFrame>

function readFrame(data: RawData): ClientFrame | undefined {
  try {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(new Uint8Array(data))
    return clientFrame.safeParse(parseStrictJson(bytes.toString('utf8'))).data
  } catch {
    return undefined // not strict JSON
  }
}

/** The last word to a device that was put on hold or removed. */
function isEnding(event: Extract<LiveEvent, { t: 'snapshot' | 'ev' }>): boolean {
  const { data } = event
  if (typeof data !== 'object' || data === null || !('state' in data)) return false
  return (event.t === 'snapshot' || ('kind' in data && data.kind === 'state')) && data.state !== 'active'
}

function proofOf(request: IncomingMessage) {
  const scheme = /^DPoP ([!-~]+)$/i.exec(single(request, 'authorization') ?? '')
  const proof = single(request, 'dpop')
  if (proof === undefined) throw new Failure(scheme === null ? 'invalid_token' : 'invalid_dpop_proof', {})
  // Without a token the proof is read nonetheless: its key gets the nonce for the next one.
  return { token: scheme?.[1] ?? '', proof, method: 'GET', path: streamPath }
}

/** A header that stands exactly once; repeats are a confusion attempt. */
function single(request: IncomingMessage, name: string): string | undefined {
  const values = request.headersDistinct[name]
  return values?.length === 1 ? values[0] : undefined
}

/** What RFC 6455 section 4.2.1 and our subprotocol ask of the handshake. */
function handshakeFault({ headers }: IncomingMessage): string | undefined {
  if (headers['sec-websocket-version'] !== '13') return 'speak WebSocket version 13'
  if (!/^[A-Za-z0-9+/]{22}==$/.test(headers['sec-websocket-key'] ?? '')) return 'send a Sec-WebSocket-Key'
  const offers = (headers['sec-websocket-protocol'] ?? '').split(',').map((offer) => offer.trim())
  return offers.includes(subprotocol) ? undefined : `offer the subprotocol ${subprotocol}`
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
