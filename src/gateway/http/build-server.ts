import { isUtf8 } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { maxJsonBytes } from '#contract/strict-json.ts'
import { Failure, type WireFailureCode } from '#domain/failure.ts'
import type { Log } from '#runtime/log.ts'
import type { Metrics } from './metrics.ts'
import { problemAnswer } from './problem-answer.ts'
import { streamPath } from './stream-path.ts'

/** Longest header value and URL, in bytes (protocol.md section 12). */
const maxHeaderValueBytes = 8192
const maxUrlBytes = 2048
const requestMs = 10_000

export type ServerOptions = {
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  readonly log: Log
  readonly metrics: Metrics
}

/**
 * The API listener: parsers for exactly three media types, limits, one place that turns failures into problems, and no
 * routes yet. The request id is a UUID; it stands in the problem's `instance`, in the log and in the audit log.
 */
export function buildServer({ tls, log, metrics }: ServerOptions): FastifyInstance {
  const limits = {
    maxHeaderSize: 16_384,
    headersTimeout: requestMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: 1000, // left to itself Node looks every 30 s, and a slow sender stays for as long
    shouldUpgradeCallback: isStreamUpgrade, // any other `Upgrade` is an offer that we pass over (RFC 9110 section 7.8)
  }
  const common = {
    logger: false,
    bodyLimit: maxJsonBytes,
    requestTimeout: requestMs,
    connectionTimeout: 0,
    keepAliveTimeout: 75_000,
    maxRequestsPerSocket: 0,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: false,
    forceCloseConnections: 'idle', // what was accepted is answered
    return503OnClosing: false, // by us, as a problem
    rewriteUrl: withoutOrigin,
    exposeHeadRoutes: true,
    clientErrorHandler: refuseBrokenHttp,
    frameworkErrors: refuseTarget,
    routerOptions: { maxParamLength: 200 },
  } as const
  const server: FastifyInstance =
    tls === undefined
      ? fastify({ ...common, http: limits })
      : asPlain(fastify({ ...common, https: { ...limits, cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' } }))

  server.removeAllContentTypeParsers()
  for (const type of ['application/jose', 'application/eat+jwt', 'application/json'])
    server.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  server.server.on('checkExpectation', server.routing) // what is expected changes no answer (RFC 9110 section 10.1.1)

  let closing = false
  server.addHook('preClose', async () => {
    closing = true
  })
  server.addHook('onRequest', async (request, reply) => {
    // RFC 9112 section 3.2. Node takes the first of two.
    if (request.raw.headersDistinct['host']?.length !== 1) {
      reply.hijack()
      return endBadly(request.raw.socket, '400 Bad Request')
    }
    if (closing) throw new Failure('unavailable', { retry_after: 1 })
    if (Buffer.byteLength(request.url) > maxUrlBytes) throw new Failure('too_large', {})
    const raw = request.raw.rawHeaders
    for (let index = 1; index < raw.length; index += 2)
      if (Buffer.byteLength(raw[index] ?? '') > maxHeaderValueBytes) throw new Failure('too_large', {})
    if (request.headers['content-encoding'] !== undefined) throw new Failure('media_type', {})
  })
  server.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close')
  })
  server.addHook('onResponse', async (request, reply) => {
    metrics.answered(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000)
  })
  server.setNotFoundHandler((request, reply) => answerProblem(request, reply, new Failure('not_found', {})))
  server.setErrorHandler((thrown: FastifyError | Failure, request, reply) => {
    if (thrown.code === 'ECONNRESET' && request.raw.socket.destroyed) {
      reply.hijack() // whoever asked is gone in the middle of the body
      return
    }
    const failure = thrown instanceof Failure ? thrown : fromFramework(thrown)
    const answer = problemAnswer(failure ?? thrown, request.id)
    metrics.refused(answer.body.code)
    const fields = {
      requestId: request.id,
      route: request.routeOptions.url,
      code: answer.body.code,
      why: causeOf(failure),
    }
    if (answer.body.code === 'internal') log.error('http.failed', { ...fields, err: thrown })
    else log.info('http.refused', fields)
    sendProblem(reply, answer)
  })
  return server
}

/** The body of one request as text, if it came with exactly this media type. JSON may name its only character set. */
export function bodyText(request: FastifyRequest, media: string): string {
  const type = request.headers['content-type']?.toLowerCase()
  const bare = media === 'application/json' ? type?.replace(/\s*;\s*charset="?utf-8"?$/, '') : type
  if (bare !== media || !Buffer.isBuffer(request.body)) throw new Failure('media_type', {})
  // what is no UTF-8 would be read as something that nobody sent
  if (media === 'application/json' && !isUtf8(request.body))
    throw new Failure('schema_invalid', { errors: [{ pointer: '', detail: 'is not UTF-8' }] })
  return request.body.toString('utf8')
}

/** An absolute target is taken as its path (RFC 9112 section 3.2.2): which host was meant changes nothing here. */
function withoutOrigin({ url = '/' }: IncomingMessage): string {
  const path = /^https?:\/\/[^/?#]*(\/.*)?$/i.exec(url)
  return path === null ? url : (path[1] ?? '/')
}

function isStreamUpgrade({ method, url = '', headers }: IncomingMessage): boolean {
  return method === 'GET' && url.split('?', 1)[0] === streamPath && headers.upgrade?.toLowerCase() === 'websocket'
}

/** A target that cannot be decoded, or whose parts are too long for any route, names nothing here. */
function refuseTarget(_thrown: Error, request: FastifyRequest, reply: FastifyReply): void {
  answerProblem(request, reply, new Failure('not_found', {}))
}

function answerProblem(request: FastifyRequest, reply: FastifyReply, failure: Failure): void {
  sendProblem(reply, problemAnswer(failure, request.id))
}

function sendProblem(reply: FastifyReply, answer: ReturnType<typeof problemAnswer>): void {
  reply
    .code(answer.status)
    .headers(answer.headers)
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    .send(Buffer.from(JSON.stringify(answer.body))) // to a text the framework would add a charset, which JSON has none of
}

/** What the framework refuses by itself, in our words; `undefined` is a bug of ours. */
function fromFramework(thrown: FastifyError): Failure<WireFailureCode> | undefined {
  switch (thrown.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Failure('too_large', {})
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Failure('media_type', {})
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new Failure('schema_invalid', { errors: [{ pointer: '', detail: 'is not the announced body' }] })
    default:
      return undefined
  }
}

/** Why a message was refused, for the log alone. */
function causeOf(failure: Failure | undefined): string | undefined {
  const details: object = failure?.details ?? {}
  return 'cause' in details && typeof details.cause === 'string' ? details.cause : undefined
}

/** What is no HTTP, or too slow, gets a bare status and the end of the connection; headers beyond limits are `too_large`. */
function refuseBrokenHttp(thrown: NodeJS.ErrnoException, socket: Socket): void {
  if (thrown.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  if (thrown.code === 'ERR_HTTP_REQUEST_TIMEOUT') return endBadly(socket, '408 Request Timeout')
  if (thrown.code !== 'HPE_HEADER_OVERFLOW') return endBadly(socket, '400 Bad Request')
  const body = JSON.stringify(problemAnswer(new Failure('too_large', {}), randomUUID()).body)
  socket.end(
    `HTTP/1.1 413 Content Too Large\r\ncontent-type: application/problem+json\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

function endBadly(socket: Socket, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

/** fastify types its HTTPS server apart; to us both are one listener. */
function asPlain(server: unknown): FastifyInstance {
  if (isServer(server)) return server
  throw new TypeError('not a server')
}

function isServer(value: unknown): value is FastifyInstance {
  return typeof value === 'object' && value !== null && 'listen' in value
}
