import { connect, type Socket } from 'node:net'
import type { Answer, Notice, NoticeName, Question, RequestName } from '#contract/ipc.ts'
import type { Reply, Transport } from '#contract/transport.ts'
import { Failure } from '#domain/failure.ts'
import type { Clock } from '#runtime/clock.ts'
import { isId, maxAnswerLine, readObject } from './control-frames.ts'
import { lineReader } from './line-reader.ts'

export type ControlTransport = Transport & {
  /** Ends the connection, and with it whatever keeps a process alive here. */
  close(): void
  /** Resolves when the agent ends the connection, or it was closed here. */
  closed(): Promise<void>
}

const longestPathBytes = 100
const connectMs = 5000

/**
 * The command line's way to a running agent: a socket, or a pipe, of the same user. It connects at the first question.
 * Replies with `agent_not_running` where nobody answers, or the agent goes away meanwhile. Light on purpose: what an
 * agent of ours says has passed the schema of its answer before it was sent.
 */
export function controlTransport(from: { readonly path: string; readonly clock: Clock }): ControlTransport {
  const { path } = from
  const bytes = Buffer.byteLength(path)
  if (!path.startsWith('\\\\') && bytes > longestPathBytes) throw new Failure('socket_path_too_long', { path, bytes })
  const waiting = new Map<number, (reply: Reply<unknown>) => void>()
  const listeners = new Set<(value: unknown) => void>()
  const ends = new Set<() => void>()
  let nextId = 1
  let isOver = false
  let connection: Promise<Socket> | undefined

  function open(): Promise<Socket> {
    connection ??= new Promise((resolve, reject) => {
      const socket = connect(path)
      const cancel = from.clock.setTimer(connectMs, () => socket.destroy(new Error('no connection')))
      socket.once('connect', () => {
        cancel()
        resolve(socket)
      })
      socket.once('error', (thrown) => {
        cancel()
        reject(thrown)
      })
      socket.on('close', over)
      socket.on(
        'data',
        lineReader(maxAnswerLine, received, () => socket.destroy()),
      )
    })
    return connection
  }
  function over(): void {
    isOver = true
    for (const answer of waiting.values()) answer(gone)
    waiting.clear()
    for (const end of ends) end()
  }
  function received(line: string): void {
    const frame = readObject(line)
    if (frame === undefined) return
    if ('notice' in frame) for (const listener of [...listeners]) listener(frame['value'])
    const { id, reply } = frame
    if (!isId(id) || !isReply(reply)) return
    waiting.get(id)?.(reply)
    waiting.delete(id)
  }

  async function send(line: object): Promise<boolean> {
    try {
      const socket = await open()
      if (socket.destroyed) return false
      socket.write(`${JSON.stringify(line)}\n`)
      return true
    } catch {
      return false // nobody is there
    }
  }

  return {
    async ask<Name extends RequestName>(name: Name, question: Question<Name>): Promise<Reply<Answer<Name>>> {
      if (isOver) return gone
      const id = nextId++
      const replied = new Promise<Reply<unknown>>((resolve) => waiting.set(id, resolve))
      if (!(await send({ id, ask: name, ...(question === undefined ? {} : { question }) }))) {
        waiting.delete(id)
        return gone
      }
      return typed<Name>(await replied)
    },
    on<Name extends NoticeName>(name: Name, listener: (notice: Notice<Name>) => void): () => void {
      const tell = (value: unknown) => listener(noticed<Name>(value))
      if (listeners.size === 0) void send({ id: nextId++, on: name })
      listeners.add(tell)
      return () => listeners.delete(tell)
    },
    close() {
      isOver = true
      void connection?.then(
        (socket) => socket.destroy(),
        () => undefined, // never was open
      )
    },
    closed: () => (isOver && waiting.size === 0 ? Promise.resolve() : new Promise((resolve) => ends.add(resolve))),
  }
}

const gone = { ok: false, code: 'agent_not_running' } as const

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
