import { auditLeaf } from '#contract/audit-leaf.ts'
import { canonicalJson, type Json } from '#domain/canonical-json.ts'
import type { BundleReader, LineReader } from './bundle-reader.ts'
import { type Checkpoint, openCheckpoint } from './checkpoint.ts'
import { type CompactRange, equal, extend, hashLeaf, rootOf, type TreeHash } from './merkle-tree.ts'
import type { NoteVerifier } from './signed-note.ts'
import type { Findings } from './verification.ts'

export type LeavesWish = {
  readonly logId: string
  readonly from: number
  readonly to: number
  readonly range: CompactRange
  readonly prev: string | null
  readonly keys: readonly NoteVerifier[]
  /** An earlier run's last checkpoint. */
  readonly earlier?: Checkpoint
}

/** How far leaves may be reasoned from, and the checkpoint that says so. */
export type TrustedLeaves = { readonly size: number; readonly root: TreeHash | undefined; readonly note: string | null }

/**
 * Checks 2, 3 and 4 in one pass: signatures of checkpoints, the root at every one of them recomputed, and each leaf
 * canonical, of twelve members, behind the leaf before, its time not smaller.
 */
export async function verifyLeaves(bundle: BundleReader, findings: Findings, wish: LeavesWish): Promise<TrustedLeaves> {
  const leaves = bundle.lines('leaves.jsonl')
  const notes = noteReader(bundle.lines('checkpoints.txt'))
  let range = wish.range
  let before: LeafBefore = { prev: wish.prev, time: 0 }
  let trusted: TrustedLeaves = { size: wish.from, root: undefined, note: null }
  let next = await nextCheckpoint()
  if (next !== undefined && wish.from > 0 && next.checkpoint.size !== wish.from)
    findings.fail(3, 'the first checkpoint is not at the start of the range', { index: wish.from })
  await meet()

  for (let index = wish.from; index < wish.to; index += 1) {
    const leaf = await leaves.next()
    if (leaf === undefined || leaf.endsWith('\u0000')) {
      findings.fail(3, 'the leaf is not there', { index })
      break
    }
    findings.count('leaves')
    const hash = hashLeaf(leaf)
    range = extend(range, hash)
    if (!findings.isBroken(4)) before = checkLeaf(findings, wish.logId, leaf, index, before, hash)
    await meet()
  }
  if ((await leaves.next()) !== undefined)
    findings.fail(3, 'there are more leaves than the range says', { index: wish.to })
  if (next !== undefined) findings.fail(3, 'a checkpoint beyond the last leaf', { file: 'checkpoints.txt' })
  else if (trusted.size < wish.to) findings.fail(3, 'leaves under no checkpoint', { index: trusted.size })
  await leaves.close()
  return trusted

  /** Compares every checkpoint of the size that was reached; the chain of roots ends at the first that differs. */
  async function meet(): Promise<void> {
    const root = next?.checkpoint.size === range.size || wish.earlier?.size === range.size ? rootOf(range) : undefined
    if (root !== undefined && wish.earlier?.size === range.size && !equal(root, wish.earlier.root))
      findings.fail(3, 'the log is not a continuation of the earlier checkpoint', { index: range.size })
    while (next !== undefined && next.checkpoint.size <= range.size) {
      const { checkpoint, note } = next
      if (root === undefined || !equal(root, checkpoint.root))
        findings.fail(3, `the root at size ${checkpoint.size} is not the one that was signed`, { index: trusted.size })
      else if (!findings.isBroken(3) && !findings.isBroken(2)) trusted = { size: checkpoint.size, root, note }
      findings.count('checkpoints')
      next = await nextCheckpoint(checkpoint.size)
    }
  }

  async function nextCheckpoint(above = -1) {
    const note = await notes()
    if (note === undefined) return undefined
    const checkpoint = openCheckpoint(note, wish.logId, wish.keys)
    if (checkpoint === undefined) {
      findings.fail(2, 'a checkpoint that none of the keys signed', {
        index: Math.max(above, 0),
        file: 'checkpoints.txt',
      })
      return undefined
    }
    if (checkpoint.size <= above) {
      findings.fail(3, 'sizes of checkpoints fall', { index: checkpoint.size })
      return undefined
    }
    return { checkpoint, note }
  }
}

type LeafBefore = { readonly prev: string | null; readonly time: number }

function checkLeaf(
  findings: Findings,
  logId: string,
  text: string,
  index: number,
  before: LeafBefore,
  hash: TreeHash,
): LeafBefore {
  const value = parseJson(text)
  const parsed = auditLeaf.safeParse(value)
  if (!parsed.success) findings.fail(4, 'it has not the twelve members of a leaf', { index })
  else if (!isCanonicalLeaf(value, text)) findings.fail(4, 'it is not canonical', { index })
  else if (parsed.data.log_id !== logId) findings.fail(4, 'it is of another log', { index })
  else if (parsed.data.prev !== before.prev) findings.fail(4, 'it does not follow the leaf before', { index })
  else if (parsed.data.time < before.time) findings.fail(3, 'its time is before that of the leaf before', { index })
  return { prev: Buffer.from(hash).toString('base64url'), time: parsed.data?.time ?? before.time }
}

/** Notes one after another: each holds one empty line, and one stands between two. */
export function noteReader(lines: LineReader): () => Promise<string | undefined> {
  return async () => {
    let note = ''
    let gaps = 0
    for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
      if (line === '') gaps += 1
      if (gaps === 2) return note
      note += `${line}\n`
    }
    return note === '' ? undefined : note
  }
}

/** RFC 8785 text; for what it cannot say (lone surrogates, numbers beyond all bounds) a text that equals no other. */
export function canonicalText(value: Json): string {
  try {
    return canonicalJson(value)
  } catch (cause) {
    if (cause instanceof RangeError) return '\u0000'
    throw cause
  }
}

/** The value of a line of JSON; undefined where it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJson(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isJson(value: unknown): value is Json {
  return value !== undefined // JSON.parse makes nothing else
}

/** Flat objects of texts and whole numbers are canonical where their members are sorted and spelled as JSON.stringify does. */
function isCanonicalLeaf(value: Json | undefined, text: string): boolean {
  if (typeof value !== 'object' || value === null || JSON.stringify(value) !== text || !text.isWellFormed())
    return false
  const names = Object.keys(value)
  return names.every((name, at) => at === 0 || name > (names[at - 1] ?? '')) && !/\\u[dD][89a-fA-F]/.test(text)
}
