import type { HttpAnswer } from '#agent/gateway-client/exchange.ts'
import { type LivePorts, liveConnection, type StreamState } from '#agent/gateway-client/live-connection.ts'
import { readProblem } from '#agent/gateway-client/read-answer.ts'
import type { ConnectSocket, SocketListener } from '#agent/gateway-client/web-socket.ts'
import { gatewayApi } from '#contract/gateway-api.ts'
import { type ClientFrame, clientFrame } from '#contract/live-frames.ts'
import { secondsNow } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'
import { randomId } from '#runtime/random-id.ts'
import { aClock } from './a-clock.ts'

type Opened = {
  readonly url: string
  readonly headers: object
  readonly listener: SocketListener
  ended?: 'closed' | 'cut'
}

/** A live connection on a clock that is advanced, and the gateway's end of its sockets. */
export function aStream(ports: Partial<LivePorts> = {}) {
  const clock = aClock()
  const opened: Opened[] = []
  const sent: ClientFrame[] = []
  const told: unknown[] = []
  const states: StreamState[] = []
  const token = { exp: secondsNow(clock) + 2100, proofs: 0, needed: 0 }
  const unreachable: unknown[] = []

  const connect: ConnectSocket = (url, headers, listener) => {
    const one: Opened = { url, headers, listener }
    opened.push(one)
    return {
      sendText: (text) => void sent.push(clientFrame.parse(JSON.parse(text))),
      close: () => {
        one.ended = 'closed'
      },
      cut: () => {
        one.ended = 'cut'
        listener.onClosed({ code: 1006 })
      },
    }
  }
  const live = liveConnection({
    url: () => 'wss://gate.example.com/v1/stream',
    topics: ['device'],
    clock,
    random: () => 0.999,
    log: silentLog,
    connect: async () => connect,
    async prove(beyond) {
      token.proofs += 1
      return token.exp > beyond ? { access_token: `t${token.proofs}`, dpop: 'p', exp: token.exp } : undefined
    },
    needToken: () => {
      token.needed += 1
    },
    onRefused: (answer) => readProblem(gatewayApi.stream, answer),
    onUnreachable: (thrown) => unreachable.push(thrown),
    onState: (state) => states.push(state),
    onSnapshot: async (_topic, data) => void told.push({ snapshot: data }),
    onEvent: async (_topic, data) => void told.push(data),
    nowSeconds: () => secondsNow(clock),
    ...ports,
  })
  const last = () =>
    opened.at(-1) ??
    (() => {
      throw new Error('nothing was opened')
    })()
  const say = (frame: object) => last().listener.onText(JSON.stringify({ v: 1, ts: secondsNow(clock), ...frame }))

  return {
    live,
    clock,
    opened,
    sent,
    told,
    states,
    token,
    unreachable,
    last,
    say,
    async hello(more: object = {}) {
      last().listener.onOpen()
      const data = { session: randomId(), heartbeat_s: 240, token_exp: token.exp, topics: ['device', 'exceptions'] }
      say({ t: 'hello', data: { ...data, ...more } })
      await clock.advance(0)
    },
    /** What the gateway sends: an event of the topic `device`. */
    async event(seq: number) {
      say({ t: 'ev', topic: 'device', seq, data: { n: seq } })
      await clock.advance(0)
    },
    async snapshot(seq: number) {
      say({ t: 'snapshot', topic: 'device', seq, data: seq })
      await clock.advance(0)
    },
    async ack() {
      const asked = sent.findLast((frame) => frame.t === 'sub' || frame.t === 'resume')
      say({ t: 'ack', id: asked?.id, topic: 'device', seq: 0 })
      await clock.advance(0)
    },
    async close(code: number) {
      last().listener.onClosed({ code })
      await clock.advance(0)
    },
    async refuse(answer: Pick<HttpAnswer, 'status' | 'body'> & { readonly headers?: Record<string, string> }) {
      const header = (name: string) => ({ 'content-type': 'application/problem+json', ...answer.headers })[name]
      const refused = { status: answer.status, body: answer.body, header, sentAtMs: 0, receivedAtMs: 0 }
      last().listener.onClosed({ code: 1006, refused })
      await clock.advance(0)
    },
  }
}
