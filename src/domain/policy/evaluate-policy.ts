import type { Device } from '../access/device.ts'
import type { Person } from '../access/person.ts'
import type { Resource } from '../access/resource.ts'
import { isAtLeast } from '../key-tier.ts'
import type { OperatingSystem } from '../operating-system.ts'
import type { PostureReport, ReportedSignal } from '../posture-report.ts'
import type { UnknownReason } from '../reading.ts'
import type { Book } from './book.ts'
import type { CombinedRequirement } from './combine.ts'
import type { FailureKind } from './documents.ts'
import { type Episode, graceClock } from './grace.ts'
import { policiesInForce } from './policy-scope.ts'
import type { Finding, Gate, JudgementReason, Verdict } from './verdict.ts'

/** What a verdict is made of. `now` is Unix seconds of the gateway, whole. */
export type VerdictInput = {
  readonly book: Book
  readonly person: Person
  readonly device: Device
  readonly resource: Resource
  readonly report: PostureReport | undefined
  readonly episodes: readonly Episode[]
  readonly now: number
}

/** A verdict is asked for again after a day, even where nothing in it can change by time alone. */
const longestSeconds = 86_400
/** A `pass` that reads `now` may turn at any instant; policy.md section 3 looks again after five minutes. */
const nowSeconds = 300

/**
 * Judges a report for one person, device and resource (policy.md section 3): gates, then for each combined requirement
 * the first of the seven rows that holds, then grace. Grants are the matter of `decideAccess`.
 */
export function evaluatePolicy(input: VerdictInput): Verdict {
  const { book, person, device, resource, report, episodes, now } = input
  const { combined, changesAt } = policiesInForce(book, person, resource, device.platform, now)
  const base = {
    book: book.hash,
    person: person.id,
    device: device.id,
    resource: resource.id,
    platform: device.platform,
    policies: combined?.policies ?? [],
    maxSilenceSeconds: combined?.maxSilenceSeconds ?? 2700,
    receivedAt: report?.receivedAt ?? null,
  }
  const recheckAt = Math.min(changesAt, now + longestSeconds)
  const gate = gateOf(person, device, report)
  if (gate !== undefined) return { ...base, gate, findings: [], silent: report === undefined, recheckAt }
  if (combined !== undefined && !isAtLeast(device.tier, combined.minKeyTier))
    return { ...base, gate: 'tier_too_low', findings: [], silent: report === undefined, recheckAt }
  // A policy that asks nothing of this platform says nothing about it: default deny, as without a policy.
  if (combined === undefined || combined.requirements.length === 0)
    return { ...base, gate: 'no_policy', findings: [], silent: report === undefined, recheckAt }

  const silentAt = report === undefined ? device.enrolledAt : report.receivedAt + combined.maxSilenceSeconds + 1
  const heard = report !== undefined && now < silentAt ? report : undefined
  const instants = new Instants(now, recheckAt)
  if (heard !== undefined) instants.add(silentAt)
  const readings = heard === undefined ? noReadings : readingsById(heard)
  const findings = combined.requirements.map((requirement): Finding => {
    const judged =
      heard === undefined ? silent(silentAt) : judge(requirement, heard, readings, device.platform, now, instants)
    if (judged.met) return { requirement, outcome: 'met', reading: judged.reading }
    return withGrace(requirement, judged, episodeOf(episodes, requirement), now, instants)
  })
  return { ...base, findings, silent: heard === undefined, recheckAt: instants.earliest }
}

function gateOf(person: Person, device: Device, report: PostureReport | undefined): Gate | undefined {
  if (person.status !== 'active') return 'device_not_active'
  if (device.status !== 'active' || !device.keyCurrent) return 'device_not_active'
  if (report !== undefined && report.platform !== device.platform) return 'device_not_active'
  return undefined
}

type Failing = {
  readonly met: false
  readonly kind: FailureKind
  readonly reason: UnknownReason | JudgementReason | null
  readonly excusable: boolean
  readonly reading?: ReportedSignal
  /** Where the judgement itself knows since when. */
  readonly since?: number
}
type Judgement = { readonly met: true; readonly reading: ReportedSignal } | Failing

/** Rows 2 to 7, the first that holds. */
function judge(
  requirement: CombinedRequirement,
  report: PostureReport,
  readings: ReadonlyMap<string, ReportedSignal>,
  platform: OperatingSystem,
  now: number,
  instants: Instants,
): Judgement {
  const check = requirement.check.document
  const pass = requirement.check.pass[platform]
  if (pass === undefined || !check.platforms.includes(platform)) return unjudged('not-covered')
  const reading = readings.get(check.signal)
  if (reading === undefined) return unjudged('missing')
  // Receipt and `iat` name the same instant on two clocks, so a device clock that is wrong cancels out.
  const takenAt = report.receivedAt - (report.iat - reading.at)
  if (now < takenAt) {
    instants.add(takenAt)
    return unjudged('clock', reading)
  }
  if (now - takenAt > check.maxAgeSeconds) return unjudged('stale', reading, takenAt + check.maxAgeSeconds + 1)
  instants.add(takenAt + check.maxAgeSeconds + 1)
  if (reading.st !== 'observed') {
    if (reading.st === 'na' && check.notApplicable === 'pass') return { met: true, reading }
    return { met: false, kind: 'unknown', reason: reading.why, excusable: true, reading }
  }
  if (pass.uses.has('now')) instants.add(now + nowSeconds)
  try {
    const passed = pass.holds({ value: reading.v, now })
    if (passed === true) return { met: true, reading }
    if (passed === false) return { met: false, kind: 'violated', reason: null, excusable: true, reading }
  } catch {
    // That an expression fails is a judgement of its own: nothing was found out, and nothing excuses that.
  }
  return unjudged('evaluator', reading)
}

function unjudged(reason: JudgementReason, reading?: ReportedSignal, since?: number): Failing {
  return {
    met: false,
    kind: 'unknown',
    reason,
    excusable: false,
    ...(reading === undefined ? {} : { reading }),
    ...(since === undefined ? {} : { since }),
  }
}

function silent(since: number): Failing {
  return unjudged('silent', undefined, since)
}

/** Excusable rows go on: while grace of that sort runs, the finding is tolerated. Grace ends at `graceUntil`, exclusive. */
function withGrace(
  requirement: CombinedRequirement,
  failing: Failing,
  episode: Episode | undefined,
  now: number,
  instants: Instants,
): Finding {
  const { kind, reason, excusable, reading } = failing
  const shared = {
    requirement,
    kind,
    reason,
    excusable,
    since: failing.since ?? episode?.open?.beganAt ?? now,
    ...(reading === undefined ? {} : { reading }),
  }
  const grace = kind === 'violated' ? requirement.graceSeconds : requirement.graceUnknownSeconds
  const clock = excusable && grace > 0 ? graceClock(episode, kind, now) : undefined
  if (clock === undefined) return { ...shared, outcome: kind, graceUntil: null }
  const graceUntil = clock + grace
  if (now >= graceUntil) return { ...shared, outcome: kind, graceUntil }
  instants.add(graceUntil)
  return { ...shared, outcome: 'tolerated', graceUntil }
}

function episodeOf(episodes: readonly Episode[], requirement: CombinedRequirement): Episode | undefined {
  const { id } = requirement.check.document
  return episodes.find((episode) => episode.check === id)
}

const noReadings: ReadonlyMap<string, ReportedSignal> = new Map()

function readingsById(report: PostureReport): ReadonlyMap<string, ReportedSignal> {
  const readings = new Map<string, ReportedSignal>()
  for (const reading of report.signals) readings.set(reading.id, reading)
  return readings
}

/** The earliest instant after `now` at which something turns. */
class Instants {
  readonly #now: number
  earliest: number

  constructor(now: number, latest: number) {
    this.#now = now
    this.earliest = latest
  }

  add(instant: number): void {
    if (instant > this.#now && instant < this.earliest) this.earliest = instant
  }
}
