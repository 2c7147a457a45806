import { canonicalJson } from '#domain/canonical-json.ts'
import { openCheckpoint } from '#gateway/audit/checkpoint.ts'
import { commitment } from '#gateway/audit/commitment.ts'
import { emptyRange, equal, extend, hashLeaf, isConsistent, rootOf } from '#gateway/audit/merkle-tree.ts'
import { proveConsistency } from '#gateway/audit/proofs.ts'
import type { NoteVerifier } from '#gateway/audit/signed-note.ts'
import { keptProjections } from '#gateway/exceptions/kept-projections.ts'
import { rebuildProjections } from '#gateway/exceptions/rebuild-projections.ts'
import type { MoveRecord } from '#gateway/storage/exception-request-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { Acknowledged, Act } from './a-crowd.ts'

export type Survival = {
  /** What is wrong, as sentences. */
  readonly lost: readonly string[]
  readonly twice: readonly string[]
  readonly log: readonly string[]
  readonly leaves: number
  readonly checkpoints: number
  readonly minted: number
  readonly ended: number
  readonly rebuiltEqual: boolean
}

export type Remembered = {
  readonly acknowledged: readonly Acknowledged[]
  readonly sent: readonly Act[]
  readonly seenCheckpoint: string | undefined
}

const all = Number.MAX_SAFE_INTEGER

/** Holds what people were told beside what is kept; undefined while rows wait for their leaf or checkpoint. One snapshot of the rows. */
export async function whatSurvived(
  rows: Rows,
  remembered: Remembered,
  logId: string,
  trusted: readonly NoteVerifier[],
): Promise<Survival | undefined> {
  const log = await rows.log.current()
  if (log === undefined || log.cursor < (await rows.audit.head())) return undefined
  if ((await rows.log.latestCheckpoint(log.number))?.size !== log.size) return undefined
  const { faults, leaves, checkpoints } = await faultsOfLog(rows, remembered.seenCheckpoint, logId, trusted)
  const moves = new Map<string, readonly MoveRecord[]>()
  for (const { id } of await rows.exceptions.newest(all)) moves.set(id, await rows.exceptions.moves(id))
  const flat = [...moves.values()].flat()
  return {
    lost: await lostActs(rows, remembered.acknowledged, moves),
    twice: doubledActs(remembered.sent, moves),
    log: faults,
    leaves,
    checkpoints,
    minted: flat.filter(({ type }) => type === 'grant-minted').length,
    ended: flat.filter(({ type }) => /^grant-(expired|revoked|cured|voided)$/.test(type)).length,
    rebuiltEqual: (await rebuildProjections(rows)) === (await keptProjections(rows)),
  }
}

const moveOf: { readonly [Kind in Act['kind']]: string } = {
  file: 'request-submitted',
  prove: 'request-proved',
  approve: 'vote-approved',
  deny: 'vote-denied',
  ask: 'request-queried',
  reply: 'request-answered',
  withdraw: 'request-withdrawn',
  surrender: 'grant-revoked',
  revoke: 'grant-revoked',
}

/** Acts that were acknowledged, and are not there as they were told. */
async function lostActs(
  rows: Rows,
  acknowledged: readonly Acknowledged[],
  moves: ReadonlyMap<string, readonly MoveRecord[]>,
): Promise<readonly string[]> {
  const lost: string[] = []
  const replies = new Map<string, number>()
  for (const act of acknowledged) {
    const { kind, requestId, person, answer } = act
    const isMine = ({ type, actor }: MoveRecord) =>
      (type === moveOf[kind] || (kind === 'file' && type === 'request-refused')) && actor === person
    const mine = (moves.get(requestId) ?? []).filter(isMine)
    const told = `${kind} on ${requestId} by ${person}`
    if (mine.length === 0) lost.push(told)
    if (kind === 'ask' && !mine.some(({ members }) => canonicalJson(members).includes(answer.id)))
      lost.push(`${told}: the message ${answer.id}`)
    if (kind === 'reply') {
      const count = (replies.get(requestId) ?? 0) + 1
      replies.set(requestId, count)
      if (count > mine.length) lost.push(`${told}: the ${count}. of ${mine.length}`)
    }
    if (act.draft !== undefined) {
      const found = await rows.exceptions.findByDraft(act.draft.device, act.draft.id)
      // An open request that asks for the same is answered instead of the draft.
      if (found !== undefined && found.id !== requestId) lost.push(`${told}: the draft leads to ${found.id}`)
    }
    if (kind === 'approve' && answer.state === 'approved') {
      const minted = (moves.get(requestId) ?? []).find(({ type }) => type === 'grant-minted')
      const grant = await rows.grants.find(answer.grant.id)
      if (minted === undefined || grant?.requestId !== requestId) lost.push(`${told}: the grant ${answer.grant.id}`)
    }
    if (typeof answer.log?.index === 'number') {
      const [leaf] = await rows.log.leafTexts(1, answer.log.index, 1)
      if (leaf === undefined || !leaf.leaf.includes(`"request_id":"${requestId}"`))
        lost.push(`${told}: the leaf ${answer.log.index}`)
    }
  }
  return lost
}

const onlyOnce =
  /^(request-(submitted|proved|approved|denied|withdrawn|lapsed|outdated)|grant-(minted|expired|revoked|cured|voided))$/

/** Moves that are there more often than anybody asked for, or than a request can bear. */
function doubledActs(sent: readonly Act[], moves: ReadonlyMap<string, readonly MoveRecord[]>): readonly string[] {
  const twice: string[] = []
  const asked = new Map<string, number>()
  for (const { kind, requestId, person } of sent) {
    const key = `${requestId} ${moveOf[kind]} ${person}`
    asked.set(key, (asked.get(key) ?? 0) + 1)
  }
  for (const [requestId, list] of moves) {
    const counts = new Map<string, number>()
    const count = (key: string) => {
      const next = (counts.get(key) ?? 0) + 1
      counts.set(key, next)
      return next
    }
    let ends = 0
    for (const { type, actor, position } of list) {
      if (onlyOnce.test(type) && count(type) > 1) twice.push(`${type} of ${requestId}, move ${position}`)
      if (/^grant-(expired|revoked|cured|voided)$/.test(type)) ends += 1
      if (type.startsWith('vote-') && count(`vote ${actor}`) > 1) twice.push(`a vote of ${actor} on ${requestId}`)
      if (type === 'request-queried' || type === 'request-answered') {
        const times = count(`${type} ${actor}`)
        if (times > (asked.get(`${requestId} ${type} ${actor}`) ?? 0)) twice.push(`${type} of ${requestId} by ${actor}`)
      }
    }
    if (ends > 1) twice.push(`an end of the grant of ${requestId}`)
  }
  return twice
}

/** Leaves, bodies, attachments, and every checkpoint: those kept, and the one that was seen before. */
async function faultsOfLog(
  rows: Rows,
  seen: string | undefined,
  logId: string,
  trusted: readonly NoteVerifier[],
): Promise<{ readonly faults: readonly string[]; readonly leaves: number; readonly checkpoints: number }> {
  const faults: string[] = []
  const leaves = await rows.log.leaves(1, 0, all)
  let range = emptyRange
  const roots = [rootOf(range)]
  let prev: string | null = null
  for (const [at, { index, leaf, event, eventId }] of leaves.entries()) {
    if (index !== at) faults.push(`leaf ${at} is missing`)
    const told: { readonly prev: string | null; readonly body_commit: string } = JSON.parse(leaf)
    if (told.prev !== prev) faults.push(`leaf ${at} does not name the one before`)
    if (commitment(Buffer.from(event.bodySalt, 'base64url'), event.body) !== told.body_commit)
      faults.push(`leaf ${at} commits to another body`)
    const body: { readonly attachments?: { readonly [name: string]: string } } = JSON.parse(event.body)
    const attached = await rows.audit.attachmentsOf(eventId)
    if (attached.length !== Object.keys(body.attachments ?? {}).length) faults.push(`leaf ${at} lacks an attachment`)
    for (const { name, salt, content } of attached)
      if (commitment(Buffer.from(salt, 'base64url'), canonicalJson(content)) !== body.attachments?.[name])
        faults.push(`leaf ${at} commits to another ${name}`)
    const hashed = hashLeaf(leaf)
    prev = Buffer.from(hashed).toString('base64url')
    range = extend(range, hashed)
    roots.push(rootOf(range))
  }
  const notes = await rows.log.checkpoints(1, 0, all)
  for (const { note, size } of notes) {
    const checkpoint = openCheckpoint(note, logId, trusted)
    const root = roots[size]
    if (checkpoint === undefined || root === undefined || !equal(root, checkpoint.root))
      faults.push(`the checkpoint of size ${size} does not hold`)
  }
  if (notes.at(-1)?.size !== leaves.length) faults.push('the newest leaves are under no checkpoint')
  if (seen !== undefined) {
    const before = openCheckpoint(seen, logId, trusted)
    const after = openCheckpoint(notes.at(-1)?.note ?? '', logId, trusted)
    const proof =
      before === undefined || after === undefined || before.size > after.size
        ? undefined
        : await proveConsistency(rows, 1, before.size, after.size)
    if (
      before === undefined ||
      after === undefined ||
      proof === undefined ||
      !isConsistent(before.size, after.size, before.root, after.root, proof)
    )
      faults.push('the log does not go on from a checkpoint that was seen')
  }
  return { faults, leaves: leaves.length, checkpoints: notes.length }
}
