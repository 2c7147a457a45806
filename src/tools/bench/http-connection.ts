import { connect, type Socket } from 'node:net'

export type HttpAnswer = { readonly status: number; readonly head: string; readonly body: Buffer }

/** One kept-alive HTTP/1.1 connection with one request under way. As little work as possible, since it is the load. */
export type HttpConnection = {
  /** Sends a whole request. Fails when the connection ends before the answer is whole. */
  ask(request: Buffer): Promise<HttpAnswer>
  close(): void
}

export async function openConnection(port: number): Promise<HttpConnection> {
  const socket = await connected(port)
  let waiting: { readonly resolve: (answer: HttpAnswer) => void; readonly reject: (cause: Error) => void } | undefined
  let received: Buffer = Buffer.alloc(0)
  const fail = (cause: Error) => {
    waiting?.reject(cause)
    waiting = undefined
  }
  socket.on('data', (part: Buffer) => {
    received = received.length === 0 ? part : Buffer.concat([received, part])
    const answer = readAnswer(received)
    if (answer === undefined) return
    received = Buffer.alloc(0)
    const asked = waiting
    waiting = undefined
    asked?.resolve(answer)
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the connection ended')))
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('the connection had ended'))
        waiting = { resolve, reject }
        socket.write(request)
      }),
    close: () => socket.destroy(),
  }
}

/** A whole POST as bytes, made before the clock runs. */
export function postRequest(path: string, contentType: string, body: string, extra: readonly string[] = []): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: localhost',
    `content-type: ${contentType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...extra,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** Undefined until it is whole. Answers without a length are not ours. */
function readAnswer(received: Buffer): HttpAnswer | undefined {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const head = received.toString('latin1', 0, headEnd)
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN)
  if (Number.isNaN(length)) throw new Error(`an answer without a length: ${head}`)
  const end = headEnd + 4 + length
  if (received.length < end) return undefined
  return { status: Number(head.slice(9, 12)), head, body: received.subarray(headEnd + 4, end) }
}

async function connected(port: number): Promise<Socket> {
  return await new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })
}
