import { exceptionsApi } from '#contract/exceptions-api.ts'
import { peopleApi } from '#contract/people-api.ts'
import { isFailure } from '#domain/failure.ts'
import { askRequester } from '#gateway/exceptions/ask-requester.ts'
import { castVote, challengeVote } from '#gateway/exceptions/cast-vote.ts'
import type { ExceptionPorts } from '#gateway/exceptions/ports.ts'
import { challengeProof, proveRequest } from '#gateway/exceptions/prove-request.ts'
import { revokeGrant } from '#gateway/exceptions/revoke-grant.ts'
import { type GrantFilter, listGrants, viewGrant } from '#gateway/exceptions/view-grants.ts'
import { viewPreview } from '#gateway/exceptions/view-preview.ts'
import { listRequests, type RequestFilter, viewRequest } from '#gateway/exceptions/view-requests.ts'
import type { Acting } from '#gateway/people/acting.ts'
import { hash } from '#runtime/digest.ts'
import { type Answerer, answers } from './admin-call.ts'
import { personIn } from './asking-person.ts'
import type { ConsoleLimits } from './console-limits.ts'
import { pageOf } from './page-of.ts'

/** Requests, votes and grants for people (console-api.md section 4), and the requester's proof (section 2). */
export function exceptionAnswerers(
  ports: ExceptionPorts,
  limits: Pick<ConsoleLimits, 'checkTries' | 'countTry'>,
): readonly Answerer[] {
  const idOf = ({ id }: { readonly id: string }) => id

  return [
    answers(exceptionsApi.exceptions, async ({ asker, query }) => {
      const { after, limit, sort, q, ...filters } = query
      const found = await listRequests(ports, personIn(asker).person.id, requestFilter(filters))
      const shape = {
        idOf,
        sorts: {
          decide_by: (item: (typeof found)[number]) => sortable(item.decide_by ?? 0),
          created_at: (item: (typeof found)[number]) => sortable(item.created_at),
        },
        words: (item: (typeof found)[number]) =>
          `${item.subject.name} ${item.checks.join(' ')} ${item.resources.join(' ')}`,
      }
      return { status: 200, body: pageOf(found, query, shape) }
    }),

    answers(exceptionsApi.exception, async ({ asker, path }) => ({
      status: 200,
      body: await viewRequest(ports, personIn(asker).person.id, path['id'] ?? ''),
    })),

    answers(exceptionsApi.exceptionPreview, async ({ asker, path }) => ({
      status: 200,
      body: await viewPreview(ports, personIn(asker).person.id, path['id'] ?? ''),
    })),

    answers(exceptionsApi.voteChallenge, async ({ asker, path, body }) => ({
      status: 200,
      body: await challengeVote(ports, { ...body, person: personIn(asker).person.id, requestId: path['id'] ?? '' }),
    })),

    answers(exceptionsApi.vote, async ({ asker, path, body, acting }) => {
      const { dwell_ms: dwellMs, ...ballot } = body
      const cast = { ...ballot, dwellMs, person: personIn(asker).person.id, requestId: path['id'] ?? '' }
      return { status: 200, body: await castVote(ports, cast, calledFrom(acting)) }
    }),

    answers(exceptionsApi.askRequester, async ({ asker, path, body, acting }) => {
      const question = { person: personIn(asker).person.id, requestId: path['id'] ?? '', text: body.text }
      return { status: 201, body: await askRequester(ports, question, calledFrom(acting)) }
    }),

    answers(exceptionsApi.grants, async ({ asker, query }) => {
      const { after, limit, sort, q, ...filters } = query
      const found = await listGrants(ports, personIn(asker).person.id, grantFilter(filters))
      const sorts = { not_after: (item: (typeof found)[number]) => sortable(item.not_after) }
      return { status: 200, body: pageOf(found, query, { idOf, sorts, words: ({ subject }) => subject.name }) }
    }),

    answers(exceptionsApi.grant, async ({ asker, path }) => ({
      status: 200,
      body: await viewGrant(ports, personIn(asker).person.id, path['id'] ?? ''),
    })),

    answers(exceptionsApi.revokeGrant, async ({ asker, path, body, acting }) => {
      const revocation = { person: personIn(asker).person.id, grantId: path['id'] ?? '', reason: body.reason }
      return { status: 200, body: await revokeGrant(ports, revocation, calledFrom(acting)) }
    }),

    answers(peopleApi.stepUpChallenge, async ({ path }) => ({
      status: 200,
      body: await challengeProof(ports, path['id'] ?? ''),
    })),

    answers(peopleApi.stepUp, async ({ path, body, acting }) => {
      const key = `step-up/${hash(path['id'] ?? '')}`
      await limits.checkTries(key)
      try {
        return { status: 200, body: await proveRequest(ports, path['id'] ?? '', body, calledFrom(acting)) }
      } catch (thrown) {
        if (isFailure(thrown, 'assertion_refused')) await limits.countTry(key) // five wrong tries an hour
        throw thrown
      }
    }),
  ]
}

function calledFrom({ traceId, place }: Acting) {
  return { ...(traceId === undefined ? {} : { traceId }), ...(place === undefined ? {} : { place }) }
}

/** Numbers that sort as texts. */
function sortable(time: number): string {
  return String(time).padStart(12, '0')
}

function requestFilter(query: {
  readonly state?: unknown
  readonly open?: string
  readonly mine?: string
  readonly subject?: unknown
  readonly device?: unknown
  readonly check?: unknown
  readonly resource?: unknown
  readonly risk_tier?: unknown
}): RequestFilter {
  return {
    states: listed(query.state),
    open: flag(query.open),
    mine: flag(query.mine),
    subjects: listed(query.subject),
    devices: listed(query.device),
    checks: listed(query.check),
    resources: listed(query.resource),
    riskTiers: listed(query.risk_tier),
  }
}

function grantFilter(query: {
  readonly state?: unknown
  readonly live?: string
  readonly subject?: unknown
  readonly device?: unknown
  readonly check?: unknown
  readonly resource?: unknown
  readonly ends_before?: string
}): GrantFilter {
  return {
    states: listed(query.state),
    live: flag(query.live),
    subjects: listed(query.subject),
    devices: listed(query.device),
    checks: listed(query.check),
    resources: listed(query.resource),
    endsBefore: query.ends_before === undefined ? undefined : Number(query.ends_before),
  }
}

/** A filter that may be repeated: its schema let words through alone. */
function listed(asked: unknown): readonly string[] | undefined {
  if (asked === undefined) return undefined
  return (Array.isArray(asked) ? asked : [asked]).map(String)
}

function flag(word: string | undefined): boolean | undefined {
  return word === undefined ? undefined : word === 'true'
}
