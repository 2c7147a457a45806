import { createHash } from 'node:crypto'
import type { Decision } from '#domain/access/decision.ts'
import type { Device } from '#domain/access/device.ts'
import type { History, PastGrant, PastRequest } from '#domain/exceptions/counting.ts'
import type { Voter, VoteSubject } from '#domain/exceptions/eligible-approvers.ts'
import { type FoldedRequest, foldMoves } from '#domain/exceptions/fold-moves.ts'
import type { Asked, RequestSituation } from '#domain/exceptions/judge-request.ts'
import type { Completion, SignedVote, VoteSituation } from '#domain/exceptions/judge-vote.ts'
import { type FrozenStage, type Move, type NewMove, placeMoves, type Submission } from '#domain/exceptions/moves.ts'
import { type Directory, type DirectoryPerson, electorateOf } from '#domain/exceptions/pools.ts'
import { makeTerms, type Terms, termsText } from '#domain/exceptions/terms.ts'
import { assembleBook, type Book } from '#domain/policy/book.ts'
import type { ApprovalPolicy, ApprovalRule, ExceptionPolicy, Stage } from '#domain/policy/documents.ts'
import { aCheck, aDevice, aFailingReport, aPerson, aPolicy, aResource, noon } from './a-judged-device.ts'

export { noon }
export const hour = 3600
export const digest = 'digest-of-the-terms'

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url')
}

/** The example of exceptions.md section 2, bit for bit. */
export const exampleTerms: Terms = {
  v: 1,
  mode: 'normal',
  subject: '019aa0c2-7f10-7000-8000-000000000001',
  device: { id: '01998a6e-7c3b-7d1e-9f52-3a7b64c0d8e1', kid: 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U' },
  checks: [{ id: 'security-updates', covers: ['violated'] }],
  resources: ['payments'],
  duration_s: 14400,
  not_before: null,
  risk_tier: 'high',
  controls: ['record', 'session-ttl-30m', 'step-up-per-session'],
  book: 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE',
  evidence: { seq: 42, hash: 'jHkdcbJb--vwWCgcs8E9A5pQLTiynX-QlhwyBl-jT1c' },
  category: 'vendor-bug',
  justification: 'AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM',
  remedy_by: 1795608000,
  session: null,
  extends: null,
  replaces: null,
  salt: 'AAECAwQFBgcICQoLDA0ODw',
}

/** Terms for the firewall on the wiki, for four hours. */
export function someTerms(members: Partial<Terms> = {}): Terms {
  return makeTerms({
    ...exampleTerms,
    subject: 'ada',
    device: { id: 'laptop', kid: 'kid' },
    checks: [{ id: 'firewall', covers: ['violated'] }],
    resources: ['wiki'],
    category: 'debugging',
    ...members,
  })
}

export function digestOf(terms: Terms): string {
  return sha256(termsText(terms))
}

export function aMember(id: string, members: Partial<DirectoryPerson> = {}): DirectoryPerson {
  return { id, status: 'active', groups: [], roles: [], addresses: [`${id}@example.com`], ...members }
}

export function aDirectory(...people: readonly DirectoryPerson[]): Directory {
  return new Map(people.map((person) => [person.id, person]))
}

/** Ada asks; Grace and Edsger are of group a, Barbara and Grace of group b. */
export const staff: Directory = aDirectory(
  aMember('ada', { groups: ['staff'], team: 'red' }),
  aMember('grace', { groups: ['a', 'b'], team: 'blue' }),
  aMember('edsger', { groups: ['a'], team: 'blue' }),
  aMember('barbara', { groups: ['b'], team: 'red' }),
)

export function aFrozenStage(members: Partial<FrozenStage> = {}): FrozenStage {
  return {
    id: 'a',
    from: 'group:a',
    need: 1,
    stepUp: 'webauthn-uv',
    distinctTeamFromRequester: false,
    pool: ['edsger', 'grace'],
    escalation: [],
    ...members,
  }
}

export const stageB = aFrozenStage({ id: 'b', from: 'group:b', pool: ['barbara', 'grace'] })

export function aSubmission(members: Partial<Submission> = {}): Submission {
  return {
    requester: 'ada',
    subject: 'ada',
    device: 'laptop',
    termsDigest: digest,
    decideBy: noon + 8 * hour,
    escalateAt: null,
    requesterStepUp: 'session',
    stages: [aFrozenStage()],
    ...members,
  }
}

/** The move that opens a pending request at noon. */
export function submitted(members: Partial<Submission> = {}): NewMove {
  return { type: 'request-submitted', at: noon, actor: 'ada', state: 'pending', submission: aSubmission(members) }
}

/** The fold of moves that got positions in their order. */
export function foldOf(...moves: readonly NewMove[]): FoldedRequest {
  return foldMoves(placeMoves(moves, 1))
}

/** A history of moves, and one more step of it. */
export function withMoves(history: readonly Move[], moves: readonly NewMove[]): readonly Move[] {
  return [...history, ...placeMoves(moves, history.length + 1)]
}

export const allowed: Decision = {
  access: 'allow',
  findings: [],
  needs: [],
  controls: [],
  grants: [],
  recheckAt: noon + hour,
  sessionEndsAt: null,
}

export function aVoter(person: string | null, members: Partial<Voter> = {}): Voter {
  return {
    person,
    kind: 'person',
    impersonation: false,
    delegateOf: [],
    consoleDecisions: [allowed],
    ownRequests: [],
    ...members,
  }
}

export function aVoteSubject(members: Partial<VoteSubject> = {}): VoteSubject {
  return {
    id: 'request',
    submittedAt: noon,
    checks: ['firewall'],
    resources: ['wiki'],
    voters: { device: 'compliant', reciprocity: 'refuse' },
    ...members,
  }
}

export function aVoteSituation(
  request: FoldedRequest,
  {
    people = staff,
    now = noon + 60,
    ...subject
  }: Partial<VoteSubject> & { readonly people?: Directory; readonly now?: number } = {},
): VoteSituation {
  return {
    request,
    subject: aVoteSubject(subject),
    electorate: electorateOf(request, people, [], now),
    now,
  }
}

export function aVote(person: string, members: Partial<SignedVote> = {}): SignedVote {
  return {
    voter: aVoter(person),
    stage: 'a',
    decision: 'approve',
    revision: 1,
    termsDigest: digest,
    signed: 'webauthn-uv',
    reason: 'not needed any more',
    ...members,
  }
}

export function aCompletion(members: Partial<Completion> = {}): Completion {
  return { grantId: 'grant', terms: someTerms(), book: 'book', deviceUntil: null, refusal: [], ...members }
}

export function aPastGrant(members: Partial<PastGrant> = {}): PastGrant {
  return {
    id: 'past',
    checks: [{ id: 'firewall' }],
    gone: [],
    notBefore: noon - 10 * hour,
    notAfter: noon - 6 * hour,
    endedAt: null,
    ...members,
  }
}

export function aPastRequest(members: Partial<PastRequest> = {}): PastRequest {
  return {
    id: 'past',
    device: 'laptop',
    mode: 'normal',
    checks: ['firewall'],
    resources: ['wiki'],
    state: 'lapsed',
    submittedAt: noon - 10 * hour,
    pendingAt: noon - 10 * hour,
    closedAt: noon - 2 * hour,
    ...members,
  }
}

export const noHistory: History = { grants: [], requests: [] }

export function aBookStage(members: Partial<Stage> = {}): Stage {
  return { id: 'a', from: 'group:a', need: 1, distinctTeamFromRequester: false, ...members }
}

/** A book under which the firewall may be excepted, by one person of group a. */
export function anExceptionBook({
  exception = {},
  approval = {},
  stages = [aBookStage()],
  checks = [aCheck()],
  policies = [aPolicy()],
  hash = 'hash-of-the-book',
}: {
  readonly exception?: Partial<ExceptionPolicy>
  readonly approval?: Partial<ApprovalPolicy>
  readonly stages?: readonly Stage[]
  readonly checks?: readonly ReturnType<typeof aCheck>[]
  readonly policies?: readonly ReturnType<typeof aPolicy>[]
  readonly hash?: string
} = {}): Book {
  const always = { holds: () => true, uses: new Set<string>() }
  const rule: ApprovalRule = { when: 'true', stages, validUntil: null }
  const policy: ApprovalPolicy = {
    kind: 'ApprovalPolicy',
    schema: 1,
    id: 'approval',
    match: 'true',
    voters: { device: 'compliant', reciprocity: 'refuse', visibility: 'pools' },
    rules: [rule],
    ...approval,
  }
  return assembleBook({
    hash,
    documents: [],
    checks: new Map(checks.map((check) => [check.document.id, check])),
    policies,
    exceptionPolicies: [
      {
        document: { kind: 'ExceptionPolicy', schema: 1, id: 'exception', match: 'true', ...exception },
        hash: 'e',
        ref: 'exception@e',
        match: always,
      },
    ],
    approvalPolicies: [
      { document: policy, hash: 'a', ref: 'approval@a', match: always, rules: [{ rule, when: always }] },
    ],
  })
}

/** Ada's laptop with its firewall off, on a Saturday or not as noon has it; nothing asked before. */
export function aRequestSituation(members: Partial<RequestSituation> = {}): RequestSituation {
  const device: Device & { readonly until: number | null } = { ...aDevice(), until: null }
  return {
    book: anExceptionBook(),
    people: staff,
    resources: [aResource(), aResource({ id: 'payments', name: 'Payments' })],
    subject: aPerson(),
    requester: 'ada',
    device,
    report: aFailingReport(),
    episodes: [],
    history: noHistory,
    now: noon,
    ...members,
  }
}

export function anAsk(members: Partial<Asked> = {}): Asked {
  return {
    mode: 'normal',
    checks: ['firewall'],
    resources: ['wiki'],
    durationSeconds: hour,
    category: 'debugging',
    justification: { chars: 40 },
    ...members,
  }
}
