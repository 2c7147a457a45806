import type { IncomingMessage } from 'node:http'
import { maxFrameBytes, subprotocol } from '#contract/live-frames.ts'
import type { Clock } from '#runtime/clock.ts'
import type { HttpAnswer } from './exchange.ts'
import { type GatewayNetwork, gatewayNetwork } from './gateway-network.ts'

/** An open stream, as little of it as is used. */
export type OpenSocket = {
  sendText(text: string): void
  close(code: number): void
  /** Ends it without asking the other side. */
  cut(): void
}

export type SocketListener = {
  onOpen(): void
  onText(text: string): void
  onBinary(): void
  /** The other side pinged; the answer is sent already. */
  onPing(): void
  /** Once, after which nothing follows. `refused`: the answer before the upgrade; `error`: why no connection came about. */
  onClosed(closed: { readonly code: number; readonly refused?: HttpAnswer; readonly error?: unknown }): void
}

export type ConnectSocket = (
  url: string,
  headers: { readonly [name: string]: string },
  listener: SocketListener,
) => OpenSocket

/**
 * Loads `ws`, which costs memory, when the first stream opens. No compression, no redirect, no frame over 64 KiB; through
 * a proxy where `network` says so, as requests go.
 */
export async function loadConnectSocket(
  clock: Clock,
  network: GatewayNetwork = gatewayNetwork({ clock }),
): Promise<ConnectSocket> {
  const { WebSocket } = await import('ws')
  return (url, headers, listener) => {
    const sentAtMs = clock.nowMs()
    const socket = new WebSocket(url, subprotocol, {
      headers,
      perMessageDeflate: false,
      maxPayload: maxFrameBytes,
      followRedirects: false,
      handshakeTimeout: 20_000,
      ...(url.startsWith('wss:') ? { agent: network.agent(url.replace(/^wss/, 'https')) } : {}),
    })
    let refused: HttpAnswer | undefined
    let error: unknown
    socket.on('open', () => listener.onOpen())
    socket.on('ping', () => listener.onPing())
    socket.on('message', (data, isBinary) => {
      if (isBinary || !(data instanceof Buffer)) listener.onBinary()
      else listener.onText(data.toString('utf8'))
    })
    socket.on('unexpected-response', (_request, response) => {
      void readSmall(response).then((body) => {
        const header = (name: string) => single(response, name)
        refused = { status: response.statusCode ?? 0, header, body, sentAtMs, receivedAtMs: clock.nowMs() }
        socket.terminate()
      })
    })
    socket.on('error', (thrown) => {
      error ??= thrown
    })
    socket.on('close', (code) =>
      listener.onClosed({
        code,
        ...(refused === undefined ? {} : { refused }),
        ...(error === undefined ? {} : { error }),
      }),
    )
    return {
      sendText: (text) => socket.send(text),
      close: (code) => socket.close(code),
      cut: () => socket.terminate(),
    }
  }
}

const mostBytes = 65_536

/** The body of a refusal; what is too long or breaks off counts as empty. */
async function readSmall(response: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for await (const part of response) {
      if (!(part instanceof Uint8Array)) return ''
      size += part.byteLength
      if (size > mostBytes) return ''
      parts.push(part)
    }
  } catch {
    return '' // it broke off: the status alone counts
  }
  return Buffer.concat(parts).toString('utf8')
}

function single(response: IncomingMessage, name: string): string | undefined {
  const values = response.headersDistinct[name]
  return values?.length === 1 ? values[0] : undefined
}
