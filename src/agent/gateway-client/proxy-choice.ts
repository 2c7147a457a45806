import type { Reason } from '#domain/reason.ts'

/** One way to a gateway. */
export type Way =
  | { readonly kind: 'direct' }
  | ProxyWay
  /** Named, but not one that is served: why, as a sentence that says what to do. */
  | { readonly kind: 'unusable'; readonly reason: Reason }

/** A proxy that is asked for a tunnel (RFC 9110, section 9.3.6). */
export type ProxyWay = {
  readonly kind: 'proxy'
  /** Whether the proxy itself is spoken to over TLS. */
  readonly tls: boolean
  /** As in a URL; an IPv6 address without its brackets. */
  readonly host: string
  readonly port: number
  /** `name:password`, for Basic (RFC 7617). Never shown. */
  readonly credentials?: string
}

/** Ways in the order to be tried; never empty. */
export type ProxyChoice = readonly Way[]

export const direct: ProxyChoice = [{ kind: 'direct' }]

/** How a proxy is named to people: without its credentials. */
export function proxyName({ host, port }: ProxyWay): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/**
 * A proxy by its address: `http://` or `https://`, host and perhaps port, perhaps credentials, nothing else; without a
 * scheme it is `http`. Undefined: it is none.
 */
export function readProxyAddress(text: string): ProxyWay | undefined {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  const url = text.length <= 400 && URL.canParse(whole) ? new URL(whole) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined
  if (url.hostname === '' || url.pathname !== '/' || url.search !== '' || url.hash !== '') return undefined
  const tls = url.protocol === 'https:'
  const credentials = readCredentials(url)
  return {
    kind: 'proxy',
    tls,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (tls ? 443 : 80) : Number(url.port),
    ...(credentials === undefined ? {} : { credentials }),
  }
}

/** Whether this is a proxy of a kind that is not served (RFC 1928 and its kin). */
export function isSocks(text: string): boolean {
  return /^socks/i.test(text)
}

export const socksReason =
  'The proxy settings of this system lead to a SOCKS proxy, which Postern does not support. Name an HTTP proxy, or let the gateway be reached without one'

function readCredentials(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined
  try {
    return `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  } catch {
    return `${url.username}:${url.password}` // not escaped, then
  }
}
