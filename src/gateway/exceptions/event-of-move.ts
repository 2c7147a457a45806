import type { AuditAttachments, AuditEvent, PersonRef } from '#domain/audit-event.ts'
import type { LimitState } from '#domain/exceptions/counting.ts'
import { timeToCure } from '#domain/exceptions/cure.ts'
import type { FoldedRequest } from '#domain/exceptions/fold-moves.ts'
import { type GrantUse, sumUses } from '#domain/exceptions/grant-uses.ts'
import type { NewMove } from '#domain/exceptions/moves.ts'
import type { Risk } from '#domain/exceptions/risk-tier.ts'
import type { Call } from './ports.ts'

/** What a leaf tells beside the move itself (audit.md section 14.1). */
export type Told = Call & {
  readonly attachments?: AuditAttachments
  /** Of the statement signed. */
  readonly nonce?: string
  /** Of a vote: what the voter looked at, and for how long. */
  readonly opened?: readonly string[]
  readonly dwellMs?: number
  /** Of a submission. */
  readonly risk?: Pick<Risk, 'score' | 'factors'>
  readonly limits?: readonly LimitState[]
  /** Of a lapse: whom it waited for. */
  readonly asked?: readonly string[]
  /** Of an end of a grant: the decisions that used it. */
  readonly uses?: readonly GrantUse[]
}

/** Which request moves, and how it stood before; undefined before its first move. */
export type Moving = {
  readonly requestId: string
  readonly subject: string
  readonly before: FoldedRequest | undefined
}

/** The event of a move: members by its type, names of the log. Throws for what comes with a later step. */
export function eventOfMove(move: NewMove, { requestId, subject, before }: Moving, told: Told): AuditEvent {
  const submission = 'submission' in move ? move.submission : before
  const revision = before?.revision ?? 1
  const attachments: AuditAttachments = {
    ...told.attachments,
    ...(told.place === undefined ? {} : { place: told.place }),
  }
  const base = {
    at: move.at,
    actor: move.actor === null ? null : person(move.actor),
    object: person(subject),
    requestId,
    termsDigest: submission?.termsDigest ?? '',
    traceId: told.traceId,
    ...(Object.keys(attachments).length === 0 ? {} : { attachments }),
  } as const
  const { state } = move
  const moved = { revision, state } as const
  const nonce = told.nonce ?? null
  const grant = before?.grant
  const granted = { ...base, grantId: grant?.id ?? '' } as const
  switch (move.type) {
    case 'request-submitted':
    case 'request-refused': {
      const { device, decideBy, escalateAt, requesterStepUp, stages } = move.submission
      const members = {
        revision: 1,
        state,
        device: { device },
        decide_by: decideBy,
        escalate_at: escalateAt,
        requester: { step_up: requesterStepUp },
        stages: stages.map(({ id, need, stepUp, pool, escalation }) => ({
          id,
          need,
          step_up: stepUp,
          pool: pool.map(person),
          escalation: escalation.map(person),
        })),
        auto: null,
        risk: { score: told.risk?.score ?? 0, factors: told.risk?.factors ?? [] },
        limits: told.limits ?? [],
      } as const
      return move.type === 'request-submitted'
        ? { ...base, type: move.type, members }
        : { ...base, type: move.type, members: { ...members, refusal: move.refusal } }
    }
    case 'request-proved':
      return {
        ...base,
        type: move.type,
        members: { ...moved, step_up: before?.requesterStepUp ?? 'webauthn-uv', nonce },
      }
    case 'request-queried':
    case 'request-answered':
      return { ...base, type: move.type, members: { ...moved, message_id: move.messageId } }
    case 'vote-approved':
    case 'vote-denied': {
      const { stage, decision, voterDevice } = move.vote
      return {
        ...base,
        type: move.type,
        members: {
          ...moved,
          stage,
          decision,
          step_up: before?.stages.find(({ id }) => id === stage)?.stepUp ?? 'webauthn-uv',
          nonce,
          delegation: null,
          dwell_ms: told.dwellMs ?? null,
          opened: told.opened ?? [],
          voter_device: voterDevice,
        },
      }
    }
    case 'request-approved':
      return {
        ...base,
        grantId: move.grantId,
        type: move.type,
        members: {
          ...moved,
          tally: move.tally.stages,
          votes: move.tally.votes.map(({ person: voter, ...vote }) => ({ ...vote, person: person(voter) })),
          book: move.book,
        },
      }
    case 'request-denied':
      return { ...base, type: move.type, members: { ...moved, rule: null } }
    case 'request-withdrawn':
      return { ...base, type: move.type, members: moved }
    case 'request-lapsed':
      return {
        ...base,
        type: move.type,
        members: { ...moved, asked: (told.asked ?? []).slice(0, 2000).map(person), reminders: 0 },
      }
    case 'request-outdated':
      return { ...base, type: move.type, members: { ...moved, changed: move.changed } }
    case 'grant-minted': {
      const { id, checks, resources, controls, notBefore, notAfter } = move.grant
      return {
        ...base,
        grantId: id,
        type: move.type,
        members: { ...moved, grant: { checks, resources, controls, not_before: notBefore, not_after: notAfter } },
      }
    }
    case 'grant-narrowed':
    case 'grant-cured': {
      const left = grant?.checks.map(({ id }) => id).filter((id) => !move.cured.includes(id)) ?? []
      const time = grant === undefined || grant === null ? null : timeToCure(grant, move.at)
      return {
        ...granted,
        type: move.type,
        members: { state, cured: move.cured, checks: left, time_to_cure_s: time },
      }
    }
    case 'grant-expired': {
      const { lastUse, decisions } = sumUses(told.uses ?? [])
      return { ...granted, type: move.type, members: { state, last_use: lastUse, decisions } }
    }
    case 'grant-revoked':
      return { ...granted, type: move.type, members: { state, sessions_ended: 0, nonce } }
    case 'grant-voided': {
      const used = (told.uses ?? []).map(({ resource, firstAt: first_at, lastAt: last_at, count }) => ({
        resource,
        first_at,
        last_at,
        count,
      }))
      return { ...granted, type: move.type, members: { state, cause: move.cause, used } }
    }
    default:
      throw new TypeError(`${move.type} comes with a later step`)
  }
}

function person(id: string): PersonRef {
  return { person: id }
}
