import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { consistencyProof, emptyRange, extend, hashLeaf, isConsistent, rootOf } from '#gateway/audit/merkle-tree.ts'
import { createSequencer } from '#gateway/audit/sequencer.ts'
import { createSigner } from '#gateway/audit/signer.ts'
import { storedNodes } from '#gateway/audit/stored-nodes.ts'
import { openStore } from '#gateway/storage/open-store.ts'
import { silentLog } from '#runtime/log.ts'
import { aClock } from '#test/support/a-clock.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aLog, anUrgentEvent, aQuietEvent, aSignerState, logId, type TestLog } from '#test/support/a-log.ts'
import { aLogKey } from '#test/support/a-log-key.ts'

const at = 1_795_510_800

describe('A log into which nothing was written', () => {
  it('has no leaf and no checkpoint', async () => {
    const log = await aLog()
    expect(await log.leaves()).toEqual([])
    expect(await log.checkpoints()).toEqual([])
  })
})

describe('The first row', () => {
  it('is leaf 1, behind log-started at its own time', async () => {
    const log = await aLog()
    await log.act(anUrgentEvent(at + 7))
    await log.sequencer.flush()
    const leaves = (await log.leaves()).map((leaf) => JSON.parse(leaf))
    expect(leaves).toMatchObject([
      { type: 'log-started', time: at + 7, prev: null, actor: null, trace_id: null, log_id: logId },
      { type: 'request-withdrawn', time: at + 7 },
    ])
  })
})

describe('Rows that become leaves', () => {
  it('name the leaf before, and their times never fall while `at` stays', async () => {
    const log = await aLog()
    for (const when of [at, at + 50, at - 9, at + 10]) await log.act(aQuietEvent(when))
    await log.sequencer.flush()
    const texts = await log.leaves()
    const leaves = texts.map((text) => JSON.parse(text))
    expect(leaves.map(({ time }) => time)).toEqual([at, at, at + 50, at + 50, at + 50])
    expect(leaves.slice(1).map(({ prev }) => prev)).toEqual(
      texts.slice(0, -1).map((text) => Buffer.from(hashLeaf(text)).toString('base64url')),
    )
    const bodies = await log.store.read(async (rows) => (await rows.log.leaves(1, 0, 9)).map(({ event }) => event.at))
    expect(bodies).toEqual([at, at, at + 50, at - 9, at + 10])
  })

  it('leave the outbox', async () => {
    const log = await aLog()
    await log.act(aQuietEvent(), aQuietEvent())
    await log.sequencer.flush()
    await log.sequencer.flush()
    const entries = await log.store.read((rows) => rows.outbox.after(0, 10))
    expect(entries.filter(({ kind }) => kind === 'audit').length).toBeLessThanOrEqual(1) // that of log-started goes with the next
  })

  it('are under a checkpoint whose root is that of the leaves', async () => {
    const log = await aLog()
    await log.act(...Array.from({ length: 700 }, () => aQuietEvent()))
    await log.sequencer.flush()
    const range = (await log.leaves()).reduce((before, leaf) => extend(before, hashLeaf(leaf)), emptyRange)
    const [last] = (await log.checkpoints()).slice(-1)
    expect(last).toMatchObject({ size: 701 })
    expect(Buffer.from(last?.root ?? []).equals(Buffer.from(rootOf(range)))).toBe(true)
  })
})

describe('When a checkpoint is made', () => {
  it('nobody waits longer than 100 ms for a quiet event', async () => {
    const log = await aLog()
    await log.act(aQuietEvent())
    await log.clock.advance(99)
    expect(await log.checkpoints()).toHaveLength(0)
    await log.clock.advance(1)
    await log.clock.advance(0)
    expect(await log.checkpoints()).toHaveLength(1)
  })

  it('a move of a request is signed without waiting', async () => {
    const log = await aLog()
    await log.act(anUrgentEvent())
    await log.clock.advance(0)
    await log.clock.advance(0)
    expect(await log.checkpoints()).toHaveLength(1)
  })

  it('256 quiet leaves do not wait either', async () => {
    const log = await aLog()
    await log.act(...Array.from({ length: 256 }, () => aQuietEvent()))
    await log.clock.advance(0)
    await log.clock.advance(0)
    await log.clock.advance(0)
    expect(await log.checkpoints()).toHaveLength(1)
  })

  it('no act is split by one, and each continues the one before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }), async (acts) => {
        const log = await aLog()
        const ends = new Set([0])
        const done = acts.map((count, index) =>
          log.act(...Array.from({ length: count }, () => (index % 2 === 0 ? anUrgentEvent() : aQuietEvent()))),
        )
        const rounds = [log.sequencer.flush(), ...done, log.sequencer.flush()]
        await Promise.all(rounds)
        await log.sequencer.flush()
        let end = 1
        for (const count of acts) {
          end += count
          ends.add(end)
        }
        const checkpoints = await log.checkpoints()
        for (const { size } of checkpoints) expect(ends.has(size)).toBe(true)
        for (const [index, later] of checkpoints.entries()) {
          const earlier = checkpoints[index - 1]
          if (earlier === undefined) continue
          const proof = await log.store.read((rows) =>
            consistencyProof(earlier.size, later.size, storedNodes(rows.log, 1)),
          )
          expect(isConsistent(earlier.size, later.size, earlier.root, later.root, proof)).toBe(true)
        }
      }),
      { numRuns: 30 },
    )
  })
})

describe('An act that waits for its proof', () => {
  it('is answered with its place once a checkpoint covers it', async () => {
    const log = await aLog()
    const [id = 0] = await log.act(anUrgentEvent())
    expect(await log.sequencer.covered(id)).toEqual({ index: 1, size: 2 })
    expect(await log.sequencer.covered(id)).toEqual({ index: 1, size: 2 })
  })

  it('hears null after five seconds where nothing can be signed, and the row is sequenced later', async () => {
    let isFull = true
    const state = aSignerState()
    const key = aLogKey()
    const log = await aLog({
      signerFor: (_, isNew) =>
        createSigner(
          key,
          {
            read: state.read,
            write: async (next) => {
              if (isFull) throw new Error('no space left')
              await state.write(next)
            },
          },
          isNew,
        ),
    })
    const [id = 0] = await log.act(anUrgentEvent())
    const asked = log.sequencer.covered(id)
    await log.clock.advance(5000)
    expect(await asked).toBeNull()
    isFull = false
    await log.sequencer.flush()
    expect(await log.sequencer.covered(id)).toEqual({ index: 1, size: 2 })
  })
})

describe('Whoever follows the log', () => {
  it('is told of each stretch once, in order', async () => {
    const log = await aLog()
    const told: unknown[] = []
    log.sequencer.onSequenced((each) => told.push(each))
    await log.act(anUrgentEvent())
    await log.sequencer.flush()
    await log.act(anUrgentEvent(), anUrgentEvent())
    await log.sequencer.flush()
    expect(told).toEqual([
      { log: 1, from: 0, to: 2 },
      { log: 1, from: 2, to: 4 },
    ])
  })
})

describe('A log that is opened again', () => {
  it('goes on where it was', async () => {
    const log = await aLog()
    await log.act(anUrgentEvent())
    await log.sequencer.flush()
    await log.sequencer.stop()
    const again = await reopened(log)
    await log.act(anUrgentEvent())
    await again.flush()
    expect(again.isLocked()).toBe(false)
    expect((await log.checkpoints()).map(({ size }) => size)).toEqual([2, 3])
  })

  it.each([
    ['the signer remembers more leaves', 'update audit_logs set size = 1'],
    [
      'a stored hash was changed',
      "update audit_leaves set hash = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' where position = 1",
    ],
  ])('is locked where %s', async (_, tamper) => {
    const file = join(await aFolder(), 'postern.sqlite')
    const log = await aLog({ store: await openStore(file) })
    await log.act(anUrgentEvent(), anUrgentEvent())
    await log.sequencer.flush()
    await log.sequencer.stop()
    const database = new DatabaseSync(file)
    database.exec(tamper)
    database.close()
    const again = await reopened(log)
    expect(again.isLocked()).toBe(true)
    await log.act(anUrgentEvent())
    await again.flush()
    expect(await log.checkpoints()).toHaveLength(1)
  })

  it('is locked where its state file is gone, says so once, and answers null', async () => {
    const log = await aLog()
    await log.act(anUrgentEvent())
    await log.sequencer.flush()
    await log.sequencer.stop()
    for (const _ of [1, 2]) {
      const again = await reopened(log, aSignerState())
      expect(again.isLocked()).toBe(true)
      const [id = 0] = await log.act(anUrgentEvent())
      expect(await again.covered(id)).toBeNull()
      await again.stop()
    }
    const waiting = await log.store.read(async (rows) => await rows.audit.after(2, 100))
    expect(waiting.filter(({ type }) => type === 'log-locked')).toHaveLength(1)
  })
})

describe('A database restored from an older copy', () => {
  it('is locked before anything is signed', async () => {
    const folder = await aFolder()
    const file = join(folder, 'postern.sqlite')
    const store = await openStore(file)
    const log = await aLog({ store })
    await log.act(anUrgentEvent())
    await log.sequencer.flush()
    const backup = new DatabaseSync(file)
    backup.exec(`vacuum into '${join(folder, 'backup.sqlite')}'`)
    backup.close()
    await log.act(anUrgentEvent())
    await log.sequencer.flush()
    await log.sequencer.stop()
    await store.close()
    const other = join(folder, 'restored.sqlite')
    await copyFile(join(folder, 'backup.sqlite'), other)
    const restored = await openStore(other)
    const again = await reopened({ ...log, store: restored })
    expect(again.isLocked()).toBe(true)
    await restored.close()
  })
})

async function reopened(log: TestLog, state = log.state) {
  const sequencer = createSequencer({
    store: log.store,
    signerFor: (_, isNew) => createSigner(log.key, state, isNew),
    logId,
    clock: aClock(),
    log: silentLog,
  })
  await sequencer.start()
  return sequencer
}
