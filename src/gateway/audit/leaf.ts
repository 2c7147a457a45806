import { createHash } from 'node:crypto'
import { canonicalJson } from '#domain/canonical-json.ts'
import type { AuditEventRow } from '#gateway/storage/audit-store.ts'

/** What only the sequencer knows: which log, the final time (Unix seconds), the hash of the leaf before. */
export type LeafPlace = { readonly logId: string; readonly time: number; readonly prev: string | null }

/** The JCS bytes that the tree hashes: always the same twelve members (audit.md section 2). */
export function leafText(
  row: Omit<AuditEventRow, 'at' | 'body' | 'bodySalt'>,
  { logId, time, prev }: LeafPlace,
): string {
  return canonicalJson({
    v: 1,
    log_id: logId,
    type: row.type,
    time,
    actor: row.actor,
    object: row.object,
    request_id: row.requestId,
    grant_id: row.grantId,
    terms_digest: row.termsDigest,
    body_commit: row.bodyCommit,
    prev,
    trace_id: row.traceId,
  })
}

/** RFC 6962 section 2.1: SHA-256(00 ‖ leaf), base64url. */
export function leafHash(text: string): string {
  return createHash('sha256').update(Uint8Array.of(0)).update(text).digest('base64url')
}
