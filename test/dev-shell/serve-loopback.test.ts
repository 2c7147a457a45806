import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { contentSecurityPolicy } from '#agent/shell/app-protocol.ts'
import { loopbackPolicy } from '#dev-shell/loopback-headers.ts'
import { aLoopback } from '#test/support/a-loopback.ts'

describe('The address of the development shell', () => {
  it('is on 127.0.0.1, and has 256 bits behind the hash', async () => {
    const { addresses } = await aLoopback()
    expect(addresses).toHaveLength(1)
    expect(addresses[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43}$/)
  })

  it('is reached by no other address of the machine', async () => {
    const shell = await aLoopback()
    const port = Number(new URL(shell.origin()).port)
    const answered = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.2')
      socket.on('connect', () => resolve('connected'))
      socket.on('error', () => resolve('refused'))
    })
    expect(answered).toBe('refused')
  })
})

describe('A client with the token', () => {
  it('is answered by the agent', async () => {
    const shell = await aLoopback()
    const client = await shell.client()
    await client.say('{"id":7,"ask":"agent/snapshot"}')
    expect(await client.hears((message) => 'id' in message)).toEqual({
      id: 7,
      reply: { ok: true, value: { name: 'agent/snapshot' } },
    })
  })

  it('is told of what it listens to, until it leaves', async () => {
    const shell = await aLoopback()
    const client = await shell.client()
    await client.say('{"id":1,"on":"route/requested"}', '{"id":2,"ask":"agent/snapshot"}')
    await client.hears((message) => 'id' in message)
    shell.tell('route/requested', { screen: 'history' })
    expect(await client.hears((message) => 'notice' in message)).toEqual({
      notice: 'route/requested',
      value: { screen: 'history' },
    })
    client.socket.close()
    await expect.poll(() => shell.listening('route/requested')).toBe(0)
  })

  it('leaves an address for the next one behind, and its own opens nothing any more', async () => {
    const shell = await aLoopback()
    const used = shell.token()
    const client = await shell.client()
    client.socket.close()
    await expect.poll(() => shell.addresses.length).toBe(2)
    expect(shell.token()).not.toBe(used)
    const again = shell.open()
    await again.say(used)
    expect(await again.closed).toBe(4401)
    await shell.client()
  })
})

describe('A second client', () => {
  it('is refused while the first is there, even with its token', async () => {
    const shell = await aLoopback()
    const token = shell.token()
    await shell.client()
    const second = shell.open()
    await second.say(token)
    expect(await second.closed).toBe(4409)
    expect(shell.addresses).toHaveLength(1)
  })
})

describe('A client that proves nothing', () => {
  it.each([
    ['no token at all', ''],
    ['a token of another length', 'A'],
    ['a wrong token', 'A'.repeat(43)],
    ['a question instead', '{"id":1,"ask":"agent/snapshot"}'],
    ['a long text', 'A'.repeat(60_000)],
  ])('is sent away with %s, and nobody was asked', async (_what, first) => {
    const shell = await aLoopback()
    const client = shell.open()
    await client.say(first, '{"id":1,"ask":"agent/snapshot"}')
    expect(await client.closed).toBe(4401)
    expect(client.heard).toEqual([])
    expect(shell.asked).toEqual([])
  })

  it('is sent away with the right token in a binary frame', async () => {
    const shell = await aLoopback()
    const client = shell.open()
    await client.say(Buffer.from(shell.token()))
    expect(await client.closed).toBe(1003)
  })

  it('spoils the token for nobody', async () => {
    const shell = await aLoopback()
    const stranger = shell.open()
    await stranger.say('A'.repeat(43))
    await stranger.closed
    await shell.client()
  })

  it('finds four places to wait, and no fifth', async () => {
    const shell = await aLoopback()
    const waiting = [shell.open(), shell.open(), shell.open(), shell.open()]
    for (const each of waiting) await each.say()
    expect(await shell.open().refused).toBe(503)
  })
})

describe('A socket from elsewhere', () => {
  it.each([
    ['another origin', { Origin: 'https://evil.example' }, 403],
    ['an origin with a longer name', { Origin: 'http://127.0.0.1.evil.example' }, 403],
    ['the origin null', { Origin: 'null' }, 403],
    ['no origin', { Origin: '' }, 403],
    ['the name localhost', { Host: 'localhost' }, 421],
    ['a name that was pointed here', { Host: 'evil.example' }, 421],
  ])('is refused with %s before anything is upgraded', async (_what, headers, status) => {
    const shell = await aLoopback()
    expect(await shell.open(headers).refused).toBe(status)
  })

  it('is refused on another port of the same machine', async () => {
    const shell = await aLoopback()
    const { port } = new URL(shell.origin())
    expect(await shell.open({ Origin: `http://127.0.0.1:${Number(port) - 1}` }).refused).toBe(403)
    expect(await shell.open({ Host: '127.0.0.1' }).refused).toBe(421)
    expect(await shell.open({ Origin: `http://localhost:${port}` }).refused).toBe(403)
  })

  it('finds no other path', async () => {
    const shell = await aLoopback()
    expect(await shell.open({}, '/').refused).toBe(404)
    expect(await shell.open({}, '/postern?x').refused).toBe(404)
  })
})

describe('A client that is not ours to talk with', () => {
  const hostile = [
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a text', '"agent/snapshot"'],
    ['no id', '{"ask":"agent/snapshot"}'],
    ['an id that is no number', '{"id":"1","ask":"agent/snapshot"}'],
    ['a negative id', '{"id":-1,"ask":"agent/snapshot"}'],
    ['a fraction', '{"id":1.5,"ask":"agent/snapshot"}'],
    ['a number beyond what is exact', '{"id":9007199254740993,"ask":"agent/snapshot"}'],
    ['the same member twice', '{"id":1,"ask":"agent/snapshot","ask":"app/quit"}'],
    ['a member too many', '{"id":1,"ask":"agent/snapshot","from":"cli"}'],
    ['__proto__', '{"id":1,"ask":"agent/snapshot","__proto__":{}}'],
    ['both at once', '{"id":1,"ask":"agent/snapshot","on":"snapshot/changed"}'],
    ['a name that is no text', '{"id":1,"ask":["agent/snapshot"]}'],
    ['an unknown notice', '{"id":1,"on":"everything"}'],
    ['a notice called constructor', '{"id":1,"on":"constructor"}'],
    ['a question of many levels', `{"id":1,"ask":"x","question":${'['.repeat(50)}${']'.repeat(50)}}`],
    ['half a surrogate', '{"id":1,"ask":"\\ud800"}'],
    ['a second token', 'A'.repeat(43)],
  ] as const

  it.each(hostile)('is closed at %s, and nobody was asked', async (_what, frame) => {
    const shell = await aLoopback()
    const client = await shell.client()
    await client.say(frame)
    expect(await client.closed).toBe(1002)
    expect(shell.asked).toEqual([])
  })

  it('is asked nothing more once it said something wrong', async () => {
    const shell = await aLoopback()
    const client = await shell.client()
    await client.say('{', '{"id":1,"ask":"app/quit"}')
    expect(await client.closed).toBe(1002)
    expect(shell.asked).toEqual([])
  })

  it('is closed at a binary frame', async () => {
    const shell = await aLoopback()
    const client = await shell.client()
    await client.say(Buffer.from('{"id":1,"ask":"agent/snapshot"}'))
    expect(await client.closed).toBe(1003)
    expect(shell.asked).toEqual([])
  })

  it('is closed at a frame beyond 64 KiB before it is read', async () => {
    const shell = await aLoopback()
    const client = await shell.client()
    await client.say(JSON.stringify({ id: 1, ask: 'draft/save', question: 'x'.repeat(70_000) }))
    expect(await client.closed).toBe(1009)
    expect(shell.asked).toEqual([])
  })

  it('is closed when it listens twice', async () => {
    const shell = await aLoopback()
    const client = await shell.client()
    await client.say('{"id":1,"on":"snapshot/changed"}', '{"id":2,"on":"snapshot/changed"}')
    expect(await client.closed).toBe(1002)
    await expect.poll(() => shell.listening('snapshot/changed')).toBe(0)
  })

  it('is closed when it asks without waiting for answers', async () => {
    const shell = await aLoopback(() => new Promise(() => undefined))
    const client = await shell.client()
    await client.say(...Array.from({ length: 17 }, (_, id) => `{"id":${id},"ask":"agent/snapshot"}`))
    expect(await client.closed).toBe(1002)
    expect(shell.asked).toHaveLength(16)
  })
})

describe('A page of the development shell', () => {
  it('has the policy of the app, but for a socket of its own origin', () => {
    expect(loopbackPolicy).toBe(contentSecurityPolicy.replace("connect-src 'none'", "connect-src 'self'"))
  })

  it('comes with the policy of the windows', async () => {
    const shell = await aLoopback()
    const page = await shell.get('/')
    expect(page).toMatchObject({ status: 200, body: '<!doctype html>' })
    expect(page.headers).toMatchObject({
      'content-security-policy': loopbackPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    })
  })

  it.each([
    ['/../package.json', 404],
    ['/assets/../assets/a.js', 404],
    ['/assets/%61.js', 404],
    ['//', 404],
    ['/?', 404],
    ['/assets', 404],
    ['/assets/a.js', 200],
  ])('is found by its exact name alone: %s', async (path, status) => {
    const shell = await aLoopback()
    expect((await shell.get(path)).status).toBe(status)
  })

  it.each([
    ['another host', { host: 'evil.example' }, 421],
    ['localhost', { host: 'localhost' }, 421],
    ['another origin', { origin: 'https://evil.example' }, 403],
  ])('is not given to %s', async (_who, headers, status) => {
    const shell = await aLoopback()
    const page = await shell.get('/', headers)
    expect(page.status).toBe(status)
    expect(page.body).not.toContain('doctype')
  })

  it('takes nothing in', async () => {
    const shell = await aLoopback()
    expect((await shell.get('/', {}, 'POST')).status).toBe(405)
  })
})
