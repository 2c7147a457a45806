import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { maxQuestionLine, readFrame } from '#agent/control/control-frames.ts'
import type { AnswerRequest } from '#agent/window-api/answer-request.ts'
import type { Notice, NoticeName } from '#contract/ipc.ts'
import type { Clock } from '#runtime/clock.ts'
import { equalSecrets } from '#runtime/digest.ts'
import type { Log } from '#runtime/log.ts'
import { randomSecret } from '#runtime/random-id.ts'
import { loopbackHeaders } from './loopback-headers.ts'
import type { Pages } from './serve-windows.ts'

export type LoopbackPorts = {
  readonly pages: Pages
  readonly answer: AnswerRequest
  /** Tells of changes until the returned function is called. */
  readonly onNotice: (name: NoticeName, listener: (notice: Notice<NoticeName>) => void) => () => void
  /** The address for the next client; told at the start, and again whenever a client leaves. */
  readonly onAddress: (address: string) => void
  /** A window came, or left. */
  readonly onClient?: (isThere: boolean) => void
  readonly clock: Clock
  readonly log: Log
}

/** Where a client opens its socket. */
export const loopbackPath = '/postern'
/** How long a client may take to say its token. */
const tokenMs = 5000
const mostUnproven = 4
const mostOpenQuestions = 16
const mostBufferedBytes = 4 * 1_048_576
/** Codes with which a socket ends (RFC 6455 section 7.4): 4000 and up are ours. */
const closing = { token: 4401, taken: 4409, protocol: 1002, binary: 1003, over: 1001, slow: 1013 } as const
const noticeNames = [
  'snapshot/changed',
  'exception/changed',
  'route/requested',
] as const satisfies readonly NoticeName[]

/**
 * The windows' loopback carrier, for development and tests only: 127.0.0.1 on a random port, pages and one WebSocket. Who
 * may ask is proven by exact `Host` and `Origin` and by a 256-bit token of one use, the first frame; there is one client.
 * Resolves with the function that ends it.
 */
export async function serveLoopback(ports: LoopbackPorts): Promise<() => Promise<void>> {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxQuestionLine,
    maxFragments: 16,
    clientTracking: false,
  })
  const server = createServer((request, response) => servePage(request, response, ports.pages, host()))
  const open = new Set<WebSocket>()
  let client: WebSocket | undefined
  let token = ''
  let isEnding = false
  const host = () => {
    const address = server.address()
    return address !== null && typeof address === 'object' ? `127.0.0.1:${address.port}` : ''
  }
  function offer(): void {
    token = randomSecret()
    ports.onAddress(`http://${host()}/#${token}`)
  }

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const fault = refusalOf(request, host())
    if (fault !== undefined) return refuseUpgrade(socket, fault)
    if (open.size >= mostUnproven) return refuseUpgrade(socket, 503)
    sockets.handleUpgrade(request, socket, head, welcome)
  })

  /** Nothing is answered before the token was said, and nothing but a token is listened to. */
  function welcome(socket: WebSocket): void {
    open.add(socket)
    const cancel = ports.clock.setTimer(tokenMs, () => socket.close(closing.token))
    socket.on('error', () => socket.terminate())
    socket.once('close', () => {
      cancel()
      open.delete(socket)
    })
    socket.once('message', (data: RawData, isBinary: boolean) => {
      cancel()
      if (isBinary) return socket.close(closing.binary)
      if (token === '' || !equalSecrets(textOf(data), token)) {
        ports.log.warn('loopback.refused', { why: client === undefined ? 'token' : 'taken' })
        return socket.close(client === undefined ? closing.token : closing.taken)
      }
      token = '' // of one use
      client = socket
      serveClient(socket, ports)
      ports.onClient?.(true)
      socket.once('close', () => {
        client = undefined
        ports.onClient?.(false)
        if (!isEnding) offer()
      })
    })
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  server.requestTimeout = tokenMs
  offer()
  return async () => {
    isEnding = true
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of open) socket.close(closing.over)
    for (const socket of open) socket.terminate()
    server.closeAllConnections()
    await closed
  }
}

/** One proven client. What is not in the form agreed on ends its connection. */
function serveClient(socket: WebSocket, { answer, onNotice }: LoopbackPorts): void {
  const ends = new Map<NoticeName, () => void>()
  let openQuestions = 0
  let isOver = false
  function end(code: number): void {
    isOver = true // what it said after that still arrives, and is not listened to
    socket.close(code)
  }
  const send = (frame: object) => {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > mostBufferedBytes) return end(closing.slow)
    socket.send(JSON.stringify(frame))
  }
  async function reply(id: number, name: unknown, question: unknown): Promise<void> {
    openQuestions += 1
    const given = await answer(name, question)
    openQuestions -= 1
    send({ id, reply: given })
  }

  send({ ready: true })
  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (isOver) return
    if (isBinary) return end(closing.binary)
    const frame = readFrame(textOf(data))
    if (frame === undefined || openQuestions >= mostOpenQuestions) return end(closing.protocol)
    if ('ask' in frame) return void reply(frame.id, frame.ask, frame.question)
    const name = noticeNames.find((known) => known === frame.on)
    if (name === undefined || ends.has(name)) return end(closing.protocol)
    ends.set(
      name,
      onNotice(name, (value) => send({ notice: name, value })),
    )
  })
  socket.once('close', () => {
    for (const end of ends.values()) end()
  })
}

function servePage(request: IncomingMessage, response: ServerResponse, pages: Pages, host: string): void {
  const fault = pageRefusal(request, host)
  const page = fault === undefined ? pages.get(request.url ?? '') : undefined
  const status = fault ?? (page === undefined ? 404 : 200)
  response.writeHead(status, {
    ...loopbackHeaders,
    'content-type': page?.type ?? 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
  })
  response.end(request.method === 'HEAD' ? undefined : (page?.body ?? `${status}\n`))
}

/** A page of another origin may not even load a file of ours, nor one that a foreign name was made to point to us. */
function pageRefusal(request: IncomingMessage, host: string): number | undefined {
  if (request.headers.host !== host) return 421
  const { origin } = request.headers
  if (origin !== undefined && origin !== `http://${host}`) return 403
  return request.method === 'GET' || request.method === 'HEAD' ? undefined : 405
}

function refusalOf(request: IncomingMessage, host: string): number | undefined {
  if (request.headers.host !== host) return 421
  if (request.headers.origin !== `http://${host}`) return 403
  return request.url === loopbackPath ? undefined : 404
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function textOf(data: RawData): string {
  return Buffer.isBuffer(data)
    ? data.toString()
    : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]).toString()
}
