import type { AssertionJson, RequestOptions } from '#contract/webauthn.ts'
import { proofSeconds, refuseLapsed } from '#domain/exceptions/deadlines.ts'
import { judgeProof } from '#domain/exceptions/judge-acts.ts'
import { afterRequestMove } from '#domain/exceptions/machines.ts'
import type { Statements } from '#domain/exceptions/statements.ts'
import type { RequestState } from '#domain/exceptions/states.ts'
import type { Terms } from '#domain/exceptions/terms.ts'
import { Failure } from '#domain/failure.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import { relyingPartyOf } from '#gateway/audit/signed-statement.ts'
import { challengeSeconds, issueStatement } from '#gateway/people/issue-statement.ts'
import { takeStatement } from '#gateway/people/take-statement.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { hash } from '#runtime/digest.ts'
import { keptProof } from './kept-statement.ts'
import { type Call, type ExceptionPorts, refuseLocked } from './ports.ts'
import { recordMoves } from './record-moves.ts'
import { currentTerms, type RequestFile, requireRequest } from './request-file.ts'

/** What the page of a step-up shows and asks the subject's passkey to sign. */
export type ProofChallenge = {
  readonly kind: 'request'
  readonly terms: Terms
  readonly statement: Statements['postern/request/1']
  readonly options: RequestOptions
  readonly expires_in: number
}

/**
 * Asks the subject to sign the terms. `stepUpId` is the secret of the link. Failures: `not_found`, `challenge_expired` (the
 * link is too old, or used), `request_closed`, `state_conflict`, `passkey_missing`.
 */
export async function challengeProof(ports: ExceptionPorts, stepUpId: string): Promise<ProofChallenge> {
  const now = ports.clock.anyNow()
  return await ports.store.transact(async (rows) => {
    const file = await requireOfLink(rows, stepUpId, now)
    const { record, request } = file
    refuseLapsed(request, now)
    afterRequestMove(request.state, 'request-proved')
    const { statement, options } = await issueStatement(rows, {
      label: 'postern/request/1',
      person: request.subject,
      statement: (nonce) => ({
        request_id: record.id,
        revision: request.revision,
        terms_digest: request.termsDigest,
        nonce,
      }),
      rpId: relyingPartyOf(ports.issuer).rpId,
      now,
    })
    const terms = await currentTerms(rows, file)
    const expiresIn = Math.min(challengeSeconds, request.submittedAt + proofSeconds - now)
    return { kind: 'request', terms, statement, options, expires_in: expiresIn }
  })
}

export type Proof = { readonly nonce: string; readonly assertion: AssertionJson }
export type ProofAnswer = { readonly kind: 'request'; readonly request_id: string; readonly state: RequestState }

/**
 * R2: the subject has signed. Failures beside those of the challenge: `assertion_refused` (the statement is used up),
 * `terms_changed`, `log_locked`, `unavailable`.
 */
export async function proveRequest(
  ports: ExceptionPorts,
  stepUpId: string,
  { nonce, assertion }: Proof,
  call: Call,
): Promise<ProofAnswer> {
  refuseLocked(ports)
  const now = ports.clock.now()
  const outcome = await ports.store.transact(async (rows) => {
    // Gather
    const { record, request } = await requireOfLink(rows, stepUpId, now)
    const { subject } = request
    refuseLapsed(request, now)
    afterRequestMove(request.state, 'request-proved')
    const statement = await keptProof(rows, nonce, record.id)
    const taken = await takeStatement(rows, {
      label: 'postern/request/1',
      person: subject,
      nonce,
      assertion,
      statement: () => statement,
      party: relyingPartyOf(ports.issuer),
      now,
    })
    const tried = { at: now, object: { person: subject }, traceId: call.traceId } as const
    const place = call.place === undefined ? {} : { attachments: { place: call.place } }
    if (taken.kind === 'refused') {
      const members = { method: 'passkey', session: null, cause: taken.fault }
      await recordEvent(rows, { ...tried, ...place, type: 'stepup-failed', actor: null, members })
      return taken
    }
    // Decide
    const move = judgeProof(request, subject, statement.terms_digest, now)
    // Record
    await rows.stepUps.use(hash(stepUpId), now)
    const members = { method: 'passkey', session: null, cause: null }
    await recordEvent(rows, { ...tried, ...place, type: 'stepup-passed', actor: { person: subject }, members })
    await recordMoves(rows, { id: record.id, subject, deviceId: record.deviceId, before: request }, [move], () => ({
      ...call,
      nonce,
      attachments: { evidence: taken.proof.evidence },
    }))
    const answer: ProofAnswer = { kind: 'request', request_id: record.id, state: 'pending' }
    return { kind: 'done', answer } as const
  })
  if (outcome.kind === 'refused') throw new Failure('assertion_refused', { cause: outcome.fault })
  return outcome.answer
}

async function requireOfLink(rows: Rows, stepUpId: string, now: number): Promise<RequestFile> {
  const link = await rows.stepUps.find(hash(stepUpId))
  if (link === undefined) throw new Failure('not_found', {})
  if (now >= link.expiresAt) throw new Failure('challenge_expired', {})
  return await requireRequest(rows, link.requestId)
}
