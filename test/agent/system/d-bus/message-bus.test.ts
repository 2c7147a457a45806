import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Variant } from '@jellybrick/dbus-next'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openBusLink } from '#agent/system/d-bus/bus-link.ts'
import { type MessageBus, messageBus, type Ownership } from '#agent/system/d-bus/message-bus.ts'
import { silentLog } from '#runtime/log.ts'
import { aBusService } from '#test/support/a-bus-service.ts'
import { aClock, type TestClock } from '#test/support/a-clock.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aClientOf, aMessageBus, describeOnABus } from '#test/support/a-message-bus.ts'

describe('A socket that is no message bus', () => {
  it.each([
    ['says nothing', () => {}],
    ['hangs up', (socket: Socket) => socket.destroy()],
    ['refuses whoever comes', (socket: Socket) => socket.write('REJECTED EXTERNAL\r\n')],
    ['speaks something else', (socket: Socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['sends noise in place of messages', afterBegin((socket) => socket.write(Buffer.alloc(64, 0xff)))],
    ['sends a header that is cut short', afterBegin((socket) => socket.end(Buffer.from('6c02', 'hex')))],
    [
      'announces a message of 2 GB',
      afterBegin((socket) => socket.write(Buffer.from('6c020101ffffff7f0100000010000000', 'hex'))),
    ],
    [
      'sends a type that there is not',
      afterBegin((socket) =>
        socket.write(Buffer.from('6c020101040000000100000008000000080167000141000000000000', 'hex')),
      ),
    ],
  ])('is as good as none where it %s', async (_what, act) => {
    const path = await aServer(act)
    const clock = aClock()
    const client = aClient(`unix:path=${path}`, clock)
    const asked = client.call({ destination: 'a.b', path: '/', iface: 'a.b', member: 'C' })
    const settled = asked.then(() => true)
    // It settles by what came, or else by the limit.
    while (!(await Promise.race([settled, turn()]))) await clock.advance(1000)
    expect(await asked).toEqual({ kind: 'no-bus' })
    client.close()
  })
})

describeOnABus('A message bus (needs dbus-daemon)', () => {
  it('answers, with values out of their variants', async () => {
    const { address, client } = await connected()
    const service = await aBusService(address)
    service.serve('/a', 'a.b', {
      property: () =>
        new Variant('a{sv}', { on: new Variant('b', true), deep: new Variant('v', new Variant('s', 'x')) }),
    })
    await service.own('a.b')
    expect(await client.property({ destination: 'a.b', path: '/a', iface: 'a.b', name: 'All' })).toEqual({
      kind: 'answered',
      value: { on: true, deep: 'x' },
    })
    service.end()
  })

  it('refuses for a name that nobody owns, and starts nobody for it', async () => {
    const { client } = await connected(['c.d'])
    const question = { destination: 'c.d', path: '/', iface: 'c.d', member: 'E' }
    expect(await client.call(question)).toEqual({
      kind: 'refused',
      error: 'org.freedesktop.DBus.Error.NameHasNoOwner',
    })
    expect(await client.call({ ...question, mayStart: true })).toMatchObject({
      kind: 'refused',
      error: expect.stringContaining('Spawn'),
    })
  })

  it('waits three seconds for one who does not answer', async () => {
    const clock = aClock()
    const { address, client } = await connected([], clock)
    const service = await aBusService(address)
    const isAsked = Promise.withResolvers<void>()
    service.serve('/', 'a.b', {
      method() {
        isAsked.resolve()
        return 'silent'
      },
    })
    await service.own('a.b')
    const asked = client.call({ destination: 'a.b', path: '/', iface: 'a.b', member: 'C' })
    await isAsked.promise
    await clock.advance(3000)
    expect(await asked).toEqual({ kind: 'timed-out' })
    expect(clock.waiting()).toBe(0)
    service.end()
  })

  it('answers whoever is waiting when it dies', async () => {
    const clock = aClock()
    const { bus, address, client } = await connected([], clock)
    const service = await aBusService(address)
    const isAsked = Promise.withResolvers<void>()
    service.serve('/', 'a.b', {
      method() {
        isAsked.resolve()
        return 'silent'
      },
    })
    await service.own('a.b')
    const asked = client.call({ destination: 'a.b', path: '/', iface: 'a.b', member: 'C' })
    await isAsked.promise
    await bus.stop()
    const settled = asked.then(() => true)
    while (!(await Promise.race([settled, turn()]))) await clock.advance(500)
    expect(await asked).toEqual({ kind: 'no-bus' })
  })

  it('passes on what one sent who owns the name, and nothing that anybody else sent', async () => {
    const { address, client } = await connected()
    const [service, stranger] = [await aBusService(address), await aBusService(address)]
    await service.own('a.b')
    const got: unknown[] = []
    const ready = Promise.withResolvers<void>()
    const last = Promise.withResolvers<void>()
    client.follow(
      { from: 'a.b', iface: 'a.b', member: 'Told' },
      {
        onReady: ready.resolve,
        onSignal({ body }) {
          got.push(body[0])
          if (body[0] === 'last') last.resolve()
        },
      },
    )
    await ready.promise
    for (let number = 1; number < 50; number += 1) stranger.signal('/', 'a.b', 'Told', 's', ['false'], `:1.${number}`) // straight to whoever it is
    await stranger.call({
      destination: 'org.freedesktop.DBus',
      path: '/',
      interface: 'org.freedesktop.DBus',
      member: 'GetId',
    })
    service.signal('/', 'a.b', 'Other', 's', ['other'])
    service.signal('/', 'a.b', 'Told', 's', ['true'])
    service.signal('/', 'a.b', 'Told', 's', ['last'])
    await last.promise
    expect(got).toEqual(['true', 'last'])
  })

  it('follows again after it came back', async () => {
    const { bus, address, client } = await connected()
    let ready = 0
    const second = Promise.withResolvers<void>()
    const signalled = Promise.withResolvers<void>()
    const first = Promise.withResolvers<void>()
    client.follow(
      { from: 'a.b' },
      {
        onReady() {
          ready += 1
          if (ready === 1) first.resolve()
          else second.resolve()
        },
        onSignal: () => signalled.resolve(),
      },
    )
    await first.promise
    await bus.stop()
    await bus.start()
    const service = await aBusService(address)
    await service.own('a.b')
    await second.promise
    const owned = Promise.withResolvers<void>()
    client.followOwner('a.b', (ownership) => {
      if (ownership === 'owned') owned.resolve()
    })
    await owned.promise
    service.signal('/', 'a.b', 'Told', '', [])
    await signalled.promise
  })

  it.each([
    ['noise', Buffer.alloc(64, 0xff)],
    ['the head of 2 GB', Buffer.from('6c020101ffffff7f0100000010000000', 'hex')],
    ['a type that there is not', Buffer.from('6c04000104000000010000000800000008016700017a000000000000', 'hex')],
    ['a value longer than its message', Buffer.from('6c040001040000000100000007000000080167000173000000000010', 'hex')],
  ])('is left when it sends %s in the middle', async (_what, bytes) => {
    const { address } = await connected()
    let inject = (_bytes: Buffer) => {}
    const path = await aServer((socket) => {
      const behind = createConnection(address.slice('unix:path='.length))
      socket.pipe(behind).pipe(socket)
      behind.on('error', () => undefined)
      socket.on('close', () => behind.destroy())
      inject = (noise) => socket.write(noise)
    })
    const client = aClient(`unix:path=${path}`, aClock())
    const lost = Promise.withResolvers<void>()
    const told: Ownership[] = []
    client.followOwner('a.b', (ownership) => {
      told.push(ownership)
      if (ownership === 'free') inject(bytes)
      if (ownership === 'no-bus') lost.resolve()
    })
    await lost.promise
    expect(told).toEqual(['free', 'no-bus'])
    client.close()
  })

  it('outlives a listener that throws', async () => {
    const { address, client } = await connected()
    const service = await aBusService(address)
    await service.own('a.b')
    const ready = Promise.withResolvers<void>()
    const heard = Promise.withResolvers<void>()
    client.follow(
      { from: 'a.b' },
      {
        onSignal() {
          throw new Error('broken')
        },
      },
    )
    client.follow({ from: 'a.b' }, { onReady: ready.resolve, onSignal: () => heard.resolve() })
    await ready.promise
    service.signal('/', 'a.b', 'Told', '', [])
    await heard.promise
  })

  it('waits longer and longer for a bus that does not come back, and asks for none that has no address', async () => {
    const clock = aClock()
    const client = messageBus({
      addresses: ['unix:path=/nonexistent/bus'],
      openLink: () => Promise.reject(new Error('none')),
      clock,
      random: () => 1,
      log: silentLog,
    })
    client.followOwner('a.b', () => {})
    const waits: number[] = []
    for (let turns = 0; turns < 12; turns += 1) {
      await clock.advance(0)
      const wait = (clock.nextAt() ?? 0) - clock.nowMs()
      waits.push(wait / 1000)
      await clock.advance(wait)
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600])
    client.close()
    expect(clock.waiting()).toBe(0)
  })

  async function connected(activatable: readonly string[] = [], clock?: TestClock) {
    const folder = await mkdtemp(join(tmpdir(), 'bus-'))
    const bus = await aMessageBus(folder, activatable)
    const client = clock === undefined ? aClientOf(bus.address) : aClient(bus.address, clock)
    onTestFinished(async () => {
      client.close()
      await bus.stop()
      await rm(folder, { recursive: true })
    })
    return { bus, address: bus.address, client }
  }
})

function aClient(address: string, clock: TestClock): MessageBus {
  return messageBus({ addresses: [address], openLink: openBusLink(clock), clock, random: () => 0, log: silentLog })
}

function afterBegin(act: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) => {
    socket.on('data', (data) => {
      const text = data.toString('latin1')
      if (text.includes('AUTH')) socket.write('OK 0123456789abcdef0123456789abcdef\r\n')
      if (text.includes('BEGIN')) act(socket)
    })
  }
}

async function aServer(act: (socket: Socket) => unknown): Promise<string> {
  const path = join(await aFolder(), 'socket')
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    act(socket)
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return path
}

function turn(): Promise<false> {
  return new Promise((resolve) => setImmediate(() => resolve(false)))
}
