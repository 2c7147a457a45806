import { grantStateAt, proofSeconds, requestStateAt } from '#domain/exceptions/deadlines.ts'
import type { FoldedGrant } from '#domain/exceptions/fold-moves.ts'
import type { Refusal } from '#domain/exceptions/moves.ts'
import type { GrantState, RequestState } from '#domain/exceptions/states.ts'
import { isOpen } from '#domain/exceptions/states.ts'
import type { Terms } from '#domain/exceptions/terms.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { hash } from '#runtime/digest.ts'
import { randomSecret } from '#runtime/random-id.ts'
import { currentTerms, type RequestFile, requireRequest } from './request-file.ts'
import { readMove } from './stored-move.ts'

/** 201 of `POST /v1/exceptions` (protocol.md section 8); `log` stands apart. */
export type RequestAnswer = {
  readonly request_id: string
  readonly state: RequestState
  readonly terms: Terms
  readonly terms_digest: string
  readonly decide_by?: number
  readonly step_up_url?: string
  readonly refusal?: readonly Refusal[]
}

/** A grant as devices are told of one. */
export type GrantAnswer = {
  readonly id: string
  readonly state: GrantState
  readonly checks: FoldedGrant['checks']
  readonly resources: readonly string[]
  readonly not_before: number
  readonly not_after: number
  readonly controls: readonly string[]
}

export function grantAnswer(grant: FoldedGrant, now: number): GrantAnswer {
  const { id, checks, resources, controls, notBefore, notAfter } = grant
  return {
    id,
    state: grantStateAt(grant, now),
    checks,
    resources,
    not_before: notBefore,
    not_after: notAfter,
    controls,
  }
}

/** What the device that asked is told; while the proof is due with a fresh link to the page that takes it. */
export async function answerRequest(
  rows: Rows,
  requestId: string,
  issuer: string,
  now: number,
): Promise<{ readonly answer: RequestAnswer; readonly lastEvent: number }> {
  const file = await requireRequest(rows, requestId)
  const { record, request } = file
  const state = requestStateAt(record, now)
  const moves = await rows.exceptions.moves(requestId)
  const refused = moves.map(readMove).find((move) => move.type === 'request-refused')
  return {
    answer: {
      request_id: requestId,
      state,
      terms: await currentTerms(rows, file),
      terms_digest: request.termsDigest,
      ...(isOpen(state) ? { decide_by: request.decideBy } : {}),
      ...(state === 'step_up_required' ? { step_up_url: await openStepUp(rows, file, issuer, now) } : {}),
      ...(refused === undefined ? {} : { refusal: refused.refusal }),
    },
    lastEvent: moves.at(-1)?.eventId ?? 0,
  }
}

/** The page on which the subject proves themselves: whoever has the link may look, only their passkey may sign. */
async function openStepUp(rows: Rows, { record, request }: RequestFile, issuer: string, now: number): Promise<string> {
  const id = randomSecret()
  await rows.stepUps.insert({
    idHash: hash(id),
    kind: 'request',
    personId: request.subject,
    requestId: record.id,
    madeAt: now,
    expiresAt: Math.min(request.submittedAt + proofSeconds, request.decideBy),
    usedAt: null,
  })
  return `${issuer}/step-up/${id}`
}
