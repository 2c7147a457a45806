import { once } from 'node:events'
import { request } from 'node:http'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { AnswerRequest } from '#agent/window-api/answer-request.ts'
import type { Notice, NoticeName } from '#contract/ipc.ts'
import { serveLoopback } from '#dev-shell/serve-loopback.ts'
import { systemClock } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'

type Tell = (notice: Notice<NoticeName>) => void

/** A development shell whose agent is made of values: it notes what it is asked, and repeats it. */
export async function aLoopback(
  answer: AnswerRequest = async (name, question) => ({ ok: true, value: { name, question } }),
) {
  const addresses: string[] = []
  const asked: unknown[] = []
  const listeners = new Map<NoticeName, Set<Tell>>()
  const close = await serveLoopback({
    pages: new Map([
      ['/', { body: Buffer.from('<!doctype html>'), type: 'text/html; charset=utf-8' }],
      ['/assets/a.js', { body: Buffer.from('export {}'), type: 'text/javascript; charset=utf-8' }],
    ]),
    answer(name, question) {
      asked.push(name)
      return answer(name, question)
    },
    onNotice(name, listener) {
      const known = listeners.get(name) ?? new Set()
      listeners.set(name, known.add(listener))
      return () => known.delete(listener)
    },
    onAddress: (address) => void addresses.push(address),
    clock: systemClock(),
    log: silentLog,
  })
  onTestFinished(close)
  const origin = () => new URL(addresses[0] ?? '').origin
  const token = () => new URL(addresses.at(-1) ?? '').hash.slice(1)

  /** A socket as the page would open it; `headers` replace its own. */
  function open(headers: { readonly [name: string]: string } = {}, path = '/postern') {
    const socket = new WebSocket(origin().replace('http', 'ws') + path, {
      headers: { Origin: origin(), ...headers },
      perMessageDeflate: false,
    })
    onTestFinished(() => socket.terminate())
    const heard: unknown[] = []
    const waiting: (() => void)[] = []
    socket.on('message', (data) => {
      heard.push(JSON.parse(String(data)))
      for (const look of [...waiting]) look()
    })
    const refused = new Promise<number>((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    })
    socket.on('error', () => undefined)
    const closed = new Promise<number>((resolve) => socket.on('close', resolve))
    return {
      socket,
      heard,
      /** The status of the refusal before the upgrade. */
      refused,
      /** The code with which it ended. */
      closed,
      async say(...frames: readonly (string | Buffer)[]) {
        if (socket.readyState === socket.CONNECTING) await once(socket, 'open')
        for (const frame of frames) socket.send(frame)
      },
      /** The first message that fits. */
      hears: (fits: (message: object) => boolean) =>
        new Promise<unknown>((resolve) => {
          const look = () => {
            const found = heard.find((message) => typeof message === 'object' && message !== null && fits(message))
            if (found !== undefined) resolve(found)
          }
          waiting.push(look)
          look()
        }),
    }
  }

  return {
    addresses,
    asked,
    origin,
    token,
    open,
    /** A client whose token was taken. */
    async client() {
      const client = open()
      await client.say(token())
      await client.hears((message) => 'ready' in message)
      return client
    },
    tell(name: NoticeName, notice: Notice<NoticeName>) {
      for (const listener of listeners.get(name) ?? []) listener(notice)
    },
    listening: (name: NoticeName) => listeners.get(name)?.size ?? 0,
    /** A page as an HTTP client gets it; `host` and `origin` as they are said. */
    async get(path: string, headers: { readonly [name: string]: string } = {}, method = 'GET') {
      const url = new URL(origin())
      const sent = request({
        host: url.hostname,
        port: url.port,
        path,
        method,
        headers: { host: url.host, ...headers },
      })
      sent.end()
      const [response] = await once(sent, 'response')
      const parts: Buffer[] = []
      for await (const part of response) parts.push(part)
      return { status: Number(response.statusCode), headers: response.headers, body: Buffer.concat(parts).toString() }
    },
  }
}
