import { connect, createServer, type Socket } from 'node:net'
import type { Stage } from './a-stage.ts'

/** What one connection asked: its first request, as bytes on the wire. */
export type RecordedRequest = {
  /** `GET /path HTTP/1.1`. */
  readonly line: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

export type NetworkRecorder = {
  readonly port: number
  /** Everything the other side sent, a text of bytes for each connection, in their order. */
  readonly connections: () => readonly string[]
  readonly requests: () => readonly RecordedRequest[]
}

/** Stands before a server on loopback, passes everything on, and keeps every byte that was sent to the server. */
export async function aNetworkRecorder(stage: Stage, serverPort: number): Promise<NetworkRecorder> {
  const sent: Buffer[][] = []
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const parts: Buffer[] = []
    sent.push(parts)
    const behind = connect(serverPort, '127.0.0.1')
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
    }
    client.on('data', (part) => {
      parts.push(Buffer.from(part))
    })
    client.pipe(behind)
    behind.pipe(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stage.onEnd(() => {
    for (const socket of open) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  const connections = () => sent.map((parts) => Buffer.concat(parts).toString('latin1'))
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    connections,
    requests: () => connections().map(readRequest),
  }
}

/** The agent asks once per connection, so what follows the head is the body, or frames of a stream. */
function readRequest(text: string): RecordedRequest {
  const end = text.indexOf('\r\n\r\n')
  const [line = '', ...fields] = text.slice(0, end).split('\r\n')
  const headers = fields.map((field) => {
    const colon = field.indexOf(':')
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()] as const
  })
  return { line, headers: Object.fromEntries(headers), body: text.slice(end + 4) }
}
