import { canonicalJson, type Json } from '#domain/canonical-json.ts'
import { nextDue } from '#domain/exceptions/deadlines.ts'
import { foldMoves } from '#domain/exceptions/fold-moves.ts'
import type { Move } from '#domain/exceptions/moves.ts'
import type { Terms } from '#domain/exceptions/terms.ts'
import { jsonOf } from '#gateway/storage/columns.ts'
import { membersOf } from './stored-move.ts'

/** A row of one of the tables that moves yield. */
export type ProjectionRow = { readonly table: string; readonly row: { readonly [column: string]: Json } }

export type ReplayedRequest = {
  readonly id: string
  readonly deviceId: string
  readonly draftId: string | null
  /** Of the first revision, which is the only one until offers come [2]. */
  readonly terms: Terms
  /** `act` is the position of the first move of the transaction, `eventId` the row of the leaf. */
  readonly moves: readonly { readonly move: Move; readonly act: number; readonly eventId: number }[]
}

/** Every row that the moves of one request yield. */
export function projectRequest({ id, deviceId, draftId, terms, moves }: ReplayedRequest): readonly ProjectionRow[] {
  const request = foldMoves(moves.map(({ move }) => move))
  const { subject, requester, grant } = request
  const rows: ProjectionRow[] = []
  const add = (table: string, row: { readonly [column: string]: Json }) => rows.push({ table, row })
  add('exception_requests', {
    id,
    deviceId,
    draftId,
    subject,
    requester,
    mode: terms.mode,
    checks: terms.checks.map((check) => check.id),
    resources: terms.resources,
    riskTier: terms.risk_tier,
    state: request.state,
    revision: request.revision,
    termsDigest: request.termsDigest,
    submittedAt: request.submittedAt,
    pendingAt: request.pendingAt,
    closedAt: request.closedAt,
    decideBy: request.decideBy,
    grantId: grant?.id ?? null,
    dueAt: nextDue(request) ?? null,
  })
  for (const { move, act, eventId } of moves) {
    const { type, at, actor, state, position } = move
    add('exception_moves', {
      requestId: id,
      position,
      act,
      type,
      at,
      actor,
      state,
      members: toldMembers(move),
      eventId,
    })
    if (move.type === 'vote-approved' || move.type === 'vote-denied')
      add('exception_votes', { requestId: id, revision: move.vote.revision, person: move.vote.person, position })
    if (move.type === 'request-queried' || move.type === 'request-answered') {
      const author = move.type === 'request-queried' ? 'approver' : 'requester'
      add('exception_messages', { id: move.messageId, requestId: id, position, author, person: actor, at, eventId })
    }
    if (move.type === 'grant-minted') {
      const { notBefore, notAfter } = move.grant
      const checks = move.grant.checks.map((check) => check.id)
      const granted = { id: move.grant.id, requestId: id, subject, deviceId, checks, notBefore, notAfter, eventId }
      add('exception_grants', granted)
    }
  }
  if (grant === null) return rows
  for (const { id: checkId, at } of grant.gone) add('exception_cured_checks', { grantId: grant.id, checkId, at })
  if (grant.endedAt !== null) add('exception_grant_ends', { grantId: grant.id, state: grant.state, at: grant.endedAt })
  return rows
}

/**
 * What a kept move says beside position, time, actor and state, without what no body holds of a stage: where its pool came
 * from, and whether its voters must be of another team.
 */
export function toldMembers(move: Move): Json {
  if (!('submission' in move)) return membersOf(move)
  const { submission, ...rest } = move
  const stages = submission.stages.map(({ id, need, stepUp, pool, escalation }) => ({
    id,
    need,
    stepUp,
    pool,
    escalation,
  }))
  const told = { ...submission, stages }
  return jsonOf(JSON.stringify('refusal' in rest ? { submission: told, refusal: rest.refusal } : { submission: told }))
}

/** One line per row, sorted: two such texts are equal byte for byte exactly where all rows are. */
export function projectionText(rows: readonly ProjectionRow[]): string {
  return rows
    .map(({ table, row }) => `${table} ${canonicalJson(row)}\n`)
    .sort()
    .join('')
}
