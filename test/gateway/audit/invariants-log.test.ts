import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { writeBundle } from '#gateway/audit/bundle.ts'
import { filesBelow } from '#gateway/audit/bundle-files.ts'
import { isConsistent } from '#gateway/audit/merkle-tree.ts'
import { proveConsistency } from '#gateway/audit/proofs.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { createSequencer } from '#gateway/audit/sequencer.ts'
import { createSigner } from '#gateway/audit/signer.ts'
import { verifyBundle } from '#gateway/audit/verify-bundle.ts'
import { openStore } from '#gateway/storage/open-store.ts'
import { hash } from '#runtime/digest.ts'
import { silentLog } from '#runtime/log.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aLog, anUrgentEvent, aQuietEvent, logId, type TestLog } from '#test/support/a-log.ts'
import { aStory, type Story } from '#test/support/a-story.ts'
import { anExceptionDesk } from '#test/support/an-exception-desk.ts'

/** Invariants of exceptions.md section 12 about the log itself. */

const sources = { terms: async () => undefined, decisions: async () => [] }
const everything = { log: 1, from: 0, to: Number.MAX_SAFE_INTEGER, version: '0.1.0' }

/** Rounds of events; each round ends under a checkpoint of its own. */
async function aGrownLog(rounds: readonly number[]): Promise<TestLog> {
  const log = await aLog()
  let at = 1_795_510_800
  for (const events of rounds) {
    const from = at
    await log.act(...Array.from({ length: events }, (_, n) => aQuietEvent(from + n)))
    at += events
    await log.sequencer.flush()
  }
  return log
}

async function closed({ sequencer, store }: TestLog): Promise<void> {
  await sequencer.stop()
  await store.close()
}

/** What only the log itself could do: a manifest over the changed files, signed with its key. */
async function signAgain(log: TestLog, folder: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  const files: Record<string, string> = {}
  for (const name of await filesBelow(folder))
    if (!name.startsWith('manifest.')) files[name] = hash(await readFile(join(folder, name)))
  const text = `${JSON.stringify({ ...manifest, files })}\n`
  await writeFile(join(folder, 'manifest.json'), text)
  await writeFile(join(folder, 'manifest.note'), createSigner(log.key, log.state, false).signManifest(hash(text)))
}

type Tamper = { readonly how: 'truncate' | 'reorder' | 'edit' | 'drop' | 'duplicate'; readonly at: number }

/** The lines with one leaf treated so; undefined where that changes nothing. */
function tampered(lines: readonly string[], { how, at }: Tamper): readonly string[] | undefined {
  const index = at % lines.length
  const line = lines[index] ?? ''
  const next = lines[index + 1]
  switch (how) {
    case 'truncate':
      return lines.slice(0, index)
    case 'drop':
      return lines.toSpliced(index, 1)
    case 'duplicate':
      return lines.toSpliced(index, 0, line)
    case 'reorder':
      return next === undefined ? undefined : lines.with(index, next).with(index + 1, line)
    case 'edit': {
      const digit = line.search(/\d/)
      return digit < 0
        ? undefined
        : lines.with(index, line.slice(0, digit) + other(line, digit) + line.slice(digit + 1))
    }
  }
}

const other = (line: string, at: number) => (line.charAt(at) === '7' ? '8' : '7')

const rounds = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 })

describe('26 Truncate, reorder, edit, drop or duplicate any leaf: verification fails; consistency holds between every two checkpoints', () => {
  it('of any log, though its own key signs what was changed', async () => {
    const tamper = fc.record({
      how: fc.constantFrom<Tamper['how']>('truncate', 'reorder', 'edit', 'drop', 'duplicate'),
      at: fc.nat({ max: 60 }),
    })
    await fc.assert(
      fc.asyncProperty(rounds, tamper, async (sizes, change) => {
        const log = await aGrownLog(sizes)
        const folder = await aFolder()
        const signer = createSigner(log.key, log.state, false)
        await writeBundle(log.store, signer, sources, folder, { ...everything, vkeys: [log.vkey] })
        expect(await verifyBundle(folder, { keys: log.vkey })).toMatchObject({ breaks: [], exit: 0 })
        const file = join(folder, 'leaves.jsonl')
        const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
        // The last leaf is the one that no later leaf names: the signed root alone speaks for it.
        for (const each of [change, { how: 'edit', at: lines.length - 1 } as const]) {
          const changed = tampered(lines, each)
          if (changed === undefined) continue
          await writeFile(file, changed.map((line) => `${line}\n`).join(''))
          await signAgain(log, folder)
          const verified = await verifyBundle(folder, { keys: log.vkey })
          expect(verified.exit).toBe(1)
          expect(verified.breaks.map(({ check }) => check)).toEqual(expect.arrayContaining([expect.toBeOneOf([3, 4])]))
        }
        await closed(log)
      }),
      { numRuns: 60 },
    )
  }, 120_000)

  it('every two checkpoints of any log, and no other two roots', async () => {
    await fc.assert(
      fc.asyncProperty(rounds, async (sizes) => {
        const log = await aGrownLog(sizes)
        const checkpoints = await log.checkpoints()
        expect(checkpoints.length).toBeGreaterThanOrEqual(sizes.length)
        for (const older of checkpoints)
          for (const newer of checkpoints.filter(({ size }) => size >= older.size)) {
            const proof = await log.store.read((rows) => proveConsistency(rows, 1, older.size, newer.size))
            expect(isConsistent(older.size, newer.size, older.root, newer.root, proof)).toBe(true)
            if (older.size !== newer.size)
              expect(isConsistent(older.size, newer.size, newer.root, older.root, proof)).toBe(false)
          }
        await closed(log)
      }),
      { numRuns: 60 },
    )
  }, 120_000)
})

describe('27 Erase any subset of personal data: every proof still verifies', () => {
  let log: TestLog
  let story: Story
  let file = ''
  /** Of attachments that are no evidence, and of terms. */
  let commitments: readonly string[] = []
  beforeAll(async () => {
    const { mkdtemp } = await import('node:fs/promises')
    const { tmpdir } = await import('node:os')
    file = join(await mkdtemp(join(tmpdir(), 'postern-erased-')), 'gate.sqlite')
    log = await aLog({ store: await openStore(file) })
    story = await aStory(log)
    await story.request()
    await story.request({ decide: 'deny' })
    const database = new DatabaseSync(file)
    const attachments = database
      .prepare("select content_commit as text from audit_attachments where name not like 'evidence%'")
      .all()
    database.close()
    const digests = (await log.leaves()).flatMap((leaf) => JSON.parse(leaf).terms_digest ?? [])
    commitments = [...new Set([...attachments.map(({ text }) => String(text)), ...digests])].sort()
    await log.act({
      type: 'privacy-erased',
      at: 1_795_520_000,
      actor: null,
      object: null,
      members: { cause: 'age', commitments, signed: null, second: null },
    })
    await log.sequencer.stop()
    await log.store.close()
  })

  it('of any story, and it lists exactly what is gone', async () => {
    expect(commitments.length).toBeGreaterThan(8)
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.boolean()), async (coins) => {
        const gone = new Set(commitments.filter(() => coins.next().value === true))
        const copy = join(await aFolder(), 'gate.sqlite')
        await copyFile(file, copy)
        const database = new DatabaseSync(copy)
        const erase = database.prepare(
          "delete from audit_attachments where content_commit = ? and name not like 'evid%'",
        )
        for (const commit of gone) erase.run(commit)
        database.close()
        const store = await openStore(copy)
        const terms = async (digest: string) => (gone.has(digest) ? undefined : await story.sources.terms(digest))
        const folder = await aFolder()
        const signer = createSigner(log.key, log.state, false)
        await writeBundle(store, signer, { ...story.sources, terms }, folder, { ...everything, vkeys: [log.vkey] })
        const verified = await verifyBundle(folder, { keys: log.vkey })
        expect(verified).toMatchObject({ breaks: [], missing: [], exit: 0, counts: { signedVotes: 3, grants: 1 } })
        // Several leaves may name one commitment, never fewer than was erased.
        expect(verified.erased.length).toBeGreaterThanOrEqual(gone.size)
        if (gone.size === 0) expect(verified.erased).toEqual([])
        for (const each of verified.erased) seen.add(each.split(' ')[0] ?? '')
        await store.close()
      }),
      { numRuns: 40 },
    )
    expect([...seen]).toEqual(expect.arrayContaining(['justification', 'person', 'place', 'terms']))
  }, 120_000)
})

describe('31 A database restored from an older copy is found before the first act, and minting is locked', () => {
  it('at any point of any log, by what the signer remembers outside the database', async () => {
    const later = fc.record({ before: rounds, after: rounds, forgets: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(later, async ({ before, after, forgets }) => {
        const folder = await aFolder()
        const live = join(folder, 'gate.sqlite')
        const log = await aLog({ store: await openStore(live) })
        const grow = async (sizes: readonly number[]) => {
          for (const size of sizes) {
            await log.act(...Array.from({ length: size }, () => aQuietEvent()))
            await log.sequencer.flush()
          }
        }
        await grow(before)
        const copy = join(folder, 'older.sqlite')
        const database = new DatabaseSync(live)
        database.exec(`vacuum into '${copy}'`)
        database.close()
        await grow(after)
        await closed(log)
        const store = await openStore(copy)
        // Without the signer's memory there is no proof that nothing is missing, so that is no way out.
        const state = forgets ? { read: async () => undefined, write: async () => {} } : log.state
        const again = createSequencer({
          store,
          signerFor: (_, isNew) => createSigner(log.key, state, isNew),
          logId,
          clock: log.clock,
          log: silentLog,
        })
        await again.start()
        expect(again.isLocked()).toBe(true)
        const checkpoints = await store.read((rows) => rows.log.checkpoints(1, 0, 1000))
        await store.transact((rows) => recordEvent(rows, anUrgentEvent()))
        await again.flush()
        expect(await store.read((rows) => rows.log.checkpoints(1, 0, 1000))).toEqual(checkpoints)
        await again.stop()
        await store.close()
      }),
      { numRuns: 30 },
    )
  }, 120_000)

  it('a locked log takes no request and no vote that would mint', async () => {
    const desk = await anExceptionDesk()
    const { request_id: id } = await desk.pending()
    await desk.vote('edsger', id)
    Object.assign(desk.ports, { log: { ...desk.ports.log, isLocked: () => true } })
    await expect(desk.vote('barbara', id, { stage: 'b' })).rejects.toMatchObject({ code: 'log_locked' })
    await expect(desk.ask({ resources: ['payments'] })).rejects.toMatchObject({ code: 'log_locked' })
    expect(await desk.store.read((rows) => rows.grants.newest(9))).toEqual([])
    await closed({ ...desk.log, store: desk.store })
  })
})
