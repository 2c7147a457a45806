import type { Cost, SignalId } from '#domain/signals.ts'

/** Why an attestation is due. */
export type RunReason = 'start' | 'interval' | 'next-due' | 'changed' | 'asked' | 'woken' | 'retry'

/** When to attest next (ms since 1970, never before the `now` it was asked at) and why. */
export type NextRun = { readonly at: number; readonly reason: RunReason }

/** Everything the decision looks at; times in ms since 1970. Chance is drawn when an event is told, so that this stays data. */
export type ScheduleState = {
  /** Whether key, consent and enrolment allow an attestation at all. */
  readonly isReady: boolean
  readonly isRunning: boolean
  readonly isAsleep: boolean
  /** `CheckIntervalMinutes`, else `interval_s` of the gateway's configuration. */
  readonly intervalMs: number
  /** -1 to 1: how much of the ± 20 % this round takes. */
  readonly jitter: number
  readonly power: 'mains' | 'battery'
  /** `away`: locked, or idle for over 10 minutes. No source of presence means present. */
  readonly presence: 'present' | 'away'
  /** When the last attestation was accepted, and when the gateway wants the next at the latest. */
  readonly acceptedAt?: number
  readonly nextDueAt?: number
  /** When the last attestation began, however it ended. */
  readonly begunAt?: number
  /** A signal changed that no attestation has told yet. */
  readonly changedAt?: number
  /** Somebody waits: "Check now", the gateway's `attest_now`, unlock. */
  readonly askedAt?: number
  /** After waking: not before this. */
  readonly wokenFor?: number
  readonly failures: number
  /** After a failure: not before this, unless somebody asks. */
  readonly retryAt?: number
}

export type ScheduleEvent =
  | { readonly kind: 'ready' | 'not-ready' }
  | { readonly kind: 'interval'; readonly seconds: number }
  | { readonly kind: 'changed' | 'asked' | 'begun' }
  | { readonly kind: 'accepted'; readonly nextDueAt?: number }
  | { readonly kind: 'failed'; readonly notBefore?: number }
  | { readonly kind: 'asleep' }
  | { readonly kind: 'woken'; readonly windowOpen: boolean }
  | { readonly kind: 'power'; readonly power: ScheduleState['power'] }
  | { readonly kind: 'presence'; readonly presence: ScheduleState['presence'] }

const shareOfJitter = 0.2
const changeSpacingMs = 10_000
const awayIntervalMs = 60 * 60_000
const wakeMs = { first: 5000, last: 60_000 } as const
const retryMs = { first: 5000, last: 5 * 60_000 } as const

/** Before the first event: nothing is allowed yet. */
export function initialSchedule(intervalSeconds = 900): ScheduleState {
  return {
    isReady: false,
    isRunning: false,
    isAsleep: false,
    intervalMs: intervalSeconds * 1000,
    jitter: 0,
    power: 'mains',
    presence: 'present',
    failures: 0,
  }
}

/** When the next attestation is due (protocol.md section 4.3, desktop.md section 14); undefined while none may run. */
export function nextRun(state: ScheduleState, now: number): NextRun | undefined {
  if (!state.isReady || state.isRunning || state.isAsleep) return undefined
  if (state.askedAt !== undefined) return { at: now, reason: 'asked' }
  if (state.retryAt !== undefined) return { at: Math.max(now, state.retryAt), reason: 'retry' }
  if (state.wokenFor !== undefined) return { at: Math.max(now, state.wokenFor), reason: 'woken' }
  if (state.acceptedAt === undefined) return { at: now, reason: 'start' }

  const regular = regularRun(state, state.acceptedAt)
  const changed = changedRun(state)
  const next = changed !== undefined && changed.at <= regular.at ? changed : regular
  return { ...next, at: Math.max(now, next.at) }
}

/** What an event makes of the state. `random` answers 0 to 1. */
export function afterEvent(
  state: ScheduleState,
  event: ScheduleEvent,
  now: number,
  random: () => number,
): ScheduleState {
  switch (event.kind) {
    case 'ready':
      return { ...state, isReady: true }
    case 'not-ready':
      return { ...state, isReady: false }
    case 'interval':
      return { ...state, intervalMs: event.seconds * 1000 }
    case 'changed':
      return { ...state, changedAt: state.changedAt ?? now }
    case 'asked':
      return state.isRunning ? state : { ...state, askedAt: now } // who asks while one runs gets its answer
    case 'begun': {
      const { changedAt: _, askedAt: __, wokenFor: ___, ...rest } = state
      return { ...rest, isRunning: true, begunAt: now } // a change from now on is told by the next one
    }
    case 'accepted': {
      const { retryAt: _, nextDueAt: __, ...rest } = state
      const due = event.nextDueAt === undefined ? {} : { nextDueAt: event.nextDueAt }
      return { ...rest, ...due, isRunning: false, acceptedAt: now, failures: 0, jitter: random() * 2 - 1 }
    }
    case 'failed': {
      const failures = state.failures + 1
      const bound = Math.min(retryMs.last, retryMs.first * 2 ** Math.min(failures, 16))
      const wait = Math.max(1000, Math.floor(random() * bound))
      const retryAt = Math.max(hurried(state, now, now + wait), event.notBefore ?? 0)
      return { ...state, isRunning: false, failures, retryAt }
    }
    case 'asleep':
      return { ...state, isAsleep: true }
    case 'woken': {
      const wait = event.windowOpen ? 0 : wakeMs.first + random() * (wakeMs.last - wakeMs.first)
      const { retryAt: _, ...rest } = state // what failed before may work now
      return { ...rest, isAsleep: false, isRunning: false, failures: 0, wokenFor: now + Math.floor(wait) }
    }
    case 'power':
      return { ...state, power: event.power }
    case 'presence':
      return { ...state, presence: event.presence }
  }
}

function regularRun(state: ScheduleState, acceptedAt: number): NextRun {
  if (state.presence === 'away') return { at: acceptedAt + awayIntervalMs, reason: 'interval' } // no session needs the verdict
  if (state.power === 'battery' && state.nextDueAt !== undefined) return { at: state.nextDueAt, reason: 'next-due' }
  const at = acceptedAt + state.intervalMs * (1 + shareOfJitter * state.jitter)
  if (state.nextDueAt !== undefined && state.nextDueAt < at) return { at: state.nextDueAt, reason: 'next-due' }
  return { at: Math.floor(at), reason: 'interval' }
}

function changedRun(state: ScheduleState): NextRun | undefined {
  if (state.changedAt === undefined) return undefined
  const spaced = state.begunAt === undefined ? state.changedAt : state.begunAt + changeSpacingMs
  return { at: Math.max(state.changedAt, spaced), reason: 'changed' }
}

/** A retry is not put off past the time the gateway named, while that is still to come. */
function hurried(state: ScheduleState, now: number, at: number): number {
  return state.nextDueAt !== undefined && state.nextDueAt > now ? Math.min(at, state.nextDueAt) : at
}

export type Pace = {
  readonly signal: SignalId
  readonly cost: Cost
  readonly calmSeconds: number
  readonly urgentSeconds: number
  /** When it was last taken, ms since 1970; undefined: not yet. */
  readonly takenAt?: number
}

/**
 * Which signals are to be taken next by their timers, and when. Urgent ones go at their urgent pace, but on battery only
 * light ones do. What falls due within a tenth of the wait goes along, so that there are few wake-ups.
 */
export function nextTaking(
  paces: readonly Pace[],
  urgent: ReadonlySet<SignalId>,
  power: ScheduleState['power'],
  now: number,
): { readonly at: number; readonly signals: readonly SignalId[] } | undefined {
  const due = paces.map((pace) => ({ signal: pace.signal, at: dueAt(pace, urgent.has(pace.signal), power, now) }))
  if (due.length === 0) return undefined
  const at = Math.min(...due.map((one) => one.at))
  const until = at + Math.floor((at - now) / 10)
  return { at, signals: due.filter((one) => one.at <= until).map((one) => one.signal) }
}

function dueAt(pace: Pace, isUrgent: boolean, power: ScheduleState['power'], now: number): number {
  if (pace.takenAt === undefined) return now
  const isCheap = pace.cost === 'light' || pace.cost === 'once'
  const seconds = isUrgent && (power === 'mains' || isCheap) ? pace.urgentSeconds : pace.calmSeconds
  return Math.max(now, pace.takenAt + seconds * 1000)
}
