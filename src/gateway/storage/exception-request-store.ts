import type { Json } from '#domain/canonical-json.ts'
import { type RequestState, requestStates } from '#domain/exceptions/states.ts'
import { type RequestMode, requestModes } from '#domain/exceptions/terms.ts'
import { type RiskTier, riskTiers } from '#domain/policy/documents.ts'
import { jsonOf, textsOf, wordOf } from './columns.ts'
import type { ExceptionTables } from './exception-tables.ts'
import type { Statements } from './statements.ts'

/** A request as it is found by; its state is what its moves yield. Times are Unix seconds. */
export type RequestRecord = {
  readonly id: string
  readonly deviceId: string
  readonly draftId: string
  readonly subject: string
  readonly requester: string
  readonly mode: RequestMode
  readonly checks: readonly string[]
  readonly resources: readonly string[]
  readonly riskTier: RiskTier
  /** What was judged at submission and is looked at again: risk, voters, limits. */
  readonly facts: Json
  readonly state: RequestState
  readonly revision: number
  readonly termsDigest: string
  readonly submittedAt: number
  readonly pendingAt: number | null
  readonly closedAt: number | null
  readonly decideBy: number
  readonly grantId: string | null
  /** When the clock alone changes it next; null once request and grant have ended. */
  readonly dueAt: number | null
}

export type RevisionRecord = {
  readonly requestId: string
  readonly revision: number
  readonly author: string
  readonly at: number
  readonly termsDigest: string
  readonly terms: Json
}

/** A move as it was recorded. `act` is the position of the first move of its transaction, `eventId` the row of its leaf. */
export type MoveRecord = {
  readonly requestId: string
  readonly position: number
  readonly act: number
  readonly type: string
  readonly at: number
  readonly actor: string | null
  readonly state: string
  readonly members: Json
  readonly eventId: number
}

/** That a person has voted on a revision, and with which move. */
export type VoteRecord = {
  readonly requestId: string
  readonly revision: number
  readonly person: string
  readonly position: number
}

export type DraftAnswer = {
  readonly deviceId: string
  readonly draftId: string
  readonly requestId: string
  readonly at: number
}

/** What changes of a request with a move. */
export type RequestProgress = Pick<
  RequestRecord,
  'id' | 'state' | 'revision' | 'termsDigest' | 'pendingAt' | 'closedAt' | 'grantId' | 'dueAt'
>

export type ExceptionRequestStore = {
  find(id: string): Promise<RequestRecord | undefined>
  /** What a draft was answered with before, whichever draft that request came from. */
  findByDraft(deviceId: string, draftId: string): Promise<RequestRecord | undefined>
  /** A draft is answered with a request that came from another one; `at` in Unix seconds. */
  rememberDraft(draft: DraftAnswer): Promise<void>
  /** How many were forgotten. */
  pruneDrafts(before: number): Promise<number>
  insert(request: RequestRecord): Promise<void>
  progress(progress: RequestProgress): Promise<void>
  /** Submitted since, of a person, oldest first. */
  ofSubject(subject: string, since: number): Promise<readonly RequestRecord[]>
  /** Of a device, newest first. */
  ofDevice(deviceId: string, limit: number): Promise<readonly RequestRecord[]>
  /** Those that live, or whose grant does. */
  liveOfDevice(deviceId: string): Promise<readonly RequestRecord[]>
  liveOfSubject(subject: string): Promise<readonly RequestRecord[]>
  /** Of one state, by `decide_by`, at most `limit`. */
  inState(state: RequestState, limit: number): Promise<readonly RequestRecord[]>
  /** The newest, at most `limit`. */
  newest(limit: number): Promise<readonly RequestRecord[]>
  /** Ids of what the clock has changed at `now`, at most `limit`. */
  due(now: number, limit: number): Promise<readonly string[]>
  /** Ids of what lives although its device or its subject is no longer in use. */
  orphaned(limit: number): Promise<readonly string[]>
  /** Ids of what lives, a page by id. */
  liveAfter(id: string, limit: number): Promise<readonly RequestRecord[]>
  addRevision(revision: RevisionRecord): Promise<void>
  revision(requestId: string, revision: number): Promise<RevisionRecord | undefined>
  /** The terms of a digest; undefined where nobody was ever asked to sign them, or they are erased. */
  termsOf(termsDigest: string): Promise<Json | undefined>
  addMove(move: MoveRecord): Promise<void>
  /** All moves of a request, in order. */
  moves(requestId: string): Promise<readonly MoveRecord[]>
  /** Moves whose rows of the log lie behind a number, oldest first. */
  movesAfter(eventId: number, limit: number): Promise<readonly MoveRecord[]>
  /** Fails where this person has voted on this revision. */
  addVote(vote: VoteRecord): Promise<void>
  /** Of a request, in order. */
  votes(requestId: string): Promise<readonly VoteRecord[]>
}

export function exceptionRequestStore(statements: Statements): ExceptionRequestStore {
  const byId = statements.prepare((tables) => tables.selectFrom('exception_requests').selectAll().where('id', '=', ''))
  const byDraft = statements.prepare((tables) =>
    tables.selectFrom('exception_requests').selectAll().where('device_id', '=', '').where('draft_id', '=', ''),
  )
  const byOtherDraft = statements.prepare((tables) =>
    tables
      .selectFrom('exception_drafts')
      .innerJoin('exception_requests', 'exception_requests.id', 'exception_drafts.request_id')
      .selectAll('exception_requests')
      .where('exception_drafts.device_id', '=', '')
      .where('exception_drafts.draft_id', '=', ''),
  )
  const rememberDraft = statements.insert('exception_drafts', ['device_id', 'draft_id', 'request_id', 'at'], 'ignore')
  const pruneDrafts = statements.prepare((tables) => tables.deleteFrom('exception_drafts').where('at', '<', 0))
  const insert = statements.insert('exception_requests', columns)
  const progress = statements.prepare((tables) =>
    tables
      .updateTable('exception_requests')
      .set({
        state: '',
        revision: 0,
        terms_digest: '',
        pending_at: 0,
        closed_at: 0,
        grant_id: '',
        due_at: 0,
      })
      .where('id', '=', ''),
  )
  const ofSubject = statements.prepare((tables) =>
    tables
      .selectFrom('exception_requests')
      .selectAll()
      .where('subject', '=', '')
      .where('submitted_at', '>', 0)
      .orderBy('submitted_at')
      .orderBy('id'),
  )
  const ofDevice = statements.prepare((tables) =>
    tables
      .selectFrom('exception_requests')
      .selectAll()
      .where('device_id', '=', '')
      .orderBy('submitted_at', 'desc')
      .orderBy('id', 'desc')
      .limit(0),
  )
  const liveOfDevice = statements.prepare((tables) =>
    tables
      .selectFrom('exception_requests')
      .selectAll()
      .where('device_id', '=', '')
      .where('due_at', 'is not', null)
      .orderBy('id'),
  )
  const liveOfSubject = statements.prepare((tables) =>
    tables
      .selectFrom('exception_requests')
      .selectAll()
      .where('subject', '=', '')
      .where('due_at', 'is not', null)
      .orderBy('id'),
  )
  const inState = statements.prepare((tables) =>
    tables
      .selectFrom('exception_requests')
      .selectAll()
      .where('state', '=', '')
      .orderBy('decide_by')
      .orderBy('id')
      .limit(0),
  )
  const newest = statements.prepare((tables) =>
    tables.selectFrom('exception_requests').selectAll().orderBy('id', 'desc').limit(0),
  )
  const due = statements.prepare((tables) =>
    tables
      .selectFrom('exception_requests')
      .select('id')
      .where('due_at', 'is not', null)
      .where('due_at', '<=', 0)
      .orderBy('due_at')
      .limit(0),
  )
  const orphaned = statements.prepare((tables) =>
    tables
      .selectFrom('exception_requests')
      .innerJoin('devices', 'devices.id', 'exception_requests.device_id')
      .innerJoin('persons', 'persons.id', 'exception_requests.subject')
      .select('exception_requests.id')
      .where('due_at', 'is not', null)
      .where((where) => where.or([where('devices.state', 'in', ['', '']), where('persons.status', '=', '')]))
      .limit(0),
  )
  const liveAfter = statements.prepare((tables) =>
    tables
      .selectFrom('exception_requests')
      .selectAll()
      .where('id', '>', '')
      .where('due_at', 'is not', null)
      .orderBy('id')
      .limit(0),
  )
  const addRevision = statements.insert('exception_revisions', [
    'request_id',
    'revision',
    'author',
    'at',
    'terms_digest',
    'terms',
  ])
  const revision = statements.prepare((tables) =>
    tables.selectFrom('exception_revisions').selectAll().where('request_id', '=', '').where('revision', '=', 0),
  )
  const byDigest = statements.prepare((tables) =>
    tables.selectFrom('exception_revisions').select('terms').where('terms_digest', '=', '').limit(0),
  )
  const addMove = statements.insert('exception_moves', moveColumns)
  const moves = statements.prepare((tables) =>
    tables.selectFrom('exception_moves').selectAll().where('request_id', '=', '').orderBy('position'),
  )
  const movesAfter = statements.prepare((tables) =>
    tables.selectFrom('exception_moves').selectAll().where('event_id', '>', 0).orderBy('event_id').limit(0),
  )
  const addVote = statements.insert('exception_votes', ['request_id', 'revision', 'person', 'position'])
  const votes = statements.prepare((tables) =>
    tables.selectFrom('exception_votes').selectAll().where('request_id', '=', '').orderBy('position'),
  )
  return {
    async find(id) {
      return byId.all(id).map(toRequest)[0]
    },
    async findByDraft(deviceId, draftId) {
      return [...byDraft.all(deviceId, draftId), ...byOtherDraft.all(deviceId, draftId)].map(toRequest)[0]
    },
    async rememberDraft({ deviceId, draftId, requestId, at }) {
      rememberDraft.run({ device_id: deviceId, draft_id: draftId, request_id: requestId, at })
    },
    async pruneDrafts(before) {
      return pruneDrafts.run(before)
    },
    async insert(request) {
      insert.run(toRow(request))
    },
    async progress({ id, state, revision: number, termsDigest, pendingAt, closedAt, grantId, dueAt }) {
      progress.run(state, number, termsDigest, pendingAt, closedAt, grantId, dueAt, id)
    },
    async ofSubject(subject, since) {
      return ofSubject.all(subject, since).map(toRequest)
    },
    async ofDevice(deviceId, limit) {
      return ofDevice.all(deviceId, limit).map(toRequest)
    },
    async liveOfDevice(deviceId) {
      return liveOfDevice.all(deviceId).map(toRequest)
    },
    async liveOfSubject(subject) {
      return liveOfSubject.all(subject).map(toRequest)
    },
    async inState(state, limit) {
      return inState.all(state, limit).map(toRequest)
    },
    async newest(limit) {
      return newest.all(limit).map(toRequest)
    },
    async due(now, limit) {
      return due.all(now, limit).map(({ id }) => id)
    },
    async orphaned(limit) {
      return orphaned.all('superseded', 'removed', 'inactive', limit).map(({ id }) => id)
    },
    async liveAfter(id, limit) {
      return liveAfter.all(id, limit).map(toRequest)
    },
    async addRevision(row) {
      addRevision.run({
        request_id: row.requestId,
        revision: row.revision,
        author: row.author,
        at: row.at,
        terms_digest: row.termsDigest,
        terms: JSON.stringify(row.terms),
      })
    },
    async revision(requestId, number) {
      const row = revision.first(requestId, number)
      if (row === undefined) return undefined
      const { author, at, terms_digest: termsDigest } = row
      return { requestId, revision: number, author, at, termsDigest, terms: jsonOf(row.terms) }
    },
    async termsOf(termsDigest) {
      const row = byDigest.first(termsDigest, 1)
      return row === undefined ? undefined : jsonOf(row.terms)
    },
    async addMove(move) {
      addMove.run({
        request_id: move.requestId,
        position: move.position,
        act: move.act,
        type: move.type,
        at: move.at,
        actor: move.actor,
        state: move.state,
        members: JSON.stringify(move.members),
        event_id: move.eventId,
      })
    },
    async moves(requestId) {
      return moves.all(requestId).map(toMove)
    },
    async movesAfter(eventId, limit) {
      return movesAfter.all(eventId, limit).map(toMove)
    },
    async addVote(vote) {
      addVote.run({
        request_id: vote.requestId,
        revision: vote.revision,
        person: vote.person,
        position: vote.position,
      })
    },
    async votes(requestId) {
      return votes
        .all(requestId)
        .map(({ revision: number, person, position }) => ({ requestId, revision: number, person, position }))
    },
  }
}

const columns = [
  'id',
  'device_id',
  'draft_id',
  'subject',
  'requester',
  'mode',
  'checks',
  'resources',
  'risk_tier',
  'facts',
  'state',
  'revision',
  'terms_digest',
  'submitted_at',
  'pending_at',
  'closed_at',
  'decide_by',
  'grant_id',
  'due_at',
] as const
const moveColumns = ['request_id', 'position', 'act', 'type', 'at', 'actor', 'state', 'members', 'event_id'] as const

type Row = ExceptionTables['exception_requests']

function toRow(request: RequestRecord): Row {
  return {
    id: request.id,
    device_id: request.deviceId,
    draft_id: request.draftId,
    subject: request.subject,
    requester: request.requester,
    mode: request.mode,
    checks: JSON.stringify(request.checks),
    resources: JSON.stringify(request.resources),
    risk_tier: request.riskTier,
    facts: JSON.stringify(request.facts),
    state: request.state,
    revision: request.revision,
    terms_digest: request.termsDigest,
    submitted_at: request.submittedAt,
    pending_at: request.pendingAt,
    closed_at: request.closedAt,
    decide_by: request.decideBy,
    grant_id: request.grantId,
    due_at: request.dueAt,
  }
}

function toRequest(row: Row): RequestRecord {
  return {
    id: row.id,
    deviceId: row.device_id,
    draftId: row.draft_id,
    subject: row.subject,
    requester: row.requester,
    mode: wordOf(requestModes, row.mode),
    checks: textsOf(row.checks),
    resources: textsOf(row.resources),
    riskTier: wordOf(riskTiers, row.risk_tier),
    facts: jsonOf(row.facts),
    state: wordOf(requestStates, row.state),
    revision: row.revision,
    termsDigest: row.terms_digest,
    submittedAt: row.submitted_at,
    pendingAt: row.pending_at,
    closedAt: row.closed_at,
    decideBy: row.decide_by,
    grantId: row.grant_id,
    dueAt: row.due_at,
  }
}

function toMove(row: ExceptionTables['exception_moves']): MoveRecord {
  return {
    requestId: row.request_id,
    position: row.position,
    act: row.act,
    type: row.type,
    at: row.at,
    actor: row.actor,
    state: row.state,
    members: jsonOf(row.members),
    eventId: row.event_id,
  }
}
