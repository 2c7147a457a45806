import { randomBytes } from 'node:crypto'
import { canonicalJson } from '#domain/canonical-json.ts'
import { mergeUses } from '#domain/exceptions/grant-uses.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { singleFlight } from '#runtime/single-flight.ts'
import type { BatchedDecision } from './bundle.ts'
import type { DecisionCounter, DecisionTally } from './decision-counter.ts'
import { type DecisionRecord, isDecisionRecord } from './decision-record.ts'
import { emptyRange, extend, hashLeaf, inclusionProof, rootOf, type TreeHash } from './merkle-tree.ts'
import { pseudonym } from './pseudonym.ts'
import { recordEvent } from './record-event.ts'

/** Records of one batch, so that others do not wait long for its transaction. */
export const mostRecords = 1024

/**
 * Writes what was counted as `decision-batch` events (audit.md sections 3 and 14.5), each with its records and the uses of
 * grants in one transaction. What cannot be written is counted on, and the failure rises. One run at a time.
 */
export function decisionWriter(
  store: Pick<Store, 'transact'>,
  counter: DecisionCounter,
  now: () => number,
): () => Promise<void> {
  return singleFlight(async () => {
    // What comes while it is written waits for the next run.
    for (let left = counter.size(); left > 0; ) {
      const tallies = counter.take(Math.min(left, mostRecords))
      try {
        await store.transact((rows) => recordDecisions(rows, tallies, now()))
      } catch (cause) {
        counter.putBack(tallies)
        throw cause
      }
      left -= tallies.length
    }
  })
}

async function recordDecisions(rows: Rows, tallies: readonly DecisionTally[], at: number): Promise<void> {
  const texts: string[] = []
  let range = emptyRange
  for (const tally of tallies) {
    const text = canonicalJson(await recordOf(rows, tally))
    range = extend(range, hashLeaf(text))
    texts.push(text)
  }
  const members = { records: texts.length, root: Buffer.from(rootOf(range)).toString('base64url') }
  const eventId = await recordEvent(rows, { type: 'decision-batch', at, actor: null, object: null, members })
  for (const [position, text] of texts.entries()) await rows.decisions.addRecord(eventId, position, text)
  for (const { grants, resource, firstAt, lastAt, count } of tallies)
    for (const grantId of grants) {
      const before = (await rows.decisions.usesOf(grantId)).filter((use) => use.resource === resource)
      for (const use of mergeUses(before, [{ resource, firstAt, lastAt, count }]))
        await rows.decisions.putUse(grantId, use)
    }
}

async function recordOf(rows: Pick<Rows, 'pseudonymKeys'>, tally: DecisionTally): Promise<DecisionRecord> {
  const { device, resource, outcome, grants, firstAt, lastAt, count, checkpoint } = tally
  return {
    first_at: firstAt,
    last_at: lastAt,
    session: null,
    device: device === null ? null : pseudonym(await rows.pseudonymKeys.keyOf('device', device), 'device', device),
    resource,
    outcome,
    count,
    grants,
    checkpoint,
    salt: randomBytes(16).toString('base64url'),
  }
}

/** The records of a batch, by the number of its row, each with its path to the batch's root. */
export async function batchedDecisions(
  store: Pick<Store, 'read'>,
  eventId: number,
): Promise<readonly BatchedDecision[]> {
  const kept = await store.read((rows) => rows.decisions.recordsOf(eventId))
  const nodes = new Map<string, TreeHash>()
  let range = emptyRange
  for (const { record } of kept) {
    const leaf = hashLeaf(canonicalJson(record))
    nodes.set(`0/${range.size}`, leaf)
    range = extend(range, leaf, (level, index, hash) => nodes.set(`${level}/${index}`, hash))
  }
  const node = (level: number, index: number): TreeHash => {
    const hash = nodes.get(`${level}/${index}`)
    if (hash === undefined) throw new TypeError('a batch that lacks a record')
    return hash
  }
  const decisions: BatchedDecision[] = []
  for (const { position, record } of kept) {
    if (!isDecisionRecord(record)) throw new TypeError('a decision that was not written by us')
    const path = await inclusionProof(position, range.size, node)
    decisions.push({
      position,
      size: range.size,
      record,
      path: path.map((each) => Buffer.from(each).toString('base64url')),
    })
  }
  return decisions
}
