import type { AuditBody } from '#contract/audit-bodies.ts'
import type { AuditLeaf } from '#contract/audit-leaf.ts'
import { grantMoveTypes, requestMoveTypes } from '#domain/exceptions/machines.ts'
import type { NewMove } from '#domain/exceptions/moves.ts'

/**
 * The move that a leaf and its body tell of: the other way round of `eventOfMove`. Persons and devices come back from their
 * pseudonyms. What a body does not hold of a stage, `from` and `distinctTeamFromRequester`, is left out. Throws a TypeError
 * for a pseudonym whose key is gone, and for moves of later steps.
 */
export function moveOfBody(body: AuditBody, leaf: AuditLeaf, names: ReadonlyMap<string, string>): NewMove {
  const move: unknown = { type: body.type, at: body.at, ...partsOf(body, leaf, names) }
  if (!isMove(move)) throw new TypeError(`${body.type} is no move`)
  return move
}

function partsOf(body: AuditBody, leaf: AuditLeaf, names: ReadonlyMap<string, string>): object {
  const named = (pseudonym: string | null): string => {
    const id = names.get(pseudonym ?? '')
    if (id === undefined) throw new TypeError('a pseudonym that nobody can resolve')
    return id
  }
  const actor = body.actor === null ? null : named(body.actor)
  const termsDigest = leaf.terms_digest
  switch (body.type) {
    case 'request-submitted':
    case 'request-refused': {
      const submission = {
        requester: actor,
        subject: named(body.object),
        device: named(body.device),
        termsDigest,
        decideBy: body.decide_by,
        escalateAt: body.escalate_at,
        requesterStepUp: body.requester.step_up,
        stages: body.stages.map(({ id, need, step_up: stepUp, pool, escalation }) => ({
          id,
          need,
          stepUp,
          pool: pool.map(named),
          escalation: escalation.map(named),
        })),
      }
      const refused = body.type === 'request-refused' ? { refusal: body.refusal } : {}
      return { actor, state: body.state, submission, ...refused }
    }
    case 'request-queried':
    case 'request-answered':
      return { actor, state: body.state, messageId: body.message_id }
    case 'vote-approved':
    case 'vote-denied': {
      const { stage, decision, revision, voter_device: voterDevice } = body
      return { actor, state: body.state, vote: { person: actor, stage, decision, revision, termsDigest, voterDevice } }
    }
    case 'request-approved': {
      const tally = {
        stages: body.tally,
        votes: body.votes.map((vote) => ({ ...vote, person: named(vote.person) })),
        complete: true,
        denied: false,
      }
      return { actor, state: body.state, grantId: body.grant_id, book: body.book, tally }
    }
    case 'request-outdated':
      return { actor, state: body.state, changed: body.changed }
    case 'grant-minted': {
      const { checks, resources, controls, not_before: notBefore, not_after: notAfter } = body.grant
      return {
        actor,
        state: body.state,
        grant: { id: body.grant_id, checks, resources, controls, notBefore, notAfter },
      }
    }
    case 'grant-narrowed':
    case 'grant-cured':
      return { actor, state: body.state, cured: body.cured }
    case 'grant-voided':
      return { actor, state: body.state, cause: body.cause }
    case 'request-proved':
    case 'request-denied':
    case 'request-withdrawn':
    case 'request-lapsed':
    case 'grant-expired':
    case 'grant-revoked':
      return { actor, state: body.state }
    default:
      throw new TypeError(`${body.type} comes with a later step`)
  }
}

/** Bodies were checked against their schemas; what a move has beside them was made above. */
function isMove(move: unknown): move is NewMove {
  return (
    typeof move === 'object' &&
    move !== null &&
    'type' in move &&
    [...requestMoveTypes, ...grantMoveTypes].some((type) => type === move.type)
  )
}
