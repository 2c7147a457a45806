import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isFailure } from '#domain/failure.ts'
import { createLogFiles } from '#gateway/audit/log-files.ts'
import { hashLeaf, isConsistent } from '#gateway/audit/merkle-tree.ts'
import { checkProof, parseProofText, proofText, proveConsistency, proveLeaf } from '#gateway/audit/proofs.ts'
import { proveEvent } from '#gateway/audit/prove-event.ts'
import { parseVerifierKey } from '#gateway/audit/signed-note.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aLog, anUrgentEvent, aQuietEvent, logId, type TestLog } from '#test/support/a-log.ts'

const trustedBy = (log: TestLog) => [parseVerifierKey(log.vkey)].filter((each) => each !== undefined)

async function aGrownLog(leaves: number): Promise<TestLog> {
  const log = await aLog()
  await log.act(...Array.from({ length: Math.floor(leaves / 2) }, () => aQuietEvent()))
  await log.sequencer.flush()
  await log.act(...Array.from({ length: leaves - Math.floor(leaves / 2) - 1 }, () => aQuietEvent()))
  await log.sequencer.flush()
  return log
}

describe('A proof that people keep', () => {
  it('is read as it is written, and leads to the signed root', async () => {
    const log = await aGrownLog(600)
    const trusted = trustedBy(log)
    for (const index of [0, 1, 255, 256, 299, 300, 301, 511, 512, 599]) {
      const proof = await log.store.read((rows) => proveLeaf(rows, 1, index))
      const text = proofText(proof)
      expect(text.startsWith('c2sp.org/tlog-proof@v1\nextra ')).toBe(true)
      const read = parseProofText(text)
      expect(read).toEqual(proof)
      expect(read === undefined ? undefined : checkProof(read, logId, trusted)?.size).toBe(index <= 300 ? 301 : 600)
    }
  })

  it('with any character changed leads nowhere', async () => {
    const log = await aGrownLog(12)
    const trusted = trustedBy(log)
    const text = proofText(await log.store.read((rows) => proveLeaf(rows, 1, 4)))
    for (let at = 0; at < text.length; at += 1) {
      const letter = text.charAt(at)
      const changed = text.slice(0, at) + (letter === 'A' ? 'B' : 'A') + text.slice(at + 1)
      const read = parseProofText(changed)
      expect(read === undefined ? undefined : checkProof(read, logId, trusted), `at ${at}`).toBeUndefined()
    }
  })

  it('is not found for a leaf that is under no checkpoint', async () => {
    const log = await aGrownLog(12)
    const thrown = await log.store.read((rows) => proveLeaf(rows, 1, 12)).catch((cause: unknown) => cause)
    expect(isFailure(thrown, 'not_found')).toBe(true)
  })
})

describe('26 A proof of consistency', () => {
  it('holds between every two checkpoints', async () => {
    const log = await aGrownLog(700)
    const [older, newer] = await log.checkpoints()
    if (older === undefined || newer === undefined) throw new Error('two checkpoints')
    const proof = await log.store.read((rows) => proveConsistency(rows, 1, older.size, newer.size))
    expect(isConsistent(older.size, newer.size, older.root, newer.root, proof)).toBe(true)
  })
})

describe('An event before it is used', () => {
  it('is proven from its leaf, its body and a signed checkpoint', async () => {
    const log = await aLog()
    const [id = 0] = await log.act(anUrgentEvent())
    const prove = () => log.store.read((rows) => proveEvent(rows, id, trustedBy(log)))
    expect(await prove()).toBeUndefined()
    await log.sequencer.flush()
    expect(await prove()).toMatchObject({ log: 1, index: 1, body: { type: 'request-withdrawn', state: 'withdrawn' } })
  })

  it('is nothing under another key', async () => {
    const log = await aLog()
    const [id = 0] = await log.act(anUrgentEvent())
    await log.sequencer.flush()
    expect(await log.store.read((rows) => proveEvent(rows, id, trustedBy({ ...log, vkey: 'x' })))).toBeUndefined()
    expect(await log.store.read((rows) => proveEvent(rows, id + 9, trustedBy(log)))).toBeUndefined()
  })
})

describe('The files of a log', () => {
  it('hold what the checkpoint covers: full tiles on disk, partial ones from rows', async () => {
    const log = await aGrownLog(600)
    const folder = await aFolder()
    const files = createLogFiles(log.store, folder)
    await files.writeTiles(1, 0, 600)
    const leaves = await log.leaves()
    const hashes = Buffer.concat(leaves.map(hashLeaf))
    const full = await readFile(join(folder, '1', 'tile', '0', '001'))
    expect(full.equals(hashes.subarray(8192, 16_384))).toBe(true)
    expect(Buffer.from((await files.read(1, 'tile/0/001'))?.content ?? []).equals(full)).toBe(true)
    const partial = await files.read(1, 'tile/0/002.p/88')
    expect(Buffer.from(partial?.content ?? []).equals(hashes.subarray(16_384))).toBe(true)
    expect((await files.read(1, 'tile/1/000.p/2'))?.content).toHaveLength(64)
    const entries = Buffer.from((await files.read(1, 'tile/entries/002.p/1'))?.content ?? [])
    expect(entries.subarray(2).toString()).toBe(leaves[512])
    expect(entries.readUInt16BE(0)).toBe(entries.length - 2)
    expect(Buffer.from((await files.read(1, 'checkpoint'))?.content ?? []).toString()).toContain('\n600\n')
    for (const path of ['tile/0/002', 'tile/0/002.p/89', 'tile/1/000', 'tile/0/003.p/1', '../1/tile', 'tile/0/001/'])
      expect(await files.read(1, path), path).toBeUndefined()
  })
})
