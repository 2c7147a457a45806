import { type AuditLeaf, auditLeaf } from '#contract/audit-leaf.ts'
import { parseStrictJson } from '#contract/strict-json.ts'
import { isFailure } from '#domain/failure.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { commitment } from './commitment.ts'
import { checkProof, proveLeaf } from './proofs.ts'
import type { NoteVerifier } from './signed-note.ts'

/** An event whose leaf is under a signed checkpoint and whose body is the one that the leaf commits to. */
export type ProvenEvent = {
  readonly log: number
  readonly index: number
  readonly leaf: AuditLeaf
  /** What counts from now on: rows are only an index (audit.md section 5). */
  readonly body: unknown
}

/**
 * Proof before use: a row's leaf, the way to the root, the signature and the body's commitment, all recomputed. Undefined
 * where one of them fails, or the leaf is under no checkpoint yet: then the event is not honoured.
 */
export async function proveEvent(
  rows: Pick<Rows, 'log' | 'audit'>,
  eventId: number,
  trusted: readonly NoteVerifier[],
): Promise<ProvenEvent | undefined> {
  const place = await rows.log.leafOf(eventId)
  const event = await rows.audit.find(eventId)
  const logId = (await rows.log.list()).find(({ number }) => number === place?.log)?.logId
  if (place === undefined || event === undefined || logId === undefined) return undefined
  const proof = await proveLeaf(rows, place.log, place.index).catch((cause: unknown) => {
    if (isFailure(cause, 'not_found')) return undefined
    throw cause
  })
  if (proof === undefined || checkProof(proof, logId, trusted) === undefined) return undefined
  const leaf = auditLeaf.safeParse(parseStrictJson(proof.leaf))
  if (!leaf.success || leaf.data.log_id !== logId) return undefined
  if (commitment(Buffer.from(event.bodySalt, 'base64url'), event.body) !== leaf.data.body_commit) return undefined
  const body: unknown = JSON.parse(event.body)
  return { log: place.log, index: place.index, leaf: leaf.data, body }
}
