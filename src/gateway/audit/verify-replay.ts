import type { AuditBody } from '#contract/audit-bodies.ts'
import type { AuditLeaf } from '#contract/audit-leaf.ts'
import type { ExceptionTerms } from '#contract/exception-terms.ts'
import {
  afterGrantMove,
  afterRequestMove,
  type GrantMoveType,
  grantMoveTypes,
  type RequestMoveType,
  requestMoveTypes,
} from '#domain/exceptions/machines.ts'
import {
  type GrantState,
  grantStates,
  isLive,
  isOpen,
  type RequestState,
  requestStates,
} from '#domain/exceptions/states.ts'
import { isFailure } from '#domain/failure.ts'
import type { Findings } from './verification.ts'

/** A move as the log tells it, with the terms that its leaf names and the size of the last checkpoint before it. */
export type ReplayedLeaf = {
  readonly index: number
  readonly leaf: AuditLeaf
  readonly body: AuditBody
  readonly terms: ExceptionTerms | undefined
  readonly checkpoint: number
}

/** What a grant meant, for the decisions that used it. Times are Unix seconds. */
export type ReplayedGrant = {
  readonly minted: number
  readonly notBefore: number
  readonly notAfter: number
  readonly endedAt: number | null
  /** Suspensions: begun, resumed (`null` while it lasts). */
  readonly suspended: readonly { readonly from: number; readonly to: number | null }[]
}

export type Replay = {
  take(move: ReplayedLeaf): void
  /** The log follows another one: requests and grants may be from before it. */
  continuesAnother(): void
  grant(id: string): ReplayedGrant | undefined
  /** Whether a request and its grant have ended. */
  hasEnded(requestId: string): boolean
  /** The person that a pseudonym counts for, after merges. */
  canonical(pseudonym: string): string
}

type Stage = { readonly id: string; readonly need: number; readonly pool: ReadonlySet<string> }
type Vote = {
  readonly person: string
  readonly stage: string
  readonly approves: boolean
  readonly digest: string | null
}
type Request = {
  state: RequestState
  /** Begun before the range: stages and votes are unknown. */
  readonly isPartial: boolean
  readonly requester: string | null
  readonly subject: string | null
  readonly device: string | null
  readonly stages: readonly Stage[]
  readonly isAutomatic: boolean
  revision: number
  digest: string | null
  readonly votes: Vote[]
  last: { readonly index: number; readonly type: string; readonly actor: string | null }
  grant: { readonly id: string; state: GrantState } | undefined
}

/**
 * Check 7: each request and grant follows the tables of exceptions.md sections 3 and 4; no vote by requester or subject; one
 * person once; the quorum is met; one grant per request, within its terms; moves of one transaction under one checkpoint.
 * What ended keeps only its id, so that memory follows what is open.
 */
export function replayRequests(findings: Findings, startsAt: number): Replay {
  const open = new Map<string, Request>()
  const closed = new Set<string>()
  const grants = new Map<string, ReplayedGrant>()
  const merged = new Map<string, string>()
  let isWhole = startsAt === 0

  const canonical = (pseudonym: string): string => {
    let at = pseudonym
    for (let steps = 0; steps < 100; steps += 1) {
      const into = merged.get(at)
      if (into === undefined) break
      at = into
    }
    return at
  }
  const same = (left: string | null, right: string | null) =>
    left !== null && right !== null && canonical(left) === canonical(right)

  function take(move: ReplayedLeaf): void {
    const { body, index } = move
    if (body.type === 'person-merged') merged.set(body.merged, body.into)
    const type = body.type
    const isRequestMove = requestMoveTypes.some((each) => each === type)
    if (!isRequestMove && !grantMoveTypes.some((each) => each === type)) return
    const fault = judge(move)
    if (fault !== undefined) findings.fail(7, `${body.type}: ${fault}`, { index })
  }

  function judge(move: ReplayedLeaf): string | undefined {
    const { body, leaf } = move
    const id = body.request_id
    if (id === undefined || leaf.request_id !== id) return 'it names no request'
    if ((leaf.grant_id ?? undefined) !== body.grant_id) return 'leaf and body name different grants'
    if (body.type === 'request-submitted' || body.type === 'request-refused') return begin(id, move, body)
    if (closed.has(id)) return 'the request has ended'
    const request = open.get(id) ?? takeUp(id, move)
    if (request === undefined) return 'the request was never submitted'
    const fault =
      faultOfPlace(request, move) ??
      faultOfOrder(request, move) ??
      faultOfState(request, move) ??
      faultOfKind(request, move)
    request.last = { index: move.index, type: body.type, actor: body.actor }
    if (
      !isOpen(request.state) &&
      (request.state !== 'approved' || (request.grant !== undefined && !isLive(request.grant.state)))
    ) {
      open.delete(id)
      closed.add(id)
    }
    return fault
  }

  function begin(
    id: string,
    { index, leaf, terms }: ReplayedLeaf,
    body: AuditBody<'request-submitted' | 'request-refused'>,
  ): string | undefined {
    if (open.has(id) || closed.has(id)) return 'the request exists already'
    findings.count('requests')
    const request: Request = {
      state: body.state,
      isPartial: false,
      requester: body.actor,
      subject: body.object,
      device: body.device,
      stages: body.stages.map(({ id: stage, need, pool, escalation }) => ({
        id: stage,
        need,
        pool: new Set([...pool, ...escalation]),
      })),
      isAutomatic: body.auto !== null,
      revision: 1,
      digest: leaf.terms_digest,
      votes: [],
      last: { index, type: body.type, actor: body.actor },
      grant: undefined,
    }
    const fault = stateAfter(() => afterRequestMove(undefined, body.type, body.state))
    if (isOpen(body.state)) open.set(id, request)
    else closed.add(id)
    if (fault !== undefined) return fault
    if (body.actor === null || body.object === null) return 'it names no requester or no subject'
    if (terms !== undefined && leaf.terms_digest === null) return 'it names no terms'
    return undefined
  }

  /** A request that began before the range is judged from its first move in it. */
  function takeUp(id: string, { leaf, body, index }: ReplayedLeaf): Request | undefined {
    if (isWhole) return undefined
    findings.count('requestsBegunBefore')
    const state = requestMoveTypes.some((each) => each === body.type) && 'state' in body ? body.state : 'approved'
    const request: Request = {
      state: isRequestState(state) ? state : 'approved',
      isPartial: true,
      requester: null,
      subject: body.object,
      device: null,
      stages: [],
      isAutomatic: true,
      revision: 'revision' in body ? body.revision : 1,
      digest: leaf.terms_digest,
      votes: [],
      last: { index, type: body.type, actor: body.actor },
      grant: undefined,
    }
    open.set(id, request)
    return request
  }

  function faultOfPlace(request: Request, { leaf, body }: ReplayedLeaf): string | undefined {
    if (!same(request.subject, body.object)) return 'it is about another subject'
    if (body.type !== 'offer-made' && body.type !== 'offer-accepted' && leaf.terms_digest !== request.digest)
      return 'it names other terms'
    if (
      'revision' in body &&
      body.type !== 'offer-made' &&
      body.type !== 'offer-accepted' &&
      body.revision !== request.revision
    )
      return 'it names another revision'
    return undefined
  }

  /** Moves that are one transaction are neighbours in their request, with no checkpoint between them. */
  function faultOfOrder(request: Request, { body, checkpoint }: ReplayedLeaf): string | undefined {
    if (request.last.type === body.type && request.isPartial) return undefined
    const needs =
      body.type === 'grant-minted'
        ? ['request-approved']
        : body.type === 'request-approved'
          ? ['vote-approved', 'request-submitted', 'request-proved', 'offer-accepted']
          : body.type === 'request-denied' && body.rule === null
            ? ['vote-denied']
            : undefined
    if (needs === undefined) return undefined
    if (!request.isPartial && !needs.includes(request.last.type)) return `it does not follow ${needs[0]}`
    if (!request.isPartial && checkpoint > request.last.index) return 'a checkpoint parts it from the move before'
    return undefined
  }

  function faultOfState(request: Request, { body }: ReplayedLeaf): string | undefined {
    const { type } = body
    if (!('state' in body)) return 'it names no state'
    if (isRequestMove(type)) {
      if (request.isPartial && request.last.type === type) return undefined
      return stateAfter(() => {
        request.state = afterRequestMove(request.state, type, isRequestState(body.state) ? body.state : undefined)
        return request.state === body.state
      })
    }
    if (!isGrantMove(type)) return undefined
    if (request.state !== 'approved') return 'no request was approved'
    const id = body.grant_id
    if (id === undefined) return 'it names no grant'
    if (type === 'grant-minted' && request.grant !== undefined) return 'the request has a grant already'
    if (type !== 'grant-minted' && request.grant === undefined && !request.isPartial) return 'nothing was minted'
    if (request.grant !== undefined && request.grant.id !== id) return 'it is about another grant'
    const state = isGrantState(body.state) ? body.state : undefined
    if (request.grant === undefined && type !== 'grant-minted') {
      if (state !== undefined) request.grant = { id, state } // of before the range: taken as it is told
      return undefined
    }
    return stateAfter(() => {
      const next = afterGrantMove(request.grant?.state, type, state)
      request.grant = { id, state: next }
      return next === body.state
    })
  }

  function faultOfKind(request: Request, move: ReplayedLeaf): string | undefined {
    const { body } = move
    if (body.type === 'vote-approved' || body.type === 'vote-denied' || body.type === 'offer-made')
      return takeVote(request, move, body)
    if (body.type === 'offer-accepted') {
      request.revision = body.revision
      request.digest = move.leaf.terms_digest
      return undefined
    }
    if (body.type === 'request-approved') return request.isPartial ? undefined : faultOfTally(request, body)
    if (
      body.type === 'request-denied' &&
      body.rule === null &&
      !request.isPartial &&
      !same(body.actor, request.last.actor)
    )
      return 'somebody else denied'
    if (body.type === 'grant-minted') return mint(move, body)
    return followGrant(body)
  }

  function takeVote(
    request: Request,
    { leaf }: ReplayedLeaf,
    body: AuditBody<'vote-approved' | 'vote-denied' | 'offer-made'>,
  ): string | undefined {
    const { actor, stage } = body
    if (actor === null) return 'nobody voted'
    if (same(actor, request.requester) || same(actor, request.subject)) return 'requester or subject voted'
    if ((body.type === 'vote-denied') === (body.decision === 'approve')) return 'it decides otherwise than its type'
    if (request.votes.some((vote) => vote.digest === leaf.terms_digest && same(vote.person, actor)))
      return 'the person voted before'
    if (!request.isPartial) {
      const frozen = request.stages.find(({ id }) => id === stage)
      if (frozen === undefined) return 'there is no such stage'
      const isInPool = frozen.pool.has(actor) || [...frozen.pool].some((member) => same(member, actor))
      if (!isInPool) return 'the person is not in the pool of the stage'
    }
    request.votes.push({ person: actor, stage, approves: body.decision === 'approve', digest: leaf.terms_digest })
    return undefined
  }

  function faultOfTally(request: Request, body: AuditBody<'request-approved'>): string | undefined {
    if (request.votes.some(({ approves }) => !approves)) return 'somebody denied'
    const counted = body.votes.filter(({ counted: counts }) => counts)
    const persons = new Set(counted.map(({ person }) => canonical(person)))
    if (persons.size !== counted.length) return 'a person was counted twice'
    for (const { person, stage, why } of counted) {
      const cast = request.votes.find((vote) => vote.person === person && vote.stage === stage)
      if (cast === undefined || cast.digest !== request.digest || why !== null)
        return 'a vote was counted that does not count'
    }
    if (body.votes.length !== request.votes.length) return 'it does not list the votes that were cast'
    if (request.stages.length === 0 && !request.isAutomatic) return 'nobody had to approve'
    for (const { id, need } of request.stages) {
      const have = counted.filter(({ stage }) => stage === id).length
      const told = body.tally.find(({ stage }) => stage === id)
      if (told?.need !== need || told.have !== have) return `the tally of stage ${id} is not that of its votes`
      if (have < need) return `stage ${id} has too few votes`
    }
    return undefined
  }

  function mint({ index, terms }: ReplayedLeaf, body: AuditBody<'grant-minted'>): string | undefined {
    findings.count('grants')
    const { grant, at } = body
    const id = body.grant_id ?? ''
    if (grants.has(id)) return 'the grant exists already'
    grants.set(id, {
      minted: index,
      notBefore: grant.not_before,
      notAfter: grant.not_after,
      endedAt: null,
      suspended: [],
    })
    if (grant.not_after <= grant.not_before) return 'it ends before it begins'
    if (terms === undefined) return undefined
    const begins = Math.max(at, terms.not_before ?? at)
    const ends = (terms.not_before ?? at) + terms.duration_s
    if (grant.not_before < begins || grant.not_after > ends) return 'it is longer than its terms'
    const isNarrower = grant.checks.every(({ id: check, covers }) =>
      terms.checks.some((asked) => asked.id === check && covers.every((kind) => asked.covers.includes(kind))),
    )
    if (!isNarrower || !grant.resources.every((each) => terms.resources.includes(each)))
      return 'it is wider than its terms'
    const controls = Array.isArray(grant.controls) ? grant.controls.map(String) : []
    if (!terms.controls.every((each) => controls.includes(each))) return 'it lacks a control of its terms'
    return undefined
  }

  function followGrant(body: AuditBody): string | undefined {
    const grant = grants.get(body.grant_id ?? '')
    if (grant === undefined || !('state' in body) || body.grant_id === undefined) return undefined
    const { at } = body
    const suspended =
      body.type === 'grant-suspended'
        ? [...grant.suspended, { from: at, to: null }]
        : body.type === 'grant-resumed'
          ? grant.suspended.map((each) => (each.to === null ? { ...each, to: at } : each))
          : grant.suspended
    const isEnd = isGrantState(body.state) && !isLive(body.state)
    grants.set(body.grant_id, { ...grant, suspended, endedAt: isEnd ? Math.min(at, grant.notAfter) : grant.endedAt })
    if (body.type === 'grant-expired' && at < grant.notAfter) return 'it expired before its end'
    return undefined
  }

  return {
    take,
    continuesAnother() {
      isWhole = false
    },
    grant: (id) => grants.get(id),
    hasEnded: (id) => closed.has(id),
    canonical,
  }
}

/** What a table says of a move, as a sentence. */
function stateAfter(move: () => unknown): string | undefined {
  try {
    return move() === false ? 'it leads to another state' : undefined
  } catch (cause) {
    if (isFailure(cause)) return 'its state does not take this move'
    throw cause
  }
}

function isRequestMove(type: string): type is RequestMoveType {
  return requestMoveTypes.some((each) => each === type)
}

function isGrantMove(type: string): type is GrantMoveType {
  return grantMoveTypes.some((each) => each === type)
}

function isRequestState(state: string): state is RequestState {
  return requestStates.some((each) => each === state)
}

function isGrantState(state: string): state is GrantState {
  return grantStates.some((each) => each === state)
}
