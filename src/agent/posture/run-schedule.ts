import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import {
  afterEvent,
  initialSchedule,
  nextRun,
  type RunReason,
  type ScheduleEvent,
  type ScheduleState,
} from './schedule.ts'

export type RunOutcome = Extract<ScheduleEvent, { readonly kind: 'accepted' | 'failed' }>

export type RunningSchedule = {
  tell(event: ScheduleEvent): void
  state(): ScheduleState
  /** When the act in progress, or the one that is due now, has ended; at once where none is. */
  finished(): Promise<void>
  stop(): void
}

/** Carries out the decisions of the schedule: one timer, one act at a time. An act that throws counts as failed. */
export function runSchedule(from: {
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  readonly act: (reason: RunReason) => Promise<RunOutcome>
}): RunningSchedule {
  const { clock } = from
  let state = initialSchedule()
  let cancel = () => {}
  let isStopped = false
  let running: Promise<void> | undefined

  function tell(event: ScheduleEvent): void {
    state = afterEvent(state, event, clock.nowMs(), from.random)
    arm()
  }
  function arm(): void {
    cancel()
    if (isStopped) return
    const now = clock.nowMs()
    const next = nextRun(state, now)
    if (next === undefined) return
    if (next.at <= now) return begin(next.reason)
    cancel = clock.setTimer(next.at - now, arm)
  }
  function begin(reason: RunReason): void {
    state = afterEvent(state, { kind: 'begun' }, clock.nowMs(), from.random)
    running = from
      .act(reason)
      .catch((thrown: unknown): RunOutcome => {
        from.log.error('attestation.broke', { err: thrown })
        return { kind: 'failed' }
      })
      .then((outcome) => {
        running = undefined
        tell(outcome)
      })
  }

  return {
    tell,
    state: () => state,
    finished: () => running ?? Promise.resolve(),
    stop() {
      isStopped = true
      cancel()
    },
  }
}
