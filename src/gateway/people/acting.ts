import type { AuditAttachments, PersonRef, Signed } from '#domain/audit-event.ts'
import type { StatementProof } from './take-statement.ts'

/** Where a call came from, as its events keep it. */
export type Place = { readonly address: string; readonly browser: string | null }

/** Who acts, from where, in which call, when. `person` is `null` for the system and the command line. */
export type Acting = {
  readonly person: string | null
  readonly place?: Place
  readonly traceId?: string
  readonly nowMs: number
}

/** An act that was signed: what its events carry as `signed`, and the proof behind it. */
export type SignedAct = { readonly signed: Exclude<Signed, null>; readonly proof: StatementProof }

/** The members that every event of an act has in common. */
export function eventBase(acting: Acting, act?: SignedAct, more: AuditAttachments = {}) {
  const actor: PersonRef | null = acting.person === null ? null : { person: acting.person }
  const attachments: AuditAttachments = {
    ...(acting.place === undefined ? {} : { place: acting.place }),
    ...(act === undefined ? {} : { evidence: act.proof.evidence }),
    ...more,
  }
  return {
    at: Math.floor(acting.nowMs / 1000),
    actor,
    traceId: acting.traceId,
    ...(Object.keys(attachments).length === 0 ? {} : { attachments }),
  }
}
