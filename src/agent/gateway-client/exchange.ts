import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { Failure } from '#domain/failure.ts'
import type { Reason } from '#domain/reason.ts'
import type { Clock } from '#runtime/clock.ts'
import { nodeHttp, nodeHttps } from '#runtime/node-http.ts'
import { explainFailure, type ShownCertificate, TimeLimit } from './explain-failure.ts'
import { type GatewayNetwork, gatewayNetwork } from './gateway-network.ts'

export type HttpQuestion = {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: { readonly [name: string]: string }
  readonly body?: string
}

export type HttpAnswer = {
  readonly status: number
  readonly header: (name: string) => string | undefined
  readonly body: string
  readonly sentAtMs: number
  readonly receivedAtMs: number
}

/** One request and its whole answer. Failures: `gateway_unreachable`, `gateway_untrusted`, `gateway_answer_invalid`. */
export type Exchange = (question: HttpQuestion) => Promise<HttpAnswer>

const connectMs = 5000
const totalMs = 20_000
const mostBytes = 262_144

/** Runs before the first encrypted exchange, and not again. */
export function beforeFirstTls(exchange: Exchange, prepare: () => void): Exchange {
  let isPrepared = false
  return (question) => {
    if (!isPrepared && question.url.startsWith('https:')) {
      isPrepared = true
      prepare()
    }
    return exchange(question)
  }
}

/**
 * Node's HTTP over Node's TLS: certificates are always verified, no redirect is followed, no cookie kept, nothing sent
 * twice. Each exchange has its own connection, through a proxy where `network` says so. What is not encrypted stays on
 * this machine, and goes through none.
 */
export function nodeExchange(clock: Clock, network: GatewayNetwork = gatewayNetwork({ clock })): Exchange {
  const plain = new nodeHttp.Agent({ keepAlive: false })
  return (question) =>
    new Promise((resolve, reject) => {
      const url = new URL(question.url)
      const sentAtMs = clock.nowMs()
      let certificate: ShownCertificate | undefined
      let via: string | undefined
      let cancelConnect = () => {}
      const onWay = (name?: string) => {
        via = name
        armConnect() // each way has its own time
      }
      const options = { method: question.method, headers: headersOf(question) }
      const request =
        url.protocol === 'https:'
          ? nodeHttps.request(url, { ...options, agent: network.agent(question.url, onWay) })
          : nodeHttp.request(url, { ...options, agent: plain })

      const end = () => {
        cancelTotal()
        cancelConnect()
      }
      /** The first thing that went wrong is what is told; the connection ends with it. */
      const fail = (thrown: unknown) => {
        end()
        reject(thrown instanceof Failure ? thrown : explainFailure(thrown, { host: url.host, via, certificate }))
        request.destroy()
      }
      const cancelTotal = clock.setTimer(totalMs, () =>
        fail(new TimeLimit(`No answer came within ${totalMs / 1000} seconds`)),
      )
      function armConnect(): void {
        cancelConnect()
        cancelConnect = clock.setTimer(connectMs, () =>
          fail(new TimeLimit(`No connection to ${url.host} within ${connectMs / 1000} seconds`)),
        )
      }
      armConnect()
      onConnected(
        request,
        () => cancelConnect(),
        (shown) => {
          certificate = shown
        },
      )
      request.on('error', fail)
      request.once('response', (response) => {
        readBody(response).then((body) => {
          end()
          resolve({
            status: response.statusCode ?? 0,
            header: (name) => singleHeader(response, name),
            body,
            sentAtMs,
            receivedAtMs: clock.nowMs(),
          })
        }, fail)
      })
      request.end(question.body)
    })
}

function headersOf(question: HttpQuestion): { readonly [name: string]: string } {
  const length = question.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(question.body)) }
  return { accept: 'application/json, application/problem+json', ...length, ...question.headers }
}

/** Tells when the connection stands, TLS included, and shows the certificate before Node drops a bad one. */
function onConnected(request: ClientRequest, tell: () => void, onCertificate: (shown: ShownCertificate) => void): void {
  request.once('socket', (socket: Socket) => {
    if (!(socket instanceof TLSSocket)) return void socket.once('connect', tell)
    socket.once('secureConnect', tell)
    // `secure` comes before Node judges the certificate and drops the connection; afterwards nothing can be asked.
    socket.prependOnceListener('secure', () => onCertificate(describeCertificate(socket.getPeerCertificate(true))))
  })
}

function describeCertificate(leaf: DetailedPeerCertificate): ShownCertificate {
  let top = leaf
  for (let depth = 0; depth < 10; depth += 1) {
    const above: DetailedPeerCertificate | undefined = top.issuerCertificate
    if (above === undefined || above === top) break
    top = above
  }
  return {
    subject: text(leaf.subject?.CN),
    authority: text(top.issuer?.CN) ?? text(top.issuer?.O),
    names: leaf.subjectaltname?.replaceAll(/\b(DNS|IP Address):/g, '') ?? text(leaf.subject?.CN),
  }
}

function text(name: unknown): string | undefined {
  return typeof name === 'string' ? name : Array.isArray(name) && typeof name[0] === 'string' ? name[0] : undefined
}

async function readBody(response: IncomingMessage): Promise<string> {
  if (response.headers['content-encoding'] !== undefined) throw invalid('It is encoded, which was not asked for')
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response) {
    if (!(part instanceof Uint8Array)) throw invalid('It is not made of bytes')
    size += part.byteLength
    if (size > mostBytes) throw invalid(`It has more than ${mostBytes / 1024} KiB`)
    parts.push(part)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts))
  } catch (cause) {
    throw new Failure('gateway_answer_invalid', { reason: 'It is not UTF-8 text' }, { cause })
  }
}

/** A header that stands exactly once. */
function singleHeader(response: IncomingMessage, name: string): string | undefined {
  const values = response.headersDistinct[name]
  return values?.length === 1 ? values[0] : undefined
}

function invalid(reason: Reason): Failure<'gateway_answer_invalid'> {
  return new Failure('gateway_answer_invalid', { reason })
}
