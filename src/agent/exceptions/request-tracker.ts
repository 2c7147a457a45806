import type { ExceptionsHead, HistoryItem, ShownRequest } from '#contract/agent-exceptions.ts'
import { shownRequest } from '#contract/agent-exceptions.ts'
import {
  type ActionAnswer,
  exceptionsSnapshot,
  type SubmissionAnswer,
  snapshotRequest,
} from '#contract/exception-answers.ts'
import { exceptionEvent } from '#contract/live-frames.ts'
import type { ClaimsOf } from '#contract/message-types.ts'
import { uuid7 } from '#contract/wire-types.ts'
import { isFailure } from '#domain/failure.ts'
import type { Log } from '#runtime/log.ts'
import { openRecordFolder } from '#runtime/record-folder.ts'
import {
  afterAction,
  afterDecision,
  afterHint,
  afterSnapshot,
  afterSubmission,
  afterVerdict,
  isOver,
  requestAt,
  unknownRequest,
} from './told-request.ts'

/** Every request of this device that it was told of: from the answers to its own acts, and from the topic `exceptions`. */
export type RequestTracker = {
  find(requestId: string): ShownRequest | undefined
  /** What is open or lives, newest first. */
  heads(): ExceptionsHead['requests']
  /** All that is kept, newest first. */
  past(): readonly Extract<HistoryItem, { readonly kind: 'exception' }>[]
  submitted(answer: SubmissionAnswer, words: Pick<ShownRequest, 'reason' | 'ticket'>): Promise<ShownRequest>
  acted(answer: ActionAnswer): Promise<ShownRequest>
  takeSnapshot(data: unknown): Promise<void>
  takeEvent(data: unknown): Promise<void>
  /** A proven verdict counts with these grants. */
  takeVerdict(grants: readonly string[]): Promise<void>
  onChange(listener: (changed: ShownRequest) => void): () => void
  /** Resolves when nothing is being written any more. */
  settled(): Promise<void>
}

export type TrackerPorts = {
  /** `history/requests`. */
  readonly folder: string
  readonly issuer: () => string | undefined
  /** Proves a decision with the pinned keys. Failure: `token_invalid`. */
  readonly readDecision: (jws: string) => Promise<ClaimsOf<'exception-decision+jwt'>>
  readonly nowSeconds: () => number
  readonly log: Log
}

const mostKept = 200
const keptSeconds = 30 * 86_400

/** Opens the history, and follows from there. */
export async function openRequestTracker(ports: TrackerPorts): Promise<RequestTracker> {
  const { log, nowSeconds } = ports
  const isId = (name: string) => uuid7.safeParse(name).success
  const records = await openRecordFolder({ folder: ports.folder, schema: shownRequest, isId, log })
  const changes = new Map<string, number>()
  const listeners = new Set<(changed: ShownRequest) => void>()

  function newestFirst(): readonly ShownRequest[] {
    return records
      .all()
      .toSorted((one, other) => (one.request_id < other.request_id ? 1 : -1)) // UUIDv7: by time
      .map((request) => requestAt(request, nowSeconds()))
  }
  async function change(requestId: string, act: (now: ShownRequest) => ShownRequest): Promise<ShownRequest> {
    const before = records.find(requestId) ?? unknownRequest(requestId, nowSeconds())
    const after = { ...act(before), told_at: nowSeconds() }
    changes.set(requestId, (changes.get(requestId) ?? 0) + 1)
    await records.write(requestId, after)
    await forgetOld()
    const changed = requestAt(after, nowSeconds())
    for (const listener of [...listeners]) listener(changed)
    return changed
  }
  /** Thirty days and two hundred requests; what still goes on is kept whatever its age. */
  async function forgetOld(): Promise<void> {
    const past = newestFirst().filter(isOver)
    const old = past.filter((request, at) => at >= mostKept || request.told_at < nowSeconds() - keptSeconds)
    for (const { request_id } of old) await records.remove(request_id)
  }

  async function takeDecision(requestId: string, jws: string): Promise<void> {
    let decision: Awaited<ReturnType<TrackerPorts['readDecision']>>
    try {
      decision = await ports.readDecision(jws)
    } catch (thrown) {
      if (!isFailure(thrown)) throw thrown
      return log.warn('decision.not-believed', { code: thrown.code, requestId })
    }
    if (decision.request_id !== requestId) return log.warn('decision.of-another', { requestId })
    await change(requestId, (now) => afterDecision(now, decision))
  }
  async function take(data: unknown, isHearsay: boolean): Promise<void> {
    const parsed = exceptionEvent.safeParse(data)
    if (!parsed.success) return log.warn('live.event-unread', { topic: 'exceptions' })
    const event = parsed.data
    if (event.kind === 'decision') return takeDecision(event.request_id, event.decision)
    await change(event.request_id, (now) => afterHint(now, event, isHearsay))
  }

  return {
    find(requestId) {
      const found = records.find(requestId)
      return found === undefined ? undefined : requestAt(found, nowSeconds())
    },
    heads: () =>
      newestFirst()
        .filter((request) => !isOver(request))
        .slice(0, 60)
        .map(({ request_id, state, proven, checks, resources, votes, decide_by, grant }) => ({
          request_id,
          state,
          proven,
          checks,
          resources,
          votes,
          decide_by,
          grant: grant === null ? null : { state: grant.state, not_after: grant.not_after },
          changes: changes.get(request_id) ?? 0,
        })),
    past: () => newestFirst().map((request) => ({ kind: 'exception', at: timeOf(request), request })),
    submitted: (answer, words) =>
      change(answer.request_id, (now) =>
        afterSubmission(now, answer, words, ownPage(answer.step_up_url, ports.issuer())),
      ),
    acted: (answer) => change(answer.request_id, (now) => afterAction(now, answer)),
    async takeSnapshot(data) {
      const parsed = exceptionsSnapshot.safeParse(data)
      if (!parsed.success) return log.warn('live.snapshot-unread', { topic: 'exceptions' })
      for (const told of parsed.data.requests) {
        await take(told, true)
        const event = exceptionEvent.safeParse(told)
        const more = snapshotRequest.safeParse(told)
        if (event.success && more.success) await change(event.data.request_id, (now) => afterSnapshot(now, more.data))
      }
      for (const told of [...parsed.data.grants, ...parsed.data.ended]) await take(told, true)
    },
    takeEvent: (data) => take(data, false),
    async takeVerdict(grants) {
      for (const { request_id, grant, proven } of records.all())
        if (!proven && grant !== null && grants.includes(grant.id))
          await change(request_id, (now) => afterVerdict(now, grants))
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    settled: records.settled,
  }
}

/** A page of the gateway itself, or none: what a gateway says is not opened anywhere else. */
function ownPage(url: string | undefined, issuer: string | undefined): string | null {
  if (url === undefined || issuer === undefined || !URL.canParse(url)) return null
  const { origin, href, username, password } = new URL(url)
  return origin === issuer && username === '' && password === '' ? href : null
}

/** The first 48 bits of a UUIDv7 are milliseconds. */
function timeOf({ request_id }: ShownRequest): number {
  return Math.floor(Number.parseInt(request_id.replaceAll('-', '').slice(0, 12), 16) / 1000)
}
