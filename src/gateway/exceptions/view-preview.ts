import { decideAccess } from '#domain/access/decide-access.ts'
import type { DecisionGrant } from '#domain/access/grant.ts'
import { requestStateAt } from '#domain/exceptions/deadlines.ts'
import { grantInterval } from '#domain/exceptions/grant-interval.ts'
import { maySee } from '#domain/exceptions/readers.ts'
import { isOpen } from '#domain/exceptions/states.ts'
import { tallyVotes } from '#domain/exceptions/tally.ts'
import { Failure } from '#domain/failure.ts'
import { evaluatePolicy } from '#domain/policy/evaluate-policy.ts'
import { readDeviceFacts } from '#gateway/policy/device-facts.ts'
import { decisionView } from './decision-view.ts'
import { mayVote } from './may-vote.ts'
import { type ExceptionPorts, requireBook } from './ports.ts'
import { currentTerms, requireRequest } from './request-file.ts'
import { readerOf, voteSituation } from './voting.ts'

/** What the grant would change now, by the one evaluator. Throws `not_found`, `request_closed`. */
export async function viewPreview(ports: ExceptionPorts, person: string, requestId: string) {
  const now = ports.clock.anyNow()
  const book = requireBook(ports)
  return await ports.store.read(async (rows) => {
    const people = await ports.directory(rows)
    const file = await requireRequest(rows, requestId)
    const { record, request } = file
    if (!maySee(readerOf(ports, file, person, people))) throw new Failure('not_found', {})
    const state = requestStateAt(request, now)
    if (!isOpen(state)) throw new Failure('request_closed', { state })
    const terms = await currentTerms(rows, file)
    const facts = await readDeviceFacts(rows, record.deviceId)
    const interval = grantInterval(terms, now, facts?.record.until ?? null)
    if (facts === undefined || interval === undefined) throw new Failure('not_found', {})
    const grants = await ports.grants.of(rows, record.deviceId, now)
    const wanted: DecisionGrant = {
      id: requestId,
      state: 'active',
      proven: true,
      person: request.subject,
      device: record.deviceId,
      keyReached: true,
      checks: terms.checks,
      resources: terms.resources,
      controls: terms.controls,
      ...interval,
    }
    const resources = ports.resources
      .filter(({ id }) => terms.resources.includes(id))
      .map((resource) => {
        const { device, report, episodes } = facts
        const verdict = evaluatePolicy({ book, person: facts.person, device, resource, report, episodes, now })
        const context = { book, person: facts.person, device, resource, now }
        const decide = (all: readonly DecisionGrant[]) =>
          decisionView(decideAccess({ verdict, grants: all, now }), context)
        return { id: resource.id, without: decide(grants), with: decide([...grants, wanted]) }
      })
    const situation = voteSituation(ports, file, people, now)
    const vote = await mayVote(ports, rows, situation, person, people, now)
    const tally = tallyVotes(request.votes, request.termsDigest, situation.electorate)
    const mine = 'stage' in vote ? vote.stage : undefined
    return {
      at: now,
      book: book.hash,
      resources,
      ends_at: interval.notAfter,
      live_sessions: 0,
      after_my_vote: tally.stages.map((each) => (each.stage === mine ? { ...each, have: each.have + 1 } : each)),
    }
  })
}
