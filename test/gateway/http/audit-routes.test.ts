import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkProof, parseProofText } from '#gateway/audit/proofs.ts'
import { parseVerifierKey } from '#gateway/audit/signed-note.ts'
import { verifyBundle } from '#gateway/audit/verify-bundle.ts'
import { type ABrowser, consoleIssuer, member, textAt } from '#test/support/a-console.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { logId } from '#test/support/a-log.ts'
import { aReadLog } from '#test/support/a-read-log.ts'

const base = '/v1/admin/audit'

async function readers() {
  const made = await aReadLog()
  const admin = await made.there.firstAdmin()
  const auditor = await made.there.signedIn({ email: 'audra@example.com' })
  await made.log.sequencer.flush()
  return { ...made, admin, auditor }
}

async function download(from: string, browser: ABrowser, path: string): Promise<Uint8Array> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const answer = await fetch(`${from}${path}`, { headers: { cookie } })
  if (answer.status !== 200) throw new Error(await answer.text())
  return new Uint8Array(await answer.arrayBuffer())
}

const itemsOf = (body: unknown): readonly unknown[] => {
  const items = member(body, 'items')
  return Array.isArray(items) ? items : []
}

describe('Whoever reads the log', () => {
  it('is an auditor, an admin, or a token of scope audit; to everybody else it is not there', async () => {
    const { there, admin, auditor } = await readers()
    const sam = await there.signedIn({ email: 'sam@example.com' })
    const emil = await there.signedIn({ email: 'emil@example.com' })
    const made = await admin.act(
      'POST /v1/admin/service-tokens',
      {},
      {
        name: 'monitor',
        scopes: ['audit'],
        expires_at: Math.floor(there.clock.nowMs() / 1000) + 3600,
      },
    )
    const token = { headers: { authorization: `Bearer ${textAt(made.body, 'token')}` } }
    const answers = [
      await auditor.send(`${base}/state`),
      await admin.send(`${base}/state`),
      await there.browser().send(`${base}/state`, undefined, token),
      await sam.send(`${base}/state`),
      await emil.send(`${base}/state`),
      await there.browser().send(`${base}/state`),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 404, 404, 401])
    const files = [
      await auditor.send('/audit/checkpoint'),
      await there.browser().send('/audit/checkpoint', undefined, token),
      await admin.send('/audit/checkpoint'),
      await there.browser().send('/audit/checkpoint'),
    ]
    expect(files.map(({ status }) => status)).toEqual([200, 200, 404, 401])
  })

  it('leaves one leaf an hour, with what was searched and no id of a person in it', async () => {
    const { there, auditor, requestId } = await readers()
    const person = textAt((await auditor.send('/v1/me')).body, 'person', 'id')
    for (const path of [`${base}/leaves?request=${requestId}`, `${base}/leaves?person=${person}`, `${base}/state`])
      expect((await auditor.send(path)).status).toBe(200)
    expect((await auditor.send(`${base}/state`)).status).toBe(200)
    expect(await there.events()).not.toContain('audit-read')
    await there.clock.advance(3_600_000)
    await auditor.send('/audit/checkpoint')
    const rows = (await there.eventRows()).filter(({ type }) => type === 'audit-read')
    expect(rows).toHaveLength(1)
    expect(JSON.parse(rows[0]?.body ?? '')).toMatchObject({
      reads: [
        { call: `GET ${base}/leaves`, query: `request=${requestId}`, count: 1 },
        { call: `GET ${base}/leaves`, query: `person=${String(rows[0]?.actor)}`, count: 1 },
        { call: `GET ${base}/state`, query: '', count: 2 },
      ],
    })
    expect(rows[0]?.body).not.toContain(person)
  })

  it('is not another site', async () => {
    const { auditor } = await readers()
    const reply = await auditor.send(`${base}/export`, undefined, { headers: { 'sec-fetch-site': 'cross-site' } })
    expect(reply.code).toBe('origin_refused')
  })
})

describe('The state of the log', () => {
  it('names the newest checkpoint and the key it is signed with', async () => {
    const { auditor, log } = await readers()
    const last = (await log.checkpoints()).at(-1)
    expect((await auditor.send(`${base}/state`)).body).toMatchObject({
      log_id: logId,
      size: last?.size,
      root: Buffer.from(last?.root ?? []).toString('base64url'),
      checkpoint: last?.note,
      vkeys: [log.vkey],
      waiting: 0,
      witnesses: null,
    })
  })
})

describe('A list of leaves', () => {
  it('comes newest first, page by page, none left out and none twice', async () => {
    const { auditor, log } = await readers()
    const size = log.sequencer.log().size
    const indexes: unknown[] = []
    let next = ''
    do {
      const reply = await auditor.send(`${base}/leaves?limit=5${next === '' ? '' : `&after=${next}`}`)
      expect(reply.status).toBe(200)
      indexes.push(...itemsOf(reply.body).map((item) => member(item, 'index')))
      next = String(member(reply.body, 'next') ?? '')
    } while (next !== '')
    expect(indexes).toEqual(Array.from({ length: size }, (_, at) => size - 1 - at))
  })

  it.each([
    ['type=vote-approved', 'type', 'vote-approved'],
    ['class=workflow&sort=index&limit=1', 'type', 'request-submitted'],
  ])('under %s holds only such', async (query, name, value) => {
    const { auditor } = await readers()
    const items = itemsOf((await auditor.send(`${base}/leaves?${query}`)).body)
    expect(items.length).toBeGreaterThan(0)
    for (const item of items) expect(member(item, 'leaf', name)).toBe(value)
  })

  it('of a request or grant holds its moves', async () => {
    const { auditor, requestId, grantId } = await readers()
    const types = async (query: string) =>
      itemsOf((await auditor.send(`${base}/leaves?sort=index&${query}`)).body).map((item) =>
        member(item, 'leaf', 'type'),
      )
    expect(await types(`request=${requestId}`)).toContain('request-submitted')
    const ofGrant = await types(`grant=${grantId}`)
    expect(ofGrant).toContain('grant-minted')
    expect(ofGrant).not.toContain('request-submitted')
  })

  it('of a person holds what they did and what was done to them, with their name', async () => {
    const { auditor } = await readers()
    const person = textAt((await auditor.send('/v1/me')).body, 'person', 'id')
    const items = itemsOf((await auditor.send(`${base}/leaves?person=${person}`)).body)
    expect(items.map((item) => member(item, 'leaf', 'type'))).toContain('passkey-added')
    const [first] = items
    const named = String(member(first, 'leaf', 'object'))
    expect(member(first, 'names', named)).toMatchObject({ kind: 'person', id: person, name: 'Audra' })
  })

  it('of a person who was never named is empty', async () => {
    const { auditor } = await readers()
    const reply = await auditor.send(`${base}/leaves?person=01a20cd0-3a10-7000-8000-0000000000ff`)
    expect(reply.body).toMatchObject({ items: [] })
  })

  it('between two times holds the leaves of then', async () => {
    const { auditor, log } = await readers()
    const leaves = (await log.leaves()).map((leaf) => Number(member(JSON.parse(leaf), 'time')))
    const time = leaves[3] ?? 0
    const items = itemsOf((await auditor.send(`${base}/leaves?since=${time}&until=${time + 1}`)).body)
    expect(items.map((item) => member(item, 'leaf', 'time'))).toEqual(leaves.filter((each) => each === time))
  })

  it('shows an auditor the evidence of a signed vote and withholds it from an admin', async () => {
    const { auditor, admin } = await readers()
    const attachments = async (browser: ABrowser) => {
      const [first] = itemsOf((await browser.send(`${base}/leaves?type=vote-approved`)).body)
      return member(first, 'attachments')
    }
    expect(await attachments(auditor)).toContainEqual(
      expect.objectContaining({ name: 'evidence', content: expect.anything(), salt: expect.any(String) }),
    )
    expect(await attachments(admin)).toContainEqual(expect.objectContaining({ name: 'evidence', withheld: true }))
  })

  it.each([
    ['after=bm9uZQ', '/after'],
    ['sort=time', '/sort'],
    ['q=ada', '/q'],
  ])('does not take %s', async (query, pointer) => {
    const { auditor } = await readers()
    const reply = await auditor.send(`${base}/leaves?${query}`)
    expect(reply.code).toBe('schema_invalid')
    expect(member(reply.body, 'errors', 0, 'pointer')).toBe(pointer)
  })
})

describe('A proof', () => {
  it('is text that checks out against the log key', async () => {
    const { auditor, log } = await readers()
    const reply = await auditor.send(`${base}/proof?index=2`)
    const verifier = parseVerifierKey(log.vkey)
    const proof = parseProofText(reply.text)
    if (proof === undefined || verifier === undefined) throw new Error('no proof')
    expect(proof.index).toBe(2)
    expect(checkProof(proof, logId, [verifier])?.size).toBeGreaterThan(2)
  })

  it.each([
    'proof?index=100000',
    'proof?index=1&size=100000',
    'consistency?from=1&to=100000',
    'consistency?from=2&to=1',
  ])('of what the log has not is not found: %s', async (path) => {
    const { auditor } = await readers()
    expect((await auditor.send(`${base}/${path}`)).code).toBe('not_found')
  })

  it('of consistency ends at a checkpoint, which comes with it', async () => {
    const { auditor, log } = await readers()
    const size = log.sequencer.log().size
    const reply = await auditor.send(`${base}/consistency?from=1&to=${size}`)
    expect(reply.body).toMatchObject({ from: 1, to: size, checkpoint: (await log.checkpoints()).at(-1)?.note })
  })
})

describe('The static files of the log', () => {
  it('are answered below its prefix, entry bundles among them', async () => {
    const { there, auditor, log } = await readers()
    expect((await auditor.send('/audit/checkpoint')).text).toBe((await log.checkpoints()).at(-1)?.note)
    const size = log.sequencer.log().size
    const hashes = await download(there.base, auditor, `/audit/tile/0/000.p/${size}`)
    expect(hashes).toHaveLength(size * 32)
    const entries = Buffer.from(await download(there.base, auditor, `/audit/tile/entries/000.p/${size}`))
    const [first] = await log.leaves()
    expect(entries.subarray(2, 2 + entries.readUInt16BE(0)).toString()).toBe(first)
  })

  it.each(['/audit/tile/0/000', '/audit/tile/0/0', '/audit-2/checkpoint', '/audit-1/checkpoint', '/audit/other'])(
    'are no more than there is: %s',
    async (path) => {
      const { auditor } = await readers()
      expect((await auditor.send(path)).code).toBe('not_found')
    },
  )
})

describe('An export', () => {
  it('is a bundle that an outsider verifies, and leaves nothing behind but its event', async () => {
    const { there, auditor, log, exports } = await readers()
    const zip = join(await aFolder(), 'bundle.zip')
    await writeFile(zip, await download(there.base, auditor, `${base}/export`))
    const verified = await verifyBundle(zip, { keys: log.vkey })
    expect(verified.breaks).toEqual([])
    expect(await there.events()).toContain('audit-exported')
    expect(await readdir(exports)).toEqual([])
  })

  it('by an admin lacks the evidence, and says that it is withheld', async () => {
    const { there, admin, log } = await readers()
    const zip = join(await aFolder(), 'bundle.zip')
    await writeFile(zip, await download(there.base, admin, `${base}/export`))
    const verified = await verifyBundle(zip, { keys: log.vkey })
    expect(verified.breaks).toEqual([])
    expect(verified.exit).toBe(3)
    const exported = (await there.eventRows()).find(({ type }) => type === 'audit-exported')
    expect(JSON.parse(exported?.body ?? '')).toMatchObject({ format: 'bundle', withheld: true, pseudonymous: false })
  })

  it('in OCSF is one event a line, with names or without', async () => {
    const { there, auditor } = await readers()
    const lines = async (query: string) =>
      Buffer.from(await download(there.base, auditor, `${base}/export?format=ocsf${query}`))
        .toString()
        .trim()
        .split('\n')
    const events = (await lines('')).map((line): unknown => JSON.parse(line))
    expect(events.every((event) => member(event, 'metadata', 'version') === '1.8.0')).toBe(true)
    expect(JSON.stringify(events)).toContain('audra@example.com')
    expect(JSON.stringify(await lines('&pseudonymous=true'))).not.toContain('audra@example.com')
  })

  it('in OCSF names ticket and reason to who may read what people wrote, and to nobody else', async () => {
    const { there, auditor, admin } = await readers()
    const text = async (browser: Parameters<typeof download>[1], query: string) =>
      Buffer.from(await download(there.base, browser, `${base}/export?format=ocsf${query}`)).toString()
    const [whole, bare, lesser] = [
      await text(auditor, ''),
      await text(auditor, '&attachments=false'),
      await text(admin, ''),
    ]
    expect(whole).toContain('"ticket":"OPS-1"')
    for (const each of [bare, lesser]) {
      expect(each).toContain('"ticket":null')
      expect(each).not.toContain('OPS-1')
    }
  })

  it('of one table has names behind its columns, unless they are left out', async () => {
    const { there, auditor } = await readers()
    const table = async (query: string) =>
      Buffer.from(await download(there.base, auditor, `${base}/export?format=csv&table=${query}`)).toString()
    const [header, row] = (await table('votes')).split('\r\n')
    expect(header).toBe('index,request_id,at,person,stage,decision,revision,terms_digest,signed,dwell_ms,person_name')
    expect(row?.split(',')).toHaveLength(11)
    expect((await table('votes&pseudonymous=true')).split('\r\n')[0]).not.toContain('person_name')
    expect((await table('decisions')).split('\r\n')[1]?.split(',')).toHaveLength(12)
  })

  it.each([
    ['format=csv', '/table'],
    ['table=votes', '/table'],
    ['from=5&to=2', '/to'],
    ['format=xml', '/format'],
  ])('does not take %s', async (query, pointer) => {
    const { auditor } = await readers()
    const reply = await auditor.send(`${base}/export?${query}`)
    expect(reply.code).toBe('schema_invalid')
    expect(member(reply.body, 'errors', 0, 'pointer')).toBe(pointer)
  })

  it('is one at a time for each reader', async () => {
    const { there, auditor, admin } = await readers()
    const cookie = [...auditor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const held = await Promise.all(
      [1, 2].map(() => fetch(`${there.base}${base}/export`, { headers: { cookie, origin: consoleIssuer } })),
    )
    const statuses = held.map(({ status }) => status).sort()
    await Promise.all(held.map((answer) => answer.arrayBuffer()))
    expect(statuses).toEqual([200, 429])
    await expect(download(there.base, auditor, `${base}/export`)).resolves.toBeDefined()
    await expect(download(there.base, admin, `${base}/export`)).resolves.toBeDefined()
  })
})
