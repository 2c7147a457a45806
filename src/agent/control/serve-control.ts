import { chmod, lstat, mkdir, rename, unlink } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import type { AnswerRequest } from '#agent/window-api/answer-request.ts'
import type { Notice, NoticeName } from '#contract/ipc.ts'
import { Failure } from '#domain/failure.ts'
import { fileReason, systemCode } from '#runtime/file-reason.ts'
import type { Log } from '#runtime/log.ts'
import { randomId } from '#runtime/random-id.ts'
import { maxQuestionLine, readFrame } from './control-frames.ts'
import { lineReader } from './line-reader.ts'

export type ControlPorts = {
  /** A socket's path, or the name of a Windows pipe. */
  readonly path: string
  readonly answer: AnswerRequest
  /** Tells of changes until the returned function is called. */
  readonly onNotice: (name: NoticeName, listener: (notice: Notice<NoticeName>) => void) => () => void
  readonly log: Log
}

const longestPathBytes = 100
const mostConnections = 16
const mostOpenQuestions = 8
const mostBufferedBytes = 4 * 1_048_576
const noticeNames: readonly string[] = ['snapshot/changed'] satisfies readonly NoticeName[]

/**
 * Opens the command line's endpoint: a socket that its owner alone can reach (0600 in a folder 0700). Resolves with the
 * function that closes it. Failures: `agent_running`, `socket_path_too_long`, `state_unwritable`.
 */
export async function serveControl(ports: ControlPorts): Promise<() => Promise<void>> {
  const { path } = ports
  const isPipe = path.startsWith('\\\\')
  const bytes = Buffer.byteLength(path)
  if (!isPipe && bytes > longestPathBytes) throw new Failure('socket_path_too_long', { path, bytes })

  const open = new Set<Socket>()
  const server = createServer((socket) => {
    if (open.size >= mostConnections) return void socket.destroy()
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    serve(socket, ports)
  })
  if (!isPipe) await prepareFolder(path)
  await listen(server, path).catch(async (thrown: unknown) => {
    if (systemCode(thrown) !== 'EADDRINUSE') throw unwritable(path, thrown)
    await removeStale(path, isPipe)
    await listen(server, path).catch((again: unknown) => {
      throw systemCode(again) === 'EADDRINUSE' ? new Failure('agent_running', {}) : unwritable(path, again)
    })
  })
  if (!isPipe) await chmod(path, 0o600)
  server.on('error', (thrown) => ports.log.warn('control.failed', { err: thrown }))
  return async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve())) // it removes the socket
    for (const socket of open) socket.destroy()
    await closed
  }
}

/** The folder keeps other users away before the socket is there at all. */
async function prepareFolder(path: string): Promise<void> {
  const folder = dirname(path)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const status = await lstat(folder)
    if (!status.isDirectory() || status.uid !== process.getuid?.()) throw new Error('not a folder of ours')
    if ((status.mode & 0o077) !== 0) await chmod(folder, 0o700)
  } catch (cause) {
    throw unwritable(folder, cause)
  }
}

/**
 * Removes a socket that nobody answers at. It is moved aside and asked once more before it goes: another agent may have
 * opened a new one in its place since we looked.
 */
async function removeStale(path: string, isPipe: boolean): Promise<void> {
  if (isPipe || (await answersAt(path))) throw new Failure('agent_running', {})
  const aside = `${path}.${randomId().slice(0, 6)}`
  try {
    if (!(await lstat(path)).isSocket()) throw new Error('something else lies in the place of the socket')
    await rename(path, aside)
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return
    throw unwritable(path, cause)
  }
  if (await answersAt(aside)) {
    await rename(aside, path)
    throw new Failure('agent_running', {})
  }
  await unlink(aside).catch(() => undefined) // gone already
}

function answersAt(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    // Whoever is too busy to take us, or does not let us in, is there.
    socket.once('error', (thrown) =>
      resolve(!['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'].includes(systemCode(thrown) ?? '')),
    )
  })
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** One client. What is not in the form agreed on ends its connection: nobody but our own command line speaks here. */
function serve(socket: Socket, ports: ControlPorts): void {
  const ends: (() => void)[] = []
  let openQuestions = 0
  const send = (line: object) => {
    if (socket.destroyed) return
    if (socket.writableLength > mostBufferedBytes) return void socket.destroy() // it does not read
    socket.write(`${JSON.stringify(line)}\n`)
  }

  async function answer(id: number, name: unknown, question: unknown): Promise<void> {
    openQuestions += 1
    const reply = await ports.answer(name, question)
    openQuestions -= 1
    send({ id, reply })
  }
  function tellOf(name: string): boolean {
    if (!noticeNames.includes(name) || ends.length > 0) return false
    ends.push(ports.onNotice('snapshot/changed', (value) => send({ notice: name, value })))
    return true
  }
  function received(line: string): void {
    const frame = readFrame(line)
    if (frame === undefined || openQuestions >= mostOpenQuestions) return void socket.destroy()
    if ('ask' in frame) return void answer(frame.id, frame.ask, frame.question)
    if (!tellOf(frame.on)) socket.destroy()
  }

  socket.on(
    'data',
    lineReader(maxQuestionLine, received, () => socket.destroy()),
  )
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    for (const end of ends) end()
  })
}

function unwritable(file: string, cause: unknown): Failure<'state_unwritable'> {
  return new Failure('state_unwritable', { file, reason: fileReason(cause) }, { cause })
}
