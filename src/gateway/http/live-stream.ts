import type { RawData, WebSocket } from 'ws'
import type * as z from 'zod'
import { clientFrame, closeCodes } from '#contract/live-frames.ts'
import { parseStrictJson } from '#contract/strict-json.ts'
import { isFailure } from '#domain/failure.ts'
import type { LiveEvent, Subscription, Subscriptions } from '#gateway/live/subscriptions.ts'
import { type Clock, secondsNow } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { randomId } from '#runtime/random-id.ts'

/** Limits of protocol.md section 12. */
const framesPerSecond = 20
const mostBufferedBytes = 1_048_576
const reauthBeforeSeconds = 60

export type Reauth = Extract<ClientFrame, { t: 'reauth' }>['data']

/** Whom a stream is for: what it may read, for how long, and how it proves that again. */
export type Audience = {
  /** Streams of one key are counted together. */
  readonly key: string
  readonly subscriptions: Subscriptions
  /** Who reads, as topics know them. */
  readonly reader: string
  readonly topics: readonly string[]
  readonly heartbeatSeconds: number
  /** Browsers cannot see pings of the protocol. */
  readonly pings: 'protocol' | 'frames'
  /** A first `reauth` is due within this time, before anything else. */
  readonly proveWithinMs?: number
  /** How often it is looked whether the stream may stay. */
  readonly lookEveryMs?: number
  /** Unix seconds. */
  readonly expiresAt: () => number
  /** Throws the failure for which it may not (or no longer) read. */
  readonly mayRead: () => Promise<void>
  /** How a stream that may no longer read is closed. */
  readonly ending: readonly [keyof typeof closeCodes, string]
  /** Takes a new proof. Throws the failure for which it is none. */
  readonly renew: (proof: Reauth) => Promise<void>
}

export type StreamPorts = { readonly clock: Clock; readonly log: Log }

/** One open stream. */
export class LiveStream {
  readonly #ports: StreamPorts
  readonly #audience: Audience
  readonly #socket: WebSocket
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #onClosed: () => void
  /** Until it has proven itself, a stream is told nothing but `hello`. */
  #proven: boolean
  #missedPongs = 0
  /** The last ping that went as a frame. */
  #pinged: string | undefined
  /** Frames in the second that began then. */
  #frames = { sinceMs: 0, count: 0 }
  /** One timer per purpose; setting it again replaces it. */
  readonly #timers = new Map<string, () => void>()
  #handling: Promise<void> = Promise.resolve()
  #closed = false

  constructor(ports: StreamPorts, socket: WebSocket, audience: Audience, onClosed: () => void) {
    this.#ports = ports
    this.#socket = socket
    this.#audience = audience
    this.#proven = audience.proveWithinMs === undefined
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
        heartbeat_s: audience.heartbeatSeconds,
        token_exp: audience.expiresAt(),
        topics: audience.topics,
      },
    })
    this.#beatLater()
    this.#watchEnd()
    if (audience.proveWithinMs !== undefined)
      this.#after('proof', audience.proveWithinMs, () => this.close('auth', 'nothing was proven'))
    if (audience.lookEveryMs !== undefined) this.#lookLater(audience.lookEveryMs)
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
    this.#after('beat', this.#audience.heartbeatSeconds * 1000, () => {
      if (this.#closed) return
      if (this.#missedPongs >= 2) return this.close('idle', 'two pings were not answered')
      this.#missedPongs += 1
      if (this.#audience.pings === 'protocol') this.#socket.ping()
      else {
        this.#pinged = randomId()
        this.#send({ t: 'ping', id: this.#pinged })
      }
      this.#beatLater()
    })
  }

  /** Whether it may stay is looked at by itself, where nobody tells. */
  #lookLater(everyMs: number): void {
    this.#after('look', everyMs, () => {
      this.#inTurn(async () => {
        await this.#mayStillRead()
      })
      if (!this.#closed) this.#lookLater(everyMs)
    })
  }

  #watchEnd(): void {
    const exp = this.#audience.expiresAt()
    const left = exp - secondsNow(this.#ports.clock)
    this.#after('reauth', Math.max(0, left - reauthBeforeSeconds) * 1000, () =>
      this.#send({ t: 'reauth', data: { expires_in: Math.max(0, exp - secondsNow(this.#ports.clock)) } }),
    )
    this.#after('token-end', Math.max(0, left) * 1000, () => this.close('auth', 'its time is over'))
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
    if (!this.#proven && frame.t !== 'reauth') return this.close('auth', 'prove first who you are')
    switch (frame.t) {
      case 'ping':
        return this.#send({ t: 'ack', id: frame.id })
      case 'ack':
        if (frame.id !== undefined && frame.id === this.#pinged) this.#missedPongs = 0
        return
      case 'reauth':
        return this.#reauth(frame.id, frame.data)
      case 'sub':
        return this.#read(frame.id, frame.topic, (send) =>
          this.#audience.subscriptions.subscribe(frame.topic, this.#audience.reader, send),
        )
      case 'resume':
        return this.#read(frame.id, frame.topic, (send) =>
          this.#audience.subscriptions.resume(frame.topic, this.#audience.reader, frame.data.after, send),
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
      await this.#audience.mayRead()
      return true
    } catch (refused) {
      if (!isFailure(refused)) throw refused
      this.close(...this.#audience.ending)
      return false
    }
  }

  async #reauth(id: string, data: Extract<ClientFrame, { t: 'reauth' }>['data']): Promise<void> {
    try {
      await this.#audience.renew(data)
      this.#proven = true
      this.#timers.get('proof')?.()
      this.#watchEnd()
      this.#send({ t: 'ack', id })
    } catch (refused) {
      if (!isFailure(refused)) throw refused
      this.#send({ t: 'err', id, data: { code: refused.code, detail: 'that proof was not accepted' } })
      this.close('auth', 'that proof was not accepted')
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
