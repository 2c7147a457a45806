import { randomBytes } from 'node:crypto'
import type { AuditEvent, AuditObject } from '#domain/audit-event.ts'
import { canonicalJson, type Json } from '#domain/canonical-json.ts'
import type { AuditAttachmentRow } from '#gateway/storage/audit-store.ts'
import type { PseudonymKeyStore } from '#gateway/storage/pseudonym-key-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { commitment } from './commitment.ts'
import { openPseudonymKey, pseudonym } from './pseudonym.ts'

export type AuditRows = Pick<Rows, 'audit' | 'outbox'> & { readonly pseudonymKeys: Pick<PseudonymKeyStore, 'keyOf'> }

/**
 * Records an event in the transaction of the act it tells of (audit.md section 3): everything of its leaf but `prev` and the
 * final time, its body, its attachments, and the outbox row from which a leaf is made and others are told.
 * `makeSalt` gives 32 random bytes, for the attachment named or the body. Answers the number of the row, by which the
 * sequencer says when it is under a checkpoint.
 */
export async function recordEvent(
  rows: AuditRows,
  event: AuditEvent,
  makeSalt: (attachment?: string) => Uint8Array = () => randomBytes(32),
): Promise<number> {
  const actor = event.actor === null ? null : await pseudonymOf(rows, event.actor)
  const object = event.object === null ? null : await pseudonymOf(rows, event.object)
  const members = await withPseudonyms(rows, event.members)
  const attachments = Object.entries(event.attachments ?? {}).map(([name, content]) =>
    attach(name, content, makeSalt(name)),
  )
  const body = canonicalJson({
    v: 1,
    type: event.type,
    at: event.at,
    late: event.late ?? false,
    actor,
    object,
    request_id: event.requestId,
    grant_id: event.grantId,
    attachments:
      attachments.length === 0 ? undefined : Object.fromEntries(attachments.map(({ name, commit }) => [name, commit])),
    ...(isMembers(members) ? members : {}),
  })
  const salt = makeSalt()
  const auditEvent = await rows.audit.append(
    {
      type: event.type,
      at: event.at,
      actor,
      object,
      requestId: event.requestId ?? null,
      grantId: event.grantId ?? null,
      termsDigest: event.termsDigest ?? null,
      traceId: event.traceId ?? null,
      body,
      bodySalt: Buffer.from(salt).toString('base64url'),
      bodyCommit: commitment(salt, body),
    },
    attachments,
  )
  await rows.outbox.append({ kind: 'audit', at: event.at, auditEvent })
  return auditEvent
}

async function pseudonymOf(rows: AuditRows, named: AuditObject): Promise<string> {
  if ('person' in named)
    return pseudonym(await rows.pseudonymKeys.keyOf('person', named.person), 'person', named.person)
  if ('device' in named)
    return pseudonym(await rows.pseudonymKeys.keyOf('device', named.device), 'device', named.device)
  if ('document' in named) return pseudonym(openPseudonymKey, 'document', named.document)
  return pseudonym(openPseudonymKey, 'system', named.system)
}

/** Bodies never name a person or a device: each `{ person }` or `{ device }` in them becomes its pseudonym. */
async function withPseudonyms(rows: AuditRows, value: unknown): Promise<Json> {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  if (Array.isArray(value)) {
    const items: Json[] = []
    for (const item of value) items.push(await withPseudonyms(rows, item))
    return items
  }
  if (typeof value !== 'object') throw new TypeError(`an event cannot hold a ${typeof value}`)
  const entries = Object.entries(value)
  const [first] = entries
  if (entries.length === 1 && first !== undefined && typeof first[1] === 'string') {
    if (first[0] === 'person') return await pseudonymOf(rows, { person: first[1] })
    if (first[0] === 'device') return await pseudonymOf(rows, { device: first[1] })
  }
  const members: Record<string, Json> = {}
  for (const [name, member] of entries) members[name] = await withPseudonyms(rows, member)
  return members
}

function attach(name: string, content: Json, salt: Uint8Array): AuditAttachmentRow {
  return {
    name,
    content,
    salt: Buffer.from(salt).toString('base64url'),
    commit: commitment(salt, canonicalJson(content)),
  }
}

function isMembers(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
