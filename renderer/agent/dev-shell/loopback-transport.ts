import type { Answer, Notice, NoticeName, Question, RequestName } from '#contract/ipc.ts'
import type { Reply, Transport } from '#contract/transport.ts'

/** The carrier in a browser: a WebSocket of the page's own origin, opened with the token of its address. */

/** Where the development shell listens. */
const path = '/postern'
const gone = { ok: false, code: 'agent_not_running' } as const

export type LoopbackTransport = Transport & {
  /** Resolves once the token was taken; `false` where it was not, or nobody is there. */
  readonly accepted: Promise<boolean>
}

/** Takes the token out of the address, so that neither history nor a copied address holds it. Behind a `~` may stand a locale. */
export function takeToken(page: Pick<Window, 'location' | 'history'>): {
  readonly token: string
  readonly locale: string | null
} {
  const [token = '', locale] = page.location.hash.slice(1).split('~')
  page.history.replaceState(null, '', page.location.pathname)
  return { token, locale: locale ?? null }
}

/** Asks over one socket; once it is closed every question is answered with `agent_not_running`. */
export function loopbackTransport(origin: string, token: string): LoopbackTransport {
  const waiting = new Map<number, (reply: Reply<unknown>) => void>()
  const listeners = new Map<string, Set<(value: unknown) => void>>()
  const socket = new WebSocket(origin.replace(/^http/, 'ws') + path)
  let nextId = 1
  let isOver = false
  let accept: (isAccepted: boolean) => void = () => undefined
  const accepted = new Promise<boolean>((resolve) => {
    accept = resolve
  })
  // A socket that is closing takes nothing more; the end answers what waits.
  const send = (frame: object) =>
    void accepted.then(() => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(frame)))

  socket.addEventListener('open', () => socket.send(token))
  socket.addEventListener('close', () => {
    isOver = true
    accept(false)
    for (const answer of waiting.values()) answer(gone)
    waiting.clear()
  })
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const frame = readFrame(data)
    if (frame['ready'] === true) return accept(true)
    const { id, reply, notice, value } = frame
    if (typeof notice === 'string') for (const tell of [...(listeners.get(notice) ?? [])]) tell(value)
    if (typeof id !== 'number' || !isReply(reply)) return
    waiting.get(id)?.(reply)
    waiting.delete(id)
  })

  return {
    accepted,
    async ask<Name extends RequestName>(name: Name, question: Question<Name>): Promise<Reply<Answer<Name>>> {
      if (isOver) return gone
      const id = nextId++
      const replied = new Promise<Reply<unknown>>((resolve) => waiting.set(id, resolve))
      send({ id, ask: name, ...(question === undefined ? {} : { question }) })
      return typed<Name>(await replied)
    },
    on<Name extends NoticeName>(name: Name, listener: (notice: Notice<Name>) => void): () => void {
      const tell = (value: unknown) => listener(noticed<Name>(value))
      const known = listeners.get(name)
      if (known === undefined) send({ id: nextId++, on: name })
      listeners.set(name, (known ?? new Set()).add(tell))
      return () => listeners.get(name)?.delete(tell)
    },
  }
}

function readFrame(data: unknown): { readonly [name: string]: unknown } {
  const frame: unknown = typeof data === 'string' ? JSON.parse(data) : undefined
  return typeof frame === 'object' && frame !== null ? { ...frame } : {}
}

function isReply(reply: unknown): reply is Reply<unknown> {
  if (typeof reply !== 'object' || reply === null || !('ok' in reply)) return false
  return reply.ok === true || (reply.ok === false && 'code' in reply && typeof reply.code === 'string')
}

/** The agent's own check of each answer stands behind these two. */
function typed<Name extends RequestName>(reply: Reply<unknown>): Reply<Answer<Name>>
function typed(reply: unknown): unknown {
  return reply
}
function noticed<Name extends NoticeName>(value: unknown): Notice<Name>
function noticed(value: unknown): unknown {
  return value
}
