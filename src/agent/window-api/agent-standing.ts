import type { Snapshot } from '#contract/ipc.ts'
import type { Clock } from '#runtime/clock.ts'
import { type CurrentValue, currentValue } from '#runtime/current-value.ts'
import { type AgentStanding, makeSnapshot } from './make-snapshot.ts'

export type StandingFrom = Pick<AgentStanding, 'version' | 'development' | 'os' | 'managed'>

export type Standing = {
  read(): AgentStanding
  change(part: Partial<AgentStanding>): void
  /** Unix seconds of the gateway's clock, once it is known. */
  seconds(): number
  setTime(aheadSeconds: () => number): void
  readonly snapshot: Pick<CurrentValue<Snapshot>, 'read' | 'onChange'>
}

/** What is so, and the snapshot that follows from it: made when it is read, told once for changes made together. */
export function agentStanding(from: StandingFrom, clock: Pick<Clock, 'nowMs'>): Standing {
  let now: AgentStanding = {
    ...from,
    started: false,
    enrollment: undefined,
    heldBack: undefined,
    key: undefined,
    stream: 'off',
    result: undefined,
    readings: [],
    checking: false,
    sent: [],
    failure: undefined,
    exceptions: { requests: [], drafts: [] },
    askedVotes: [],
    consent: { by: null, missing: [], unseen: false },
    snoozed: [],
  }
  let aheadSeconds = () => 0
  const seconds = () => Math.floor(clock.nowMs() / 1000) + aheadSeconds()
  const told = currentValue<Snapshot>(makeSnapshot(now, seconds()))
  let isDirty = false
  const tell = () => {
    if (!isDirty) return
    isDirty = false
    told.replace(makeSnapshot(now, seconds()))
  }
  const change = (part: Partial<AgentStanding>) => {
    now = { ...now, ...part }
    if (!isDirty) queueMicrotask(tell)
    isDirty = true
  }
  return {
    read: () => now,
    change,
    seconds,
    setTime(ahead: () => number) {
      aheadSeconds = ahead
    },
    snapshot: {
      read() {
        tell()
        return told.read()
      },
      onChange: told.onChange,
    },
  }
}
