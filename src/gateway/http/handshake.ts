import type { IncomingMessage } from 'node:http'
import { subprotocol } from '#contract/live-frames.ts'

/** A header that stands exactly once; repeats are a confusion attempt. */
export function single(request: IncomingMessage, name: string): string | undefined {
  const values = request.headersDistinct[name]
  return values?.length === 1 ? values[0] : undefined
}

/** What RFC 6455 section 4.2.1 and our subprotocol ask of the handshake; undefined: nothing is wrong. */
export function handshakeFault({ headers }: IncomingMessage): string | undefined {
  if (headers['sec-websocket-version'] !== '13') return 'speak WebSocket version 13'
  if (!/^[A-Za-z0-9+/]{22}==$/.test(headers['sec-websocket-key'] ?? '')) return 'send a Sec-WebSocket-Key'
  const offers = (headers['sec-websocket-protocol'] ?? '').split(',').map((offer) => offer.trim())
  return offers.includes(subprotocol) ? undefined : `offer the subprotocol ${subprotocol}`
}
