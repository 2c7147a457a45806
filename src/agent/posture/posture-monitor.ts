import type { Watch } from '#agent/machine/watch.ts'
import type { ProbeCatalogue } from '#agent/probes/probe-catalogue.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { ReportedSignal } from '#domain/posture-report.ts'
import type { Cost, SignalId } from '#domain/signals.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Log } from '#runtime/log.ts'
import { singleFlight } from '#runtime/single-flight.ts'
import { nextTaking, type Pace, type ScheduleState } from './schedule.ts'

export type PostureMonitor = {
  /** Takes every wanted signal, then watches and times them. Resolves with the first readings. */
  start(): Promise<readonly ReportedSignal[]>
  /** Ends watches and timers; a scan in progress ends by itself. */
  stop(): void
  /** The latest readings of the wanted signals, in their order. */
  latest(): readonly ReportedSignal[]
  /** Takes all wanted signals now. Who asks while that runs gets the same answer. */
  checkNow(): Promise<readonly ReportedSignal[]>
  /** Takes again what was taken longer ago than that, heavy signals only at their own pace: what an attestation sends. */
  refresh(olderThanSeconds: number): Promise<readonly ReportedSignal[]>
  /** What the gateway asks for from now on; nothing else is taken. */
  want(signals: readonly SignalId[]): void
  /** The signals by which access is refused while the person is at the machine; empty: all at their calm pace. */
  hurry(signals: readonly SignalId[]): void
  onPower(power: ScheduleState['power']): void
  /** Told after a scan that found another value than before, with the signals concerned. Not of the first scan. */
  onChange(listener: (changed: readonly SignalId[]) => void): () => void
}

export type MonitorSources = {
  readonly take: (signals: readonly SignalId[]) => Promise<readonly ReportedSignal[]>
  readonly catalogue: ProbeCatalogue
  readonly os: OperatingSystem
  readonly clock: Clock
  readonly log: Log
  readonly beginWatch: (watch: Watch, tell: () => void) => () => void
}

const silenceMs = 500
const longestSilenceMs = 8000
const longestWaitMs = 2000
const togetherMs = 100
const shortestTimerMs = 1000

/** Holds the latest readings and keeps them fresh: by watches, by timers, on request. */
export function postureMonitor(from: MonitorSources, wantedFirst: readonly SignalId[]): PostureMonitor {
  const { clock } = from
  let wanted = wantedFirst
  let urgent: ReadonlySet<SignalId> = new Set()
  let power: ScheduleState['power'] = 'mains'
  let isStarted = false
  const held = new Map<SignalId, ReportedSignal>()
  const takenAt = new Map<SignalId, number>()
  const listeners = new Set<(changed: readonly SignalId[]) => void>()
  const watches = new Map<SignalId, () => void>()
  const dirty = new Map<SignalId, { readonly since: number; readonly at: number }>()
  const calm = new Map<SignalId, number>() // silence that a signal needs, longer after changes that changed nothing
  const lanes = { heavy: Promise.resolve(), others: Promise.resolve() }
  let cancelTimer = () => {}
  let cancelSilence = () => {}

  const latest = () => wanted.flatMap((id) => held.get(id) ?? [])
  const costOf = (id: SignalId): Cost => probeOf(from, id)?.cost ?? 'once'

  // One scan at a time, so that an older answer never replaces a newer one; the heavy do not hold up the others.
  async function take(signals: readonly SignalId[]): Promise<readonly SignalId[]> {
    const heavy = signals.filter((id) => costOf(id) === 'heavy')
    const others = signals.filter((id) => costOf(id) !== 'heavy')
    const found = await Promise.all([inLane('heavy', heavy), inLane('others', others)])
    return found.flat()
  }
  async function inLane(lane: keyof typeof lanes, signals: readonly SignalId[]): Promise<readonly SignalId[]> {
    if (signals.length === 0) return []
    const scan = lanes[lane].then(async () => {
      const begun = clock.nowMs()
      const readings = await from.take(signals)
      for (const id of signals) takenAt.set(id, begun)
      return hold(readings)
    })
    lanes[lane] = scan.then(
      () => undefined,
      () => undefined, // whoever asked for the scan is told; the next one runs all the same
    )
    return scan
  }

  function hold(readings: readonly ReportedSignal[]): readonly SignalId[] {
    const changed = readings.filter((reading) => !isSame(held.get(reading.id), reading)).map((reading) => reading.id)
    for (const reading of readings) held.set(reading.id, reading)
    return changed
  }
  function tellOf(changed: readonly SignalId[]): void {
    const concerned = changed.filter((id) => wanted.includes(id))
    if (concerned.length > 0) for (const listener of [...listeners]) listener(concerned)
  }
  async function takeAndTell(signals: readonly SignalId[]): Promise<readonly SignalId[]> {
    const changed = await take(signals)
    if (!isStarted) return changed
    setTimer()
    tellOf(changed)
    return changed
  }

  /** Something the signal follows from may have changed: wait for silence, and longer where changes changed nothing. */
  function mayHaveChanged(id: SignalId): void {
    const now = clock.nowMs()
    const since = dirty.get(id)?.since ?? now
    const silence = calm.get(id) ?? silenceMs
    dirty.set(id, { since, at: Math.min(now + silence, since + Math.max(longestWaitMs, silence)) })
    setSilenceTimer()
  }
  function setSilenceTimer(): void {
    cancelSilence()
    if (dirty.size === 0) return
    const now = clock.nowMs()
    const first = Math.min(...[...dirty.values()].map((one) => one.at))
    cancelSilence = clock.setTimer(Math.max(0, first - now), () => {
      const due = [...dirty].filter(([, one]) => one.at <= first + togetherMs).map(([id]) => id)
      for (const id of due) dirty.delete(id)
      setSilenceTimer()
      inBackground(async () => {
        const changed = await takeAndTell(due)
        for (const id of due)
          calm.set(id, changed.includes(id) ? silenceMs : Math.min(longestSilenceMs, (calm.get(id) ?? silenceMs) * 2))
      })
    })
  }

  function setWatches(): void {
    for (const [id, end] of watches)
      if (!wanted.includes(id)) {
        end()
        watches.delete(id)
      }
    for (const id of wanted) {
      if (watches.has(id)) continue
      const ends = (probeOf(from, id)?.watches ?? []).map((watch) => from.beginWatch(watch, () => mayHaveChanged(id)))
      watches.set(id, () => {
        for (const end of ends) end()
      })
    }
  }

  function setTimer(): void {
    cancelTimer()
    const now = clock.nowMs()
    const next = nextTaking(pacesOf(from, wanted, takenAt), urgent, power, now)
    if (next === undefined) return
    cancelTimer = clock.setTimer(Math.max(shortestTimerMs, next.at - now), () => {
      for (const id of next.signals) if (!urgent.has(id)) calm.delete(id)
      inBackground(() => takeAndTell(next.signals))
    })
  }

  function inBackground(act: () => Promise<unknown>): void {
    void act().catch((thrown: unknown) => {
      from.log.error('scan-broke', { err: thrown })
      if (isStarted) setTimer()
    })
  }

  const checkAll = singleFlight(async () => {
    await takeAndTell(wanted)
    return latest()
  })

  return {
    async start() {
      setWatches() // before anything is read: what changes meanwhile is read again
      await take(wanted)
      isStarted = true
      setTimer()
      return latest()
    },
    stop() {
      isStarted = false
      cancelTimer()
      cancelSilence()
      dirty.clear()
      for (const end of watches.values()) end()
      watches.clear()
    },
    latest,
    checkNow: checkAll,
    async refresh(olderThanSeconds) {
      const now = clock.nowMs()
      const stale = pacesOf(from, wanted, takenAt).filter((pace) => {
        const limit = pace.cost === 'heavy' ? pace.calmSeconds : olderThanSeconds
        return pace.takenAt === undefined || now - pace.takenAt > limit * 1000
      })
      await takeAndTell(stale.map((pace) => pace.signal))
      return latest()
    },
    want(signals) {
      wanted = [...new Set(signals)]
      if (!isStarted) return
      setWatches()
      const added = wanted.filter((id) => !held.has(id))
      if (added.length === 0) setTimer()
      else inBackground(() => takeAndTell(added))
    },
    hurry(signals) {
      urgent = new Set(signals)
      if (isStarted) setTimer()
    },
    onPower(next) {
      power = next
      if (isStarted) setTimer()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function probeOf(from: Pick<MonitorSources, 'catalogue' | 'os'>, id: SignalId) {
  const cell = from.catalogue[id][from.os]
  return cell === 'not-supported-here' ? undefined : cell
}

/** A signal without a probe here is stated again now and then, so that its `at` stays fresh. */
function pacesOf(
  from: Pick<MonitorSources, 'catalogue' | 'os'>,
  wanted: readonly SignalId[],
  takenAt: ReadonlyMap<SignalId, number>,
): readonly Pace[] {
  return wanted.map((signal) => {
    const probe = probeOf(from, signal)
    const timers = (probe?.watches ?? []).filter((watch) => watch.on === 'timer')
    const taken = takenAt.get(signal)
    return {
      signal,
      cost: probe?.cost ?? 'once',
      calmSeconds: Math.min(21_600, ...timers.map((timer) => timer.calmSeconds)),
      urgentSeconds: Math.min(21_600, ...timers.map((timer) => timer.urgentSeconds)),
      ...(taken === undefined ? {} : { takenAt: taken }),
    }
  })
}

/** Whether two readings say the same: time and cost are not what they say. */
function isSame(before: ReportedSignal | undefined, now: ReportedSignal): boolean {
  if (before === undefined || before.st !== now.st) return false
  if (before.st === 'observed') return now.st === 'observed' && JSON.stringify(before.v) === JSON.stringify(now.v)
  return now.st !== 'observed' && before.why === now.why
}
