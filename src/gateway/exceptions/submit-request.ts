import { randomBytes } from 'node:crypto'
import type { ClaimsOf } from '#contract/message-types.ts'
import { canonicalJson } from '#domain/canonical-json.ts'
import { openCount } from '#domain/exceptions/counting.ts'
import { nextDue } from '#domain/exceptions/deadlines.ts'
import { foldMoves } from '#domain/exceptions/fold-moves.ts'
import { judgeRequest, type RequestJudgement } from '#domain/exceptions/judge-request.ts'
import { placeMoves } from '#domain/exceptions/moves.ts'
import { submitRequest as decideSubmission, termsOf } from '#domain/exceptions/submit-request.ts'
import { Failure, type SchemaIssue } from '#domain/failure.ts'
import type { Fault } from '#domain/reason.ts'
import { commitment } from '#gateway/audit/commitment.ts'
import type { ReceivedMessage } from '#gateway/devices/receive-message.ts'
import { claimsOf, jsonOf } from '#gateway/storage/columns.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { randomId, uuidV7 } from '#runtime/random-id.ts'
import { type Call, type ExceptionPorts, refuseLocked } from './ports.ts'
import { recordMoves } from './record-moves.ts'
import { answerRequest, type RequestAnswer } from './request-answer.ts'
import { digestOf } from './request-file.ts'
import { gatherSituation } from './situation.ts'

type Claims = ClaimsOf<'exception-request+jwt'>
type Ask = Claims['ask']

export type SubmitAnswer = RequestAnswer & { readonly log: { readonly index: number } | null }

const patienceMs = 1000

/**
 * R1: a device asks. The same draft, or an open request that asks for the same, is answered instead; a judgement that is not
 * favourable is recorded as `refused`. Failures: `not_supported` (a later step), `exception_limit` (a limit that the agent
 * knew; nothing is recorded), `not_found` (`replaces`), `replayed`, `log_locked`, `unavailable`.
 */
export async function submitRequest(
  ports: ExceptionPorts,
  message: Pick<ReceivedMessage<'exception-request+jwt'>, 'device' | 'kid' | 'claims' | 'jws'>,
  call: Call,
): Promise<SubmitAnswer> {
  const { ask } = message.claims
  if (ask.mode !== 'normal' || ask.not_before !== undefined || ask.extends !== undefined)
    throw new Failure('not_supported', {})
  refuseLocked(ports)
  const now = ports.clock.now()
  const { answer, lastEvent } = await ports.store.transact(async (rows) => {
    if (!(await rows.messageIds.claim(message.device.id, message.claims.jti, now))) throw new Failure('replayed', {})
    const id = await findOrRecord(ports, rows, message, call, now)
    return await answerRequest(rows, id, ports.issuer, now)
  })
  const place = await ports.log.covered(lastEvent, patienceMs)
  return { ...answer, log: place === null ? null : { index: place.index } }
}

async function findOrRecord(
  ports: ExceptionPorts,
  rows: Rows,
  { device, kid, claims, jws }: Pick<ReceivedMessage<'exception-request+jwt'>, 'device' | 'kid' | 'claims' | 'jws'>,
  call: Call,
  now: number,
): Promise<string> {
  // Gather
  const { ask } = claims
  const known = await rows.exceptions.findByDraft(device.id, ask.draft_id)
  if (known !== undefined) return known.id
  const situation = await gatherSituation(ports, rows, device.id, now)
  if (ask.replaces !== undefined && (await rows.exceptions.find(ask.replaces))?.subject !== situation.subject.id)
    throw new Failure('not_found', {})
  // Decide
  const judgement = judgeRequest(asked(ask), situation)
  if (judgement.equal !== undefined) {
    const answered = { deviceId: device.id, draftId: ask.draft_id, requestId: judgement.equal.id, at: now }
    await rows.exceptions.rememberDraft(answered) // asked again, it gets this answer, whatever became of the request
    return judgement.equal.id
  }
  const beyond = await limitsBroken(rows, device.id, ask, openCount(situation.history.requests))
  if (beyond.length > 0) throw new Failure('exception_limit', { errors: beyond })
  const justification = { text: ask.reason, ticket: ask.ticket ?? null, incident: ask.incident ?? null }
  const salt = randomBytes(32)
  const terms = termsOf(withCovers(judgement), {
    mode: ask.mode,
    subject: situation.subject.id,
    device: { id: device.id, kid },
    resources: ask.resources,
    duration_s: ask.duration_s,
    book: situation.book.hash,
    evidence: situation.evidence ?? null,
    category: ask.category,
    justification: commitment(salt, canonicalJson(justification)),
    remedy_by: ask.remedy_by ?? null,
    replaces: ask.replaces ?? null,
    salt: randomId(),
  })
  const termsDigest = digestOf(terms)
  const move = decideSubmission(judgement, terms, termsDigest, situation.requester, now)
  // Record
  const id = uuidV7(ports.clock.nowMs())
  const request = foldMoves(placeMoves([move], 1))
  await rows.exceptions.insert({
    id,
    deviceId: device.id,
    draftId: ask.draft_id,
    subject: request.subject,
    requester: request.requester,
    mode: ask.mode,
    checks: terms.checks.map((check) => check.id),
    resources: terms.resources,
    riskTier: terms.risk_tier,
    facts: jsonOf(JSON.stringify(factsOf(judgement))),
    state: request.state,
    revision: 1,
    termsDigest,
    submittedAt: now,
    pendingAt: request.pendingAt,
    closedAt: request.closedAt,
    decideBy: request.decideBy,
    grantId: null,
    dueAt: nextDue(request) ?? null,
  })
  await rows.exceptions.addRevision({
    requestId: id,
    revision: 1,
    author: request.requester,
    at: now,
    termsDigest,
    terms: jsonOf(JSON.stringify(terms)),
  })
  await recordMoves(
    rows,
    { id, subject: request.subject, deviceId: device.id, before: undefined },
    [move],
    () => ({
      ...call,
      attachments: { ask: jws, justification },
      risk: factsOf(judgement).risk,
      limits: judgement.limits,
    }),
    { justification: salt },
  )
  return id
}

/** A check that fails nowhere shows no kind of failure; the terms of what is refused for it name what was meant. */
function withCovers(judgement: RequestJudgement): RequestJudgement {
  const checks = judgement.checks.map((check) =>
    check.covers.length > 0 ? check : { ...check, covers: ['violated'] as const },
  )
  return { ...judgement, checks }
}

/** What is looked at again when it is voted on. Of refused requests the risk may be unknown. */
function factsOf({ rules, voters }: RequestJudgement) {
  return { risk: rules?.risk ?? { tier: 'critical', score: 100, factors: [] }, voters } as const
}

function asked(ask: Ask) {
  return {
    mode: ask.mode,
    checks: ask.checks,
    resources: ask.resources,
    durationSeconds: ask.duration_s,
    category: ask.category,
    justification: {
      chars: characters(ask.reason),
      ...(ask.ticket === undefined ? {} : { ticket: ask.ticket }),
      ...(ask.remedy_by === undefined ? {} : { remedyBy: ask.remedy_by }),
    },
  } as const
}

/** Unicode characters of a text without the white space around it. */
function characters(text: string): number {
  return [...text.trim()].length
}

/** The limits of the device's `agent-config`: it knew them, so nothing beyond them is recorded. */
async function limitsBroken(rows: Rows, deviceId: string, ask: Ask, open: number): Promise<readonly SchemaIssue[]> {
  const config = await rows.configs.find(deviceId)
  const limits = config === undefined ? undefined : exceptionLimits(claimsOf(config.jws))
  if (limits === undefined) return []
  const issues: { readonly pointer: string; readonly detail: Fault }[] = []
  if (ask.duration_s > limits.max_duration_s)
    issues.push({ pointer: '/ask/duration_s', detail: `at most ${limits.max_duration_s} seconds` })
  if (characters(ask.reason) < limits.reason_min)
    issues.push({ pointer: '/ask/reason', detail: `at least ${limits.reason_min} characters` })
  if (!limits.categories.includes(ask.category))
    issues.push({ pointer: '/ask/category', detail: 'is none of the categories' })
  if (open >= limits.open_max)
    issues.push({ pointer: '/ask', detail: `at most ${limits.open_max} requests open at once` })
  return issues
}

type ConfigLimits = {
  readonly max_duration_s: number
  readonly reason_min: number
  readonly categories: readonly string[]
  readonly open_max: number
}

function exceptionLimits(claims: unknown): ConfigLimits | undefined {
  if (typeof claims !== 'object' || claims === null || !('exceptions' in claims)) return undefined
  return isLimits(claims.exceptions) ? claims.exceptions : undefined
}

function isLimits(limits: unknown): limits is ConfigLimits {
  return (
    typeof limits === 'object' &&
    limits !== null &&
    'max_duration_s' in limits &&
    'reason_min' in limits &&
    'categories' in limits &&
    Array.isArray(limits.categories) &&
    'open_max' in limits
  )
}
