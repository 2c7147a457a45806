import type { AssertionJson, RequestOptions } from '#contract/webauthn.ts'
import { isKeyReached } from '#domain/exceptions/grants-in-force.ts'
import { type Completion, guardVote, judgeVote } from '#domain/exceptions/judge-vote.ts'
import type { Tally } from '#domain/exceptions/moves.ts'
import { recheckApproval } from '#domain/exceptions/recheck-approval.ts'
import type { VoteStatement } from '#domain/exceptions/statements.ts'
import type { RequestState } from '#domain/exceptions/states.ts'
import { Failure } from '#domain/failure.ts'
import { relyingPartyOf } from '#gateway/audit/signed-statement.ts'
import { issueStatement } from '#gateway/people/issue-statement.ts'
import { type StatementFault, takeStatement } from '#gateway/people/take-statement.ts'
import { policyPerson } from '#gateway/policy/device-facts.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { uuidV7 } from '#runtime/random-id.ts'
import { keptVote } from './kept-statement.ts'
import { areMovesProven } from './moves-proven.ts'
import { type Call, type ExceptionPorts, refuseLocked, requireBook } from './ports.ts'
import { type Recorded, recordMoves } from './record-moves.ts'
import { type GrantAnswer, grantAnswer } from './request-answer.ts'
import { currentTerms, factsOf, type RequestFile, requireRequest } from './request-file.ts'
import { readBoundDevice, readHistory } from './situation.ts'
import { gatherVoter, refuseStrangers, voteSituation } from './voting.ts'

/** Who votes on what: `person` is signed in, by canonical id. */
export type VoteWish = {
  readonly person: string
  readonly requestId: string
  readonly stage: string
  readonly decision: 'approve' | 'deny'
}

/** What a voter's passkey is asked to sign. */
export type VoteChallenge = {
  readonly statement: VoteStatement
  readonly options: RequestOptions
  readonly expires_in: number
}

/**
 * The question to a voter's passkey, after every rule was asked that bars them. Failures: `not_found`, `request_closed`,
 * `state_conflict`, `not_eligible` {`rule`}, `already_voted`, `stage_choice` {`stage`}, `passkey_missing`.
 */
export async function challengeVote(ports: ExceptionPorts, wish: VoteWish): Promise<VoteChallenge> {
  const now = ports.clock.anyNow()
  return await ports.store.transact(async (rows) => {
    const people = await ports.directory(rows)
    const file = await requireRequest(rows, wish.requestId)
    refuseStrangers(ports, file, wish.person, people)
    const situation = voteSituation(ports, file, people, now)
    const voter = await gatherVoter(ports, rows, wish.person, situation, people, now)
    const person = guardVote({ voter, stage: wish.stage, decision: wish.decision }, situation)
    return await issueStatement(rows, {
      label: 'postern/vote/1',
      person,
      statement: (nonce) => ({
        request_id: wish.requestId,
        revision: file.request.revision,
        terms_digest: file.request.termsDigest,
        decision: wish.decision,
        stage: wish.stage,
        nonce,
      }),
      rpId: relyingPartyOf(ports.issuer).rpId,
      now,
    })
  })
}

export type SignedBallot = {
  readonly person: string
  readonly requestId: string
  readonly nonce: string
  readonly assertion: AssertionJson
  readonly reason?: string
  readonly opened: readonly string[]
  readonly dwellMs: number
}

export type VoteAnswer = {
  readonly request_id: string
  readonly state: RequestState
  readonly tally: Tally['stages']
  readonly grant?: GrantAnswer
  readonly log: { readonly index: number } | null
}

type Refused = { readonly kind: 'refused'; readonly fault: StatementFault }
/** Some move is not told by the log, or not yet; `last` is the row of the newest. */
type Unproven = { readonly kind: 'unproven'; readonly last: number }
type Voted = {
  readonly kind: 'voted'
  readonly file: RequestFile
  readonly recorded: Recorded
  readonly tally: Tally
}

/**
 * R5 to R7: a signed vote. The one that completes a request approves and mints in the same transaction, and is answered when
 * the grant is proven, or after five seconds with `log: null`. An approval waits until the log tells every move before it.
 * Failures as for the challenge, and `challenge_expired`,
 * `assertion_refused`, `terms_changed`, `schema_invalid` (a deny without reason), `log_locked`, `unavailable`.
 */
export async function castVote(ports: ExceptionPorts, ballot: SignedBallot, call: Call): Promise<VoteAnswer> {
  const cast = () => ports.store.transact((rows) => voteIn(ports, rows, ballot, call, ports.clock.anyNow()))
  let outcome = await cast()
  for (let waitedFor = 0; outcome.kind === 'unproven'; ) {
    const { last } = outcome
    // What is under a checkpoint and still not proven was not written by us: nothing is approved over it.
    if (last === waitedFor || (await ports.log.covered(last)) === null)
      throw new Failure('unavailable', { retry_after: 5 })
    waitedFor = last
    outcome = await cast()
  }
  if (outcome.kind === 'refused') throw new Failure('assertion_refused', { cause: outcome.fault })
  const { file, recorded, tally } = outcome
  const place = await ports.log.covered(recorded.last)
  const { grant, state } = recorded.request
  if (grant !== null) ports.onGrantsChanged(file.record.deviceId)
  return {
    request_id: ballot.requestId,
    state,
    tally: tally.stages,
    ...(grant === null ? {} : { grant: grantAnswer(grant, ports.clock.anyNow()) }),
    log: place === null ? null : { index: place.index },
  }
}

async function voteIn(
  ports: ExceptionPorts,
  rows: Rows,
  { person: signedIn, requestId, nonce, assertion, reason, opened, dwellMs }: SignedBallot,
  call: Call,
  now: number,
): Promise<Voted | Refused | Unproven> {
  // Gather
  const people = await ports.directory(rows)
  const file = await requireRequest(rows, requestId)
  const { record, request } = file
  refuseStrangers(ports, file, signedIn, people)
  const statement = await keptVote(rows, nonce, requestId)
  const situation = voteSituation(ports, file, people, now)
  const voter = await gatherVoter(ports, rows, signedIn, situation, people, now)
  const completion = statement.decision === 'approve' ? await gatherCompletion(ports, rows, file, now) : undefined
  // Decide
  if (statement.decision === 'approve') refuseLocked(ports)
  guardVote({ voter, stage: statement.stage, decision: statement.decision }, situation, 'webauthn-uv')
  if (statement.decision === 'approve' && !(await areMovesProven(rows, requestId, ports.trusted())))
    return { kind: 'unproven', last: await lastEvent(rows, requestId) }
  const taken = await takeStatement(rows, {
    label: 'postern/vote/1',
    person: signedIn,
    nonce,
    assertion,
    statement: () => statement,
    party: relyingPartyOf(ports.issuer),
    now,
  })
  if (taken.kind === 'refused') return taken // the statement is used up: it cannot be tried again
  const { moves, tally } = judgeVote(
    {
      voter,
      stage: statement.stage,
      decision: statement.decision,
      revision: statement.revision,
      termsDigest: statement.terms_digest,
      signed: 'webauthn-uv',
      ...(reason === undefined ? {} : { reason }),
    },
    situation,
    () => {
      ports.clock.now() // minting waits while the clocks of the machine disagree
      if (completion === undefined) throw new TypeError('a deny completes nothing')
      return completion()
    },
  )
  // Record
  const text = reason?.trim()
  const recorded = await recordMoves(
    rows,
    { id: requestId, subject: request.subject, deviceId: record.deviceId, before: request },
    moves,
    (move) =>
      move.type === 'vote-approved' || move.type === 'vote-denied'
        ? {
            ...call,
            nonce,
            opened,
            dwellMs,
            attachments: {
              evidence: taken.proof.evidence,
              ...(text === undefined || text === '' ? {} : { reason: { text } }),
            },
          }
        : move.type === 'request-denied' && text !== undefined
          ? { ...call, attachments: { reason: { text } } }
          : call,
  )
  return { kind: 'voted', file, recorded, tally }
}

async function lastEvent(rows: Rows, requestId: string): Promise<number> {
  return (await rows.exceptions.moves(requestId)).at(-1)?.eventId ?? 0
}

/** Everything that R6 looks at again, read now; judged only where the vote completes the request. */
async function gatherCompletion(
  ports: ExceptionPorts,
  rows: Rows,
  file: RequestFile,
  now: number,
): Promise<() => Completion> {
  const { record, request } = file
  const book = requireBook(ports)
  const terms = await currentTerms(rows, file)
  const device = await readBoundDevice(rows, record.deviceId)
  const subject = await rows.people.find(request.subject)
  const history = await readHistory(rows, request.subject, book, now)
  const groups = subject === undefined ? [] : await rows.groups.above(subject.groups)
  if (device === undefined || subject === undefined) throw new Failure('unavailable', {})
  return () => ({
    grantId: uuidV7(ports.clock.nowMs()),
    terms,
    book: book.hash,
    deviceUntil: device.until,
    refusal: recheckApproval({
      book,
      resources: ports.resources,
      subject: policyPerson(subject, groups),
      device,
      keyReached: device.kid !== null && isKeyReached(terms.device?.kid ?? '', device.kid, []),
      history,
      terms,
      submittedAt: request.submittedAt,
      stages: request.stages,
      risk: factsOf(record).risk,
      now,
    }),
  })
}
