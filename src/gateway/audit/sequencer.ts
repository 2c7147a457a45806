import { Failure, isFailure } from '#domain/failure.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { type Clock, secondsNow } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { singleFlight } from '#runtime/single-flight.ts'
import { auditTopicFeed, auditTopicName } from './audit-topic.ts'
import { consistencyProof, equal, readRange, rootOf } from './merkle-tree.ts'
import { recordEvent } from './record-event.ts'
import type { LogSigner } from './signer.ts'
import { storedNodes } from './stored-nodes.ts'
import { emptyTree, type LogTree, openFirstLog, takeRows } from './take-rows.ts'
import { isUrgent } from './urgent-events.ts'

/** A leaf and a checkpoint over it. */
export type LogPlace = { readonly index: number; readonly size: number }

/** What became visible with a checkpoint: leaves `from` (included) to `to` of the log of this number. */
export type Sequenced = { readonly log: number; readonly from: number; readonly to: number }

export type Sequencer = {
  /** Recomputes the tree from stored leaves and compares it with the signer's memory. Locked afterwards where they differ. */
  start(): Promise<void>
  /** Ends after what is under way; rows that wait are taken at the next start. */
  stop(): Promise<void>
  /** Whether nothing is signed any more (audit.md section 5). */
  isLocked(): boolean
  /** The log that is written to. */
  log(): { readonly number: number; readonly logId: string; readonly size: number }
  /** Makes a checkpoint over everything committed so far. */
  flush(): Promise<void>
  /**
   * Waits until the row that `recordEvent` answered is under a signed checkpoint; `null` where that takes longer than
   * `withinMs`, or the log is locked. The row stays recorded and is sequenced later.
   */
  covered(eventId: number, withinMs?: number): Promise<LogPlace | null>
  /** Called after each checkpoint, in order. */
  onSequenced(listener: (sequenced: Sequenced) => void): () => void
}

export type SequencerPorts = {
  readonly store: Pick<Store, 'transact' | 'read' | 'onOutbox'>
  /** For the log of this origin; `isNew` where it has no checkpoint yet. */
  readonly signerFor: (logId: string, isNew: boolean) => LogSigner
  /** Origin of the first log: the issuer without scheme, and `/audit`. */
  readonly logId: string
  readonly clock: Clock
  readonly log: Log
  /** Writes the full tiles of a tree that grew; what it throws is logged, and the rows answer instead. */
  readonly writeTiles?: (log: number, from: number, to: number) => Promise<void>
}

const cadenceMs = 100
const cadenceLeaves = 256
/** Leaves of one transaction: others wait for it. */
const rowsAtOnce = 512
/** What another process wrote is found by looking. */
const pollMs = 1000
const patienceMs = 5000

/** The one writer of the log (audit.md section 3): rows become leaves, leaves are signed, who waits is answered. */
export function createSequencer(ports: SequencerPorts): Sequencer {
  const { store, clock, log } = ports
  const listeners = new Set<(sequenced: Sequenced) => void>()
  const waiting = new Set<{ readonly eventId: number; readonly answer: () => void }>()
  let tree: LogTree | undefined
  let signer: LogSigner | undefined
  /** Under a checkpoint: leaves below `size`, rows up to `cursor`. */
  let signed = { size: 0, cursor: 0 }
  let locked = false
  let stopped = false
  let cancelCadence: (() => void) | undefined
  let cancelPoll: () => void = () => {}
  const background = new Set<Promise<void>>()
  let stopHearing: () => void = () => {}

  async function open(): Promise<void> {
    const opened = await store.transact(async (rows) => {
      const record = await openFirstLog(rows, ports.logId)
      const range = await readRange(record.size, storedNodes(rows.log, record.number))
      const last = await rows.log.latestCheckpoint(record.number)
      return { tree: { ...emptyTree(record), range }, last }
    })
    tree = opened.tree
    signed = { size: opened.last?.size ?? 0, cursor: opened.last?.cursor ?? 0 }
    signer = ports.signerFor(tree.log.logId, opened.last === undefined)
    if (!(await isContinued(tree, signer, opened.last !== undefined))) await lock('rollback')
  }

  /** Whether what the signer signed last is the beginning of what is stored. */
  async function isContinued({ log: { number, size } }: LogTree, by: LogSigner, hasCheckpoints: boolean) {
    const last = await by.last()
    if (last === undefined) return !hasCheckpoints
    if (last.size > size) return false
    // Leaves are only ever written together with the size that counts them.
    if ((await store.read((rows) => rows.log.leafTexts(number, size, 1))).length > 0) return false
    const then = await store.read((rows) => readRange(last.size, storedNodes(rows.log, number)))
    return equal(rootOf(then), last.root)
  }

  async function lock(cause: string): Promise<void> {
    if (locked) return
    locked = true
    for (const { answer } of waiting) answer()
    const size = tree?.log.size ?? 0
    log.error('log.locked', { cause, size })
    await store.transact(async (rows) => {
      if (await isToldAlready(rows)) return
      const at = secondsNow(clock)
      await recordEvent(rows, { type: 'log-locked', at, actor: null, object: null, members: { cause, size } })
      const told = { topic: auditTopicName, subject: auditTopicFeed, kind: 'locked', at, data: { since: at, cause } }
      await rows.feeds.append(told)
    })
  }

  /** One round: everything that is committed now becomes leaves, and one checkpoint covers it, so none splits an act. */
  async function takeAll(): Promise<void> {
    if (locked || tree === undefined || signer === undefined) return
    const head = await store.read((rows) => rows.audit.head())
    while (tree.log.cursor < head) {
      const before: LogTree = tree
      tree = await store.transact((rows) => takeRows(rows, before, head, rowsAtOnce))
      if (tree.log.cursor === before.log.cursor) break
    }
    if (tree.log.size > signed.size) await sign(tree, signer)
  }

  async function sign({ log: { number, size, cursor }, range }: LogTree, by: LogSigner): Promise<void> {
    const last = await by.last()
    const consistency = await store.read((rows) =>
      consistencyProof(Math.min(last?.size ?? 0, size), size, storedNodes(rows.log, number)),
    )
    const note = await by.signCheckpoint({ size, root: rootOf(range) }, consistency)
    await store.transact((rows) => rows.log.appendCheckpoint({ log: number, size, cursor, note }))
    const from = signed.size
    signed = { size, cursor }
    for (const each of [...waiting]) if (each.eventId <= cursor) each.answer()
    for (const listener of [...listeners]) listener({ log: number, from, to: size })
    await ports.writeTiles?.(number, from, size).catch((err: unknown) => log.error('log.tiles-failed', { err }))
  }

  const run = singleFlight(async () => {
    try {
      await takeAll()
    } catch (err) {
      if (isFailure(err, 'log_locked')) return await lock('signer')
      log.error('log.sequencing-failed', { err }) // the rows wait; the next round takes them
      // What is on disk counts: a commit that failed, or another process, may have left it elsewhere than we think.
      await open().catch((again: unknown) => log.error('log.sequencing-failed', { err: again }))
    }
  })

  /** A round that begins after now: one that is under way may have looked already. */
  async function flush(): Promise<void> {
    cancelCadence?.()
    cancelCadence = undefined
    await run()
    if (await isBehind()) await run()
  }

  async function isBehind(): Promise<boolean> {
    if (locked || tree === undefined) return false
    const head = await store.read((rows) => rows.audit.head())
    return head > tree.log.cursor || tree.log.size > signed.size
  }

  async function look(): Promise<void> {
    if (locked || stopped || tree === undefined) return
    const cursor = tree.log.cursor
    const found = await store.read((rows) => rows.audit.typesAfter(cursor, cadenceLeaves))
    if (stopped || found.length === 0) return
    if (found.length >= cadenceLeaves || found.some(({ type }) => isUrgent(type))) await flush()
    else cancelCadence ??= clock.setTimer(cadenceMs, () => inBackground(flush))
  }

  /** What nobody waits for; a stop does. */
  function inBackground(act: () => Promise<void>): void {
    const done = act()
      .catch((err: unknown) => log.error('log.sequencing-failed', { err }))
      .finally(() => background.delete(done))
    background.add(done)
  }
  const wake = () => {
    if (!stopped) inBackground(look)
  }

  function poll(): void {
    if (stopped) return
    wake()
    cancelPoll = clock.setTimer(pollMs, poll)
  }

  async function placeOf(eventId: number): Promise<LogPlace | null> {
    const leaf = await store.read((rows) => rows.log.leafOf(eventId))
    return leaf === undefined || leaf.index >= signed.size ? null : { index: leaf.index, size: signed.size }
  }

  return {
    async start() {
      await open()
      stopHearing = store.onOutbox(wake)
      await run()
      poll()
    },
    async stop() {
      stopped = true
      cancelCadence?.()
      cancelPoll()
      stopHearing()
      await Promise.all(background)
      await run()
    },
    isLocked: () => locked,
    log() {
      if (tree === undefined) throw new Failure('unavailable', {})
      const { number, logId, size } = tree.log
      return { number, logId, size }
    },
    flush,
    async covered(eventId, withinMs = patienceMs) {
      if (signed.cursor >= eventId) return await placeOf(eventId)
      if (locked) return null
      await new Promise<void>((resolve) => {
        const entry = {
          eventId,
          answer: () => {
            cancel()
            waiting.delete(entry)
            resolve()
          },
        }
        const cancel = clock.setTimer(withinMs, entry.answer)
        waiting.add(entry)
        inBackground(flush)
      })
      return signed.cursor >= eventId ? await placeOf(eventId) : null
    },
    onSequenced(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** A lock is told once, however often the gateway starts while it lasts. */
async function isToldAlready(rows: Pick<Rows, 'audit' | 'log'>): Promise<boolean> {
  const cursor = (await rows.log.current())?.cursor ?? 0
  const waiting = await rows.audit.typesAfter(cursor, 10_000)
  return waiting.some(({ type }) => type === 'log-locked')
}
