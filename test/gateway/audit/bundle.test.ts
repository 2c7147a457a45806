import { cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { canonicalJson } from '#domain/canonical-json.ts'
import { isFailure } from '#domain/failure.ts'
import { writeBundle } from '#gateway/audit/bundle.ts'
import { filesBelow, zipFolder } from '#gateway/audit/bundle-files.ts'
import { createSigner } from '#gateway/audit/signer.ts'
import type { Verification } from '#gateway/audit/verification.ts'
import { verifyBundle } from '#gateway/audit/verify-bundle.ts'
import { hash } from '#runtime/digest.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aLog, type TestLog } from '#test/support/a-log.ts'
import { aLogKey } from '#test/support/a-log-key.ts'
import { ada, aStory, bob, type Story, type StoryTwist } from '#test/support/a-story.ts'

type Told = { readonly log: TestLog; readonly story: Story }

async function told(...twists: readonly StoryTwist[]): Promise<Told> {
  const log = await aLog()
  const story = await aStory(log)
  for (const twist of twists) await story.request(twist)
  return { log, story }
}

async function bundled(
  { log, story }: Told,
  from = 0,
  wish: { withoutAttachments?: boolean; pseudonymous?: boolean } = {},
) {
  const folder = await aFolder()
  const range = await writeBundle(log.store, createSigner(log.key, log.state, false), story.sources, folder, {
    log: 1,
    from,
    to: Number.MAX_SAFE_INTEGER,
    version: '0.1.0',
    vkeys: [log.vkey],
    ...wish,
  })
  return { folder, range }
}

/** Writes a new manifest over a changed folder, signed with the log's key: what only the log itself could do. */
async function signAgain(log: TestLog, folder: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  const files: Record<string, string> = {}
  for (const name of await filesBelow(folder))
    if (!name.startsWith('manifest.')) files[name] = hash(await readFile(join(folder, name)))
  const text = `${JSON.stringify({ ...manifest, files })}\n`
  await writeFile(join(folder, 'manifest.json'), text)
  await writeFile(join(folder, 'manifest.note'), createSigner(log.key, log.state, false).signManifest(hash(text)))
}

const checksOf = ({ breaks }: Verification) => breaks.map(({ check }) => check)

describe('A bundle of a whole log', () => {
  it('is verified, as a folder and as a zip', async () => {
    const { log, story } = await told({}, { decide: 'deny' })
    const { folder, range } = await bundled({ log, story })
    const verified = await verifyBundle(folder, { keys: log.vkey })
    expect(verified).toMatchObject({
      breaks: [],
      missing: [],
      exit: 0,
      counts: {
        leaves: range.to,
        requests: 2,
        grants: 1,
        signedVotes: 3,
        unsignedVotes: 0,
        signedActs: 5,
        decisions: 2,
      },
    })
    const zip = join(await aFolder(), 'bundle.zip')
    await zipFolder(folder, zip)
    expect(await verifyBundle(zip, { keys: log.vkey })).toEqual(verified)
  })

  it('shows hostile text to spreadsheets as text, and every pseudonym too', async () => {
    const { folder } = await bundled(await told({}))
    for (const name of (await readdir(folder)).filter((each) => each.endsWith('.csv')))
      for (const line of (await readFile(join(folder, name), 'utf8')).split('\r\n'))
        for (const cell of line.split(',')) expect(cell).not.toMatch(/^"?[=+\-@\t]/)
  })

  it('joins an earlier one without a gap', async () => {
    const { log, story } = await told({})
    const first = await verifyBundle((await bundled({ log, story })).folder, { keys: log.vkey })
    await story.request()
    const from = first.range?.to ?? 0
    const { folder, range } = await bundled({ log, story }, from)
    expect(range.from).toBe(from)
    const second = await verifyBundle(folder, { keys: log.vkey, from: first.last ?? '' })
    expect(second).toMatchObject({ breaks: [], missing: [], exit: 0, counts: { requests: 1, signedVotes: 2 } })
    const other = await told({})
    const foreign = await verifyBundle((await bundled(other)).folder, { keys: other.log.vkey })
    const thrown = await verifyBundle(folder, { keys: log.vkey, from: foreign.last ?? '' }).catch(
      (cause: unknown) => cause,
    )
    expect(isFailure(thrown, 'state_unreadable')).toBe(true)
  })

  it('that begins later leaves a gap which is named, and one that ends earlier is no continuation', async () => {
    const { log, story } = await told({}, {})
    const [first] = await log.checkpoints()
    const whole = await bundled({ log, story })
    const last = (await verifyBundle(whole.folder, { keys: log.vkey })).last ?? ''
    const later = await bundled({ log, story }, 20)
    const gap = await verifyBundle(later.folder, { keys: log.vkey, from: first?.note ?? '' })
    expect(gap).toMatchObject({ breaks: [], exit: 3 })
    expect(gap.missing[0]).toMatch(/^leaves /)
    await story.request()
    const longer = await verifyBundle((await bundled({ log, story })).folder, { keys: log.vkey })
    const shorter = await verifyBundle(whole.folder, { keys: log.vkey, from: longer.last ?? '' })
    expect(shorter.exit).toBe(1)
    expect(last).not.toBe(longer.last)
  })

  it('is verified without personal attachments and without names, but not without evidence', async () => {
    const { log, story } = await told({})
    const { folder } = await bundled({ log, story }, 0, { withoutAttachments: true, pseudonymous: true })
    const verified = await verifyBundle(folder, { keys: log.vkey })
    expect(verified).toMatchObject({ breaks: [], exit: 0, counts: { attachmentsWithheld: 5, personsWithheld: 4 } })
  })

  it.each([
    ['another key of the same name', () => aLogKey()],
    ['a key of another log', () => aLogKey('other.example.com/audit')],
  ])('is not verified with %s', async (_, make) => {
    const { log, story } = await told({})
    const { folder } = await bundled({ log, story })
    const { verifierKey } = await import('#gateway/audit/signed-note.ts')
    const verified = await verifyBundle(folder, { keys: verifierKey(make()) })
    expect(verified.exit).toBe(1)
    expect(checksOf(verified)).toEqual(expect.arrayContaining([1, 2]))
    expect(log.vkey).not.toBe('')
  })
})

describe('26 A bundle with one thing changed', () => {
  let source: Told
  let folder: string
  beforeAll(async () => {
    source = await told({}, { decide: 'deny' })
    // outlives one test, so it is no folder of one
    const { mkdtemp } = await import('node:fs/promises')
    const { tmpdir } = await import('node:os')
    folder = await mkdtemp(join(tmpdir(), 'postern-bundle-'))
    await writeBundle(
      source.log.store,
      createSigner(source.log.key, source.log.state, false),
      source.story.sources,
      folder,
      {
        log: 1,
        from: 0,
        to: Number.MAX_SAFE_INTEGER,
        version: '0.1.0',
        vkeys: [source.log.vkey],
      },
    )
    return () => rm(folder, { recursive: true, force: true })
  })

  async function changed(change: (copy: string) => Promise<void>, signed = false): Promise<Verification> {
    const copy = await aFolder()
    await cp(folder, copy, { recursive: true })
    await change(copy)
    if (signed) await signAgain(source.log, copy)
    return await verifyBundle(copy, { keys: source.log.vkey })
  }
  const edit = (name: string, by: (text: string) => string) => async (copy: string) => {
    const before = await readFile(join(copy, name), 'utf8')
    const after = by(before)
    expect(after).not.toBe(before)
    await writeFile(join(copy, name), after)
  }
  const lines = (by: (all: string[]) => string[]) => (text: string) => `${by(text.trimEnd().split('\n')).join('\n')}\n`

  it('in any byte of any file is found by check 1', async () => {
    for (const name of await filesBelow(folder)) {
      const verified = await changed(async (copy) => {
        const bytes = await readFile(join(copy, name))
        const at = Math.floor(bytes.length / 2)
        bytes[at] = (bytes[at] ?? 0) ^ 1
        await writeFile(join(copy, name), bytes)
      })
      expect(verified.exit, name).toBe(1)
      expect(checksOf(verified)[0], name).toBe(1)
    }
  }, 60_000)

  it('in any bit that makes a file no text is found by check 1, the note of the manifest too', async () => {
    for (const name of await filesBelow(folder)) {
      const verified = await changed(async (copy) => {
        const bytes = await readFile(join(copy, name))
        bytes[0] = (bytes[0] ?? 0) ^ 0x80
        await writeFile(join(copy, name), bytes)
      })
      expect(verified.exit, name).toBe(1)
      expect(verified.breaks[0], name).toMatchObject({ check: 1, file: name })
    }
  }, 60_000)

  it('a file more, or one of the needed four fewer', async () => {
    expect(checksOf(await changed((copy) => writeFile(join(copy, 'extra.txt'), 'x')))).toEqual([1])
    for (const name of ['manifest.json', 'checkpoints.txt', 'leaves.jsonl', 'range.json'])
      expect((await changed((copy) => rm(join(copy, name)))).exit, name).toBe(1)
  })

  it('each other file missing leaves what is there verified', async () => {
    const kept = ['manifest.json', 'checkpoints.txt', 'leaves.jsonl', 'range.json']
    for (const name of (await filesBelow(folder)).filter((each) => !kept.includes(each))) {
      const verified = await changed((copy) => rm(join(copy, name)))
      expect(verified, name).toMatchObject({ breaks: [], exit: 3 })
    }
  }, 60_000)

  it('each leaf dropped, doubled, edited or swapped is found under the log’s own signature', async () => {
    const count = (await readFile(join(folder, 'leaves.jsonl'), 'utf8')).trimEnd().split('\n').length
    for (let at = 0; at < count; at += 1) {
      const kinds: readonly ((all: string[]) => string[])[] = [
        (all) => all.toSpliced(at, 1),
        (all) => all.toSpliced(at, 0, all[at] ?? ''),
        (all) => all.with(at, (all[at] ?? '').replace('"late"', '"lat"').replace('"v":1', '"v": 1')),
        (all) => (at === 0 ? all.toReversed() : all.with(at, all[at - 1] ?? '').with(at - 1, all[at] ?? '')),
      ]
      for (const kind of kinds) {
        const verified = await changed(edit('leaves.jsonl', lines(kind)), true)
        expect(verified.exit).toBe(1)
        const named = verified.breaks.filter(({ check }) => check === 3 || check === 4)
        expect(named.length, `leaf ${at}`).toBeGreaterThan(0)
        expect(Math.max(...named.map(({ index }) => index ?? 0))).toBeLessThanOrEqual(Math.max(at + 1, count))
      }
    }
  }, 240_000)

  it.each<readonly [number, string, string, (text: string) => string]>([
    [
      2,
      'a checkpoint signed by nobody',
      'checkpoints.txt',
      (text) => text.replace(/\u2014 \S+ ./u, (line) => `${line.slice(0, -1)}A`),
    ],
    [
      3,
      'a checkpoint left out at the end',
      'checkpoints.txt',
      (text) => `${text.split('\n\n').slice(0, -2).join('\n\n')}\n`,
    ],
    [3, 'checkpoints in another order', 'checkpoints.txt', (text) => swapNotes(text)],
    [5, 'a body edited', 'bodies.jsonl', (text) => text.replace('"risk":{', '"risk":{"x":1,')],
    [5, 'bodies swapped', 'bodies.jsonl', lines((all) => all.with(1, all[2] ?? '').with(2, all[1] ?? ''))],
    [5, 'an attachment edited', 'attachments.jsonl', (text) => text.replace('192.0.2.7', '192.0.2.8')],
    [5, 'an attachment doubled', 'attachments.jsonl', lines((all) => all.toSpliced(1, 0, all[0] ?? ''))],
    [5, 'a person with another id', 'persons.jsonl', (text) => text.replace(ada, bob)],
    [6, 'terms edited', 'terms.jsonl', (text) => text.replace('"duration_s":600', '"duration_s":601')],
    [6, 'a table cell changed', 'votes.csv', (text) => text.replace('approve', 'deny')],
    [6, 'the end of a request changed', 'requests.csv', (text) => text.replace('denied', 'approved')],
    [6, 'the end of a grant changed', 'grants.csv', (text) => text.replace('expired', 'revoked')],
    [6, 'a row more', 'votes.csv', (text) => `${text}99,x\r\n`],
    [6, 'an event edited', 'events.ocsf.jsonl', (text) => text.replace('vote-approved', 'vote-denied ')],
    [6, 'an event dropped', 'events.ocsf.jsonl', lines((all) => all.toSpliced(2, 1))],
    [8, 'a passkey of somebody else', 'credentials.jsonl', (text) => swapPersons(text)],
    [8, 'a passkey dropped', 'credentials.jsonl', lines((all) => all.toSpliced(0, 1))],
    [9, 'a decision edited', 'decisions.jsonl', (text) => text.replace('"count":3', '"count":2')],
  ])('check %i finds %s, though the manifest is signed', async (check, _, name, by) => {
    const verified = await changed(edit(name, by), true)
    expect(verified.exit).toBe(1)
    expect(checksOf(verified)).toContain(check)
    expect(checksOf(verified)).not.toContain(1)
  })

  it('what is said to be erased is missing where no leaf says so', async () => {
    const verified = await changed(
      edit('attachments.jsonl', (text) =>
        text.replace(
          /\{"index":(\d+),"name":"place","commit":"([^"]+)".*\n/,
          '{"index":$1,"name":"place","commit":"$2","erased":true}\n',
        ),
      ),
      true,
    )
    expect(verified).toMatchObject({ breaks: [], exit: 3, counts: { attachmentsErased: 1 } })
    expect(verified.missing[0]).toMatch(/^place of leaf/)
  })

  it('a broken zip, no folder and no key cannot be read', async () => {
    const zip = join(await aFolder(), 'x.zip')
    await zipFolder(folder, zip)
    await truncate(zip, 2000)
    for (const [path, keys] of [
      [zip, source.log.vkey],
      [join(folder, 'nothing'), source.log.vkey],
      [folder, ''],
      [folder, 'not a key'],
    ] as const) {
      const thrown = await verifyBundle(path, { keys }).catch((cause: unknown) => cause)
      expect(isFailure(thrown, 'state_unreadable'), path).toBe(true)
    }
  })
})

describe('A log that says what must not be, signed throughout', () => {
  it.each<readonly [number, string, StoryTwist]>([
    [7, 'the requester votes', { voter: ada }],
    [7, 'one person fills two stages', { voter: '019aa0c2-7f10-7000-8000-000000000003' }],
    [7, 'a vote for a stage that is not there', { stage: 'nobody' }],
    [7, 'a quorum that is not met', { votes: 1 }],
    [7, 'a grant longer than its terms', { duration: 601 }],
    [7, 'a grant for another check', { checks: ['firewall', 'disk'] }],
    [7, 'a checkpoint between approval and grant', { splitMint: true }],
    [8, 'a vote signed by somebody else', { passkeyOf: ada }],
    [8, 'a nonce used twice', { reuseNonce: true }],
    [8, 'an assertion over something else', { challenge: new Uint8Array(32) }],
    [9, 'a decision after the end of its grant', { decisionAt: 1_795_520_000 }],
  ])('check %i names it: %s', async (check, _, twist) => {
    const { log, story } = await told(twist)
    const verified = await verifyBundle((await bundled({ log, story })).folder, { keys: log.vkey })
    expect(verified.exit).toBe(1)
    expect(checksOf(verified)).toEqual([check])
    expect(verified.breaks[0]?.index).toBeGreaterThan(0)
  })
})

function swapNotes(text: string): string {
  const parts = text.trimEnd().split('\n\n')
  const notes: string[] = []
  for (let at = 0; at + 1 < parts.length; at += 2) notes.push(`${parts[at]}\n\n${parts[at + 1]}\n`)
  return notes
    .with(1, notes[2] ?? '')
    .with(2, notes[1] ?? '')
    .join('\n')
}

function swapPersons(text: string): string {
  const all: readonly { person: string }[] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  return all
    .map((line, at) => `${canonicalJson({ ...line, person: all[(at + 1) % all.length]?.person ?? '' })}\n`)
    .join('')
}
