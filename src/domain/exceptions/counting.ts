import type { ExceptionLimits } from './limits.ts'
import { isOpen, type RequestState } from './states.ts'

/** A grant of the subject's, as limits look at it. Times are Unix seconds; `endedAt` is null while it lives. */
export type PastGrant = {
  readonly id: string
  /** Those still covered when it ended, or now. */
  readonly checks: readonly { readonly id: string }[]
  /** Those that left it before, cured. */
  readonly gone: readonly { readonly id: string; readonly at: number }[]
  readonly notBefore: number
  readonly notAfter: number
  readonly endedAt: number | null
}

/** A request of the subject's, as limits look at it. */
export type PastRequest = {
  readonly id: string
  readonly device: string
  readonly mode: 'normal' | 'break_glass'
  readonly checks: readonly string[]
  readonly resources: readonly string[]
  readonly state: RequestState
  readonly submittedAt: number
  /** When it became pending; null if it never did, and then no quota counts it. */
  readonly pendingAt: number | null
  readonly closedAt: number | null
}

/** Everything of one subject that limits look at: grants and requests of the longest window, those that live included. */
export type History = { readonly grants: readonly PastGrant[]; readonly requests: readonly PastRequest[] }

type Span = { readonly from: number; readonly to: number; readonly ended: boolean }

/** What one grant meant for one check: its full length while it lives, its actual one once ended or cured. */
function spanOf(grant: PastGrant, check: string): Span | undefined {
  const left = grant.gone.find(({ id }) => id === check)?.at
  if (left === undefined && !grant.checks.some(({ id }) => id === check)) return undefined
  const end = left ?? grant.endedAt
  const to = end === null ? grant.notAfter : Math.min(end, grant.notAfter)
  return { from: grant.notBefore, to: Math.max(grant.notBefore, to), ended: end !== null }
}

/**
 * The rolling total of (subject, check), in seconds: the sum over every grant of which some part lies in the window
 * before `now`, in full, overlaps counted twice. So no window of that length ever holds more than what was allowed.
 */
export function rollingTotal(grants: readonly PastGrant[], check: string, windowSeconds: number, now: number): number {
  return grants.reduce((sum, grant) => {
    const span = spanOf(grant, check)
    return span === undefined || span.to <= now - windowSeconds ? sum : sum + (span.to - span.from)
  }, 0)
}

/** The requests of the window that became pending or more. */
export function quotaUsed(requests: readonly PastRequest[], windowSeconds: number, now: number): number {
  return requests.filter(({ pendingAt }) => pendingAt !== null && pendingAt > now - windowSeconds).length
}

/**
 * Until when (exclusive) the pair (subject, check) rests: from the end of its last grant or from a denial; other ends of
 * a request start nothing. Null where it does not rest.
 */
export function cooldownUntil(history: History, check: string, cooldownSeconds: number, now: number): number | null {
  const ends = history.grants.flatMap((grant) => {
    const span = spanOf(grant, check)
    // A grant whose time is over has ended, whether or not that was written down.
    return span !== undefined && (span.ended || span.to <= now) ? [span.to] : []
  })
  const denials = history.requests.flatMap(({ state, checks, closedAt }) =>
    state === 'denied' && closedAt !== null && checks.includes(check) ? [closedAt] : [],
  )
  const starts = [...ends, ...denials]
  if (starts.length === 0 || cooldownSeconds === 0) return null
  const until = Math.max(...starts) + cooldownSeconds
  return now < until ? until : null
}

export function openCount(requests: readonly PastRequest[]): number {
  return requests.filter(({ state }) => isOpen(state)).length
}

/** How often a check of these was asked for in the last 30 days before: what raises the risk as `again`. */
export function repeats(requests: readonly PastRequest[], checks: readonly string[], now: number): number {
  return requests.filter(
    (request) =>
      request.pendingAt !== null &&
      request.pendingAt > now - 30 * 86_400 &&
      request.checks.some((check) => checks.includes(check)),
  ).length
}

/** The open request that asks for the same, of the same subject: it is answered instead of a new one. */
export function equalOpenRequest(
  requests: readonly PastRequest[],
  asked: Pick<PastRequest, 'device' | 'mode' | 'checks' | 'resources'>,
): PastRequest | undefined {
  return requests.find(
    (request) =>
      isOpen(request.state) &&
      request.device === asked.device &&
      request.mode === asked.mode &&
      isSameSet(request.checks, asked.checks) &&
      isSameSet(request.resources, asked.resources),
  )
}

function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  const words = new Set(left)
  return words.size === new Set(right).size && right.every((word) => words.has(word))
}

/** How far one check stands within its limits: what a submission records of each (audit.md section 14.1). */
export type LimitState = {
  readonly check: string
  readonly total_s: number
  readonly total_cap_s: number | null
  readonly quota: number | null
  readonly quota_used: number
  readonly cooldown_until: number | null
}

/** The limit states of checks; of several rolling totals the one with least left. */
export function limitStates(
  limits: ExceptionLimits,
  history: History,
  checks: readonly string[],
  now: number,
): readonly LimitState[] {
  const { quota } = limits
  return checks.map((check) => {
    const totals = limits.maxTotals.map(({ windowSeconds, amountSeconds }) => ({
      used: rollingTotal(history.grants, check, windowSeconds, now),
      amountSeconds,
    }))
    const tightest = totals.reduce<(typeof totals)[number] | undefined>(
      (least, each) =>
        least === undefined || each.amountSeconds - each.used < least.amountSeconds - least.used ? each : least,
      undefined,
    )
    return {
      check,
      total_s: tightest?.used ?? 0,
      total_cap_s: tightest?.amountSeconds ?? null,
      quota: quota.perSubject,
      quota_used: quotaUsed(history.requests, quota.windowSeconds, now),
      cooldown_until: cooldownUntil(history, check, quota.cooldownSeconds, now),
    }
  })
}

/** What is left of the rolling total over all these checks, in seconds, never below 0. */
export function totalLeft(states: readonly LimitState[]): number {
  return Math.max(0, Math.min(...states.map(({ total_s, total_cap_s }) => (total_cap_s ?? 0) - total_s)))
}
