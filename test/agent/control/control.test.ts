import { lstat, mkdir, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { controlTransport } from '#agent/control/control-transport.ts'
import { type ControlPorts, serveControl } from '#agent/control/serve-control.ts'
import { unmanaged } from '#agent/managed-settings/resolve-settings.ts'
import { agentStanding } from '#agent/window-api/agent-standing.ts'
import type { AnswerRequest } from '#agent/window-api/answer-request.ts'
import { systemClock } from '#runtime/clock.ts'
import { silentLog } from '#runtime/log.ts'
import { aFolder } from '#test/support/a-folder.ts'

type Tell = Parameters<ControlPorts['onNotice']>[1]

async function anEndpoint(answer: AnswerRequest = async (name, question) => ({ ok: true, value: { name, question } })) {
  const path = join(await aFolder(), 'run', 'control.sock')
  const listeners = new Set<Tell>()
  const ports: ControlPorts = {
    path,
    answer,
    onNotice(_name, listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    log: silentLog,
  }
  const close = await serveControl(ports)
  onTestFinished(close)
  const standing = agentStanding(
    { version: '0.1.0', development: false, os: 'linux', managed: unmanaged },
    systemClock(),
  )
  const tell = () => {
    for (const listener of listeners) listener(standing.snapshot.read())
  }
  return { path, ports, close, listeners, tell }
}

function aTransport(path: string) {
  const transport = controlTransport({ path, clock: systemClock() })
  onTestFinished(() => transport.close())
  return transport
}

/** Writes raw bytes and answers with what came back until the other side closed, or said so much. */
function raw(path: string, bytes: string | Uint8Array, enough = 1): Promise<{ lines: string[]; ended: boolean }> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(path, () => socket.write(bytes))
    const done = (ended: boolean) => {
      resolve({ lines: text.split('\n').filter((line) => line !== ''), ended })
      socket.destroy()
    }
    socket.on('data', (part) => {
      text += part.toString()
      if (text.split('\n').length > enough) done(false)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => done(true))
  })
}

describe('the endpoint of the command line', () => {
  it('lets nobody else in: 0600 in a folder 0700', async () => {
    const { path } = await anEndpoint()
    expect((await lstat(path)).mode & 0o777).toBe(0o600)
    expect((await lstat(join(path, '..'))).mode & 0o777).toBe(0o700)
  })

  it('closes a folder that was open to others', async () => {
    const folder = join(await aFolder(), 'run')
    await mkdir(folder, { mode: 0o755 })
    const close = await serveControl({
      path: join(folder, 'control.sock'),
      answer: async () => ({ ok: true, value: undefined }),
      onNotice: () => () => undefined,
      log: silentLog,
    })
    onTestFinished(close)
    expect((await lstat(folder)).mode & 0o777).toBe(0o700)
  })

  it('answers each question by its own id, several at once', async () => {
    const { path } = await anEndpoint()
    const transport = aTransport(path)
    const replies = await Promise.all([
      transport.ask('agent/snapshot', undefined),
      transport.ask('enrollment/preview', { link: 'x\ny' }),
    ])
    expect(replies).toMatchObject([
      { ok: true, value: { name: 'agent/snapshot' } },
      { ok: true, value: { name: 'enrollment/preview', question: { link: 'x\ny' } } },
    ])
  })

  it('passes failures on as data', async () => {
    const { path } = await anEndpoint(async () => ({ ok: false, code: 'key_locked', details: {} }))
    expect(await aTransport(path).ask('key/try-again', undefined)).toEqual({
      ok: false,
      code: 'key_locked',
      details: {},
    })
  })

  it('tells of changes until the client goes', async () => {
    const { path, tell, listeners } = await anEndpoint()
    const transport = aTransport(path)
    const told: unknown[] = []
    const first = new Promise<void>((resolve) => {
      transport.on('snapshot/changed', (value) => {
        told.push(value)
        resolve()
      })
    })
    await transport.ask('agent/snapshot', undefined)
    tell()
    await first
    expect(told).toMatchObject([{ state: 'starting', version: '0.1.0' }])
    transport.close()
    await expect.poll(() => listeners.size).toBe(0)
  })

  it('is gone with its socket when it closes, and who waits is told', async () => {
    const { path, close } = await anEndpoint(() => new Promise(() => undefined))
    const transport = aTransport(path)
    const asked = transport.ask('posture/check-now', undefined)
    await expect.poll(() => lstat(path).then(() => true)).toBe(true)
    await new Promise((resolve) => setImmediate(resolve))
    await close()
    expect(await asked).toEqual({ ok: false, code: 'agent_not_running' })
    await expect(lstat(path)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await aTransport(path).ask('agent/snapshot', undefined)).toEqual({ ok: false, code: 'agent_not_running' })
  })
})

describe('a place that is taken', () => {
  it('by an agent that answers is left to it', async () => {
    const { ports, path } = await anEndpoint()
    await expect(serveControl(ports)).rejects.toMatchObject({ code: 'agent_running' })
    expect((await aTransport(path).ask('agent/snapshot', undefined)).ok).toBe(true)
  })

  it('by a socket that nobody answers at is taken over', async () => {
    const folder = join(await aFolder(), 'run')
    await mkdir(folder, { mode: 0o700 })
    const path = join(folder, 'control.sock')
    await leaveStaleSocket(path)
    const close = await serveControl({
      path,
      answer: async () => ({ ok: true, value: 1 }),
      onNotice: () => () => undefined,
      log: silentLog,
    })
    onTestFinished(close)
    expect((await aTransport(path).ask('agent/snapshot', undefined)).ok).toBe(true)
  })

  it('by something else is refused, and stays', async () => {
    const folder = join(await aFolder(), 'run')
    await mkdir(folder, { mode: 0o700 })
    const path = join(folder, 'control.sock')
    await writeFile(path, 'mine')
    const served = serveControl({
      path,
      answer: async () => ({ ok: true, value: 1 }),
      onNotice: () => () => undefined,
      log: silentLog,
    })
    await expect(served).rejects.toMatchObject({ code: 'state_unwritable' })
    expect((await lstat(path)).isFile()).toBe(true)
  })

  it('with a path over 100 bytes is refused by name, on both sides', async () => {
    const path = `/tmp/${'x'.repeat(100)}`
    const ports = {
      path,
      answer: async () => ({ ok: true as const, value: 1 }),
      onNotice: () => () => {},
      log: silentLog,
    }
    await expect(serveControl(ports)).rejects.toMatchObject({ code: 'socket_path_too_long', details: { bytes: 105 } })
    expect(() => controlTransport({ path, clock: systemClock() })).toThrow('socket_path_too_long')
  })
})

describe('what is not a question', () => {
  it.each([
    ['no JSON', 'hello\n'],
    ['an empty line', '\n'],
    ['a list', '[1,"agent/snapshot"]\n'],
    ['no id', '{"ask":"agent/snapshot"}\n'],
    ['an id that is no number', '{"id":"1","ask":"agent/snapshot"}\n'],
    ['a negative id', '{"id":-1,"ask":"agent/snapshot"}\n'],
    ['a name that is no text', '{"id":1,"ask":["agent/snapshot"]}\n'],
    ['a member too many', '{"id":1,"ask":"agent/snapshot","from":"window"}\n'],
    ['a key twice', '{"id":1,"id":2,"ask":"agent/snapshot"}\n'],
    ['a notice nobody knows', '{"id":1,"on":"keys/changed"}\n'],
    ['too deep', `{"id":1,"ask":"agent/snapshot","question":${'['.repeat(20)}${']'.repeat(20)}}\n`],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x0a])],
    ['a line without end', 'x'.repeat(70_000)],
    ['a request of HTTP', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('%s ends the connection, and the endpoint goes on', async (_name, bytes) => {
    let asked = 0
    const { path } = await anEndpoint(async () => {
      asked += 1
      return { ok: true, value: 1 }
    })
    expect(await raw(path, bytes)).toEqual({ lines: [], ended: true })
    expect(asked).toBe(0)
    expect((await aTransport(path).ask('agent/snapshot', undefined)).ok).toBe(true)
  })

  it('more than eight open questions are too many', async () => {
    const { path } = await anEndpoint(() => new Promise(() => undefined))
    const line = '{"id":1,"ask":"posture/check-now"}\n'
    expect((await raw(path, line.repeat(9))).ended).toBe(true)
  })

  it('a line in pieces is one question', async () => {
    const { path } = await anEndpoint()
    const answered = await new Promise<string>((resolve) => {
      const socket = connect(path, () => {
        socket.write('{"id":7,"ask":"agent/')
        setImmediate(() => socket.write('snapshot"}\n'))
      })
      socket.on('data', (part) => {
        resolve(part.toString())
        socket.destroy()
      })
    })
    expect(JSON.parse(answered)).toEqual({ id: 7, reply: { ok: true, value: { name: 'agent/snapshot' } } })
  })
})

/** A socket as an agent leaves it that was killed: the file is there, and nobody listens. */
async function leaveStaleSocket(path: string): Promise<void> {
  const { rename } = await import('node:fs/promises')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(`${path}.old`, resolve))
  await rename(`${path}.old`, path) // closing removes the name it was opened by, which is gone
  await new Promise<void>((resolve) => server.close(() => resolve()))
  expect((await lstat(path)).isSocket()).toBe(true)
}
