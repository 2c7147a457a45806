import { auditAttachments } from '#contract/audit-attachments.ts'
import { requestStateAt } from '#domain/exceptions/deadlines.ts'
import { mayRevoke } from '#domain/exceptions/judge-acts.ts'
import { canonicalPerson, type Directory } from '#domain/exceptions/pools.ts'
import { maySee, withheldFrom } from '#domain/exceptions/readers.ts'
import { isLive, isOpen } from '#domain/exceptions/states.ts'
import { tallyVotes, waitingFor } from '#domain/exceptions/tally.ts'
import { Failure } from '#domain/failure.ts'
import type { RequestRecord } from '#gateway/storage/exception-request-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { textOf } from './decision-message.ts'
import { mayVote } from './may-vote.ts'
import type { ExceptionPorts } from './ports.ts'
import { grantAnswer } from './request-answer.ts'
import { deviceNow, limitsTold, pairHistory } from './request-context.ts'
import { currentTerms, factsOf, type RequestFile, readRequest, requireRequest } from './request-file.ts'
import { isOnCall } from './revoke-grant.ts'
import { readerOf, voteSituation } from './voting.ts'
import { seenPerson, withRedacted } from './withheld-members.ts'

/** Which requests a list holds; what is left out asks for nothing. */
export type RequestFilter = {
  readonly states?: readonly string[] | undefined
  readonly open?: boolean | undefined
  readonly mine?: boolean | undefined
  readonly subjects?: readonly string[] | undefined
  readonly devices?: readonly string[] | undefined
  readonly checks?: readonly string[] | undefined
  readonly resources?: readonly string[] | undefined
  readonly riskTiers?: readonly string[] | undefined
}

const mostListed = 2000

/** The requests that a person may see, as a queue shows them. */
export async function listRequests(ports: ExceptionPorts, person: string, filter: RequestFilter) {
  const now = ports.clock.anyNow()
  return await ports.store.read(async (rows) => {
    const people = await ports.directory(rows)
    const items: (NonNullable<Awaited<ReturnType<typeof itemOf>>> & { redacted: string[] })[] = []
    for (const record of await rows.exceptions.newest(mostListed)) {
      if (!isAsked(record, requestStateAt(record, now), filter)) continue
      const file = await readRequest(rows, record.id)
      if (file === undefined) continue
      const item = await itemOf(ports, rows, file, person, people, now)
      if (item !== undefined && (filter.mine !== true || 'stage' in item.may.vote))
        items.push(withRedacted(item, withheldFrom(readerOf(ports, file, person, people))))
    }
    return items
  })
}

/** One request with what a decision needs. Throws `not_found` to who may not see it. */
export async function viewRequest(ports: ExceptionPorts, person: string, requestId: string) {
  const now = ports.clock.anyNow()
  return await ports.store.read(async (rows) => {
    const people = await ports.directory(rows)
    const file = await requireRequest(rows, requestId)
    const item = await itemOf(ports, rows, file, person, people, now)
    if (item === undefined) throw new Failure('not_found', {})
    const { record, request } = file
    const withheld = withheldFrom(readerOf(ports, file, person, people))
    const terms = await currentTerms(rows, file)
    const facts = factsOf(record)
    const revision = await rows.exceptions.revision(requestId, request.revision)
    const moves = await rows.exceptions.moves(requestId)
    const asked = moves[0] === undefined ? [] : await rows.audit.attachmentsOf(moves[0].eventId)
    const justification = asked.find(({ name }) => name === 'justification')?.content
    const thread = []
    for (const { id, person: by, at, eventId } of await rows.messages.thread(requestId)) {
      const text = withheld.has('free-text') ? null : ((await textOf(rows, eventId, 'message')) ?? null)
      thread.push({ id, by: await seenPerson(rows, by, withheld), at, text })
    }
    const told = []
    for (const { type, actor, at, eventId } of moves) {
      const leaf = await rows.log.leafOf(eventId)
      told.push({
        event: type,
        by: await seenPerson(rows, actor, withheld),
        at,
        log: leaf === undefined ? null : { index: leaf.index },
      })
    }
    const votesCast = []
    for (const move of moves.filter(({ type }) => type === 'vote-approved' || type === 'vote-denied')) {
      const vote = request.votes.find((each) => each.person === move.actor)
      const reason = withheld.has('free-text') ? null : ((await textOf(rows, move.eventId, 'reason')) ?? null)
      const counted = request.tally?.votes.find((each) => each.person === move.actor)?.counted ?? null
      const { stage, decision } = vote ?? { stage: null, decision: null }
      votesCast.push({
        person: await seenPerson(rows, move.actor, withheld),
        stage,
        decision,
        reason,
        at: move.at,
        counted,
      })
    }
    const device = await deviceNow(ports, rows, file, now)
    const situation = voteSituation(ports, file, people, now)
    const id = canonicalPerson(person, people)
    const revoker = { person: id, roles: people.get(id)?.roles ?? [], onCall: isOnCall(id, people) }
    const tally = tallyVotes(request.votes, request.termsDigest, situation.electorate)
    const view = {
      ...item,
      revisions: [
        {
          revision: request.revision,
          terms,
          terms_digest: request.termsDigest,
          author: await seenPerson(rows, revision?.author ?? null, withheld),
          at: revision?.at ?? request.submittedAt,
        },
      ],
      names: {
        persons: { [request.subject]: item.subject.name, [request.requester]: item.requester.name },
        devices: { [record.deviceId]: item.device?.name ?? null },
        checks: Object.fromEntries(
          record.checks.map((check) => [check, ports.book()?.checks.get(check)?.document.title ?? null]),
        ),
        resources: Object.fromEntries(
          record.resources.map((each) => [each, ports.resources.find(({ id: known }) => known === each)?.name ?? null]),
        ),
      },
      justification: {
        category: terms.category,
        remedy_by: terms.remedy_by,
        ...wordsOf(justification, withheld.has('free-text')),
      },
      evidence: terms.evidence,
      now: device === undefined || withheld.has('readings') ? null : device.now,
      other_failing: device === undefined || withheld.has('readings') ? [] : device.otherFailing,
      remedies: device?.remedies ?? [],
      pairs: await pairHistory(rows, request.subject, terms, now),
      limits: await limitsTold(rows, moves[0]?.eventId),
      risk: facts.risk,
      rule: {
        stages: request.stages.map(({ id: stage, from, need, stepUp, pool }) => ({
          id: stage,
          from,
          need,
          have: tally.stages.find((each) => each.stage === stage)?.have ?? 0,
          step_up: stepUp,
          pool: pool.length,
        })),
      },
      votes_cast: votesCast,
      thread,
      grant: request.grant === null ? null : grantAnswer(request.grant, now),
      moves: told,
      may: {
        ...item.may,
        ask: 'stage' in item.may.vote && request.state === 'pending',
        offer: false,
        revoke: request.grant !== null && isLive(request.grant.state) && mayRevoke(request, revoker, people),
      },
    }
    return withRedacted(view, withheld)
  })
}

async function itemOf(
  ports: ExceptionPorts,
  rows: Rows,
  file: RequestFile,
  person: string,
  people: Directory,
  now: number,
) {
  const { record, request } = file
  const reader = readerOf(ports, file, person, people)
  if (!maySee(reader)) return undefined
  const withheld = withheldFrom(reader)
  const situation = voteSituation(ports, file, people, now)
  const tally = tallyVotes(request.votes, request.termsDigest, situation.electorate)
  const terms = await currentTerms(rows, file)
  const subject = await seenPerson(rows, request.subject, withheld)
  const requester = await seenPerson(rows, request.requester, withheld)
  if (subject === null || requester === null) return undefined
  const state = requestStateAt(request, now)
  return {
    id: record.id,
    state,
    revision: request.revision,
    subject,
    requester,
    device: await deviceRefOf(rows, record.deviceId),
    checks: record.checks,
    resources: record.resources,
    duration_s: terms.duration_s,
    risk_tier: record.riskTier,
    mode: record.mode,
    votes: {
      have: tally.stages.reduce((sum, { have }) => sum + have, 0),
      need: tally.stages.reduce((sum, { need }) => sum + need, 0),
    },
    waiting_for: state === 'pending' ? waitingFor(tally, situation.electorate).map(({ stage }) => stage) : [],
    decide_by: isOpen(state) ? request.decideBy : null,
    created_at: request.submittedAt,
    may: { vote: await mayVote(ports, rows, situation, person, people, now) },
    log: await placeOf(rows, record),
  }
}

export async function deviceRefOf(rows: Pick<Rows, 'devices'>, id: string) {
  const device = await rows.devices.find(id)
  return device === undefined ? null : { id, name: device.hostname, platform: device.platform }
}

async function placeOf(rows: Rows, { id }: Pick<RequestRecord, 'id'>) {
  const leaf = await rows.log.leafOf((await rows.exceptions.moves(id)).at(-1)?.eventId ?? 0)
  return leaf === undefined ? null : { index: leaf.index }
}

function isAsked(record: RequestRecord, state: RequestRecord['state'], filter: RequestFilter): boolean {
  return (
    (filter.open === undefined || isOpen(state) === filter.open) &&
    (filter.states === undefined || filter.states.includes(state)) &&
    (filter.subjects === undefined || filter.subjects.includes(record.subject)) &&
    (filter.devices === undefined || filter.devices.includes(record.deviceId)) &&
    (filter.checks === undefined || record.checks.some((check) => filter.checks?.includes(check))) &&
    (filter.resources === undefined || record.resources.some((id) => filter.resources?.includes(id))) &&
    (filter.riskTiers === undefined || filter.riskTiers.includes(record.riskTier))
  )
}

/** The words of a request; to who may not read them, how long they are. */
function wordsOf(content: unknown, isWithheld: boolean) {
  const words = auditAttachments.justification.safeParse(content).data
  const { text: reason = null, ticket = null, incident = null } = words ?? {}
  if (!isWithheld) return { reason, ticket, incident }
  return { reason: null, ticket: null, incident: null, length: reason?.length ?? 0 }
}
