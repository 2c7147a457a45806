import type { Json } from '#domain/canonical-json.ts'
import type { FoldedGrant, FoldedRequest } from '#domain/exceptions/fold-moves.ts'
import type { Move } from '#domain/exceptions/moves.ts'
import type { Electorate } from '#domain/exceptions/pools.ts'
import { shownWaiting } from '#domain/exceptions/readers.ts'
import { isOpen } from '#domain/exceptions/states.ts'
import { tallyVotes, waitingFor } from '#domain/exceptions/tally.ts'
import type { VoterRules } from '#domain/exceptions/voter-rules.ts'
import type { RequestRecord } from '#gateway/storage/exception-request-store.ts'

/** One act as the log tells it: its moves with the places of their leaves, and the request after the last of them. */
export type SequencedAct = {
  readonly record: RequestRecord
  readonly moves: readonly (Move & { readonly index: number })[]
  readonly request: FoldedRequest
  readonly electorate: Electorate
  readonly voters: VoterRules
}

/** An event of a feed as it is kept; what can be erased, or is signed, is put in when it is sent. */
export type Frame = { readonly kind: string; readonly at: number; readonly data: Json }

/** One frame per object, that of its last move (protocol.md section 9). */
export function framesOf(act: SequencedAct): readonly Frame[] {
  const last = act.moves.findLast((move) => !move.type.startsWith('grant-'))
  const grantMove = act.moves.findLast((move) => move.type.startsWith('grant-'))
  const { grant } = act.request
  return [
    ...(last === undefined ? [] : [requestFrame(act, last)]),
    ...(grantMove === undefined || grant === null ? [] : [frameOfGrant(act, grant, grantMove)]),
  ]
}

function requestFrame(act: SequencedAct, move: Move & { readonly index: number }): Frame {
  const { record, request } = act
  const log = { index: move.index }
  if (move.type === 'request-queried' || move.type === 'request-answered') {
    const data = { kind: 'message', request_id: record.id, id: move.messageId, at: move.at, state: move.state, log }
    return { kind: 'message', at: move.at, data }
  }
  if (request.state === 'approved' || request.state === 'denied' || request.state === 'refused') {
    const data = { kind: 'decision', request_id: record.id, state: request.state, position: move.position, log }
    return { kind: 'decision', at: move.at, data }
  }
  return { kind: 'request', at: move.at, data: requestData(act, move.index) }
}

/** The state of a request as its requester is told it. */
export function requestData({ record, request, electorate, voters }: Omit<SequencedAct, 'moves'>, index: number) {
  const tally = tallyVotes(request.votes, request.termsDigest, electorate)
  const waiting = request.state === 'pending' ? shownWaiting(voters.visibility, waitingFor(tally, electorate)) : []
  return {
    kind: 'request',
    request_id: record.id,
    state: request.state,
    revision: request.revision,
    terms_digest: request.termsDigest,
    votes: {
      have: tally.stages.reduce((sum, { have }) => sum + have, 0),
      need: tally.stages.reduce((sum, { need }) => sum + need, 0),
    },
    waiting_for: waiting.map(({ stage }) => stage),
    ...(isOpen(request.state) ? { decide_by: request.decideBy } : {}),
    log: { index },
  } as const
}

function frameOfGrant({ record }: SequencedAct, grant: FoldedGrant, move: Move & { readonly index: number }): Frame {
  return { kind: 'grant', at: move.at, data: grantData(record.id, grant, move.index) }
}

export function grantData(requestId: string, grant: FoldedGrant, index: number) {
  return {
    kind: 'grant',
    grant_id: grant.id,
    request_id: requestId,
    state: grant.state,
    checks: grant.checks.map(({ id }) => id),
    resources: grant.resources,
    not_before: grant.notBefore,
    not_after: grant.notAfter,
    ...(grant.endedAt === null ? {} : { ended_at: grant.endedAt }),
    ...(grant.cause === null ? {} : { cause: grant.cause }),
    log: { index },
  } as const
}

/** The same for consoles (console-api.md section 8). */
export function adminFramesOf(act: SequencedAct): readonly Frame[] {
  return framesOf(act).map(({ kind, at, data }): Frame => {
    const index = act.moves.findLast((move) => !move.type.startsWith('grant-'))?.index
    return kind === 'request' && index !== undefined
      ? { kind, at, data: adminRequestData(act, index) }
      : { kind, at, data }
  })
}

/** The state of a request as a console is told it: every stage it waits for, and its risk. */
export function adminRequestData(act: Omit<SequencedAct, 'moves'>, index: number) {
  const { record, request, electorate } = act
  const tally = tallyVotes(request.votes, request.termsDigest, electorate)
  const waiting = request.state === 'pending' ? waitingFor(tally, electorate).map(({ stage }) => stage) : []
  return { ...requestData(act, index), waiting_for: waiting, risk_tier: record.riskTier } as const
}
