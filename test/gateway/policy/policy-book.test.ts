import { mkdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { aClock } from '#test/support/a-clock.ts'
import { aDevice, call } from '#test/support/a-device.ts'
import { aBook, access, aRunningGateway, callerAuth, type RunningGateway } from '#test/support/a-running-gateway.ts'

const bookOf = (gateway: RunningGateway) => gateway.store.read((rows) => rows.books.current())

async function bodies(gateway: RunningGateway, type: string) {
  const events = await gateway.store.read((rows) => rows.audit.after(0, 500))
  return events.filter((event) => event.type === type).map(({ body }) => JSON.parse(body))
}

async function reason(gateway: RunningGateway): Promise<string> {
  const question = {
    subject: { type: 'user', id: 'ada@example.com' },
    action: { name: 'GET' },
    resource: { type: 'resource', id: 'wiki' },
  }
  const headers = { 'content-type': 'application/json', 'x-postern-proxy-auth': callerAuth.any }
  const { json } = await call('POST', `${gateway.check}/access/v1/evaluation`, {
    headers,
    body: JSON.stringify(question),
  })
  return json.decision ? 'allow' : json.context.reason
}

const broken = 'kind: Policy\nid: [\n'

describe('A folder of documents', () => {
  it('is published at start, as the act of the operator', async () => {
    const gateway = await aRunningGateway()
    const book = await bookOf(gateway)
    expect(book?.source).toBe('folder')
    const [published, ...others] = await bodies(gateway, 'policy-published')
    expect(others).toEqual([])
    expect(Object.keys(published).sort()).toEqual(
      ['v', 'type', 'at', 'late', 'actor', 'object', 'book', 'previous', 'source', 'nonce', 'second'].sort(),
    )
    expect(published).toMatchObject({ actor: null, book: book?.hash, previous: null, source: 'folder', nonce: null })
  })

  it('is published again when a file in it changes, and access follows', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    await device.attest()
    const before = (await bookOf(gateway))?.hash
    expect(await reason(gateway)).toBe('allow')
    await gateway.writePolicy(
      'access.yaml',
      access('{ check: screen-lock, enforce: block }, { check: firewall, enforce: warn }'),
    )
    await expect.poll(async () => (await bookOf(gateway))?.hash).not.toBe(before)
    expect((await bodies(gateway, 'policy-published')).at(-1)).toMatchObject({ previous: before })
    device.readings = { firewall: { state: 'off' }, 'screen-lock': { locks: true } }
    await device.attest()
    expect(await reason(gateway)).toBe('allow')
  })

  it('that breaks never replaces the book in force, and is reported once', async () => {
    const gateway = await aRunningGateway()
    const device = await aDevice(gateway)
    await device.attest()
    const before = (await bookOf(gateway))?.hash
    await gateway.writePolicy('broken.yaml', broken)
    await expect.poll(() => bodies(gateway, 'policy-load-failed')).toHaveLength(1)
    expect(await bodies(gateway, 'policy-load-failed')).toMatchObject([
      { actor: null, object: null, source: 'folder', remarks: expect.any(Number) },
    ])
    expect((await bookOf(gateway))?.hash).toBe(before)
    expect(await reason(gateway)).toBe('allow')
    await gateway.writePolicy('broken.yaml', undefined)
    await gateway.writePolicy('access.yaml', access('{ check: screen-lock, enforce: warn }'))
    await expect.poll(async () => (await bookOf(gateway))?.hash).not.toBe(before)
  })

  it('that is broken at the next start leaves the stored book in force', async () => {
    const first = await aRunningGateway()
    const device = await aDevice(first)
    await device.attest()
    const { settings } = first
    await first.writePolicy('access.yaml', broken)
    await first.stop()
    const second = await aRunningGateway({ again: settings })
    expect(await reason(second)).toBe('allow')
    expect(await bodies(second, 'policy-published')).toHaveLength(1)
  })

  it('that is the same at the next start is not published again, nor is any result made anew', async () => {
    const first = await aRunningGateway()
    const device = await aDevice(first)
    await device.attest()
    const feed = (gateway: RunningGateway) => gateway.store.read((rows) => rows.feeds.head('device', device.id))
    const before = await feed(first)
    await first.stop()
    const second = await aRunningGateway({ again: first.settings })
    expect(await reason(second)).toBe('allow')
    await device.attest()
    expect((await feed(second)).seq).toBe(before.seq + 1)
    expect(await bodies(second, 'policy-published')).toHaveLength(1)
  })
})

describe('No book at all', () => {
  it('refuses everything, until there is one', async () => {
    const clock = aClock()
    const gateway = await aRunningGateway({ policies: null, clock })
    const device = await aDevice(gateway, { nowMs: clock.nowMs })
    await device.attest()
    expect(await reason(gateway)).toBe('no_policy')
    expect(await bodies(gateway, 'policy-load-failed')).toHaveLength(1)
    await mkdir(gateway.settings.policies)
    for (const [name, text] of Object.entries(aBook)) await gateway.writePolicy(name, text)
    await clock.advance(60_000)
    await expect.poll(() => reason(gateway)).toBe('allow')
    // From now on the folder is watched: no minute passes until a change is in force.
    const [hash, since] = [(await bookOf(gateway))?.hash, clock.nowMs()]
    await gateway.writePolicy('access.yaml', access('{ check: screen-lock, enforce: warn }'))
    await expect.poll(async () => [await clock.advance(400), (await bookOf(gateway))?.hash][1]).not.toBe(hash)
    expect(clock.nowMs() - since).toBeLessThan(30_000)
  })

  it('refuses everything where the folder is broken from the first day', async () => {
    const gateway = await aRunningGateway({ policies: { 'broken.yaml': broken } })
    const device = await aDevice(gateway)
    await device.attest()
    expect(await reason(gateway)).toBe('no_policy')
  })
})
