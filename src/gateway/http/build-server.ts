import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { maxJsonBytes } from '#contract/strict-json.ts'
import { Failure, type WireFailureCode } from '#domain/failure.ts'
import type { Log } from '#runtime/log.ts'
import type { Metrics } from './metrics.ts'
import { problemAnswer } from './problem-answer.ts'

/** Longest header value and URL, in bytes (protocol.md section 12). */
const maxHeaderValueBytes = 8192
const maxUrlBytes = 2048

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
  const common = {
    logger: false,
    bodyLimit: maxJsonBytes,
    requestTimeout: 10_000,
    connectionTimeout: 0,
    keepAliveTimeout: 75_000,
    maxRequestsPerSocket: 0,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: false,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    clientErrorHandler: refuseBrokenHttp,
    http: { maxHeaderSize: 16_384, headersTimeout: 10_000 },
    routerOptions: { maxParamLength: 200 },
  } as const
  const server: FastifyInstance =
    tls === undefined
      ? fastify(common)
      : asPlain(
          fastify({ ...common, https: { cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2', maxHeaderSize: 16_384 } }),
        )

  server.removeAllContentTypeParsers()
  for (const type of ['application/jose', 'application/eat+jwt', 'application/json'])
    server.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  server.addHook('onRequest', async (request) => {
    if (Buffer.byteLength(request.url) > maxUrlBytes) throw new Failure('too_large', {})
    const raw = request.raw.rawHeaders
    for (let index = 1; index < raw.length; index += 2)
      if (Buffer.byteLength(raw[index] ?? '') > maxHeaderValueBytes) throw new Failure('too_large', {})
    if (request.headers['content-encoding'] !== undefined) throw new Failure('media_type', {})
  })
  server.addHook('onResponse', async (request, reply) => {
    metrics.answered(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000)
  })
  server.setNotFoundHandler((request, reply) => answerProblem(request, reply, new Failure('not_found', {})))
  server.setErrorHandler((thrown: FastifyError | Failure, request, reply) => {
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

/** The body of one request as text, if it came with exactly this media type. */
export function bodyText(request: FastifyRequest, media: string): string {
  if (request.headers['content-type']?.toLowerCase() !== media || !Buffer.isBuffer(request.body))
    throw new Failure('media_type', {})
  return request.body.toString('utf8')
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
    .send(JSON.stringify(answer.body))
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
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_ASYNC_CONSTRAINT':
      return new Failure('not_found', {})
    default:
      return undefined
  }
}

/** Why a message was refused, for the log alone. */
function causeOf(failure: Failure | undefined): string | undefined {
  const details: object = failure?.details ?? {}
  return 'cause' in details && typeof details.cause === 'string' ? details.cause : undefined
}

/** What is no HTTP at all gets a bare 400 and the end of the connection; headers beyond all limits are `too_large`. */
function refuseBrokenHttp(thrown: NodeJS.ErrnoException, socket: Socket): void {
  if (thrown.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  if (thrown.code !== 'HPE_HEADER_OVERFLOW') {
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    return
  }
  const body = JSON.stringify(problemAnswer(new Failure('too_large', {}), randomUUID()).body)
  socket.end(
    `HTTP/1.1 413 Content Too Large\r\ncontent-type: application/problem+json\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

/** fastify types its HTTPS server apart; to us both are one listener. */
function asPlain(server: unknown): FastifyInstance {
  if (isServer(server)) return server
  throw new TypeError('not a server')
}

function isServer(value: unknown): value is FastifyInstance {
  return typeof value === 'object' && value !== null && 'listen' in value
}
