import { Failure } from '#domain/failure.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { type Checkpoint, openCheckpoint } from './checkpoint.ts'
import { consistencyProof, equal, hashLeaf, inclusionProof, rootFromInclusion, type TreeHash } from './merkle-tree.ts'
import type { NoteVerifier } from './signed-note.ts'
import { storedNodes } from './stored-nodes.ts'

/** A leaf, the way from it to a root, and the checkpoint that signs that root. */
export type LeafProof = {
  readonly index: number
  readonly leaf: string
  readonly path: readonly TreeHash[]
  readonly checkpoint: string
}

/** That a leaf is in the log. `size`: under this checkpoint or the next larger one. Failure `not_found`. */
export async function proveLeaf(
  rows: Pick<Rows, 'log'>,
  log: number,
  index: number,
  size: number = index + 1,
): Promise<LeafProof> {
  const checkpoint = await rows.log.checkpointAtLeast(log, Math.max(size, index + 1))
  const [leaf] = await rows.log.leaves(log, index, 1)
  if (checkpoint === undefined || leaf?.index !== index) throw new Failure('not_found', {})
  const path = await inclusionProof(index, checkpoint.size, storedNodes(rows.log, log))
  return { index, leaf: leaf.leaf, path, checkpoint: checkpoint.note }
}

/** That one size continues another; both must not pass the newest checkpoint. Failure `not_found`. */
export async function proveConsistency(
  rows: Pick<Rows, 'log'>,
  log: number,
  from: number,
  to: number,
): Promise<readonly TreeHash[]> {
  const newest = await rows.log.latestCheckpoint(log)
  if (newest === undefined || from > to || to > newest.size) throw new Failure('not_found', {})
  return await consistencyProof(from, to, storedNodes(rows.log, log))
}

/** A proof as people keep it: C2SP tlog-proof, the leaf's bytes as its `extra` line. */
export function proofText({ index, leaf, path, checkpoint }: LeafProof): string {
  const hashes = path.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')
  return `c2sp.org/tlog-proof@v1\nextra ${Buffer.from(leaf).toString('base64')}\nindex ${index}\n${hashes}\n${checkpoint}`
}

/** Undefined where the text is no proof of this form. It says nothing yet: `checkProof` does. */
export function parseProofText(text: string): LeafProof | undefined {
  const gap = text.indexOf('\n\n')
  const [head, extra, index, ...hashes] = text.slice(0, Math.max(gap, 0)).split('\n')
  const [, leaf] = /^extra ([A-Za-z0-9+/]+={0,2})$/.exec(extra ?? '') ?? []
  const [, number] = /^index (0|[1-9][0-9]{0,15})$/.exec(index ?? '') ?? []
  if (head !== 'c2sp.org/tlog-proof@v1' || leaf === undefined || number === undefined) return undefined
  const path = hashes.map((hash) => Buffer.from(hash, 'base64'))
  if (path.some((hash, at) => hash.length !== 32 || hash.toString('base64') !== hashes[at])) return undefined
  return { index: Number(number), leaf: Buffer.from(leaf, 'base64').toString(), path, checkpoint: text.slice(gap + 2) }
}

/** The signed checkpoint that the leaf is under, or undefined where any link of the chain breaks. */
export function checkProof(proof: LeafProof, logId: string, trusted: readonly NoteVerifier[]): Checkpoint | undefined {
  const checkpoint = openCheckpoint(proof.checkpoint, logId, trusted)
  if (checkpoint === undefined) return undefined
  const root = rootFromInclusion(hashLeaf(proof.leaf), proof.index, checkpoint.size, proof.path)
  return root !== undefined && equal(root, checkpoint.root) ? checkpoint : undefined
}
