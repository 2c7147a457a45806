import { randomBytes } from 'node:crypto'
import { nextDue } from '#domain/exceptions/deadlines.ts'
import { applyMove, type FoldedRequest } from '#domain/exceptions/fold-moves.ts'
import { type Move, type NewMove, placeMoves } from '#domain/exceptions/moves.ts'
import { isLive } from '#domain/exceptions/states.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { eventOfMove, type Told } from './event-of-move.ts'
import { membersOf } from './stored-move.ts'

/** Whose moves are recorded: undefined `before` where the first one is among them. */
export type MovingRequest = {
  readonly id: string
  readonly subject: string
  readonly deviceId: string
  readonly before: FoldedRequest | undefined
}

/** What came of it: the request after, and the rows of the log, the last of which covers all. */
export type Recorded = { readonly request: FoldedRequest; readonly events: readonly number[]; readonly last: number }

/**
 * Records the moves of one act, in the act's transaction: one leaf each, the move itself, what it makes (vote, grant, end),
 * and the state that the moves yield. `tell` says what a leaf holds beside its move; `salts` fixes those of attachments.
 */
export async function recordMoves(
  rows: Rows,
  moving: MovingRequest,
  moves: readonly NewMove[],
  tell: (move: NewMove) => Told,
  salts: { readonly [attachment: string]: Uint8Array } = {},
): Promise<Recorded> {
  const act = moving.before?.nextPosition ?? 1
  const events: number[] = []
  let request = moving.before
  for (const move of placeMoves(moves, act)) {
    const event = eventOfMove(move, { requestId: moving.id, subject: moving.subject, before: request }, tell(move))
    const eventId = await recordEvent(rows, event, (name) => salts[name ?? ''] ?? randomBytes(32))
    request = applyMove(request, move)
    events.push(eventId)
    const { type, at, actor, state, position } = move
    await rows.exceptions.addMove({
      requestId: moving.id,
      position,
      act,
      type,
      at,
      actor,
      state,
      members: membersOf(move),
      eventId,
    })
    await recordMade(rows, moving, move, request, eventId)
  }
  if (request === undefined) throw new TypeError('an act without a move')
  await rows.exceptions.progress({
    id: moving.id,
    state: request.state,
    revision: request.revision,
    termsDigest: request.termsDigest,
    pendingAt: request.pendingAt,
    closedAt: request.closedAt,
    grantId: request.grant?.id ?? null,
    dueAt: nextDue(request) ?? null,
  })
  return { request, events, last: events.at(-1) ?? 0 }
}

async function recordMade(
  rows: Rows,
  { id: requestId, subject, deviceId }: MovingRequest,
  move: Move,
  { grant }: FoldedRequest,
  eventId: number,
): Promise<void> {
  if (move.type === 'vote-approved' || move.type === 'vote-denied') {
    const { revision, person } = move.vote
    await rows.exceptions.addVote({ requestId, revision, person, position: move.position })
  }
  if (grant === null) return
  if (move.type === 'grant-minted')
    await rows.grants.insert({
      id: grant.id,
      requestId,
      subject,
      deviceId,
      checks: grant.checks.map(({ id }) => id),
      notBefore: grant.notBefore,
      notAfter: grant.notAfter,
      eventId,
    })
  if (move.type === 'grant-narrowed' || move.type === 'grant-cured')
    for (const id of move.cured) await rows.grants.addCured(grant.id, { id, at: Math.min(move.at, grant.notAfter) })
  if (!isLive(grant.state)) {
    await rows.grants.end(grant.id, grant.state, grant.endedAt ?? move.at)
    await rows.grants.forgetRuns(grant.id)
  }
}
