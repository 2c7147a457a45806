import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { JsonRefused, maxJsonBytes, parseStrictJson } from '#contract/strict-json.ts'
import { type Clock, secondsNow } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { nodeHttp, nodeHttps } from '#runtime/node-http.ts'
import { type AuthzenPorts, BadQuestion, evaluate, evaluateAll } from './adapters/authzen.ts'
import { authenticateProxy, type Caller } from './authenticate-proxy.ts'

export type CheckPorts = AuthzenPorts & {
  readonly callers: readonly Caller[]
  /** Where callers find this listener; what the AuthZEN metadata names. */
  readonly checkUrl: string
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  readonly clock: Clock
  readonly log: Log
}

const evaluationPath = '/access/v1/evaluation'
const evaluationsPath = '/access/v1/evaluations'
const metadataPath = '/.well-known/authzen-configuration'

/** The listener that proxies and services ask, apart from API and console: bare node:http, and nothing without a caller. */
export function createCheckListener(ports: CheckPorts): Server {
  const options = {
    maxHeaderSize: 16_384,
    headersTimeout: 10_000,
    requestTimeout: 10_000,
    keepAliveTimeout: 75_000,
    requireHostHeader: false, // refused below, as 403
    connectionsCheckingInterval: 1000, // left to itself Node looks every 30 s, and a slow sender stays for as long
  }
  const metadata = JSON.stringify({
    policy_decision_point: ports.checkUrl,
    access_evaluation_endpoint: `${ports.checkUrl}${evaluationPath}`,
    access_evaluations_endpoint: `${ports.checkUrl}${evaluationsPath}`,
  })
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    answer(ports, metadata, request, response).catch((err: unknown) => {
      // Any error refuses: a decision that could not be made is not one.
      ports.log.error('check.failed', { err })
      if (!response.headersSent)
        sendJson(response, 200, JSON.stringify({ decision: false, context: { reason: 'unavailable' } }))
      else response.destroy()
    })
  }
  const server =
    ports.tls === undefined
      ? nodeHttp.createServer(options, serve)
      : nodeHttps.createServer({ ...options, ...ports.tls, minVersion: 'TLSv1.2' }, serve)
  return server
    .on('checkExpectation', (_request, response: ServerResponse) => deny(response, 'bad_target'))
    .on('clientError', refuseBrokenHttp)
}

/** Malformed requests are refused as others are: proxies make 500 of most other statuses. */
function refuseBrokenHttp(_thrown: Error, socket: Duplex): void {
  if (!socket.writable) socket.destroy()
  else
    socket.end('HTTP/1.1 403 Forbidden\r\nx-postern-deny: bad_target\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
}

async function answer(
  ports: CheckPorts,
  metadata: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  echoRequestId(request, response)
  const path = (request.url ?? '').split('?', 1)[0]
  if (request.method === 'GET' && path === metadataPath) return sendJson(response, 200, metadata)
  // Who is asking is settled before what is asked is read.
  const peer = unmapped(request.socket.remoteAddress ?? '')
  const caller = authenticateProxy(ports.callers, peer, request.headersDistinct['x-postern-proxy-auth'])
  if (caller === undefined) return deny(response, 'proxy_unauthenticated')
  if (request.headersDistinct['host']?.length !== 1) return deny(response, 'bad_target')
  const isBatch = path === evaluationsPath
  if (caller.adapter !== 'authzen' || request.method !== 'POST' || !(isBatch || path === evaluationPath))
    return deny(response, 'bad_target')
  try {
    const question = readQuestion(await readBody(request))
    const now = secondsNow(ports.clock)
    const decided = await (isBatch ? evaluateAll : evaluate)(ports, caller, question, now)
    sendJson(response, 200, JSON.stringify(decided))
  } catch (thrown) {
    if (!(thrown instanceof BadQuestion)) throw thrown
    sendJson(response, 400, JSON.stringify({ error: 'invalid_request', error_description: thrown.message }))
  }
}

function readQuestion(body: string): unknown {
  try {
    // Callers may state whatever their properties need: the depth is bounded, numbers are as JSON has them.
    return parseStrictJson(body, { maxDepth: 16, numbers: 'any' })
  } catch (thrown) {
    if (thrown instanceof JsonRefused) throw new BadQuestion('the body is not a JSON object')
    throw thrown
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new BadQuestion('the content type must be application/json')
  const chunks: Buffer[] = []
  let size = 0
  // What is too much is read and thrown away, or the answer would meet a closed connection; the time limit bounds it.
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    size += chunk.length
    if (size <= maxJsonBytes) chunks.push(chunk)
    else chunks.length = 0
  }
  if (size > maxJsonBytes) throw new BadQuestion('the body has more than 64 KiB')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw new BadQuestion('the body is not UTF-8')
  }
}

/** Nobody we know, or nothing we serve: 403, whatever else the request says. */
function deny(response: ServerResponse, code: 'proxy_unauthenticated' | 'bad_target'): void {
  response.writeHead(403, { 'x-postern-deny': code, 'cache-control': 'no-store', 'content-length': 0 }).end()
}

function sendJson(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'content-length': Buffer.byteLength(text),
    })
    .end(text)
}

function echoRequestId(request: IncomingMessage, response: ServerResponse): void {
  const id = request.headers['x-request-id']
  if (typeof id === 'string' && /^[!-~]{1,128}$/.test(id)) response.setHeader('x-request-id', id)
}

function unmapped(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address
}
