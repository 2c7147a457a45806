import type { IncomingMessage } from 'node:http'
import { isIP, type Socket } from 'node:net'
import type { Reason } from '#domain/reason.ts'
import type { Clock } from '#runtime/clock.ts'
import { nodeHttp, nodeHttps } from '#runtime/node-http.ts'
import { type ProxyWay, proxyName } from './proxy-choice.ts'

/** A proxy stood in the way. The reason names it and says what to do; it never holds what the proxy or a person wrote. */
export class ProxyTrouble extends Error {
  readonly reason: Reason
  /** Whether another way may be tried: this proxy was not there at all. */
  readonly isAbsent: boolean
  constructor(reason: Reason, isAbsent = false, cause?: unknown) {
    super(reason, { cause })
    this.reason = reason
    this.isAbsent = isAbsent
  }
}

const limitMs = 5000

/**
 * Asks a proxy for a tunnel to `host:port` (RFC 9110, section 9.3.6). A proxy that is spoken to over TLS must show a
 * certificate that this system trusts. Rejects with `ProxyTrouble`.
 */
export function openTunnel(proxy: ProxyWay, target: string, clock: Pick<Clock, 'setTimer'>): Promise<Socket> {
  const name = proxyName(proxy)
  return new Promise((resolve, reject) => {
    const credentials = proxy.credentials
    const options = {
      method: 'CONNECT',
      host: proxy.host,
      port: proxy.port,
      path: target,
      agent: false,
      rejectUnauthorized: true, // whatever the environment says
      servername: isIP(proxy.host) === 0 ? proxy.host : '', // otherwise the name in `host` would count as the proxy's
      headers: {
        host: target,
        ...(credentials === undefined
          ? {}
          : { 'proxy-authorization': `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}` }),
      },
    } as const
    const request = proxy.tls ? nodeHttps.request(options) : nodeHttp.request(options)
    const fail = (trouble: ProxyTrouble) => {
      cancelLimit()
      reject(trouble)
      request.destroy()
    }
    const cancelLimit = clock.setTimer(limitMs, () =>
      fail(
        new ProxyTrouble(`The proxy ${name} did not answer within ${limitMs / 1000} seconds. ${checkSettings}`, true),
      ),
    )
    request.on('error', (thrown) => fail(brokenProxy(thrown, name)))
    // An answer that opens no tunnel comes here too.
    request.once('connect', (response, socket: Socket, head) => {
      const trouble = refusal(response, name, target)
      if (trouble !== undefined || head.length > 0) {
        socket.destroy()
        return fail(trouble ?? new ProxyTrouble(`The proxy ${name} spoke in place of ${target}`))
      }
      cancelLimit()
      resolve(socket)
    })
    request.end()
  })
}

const checkSettings = 'Check the proxy settings of this system'

function refusal(response: IncomingMessage, name: string, target: string): ProxyTrouble | undefined {
  const status = response.statusCode ?? 0
  if (status >= 200 && status < 300) return undefined
  if (status === 407) return new ProxyTrouble(wantsSignIn(response, name, target))
  if (status === 502 || status === 503 || status === 504)
    return new ProxyTrouble(`The proxy ${name} could not reach ${target} (status ${status})`)
  return new ProxyTrouble(
    `The proxy ${name} does not let this device reach ${target} (status ${status}). Ask whoever runs it to allow that`,
  )
}

/** Schemes by RFC 9110, section 11.7.1. */
function wantsSignIn(response: IncomingMessage, name: string, target: string): Reason {
  const offered = response.headersDistinct['proxy-authenticate'] ?? []
  const schemes = new Set(
    offered
      .flatMap((value) => value.split(','))
      .map((part) => /^\s*([a-z0-9-]+)(?:\s|$)/i.exec(part)?.[1]?.toLowerCase()),
  )
  if (schemes.has('basic'))
    return `The proxy ${name} asks for a name and a password, and takes none or not these. Put them into HTTPS_PROXY, or ask for a way to ${target} without`
  return schemes.has('ntlm') || schemes.has('negotiate')
    ? `The proxy ${name} wants NTLM or Negotiate, which Postern does not support. Ask whoever runs it to let ${target} through without sign-in`
    : `The proxy ${name} wants a kind of sign-in that Postern does not support. Ask whoever runs it to let ${target} through without sign-in`
}

function brokenProxy(thrown: Error, name: string): ProxyTrouble {
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
  if (code === 'ECONNREFUSED')
    return new ProxyTrouble(`Nothing answers at the proxy ${name}. ${checkSettings}`, true, thrown)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new ProxyTrouble(
      `The name of the proxy ${name} is not known on this network. ${checkSettings}`,
      true,
      thrown,
    )
  if (code.startsWith('HPE_') || code === 'EPROTO' || code.startsWith('ERR_SSL'))
    return new ProxyTrouble(
      `What answers at ${name} is no proxy of the kind that is set. ${checkSettings}`,
      false,
      thrown,
    )
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return new ProxyTrouble(`The proxy ${name} cut the connection. Try again, or ask whoever runs it`, false, thrown)
  if (/CERT|ISSUER|SIGNATURE|SELF_SIGNED|INVALID_CA/.test(code))
    return new ProxyTrouble(
      `This system does not trust the certificate of the proxy ${name}. ${checkSettings}`,
      false,
      thrown,
    )
  return new ProxyTrouble(`The proxy ${name} could not be reached. ${checkSettings}`, true, thrown)
}
