import type { streamStates } from '#contract/ipc.ts'
import {
  type ClientFrame,
  closeCodes,
  type GatewayFrame,
  gatewayFrame,
  maxFrameBytes,
  type Topic,
} from '#contract/live-frames.ts'
import { parseStrictJson } from '#contract/strict-json.ts'
import type { Failure } from '#domain/failure.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { randomId } from '#runtime/random-id.ts'
import type { HttpAnswer } from './exchange.ts'
import { type Loss, lossOf, nextTryMs } from './reconnecting.ts'
import { afterAnswer, afterEvent, afterReset, afterSnapshot, atStart, type TopicPosition } from './topic-position.ts'
import type { ConnectSocket, OpenSocket } from './web-socket.ts'

export type StreamState = (typeof streamStates)[number]

/** A proof of this moment with the newest token; `exp` of that token in Unix seconds of the gateway's clock. */
export type StreamProof = { readonly access_token: string; readonly dpop: string; readonly exp: number }

export type LivePorts = {
  /** Where the stream is now: the newest config may name another place. */
  readonly url: () => string
  readonly topics: readonly Topic[]
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  readonly connect: () => Promise<ConnectSocket>
  /** `undefined`: there is no token that outlives `beyond` (Unix seconds). */
  readonly prove: (beyond: number) => Promise<StreamProof | undefined>
  /** Somebody should attest, since only that brings a new token. */
  readonly needToken: () => void
  /** Takes time and nonces from a refused upgrade; answers the failure it stands for. */
  readonly onRefused: (answer: HttpAnswer) => Failure
  /** The stream could not be opened: why. */
  readonly onUnreachable: (thrown: unknown) => void
  readonly onState: (state: StreamState) => void
  /** What a topic tells, one after another and in order. A frame is a hint: only what is signed inside counts. */
  readonly onSnapshot: (topic: Topic, data: unknown) => Promise<void>
  readonly onEvent: (topic: Topic, data: unknown) => Promise<void>
  /** Unix seconds of the gateway's clock. */
  readonly nowSeconds: () => number
}

export type LiveConnection = {
  start(): void
  stop(): void
  /** There is a new token, or the network is back: a waiting connection tries now, unless it was told to stay away. */
  hurry(): void
  state(): StreamState
}

const openWithinMs = 20_000
const ackEveryMs = 5000
const reauthBeforeSeconds = 60
/** Two pings missed, and a little for a slow network. */
const missedBeats = 2
const beatSlackMs = 5000
/** A stream that lived this long was a success: the next loss begins with short waits again. */
const livedMs = 30_000

type Purpose = 'open' | 'beat' | 'reauth' | 'lived' | 'retry' | `ack ${Topic}`

/** The live stream of one device (protocol.md section 9), opened again whenever it is lost. */
export function liveConnection(ports: LivePorts): LiveConnection {
  const { clock, log } = ports
  let state: StreamState = 'off'
  let isStarted = false
  let failures = 0
  let round = 0 // which connection a callback belongs to; late ones of an older connection are ignored
  let stayAwayUntilMs = 0
  let socket: OpenSocket | undefined
  let heartbeatMs = 0
  let tokenExp = 0
  let reauthId: string | undefined
  let bye: Loss | undefined
  let provesAgain = true
  let handing: Promise<void> = Promise.resolve()
  const positions = new Map<Topic, TopicPosition>()
  const asked = new Map<string, Topic>()
  const processed = new Map<Topic, number>()
  const timers = new Map<Purpose, () => void>()

  function become(next: StreamState): void {
    if (state === next) return
    state = next
    ports.onState(next)
  }
  function after(purpose: Purpose, milliseconds: number, act: () => void): void {
    timers.get(purpose)?.()
    timers.set(
      purpose,
      clock.setTimer(milliseconds, () => {
        timers.delete(purpose)
        act()
      }),
    )
  }
  function cancelTimers(): void {
    for (const cancel of timers.values()) cancel()
    timers.clear()
  }

  async function connect(): Promise<void> {
    const mine = ++round
    become('connecting')
    try {
      const proof = await ports.prove(ports.nowSeconds())
      if (mine !== round) return
      if (proof === undefined) {
        ports.needToken()
        return lost({ atLeastMs: 0, needsToken: false })
      }
      const open = await ports.connect()
      if (mine !== round) return
      tokenExp = proof.exp
      bye = undefined
      after('open', openWithinMs, () => socket?.cut())
      const headers = { authorization: `DPoP ${proof.access_token}`, dpop: proof.dpop }
      socket = open(ports.url(), headers, {
        onOpen: () => {}, // it counts as open when the gateway has said hello
        onText: (text) => (mine === round ? received(text) : undefined),
        onBinary: () => (mine === round ? misunderstood('binary') : undefined),
        onPing: () => (mine === round ? beat() : undefined),
        onClosed: (closed) => (mine === round ? ended(closed) : undefined),
      })
    } catch (thrown) {
      if (mine !== round) return
      ports.onUnreachable(thrown)
      lost({ atLeastMs: 0, needsToken: false })
    }
  }

  function ended(closed: { readonly code: number; readonly refused?: HttpAnswer; readonly error?: unknown }): void {
    const wasOpen = state === 'open'
    if (closed.refused !== undefined) return refusedBy(ports.onRefused(closed.refused))
    if (!wasOpen) ports.onUnreachable(closed.error)
    const byCode = lossOf(closed.code)
    log.info('live.closed', { code: closed.code })
    lost({ ...byCode, atLeastMs: Math.max(byCode.atLeastMs, bye?.atLeastMs ?? 0) })
  }

  function refusedBy(failure: Failure): void {
    log.info('live.refused', { code: failure.code })
    const isProof = failure.code === 'use_dpop_nonce' || failure.code === 'invalid_dpop_proof'
    if (isProof && provesAgain) {
      provesAgain = false
      socket = undefined
      cancelTimers()
      return void connect() // once, with the nonce of this answer
    }
    const { details } = failure
    const wait = 'retry_after' in details && typeof details.retry_after === 'number' ? details.retry_after * 1000 : 0
    lost({ atLeastMs: wait, needsToken: failure.code === 'invalid_token' })
  }

  function lost(loss: Loss): void {
    round += 1
    socket = undefined
    reauthId = undefined
    provesAgain = true
    cancelTimers()
    asked.clear()
    if (!isStarted) return become('off')
    const wait = nextTryMs(failures, loss, ports.random)
    failures += 1
    stayAwayUntilMs = clock.nowMs() + loss.atLeastMs
    become('waiting')
    after('retry', wait, () => void connect())
    if (loss.needsToken) ports.needToken()
  }

  function received(text: string): void {
    beat()
    const frame = readFrame(text)
    if (frame === 'misunderstood') return misunderstood('text')
    if (frame !== undefined) handle(frame)
  }
  function misunderstood(kind: string): void {
    log.warn('live.misunderstood', { kind })
    socket?.close(closeCodes.badFrame)
    lost(lossOf(closeCodes.badFrame))
  }
  function beat(): void {
    if (heartbeatMs === 0) return
    after('beat', heartbeatMs * missedBeats + beatSlackMs, () => {
      log.info('live.silent')
      const silent = socket
      lost({ atLeastMs: 0, needsToken: false })
      silent?.cut()
    })
  }

  function handle(frame: GatewayFrame): void {
    if (frame.t === 'hello') return greeted(frame.data)
    if (state !== 'open') return // nothing counts before hello
    switch (frame.t) {
      case 'snapshot':
        return onTopic(frame.topic, (topic, position) => {
          const { position: next, verdict } = afterSnapshot(position, frame.seq)
          positions.set(topic, next)
          if (verdict === 'take') hand(topic, frame.seq, () => ports.onSnapshot(topic, frame.data))
        })
      case 'ev':
        return onTopic(frame.topic, (topic, position) => {
          const { position: next, verdict } = afterEvent(position, frame.seq)
          positions.set(topic, next)
          if (verdict === 'take') hand(topic, frame.seq, () => ports.onEvent(topic, frame.data))
          if (verdict === 'resume') ask(topic)
        })
      case 'reset':
        return onTopic(frame.topic, (topic, position) => {
          positions.set(topic, afterReset(position))
        })
      case 'ack':
        return answered(frame.id)
      case 'reauth':
        return void reauthenticate()
      case 'ping':
        return send({ t: 'ack', id: frame.id })
      case 'err':
        log.warn('live.err', { code: frame.data.code })
        return
      case 'bye':
        bye = { atLeastMs: (frame.data.retry_after ?? 0) * 1000, needsToken: false }
    }
  }

  function greeted(hello: Extract<GatewayFrame, { t: 'hello' }>['data']): void {
    if (state === 'open') return
    timers.get('open')?.()
    heartbeatMs = hello.heartbeat_s * 1000
    tokenExp = hello.token_exp
    become('open')
    beat()
    after('lived', livedMs, () => {
      failures = 0
    })
    watchToken()
    for (const topic of ports.topics) if (hello.topics.includes(topic)) ask(topic)
  }

  /** From where we are, or from a snapshot. */
  function ask(topic: Topic): void {
    const position = positions.get(topic) ?? atStart
    const id = randomId()
    asked.set(id, topic)
    positions.set(topic, { ...position, isAsking: true })
    send(
      position.last === undefined
        ? { t: 'sub', id, topic }
        : { t: 'resume', id, topic, data: { after: position.last } },
    )
  }
  function answered(id: string | undefined): void {
    if (id === undefined) return
    if (id === reauthId) {
      reauthId = undefined
      return watchToken()
    }
    const topic = asked.get(id)
    asked.delete(id)
    if (topic !== undefined) positions.set(topic, afterAnswer(positions.get(topic) ?? atStart))
  }
  function onTopic(name: string, act: (topic: Topic, position: TopicPosition) => void): void {
    const topic = ports.topics.find((known) => known === name)
    if (topic !== undefined) act(topic, positions.get(topic) ?? atStart)
  }

  /** One after another: what a later frame says never overtakes an earlier one. */
  function hand(topic: Topic, seq: number, act: () => Promise<void>): void {
    handing = handing.then(act).then(
      () => acknowledge(topic, seq),
      (thrown: unknown) => {
        log.error('live.handling-broke', { topic, err: thrown })
        acknowledge(topic, seq) // a frame is a hint; the next attestation brings what it meant
      },
    )
  }
  function acknowledge(topic: Topic, seq: number): void {
    processed.set(topic, seq)
    if (state !== 'open' || timers.has(`ack ${topic}`)) return
    const tell = () => {
      const upTo = processed.get(topic)
      if (upTo === undefined) return
      processed.delete(topic)
      send({ t: 'ack', topic, seq: upTo })
      after(`ack ${topic}`, ackEveryMs, tell)
    }
    tell()
  }

  function watchToken(): void {
    after(
      'reauth',
      Math.max(0, tokenExp - ports.nowSeconds() - reauthBeforeSeconds) * 1000,
      () => void reauthenticate(),
    )
  }
  async function reauthenticate(): Promise<void> {
    if (reauthId !== undefined) return
    const mine = round
    const id = randomId()
    reauthId = id
    try {
      const proof = await ports.prove(tokenExp)
      if (mine !== round) return
      if (proof === undefined) {
        reauthId = undefined
        return ports.needToken() // `hurry` comes with the token; without one the gateway ends the stream
      }
      tokenExp = proof.exp
      send({ t: 'reauth', id, data: { access_token: proof.access_token, dpop: proof.dpop } })
    } catch (thrown) {
      if (mine === round) reauthId = undefined
      log.warn('live.no-proof', { err: thrown }) // the gateway will end the stream, and it is opened anew
    }
  }

  function send(frame: FrameBody): void {
    socket?.sendText(JSON.stringify({ v: 1, ts: ports.nowSeconds(), ...frame }))
  }

  return {
    start() {
      if (isStarted) return
      isStarted = true
      failures = 0
      void connect()
    },
    stop() {
      isStarted = false
      const open = socket
      lost({ atLeastMs: 0, needsToken: false })
      open?.close(1000)
    },
    hurry() {
      if (state === 'open' && tokenExp - ports.nowSeconds() <= reauthBeforeSeconds) return void reauthenticate()
      if (state !== 'waiting' || clock.nowMs() < stayAwayUntilMs) return
      cancelTimers()
      void connect()
    },
    state: () => state,
  }
}

type Distributed<Frame> = Frame extends unknown ? Omit<Frame, 'v' | 'ts'> : never
type FrameBody = Distributed<ClientFrame>

/** A frame we know; undefined for one of a newer gateway; what is no strict JSON object of 64 KiB ends the stream. */
function readFrame(text: string): GatewayFrame | undefined | 'misunderstood' {
  try {
    return gatewayFrame.safeParse(parseStrictJson(text, { maxLength: maxFrameBytes })).data
  } catch {
    return 'misunderstood'
  }
}
