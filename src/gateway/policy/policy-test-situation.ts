import { missingReading, type TestGiven } from '#contract/policy-test-document.ts'
import type { Device } from '#domain/access/device.ts'
import type { DecisionGrant } from '#domain/access/grant.ts'
import type { Person } from '#domain/access/person.ts'
import { consoleResource, type Resource } from '#domain/access/resource.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { Book } from '#domain/policy/book.ts'
import type { Episode } from '#domain/policy/grace.ts'
import type { PostureReport, ReportedSignal } from '#domain/posture-report.ts'
import type { UnknownReason } from '#domain/reading.ts'
import { type SignalId, type SignalValue, signalIds } from '#domain/signals.ts'
import { asSignalValue } from './compile-documents.ts'
import type { Fault } from './condition-faults.ts'

/** What a test gives, as the gateway would hold it. */
export type TestSituation = {
  readonly kind: 'ready'
  readonly person: Person
  readonly device: Device
  readonly resource: Resource
  readonly report: PostureReport | undefined
  readonly episodes: readonly Episode[]
  readonly grants: readonly DecisionGrant[]
  readonly now: number
}

/** Builds the situation of a test; the report arrives at `now`. Faults say what is missing or cannot be. */
export function situationOf(
  book: Book,
  given: TestGiven,
  resources: readonly Resource[],
): TestSituation | { readonly kind: 'faulty'; readonly faults: readonly Fault[] } {
  const faults: Fault[] = []
  const { now } = given
  if (now === undefined) faults.push({ says: 'gives no now', instead: 'now: 2026-11-24T10:00:00Z' })
  const resource = resourceOf(given, resources)
  if (resource === undefined) faults.push({ says: 'gives no resource', instead: 'resource: { id: … }' })
  const platform = given.device?.platform ?? 'linux'
  const signals = now === undefined ? [] : signalsOf(book, given, platform, now, faults)
  if (now === undefined || resource === undefined || faults.length > 0) return { kind: 'faulty', faults }
  const person: Person = {
    id: 'person-under-test',
    email: given.person?.email ?? 'person@example.com',
    status: given.person?.status ?? 'active',
    groups: given.person?.groups ?? [],
    ...(given.person?.team === undefined ? {} : { team: given.person.team }),
  }
  const device: Device = {
    id: 'device-under-test',
    status: given.device?.status ?? 'active',
    keyCurrent: true,
    platform,
    tier: given.device?.keyTier ?? 'T2',
    enrolledAt: now - (given.device?.ageDays ?? 365) * 86_400,
  }
  const silent = given.readings?.base === 'silent'
  return {
    kind: 'ready',
    person,
    device,
    resource,
    report: silent ? undefined : { platform, signals, iat: now, receivedAt: now },
    episodes: episodesOf(given),
    grants: grantsOf(given, person, device),
    now,
  }
}

function resourceOf({ resource: given }: TestGiven, resources: readonly Resource[]): Resource | undefined {
  if (given?.id === undefined) return undefined
  const known = [consoleResource, ...resources].find(({ id }) => id === given.id)
  return {
    id: given.id,
    name: known?.name ?? given.id,
    tags: given.tags ?? known?.tags ?? [],
    tier: given.tier ?? known?.tier ?? 'low',
    origins: known?.origins ?? [],
    owners: known?.owners ?? [],
  }
}

function signalsOf(
  book: Book,
  { readings = {} }: TestGiven,
  platform: OperatingSystem,
  now: number,
  faults: Fault[],
): readonly ReportedSignal[] {
  return signalIds.flatMap((id): readonly ReportedSignal[] => {
    const shared = { id, at: now, ms: 0, src: 'test' }
    const given = readings[id]
    if (given === undefined) {
      if (readings.base !== 'healthy') return []
      const healthy = healthyValue(book, id, platform, now)
      if (healthy === 'impossible')
        faults.push({
          says: `no pass example satisfies every check on ${id} for ${platform}`,
          instead: `${id}: a value, in readings`,
        })
      return typeof healthy === 'object' ? [{ ...shared, st: 'observed', v: healthy }] : []
    }
    const none = missingReading.safeParse(given)
    if (none.success) {
      const words = Object.entries<UnknownReason | true>(none.data)
      return words.flatMap(([st, why]): readonly ReportedSignal[] =>
        why !== true && (st === 'unknown' || st === 'error' || st === 'na') ? [{ ...shared, st, why }] : [],
      )
    }
    const value = asSignalValue(id, given)
    if (value !== undefined) return [{ ...shared, st: 'observed', v: value }]
    faults.push({ says: `the reading of ${id} is no value of that signal`, instead: 'a value as the catalogue has it' })
    return []
  })
}

/** The first pass example that satisfies every check on this signal; 'unused' where no check asks for it. */
function healthyValue(
  book: Book,
  signal: SignalId,
  platform: OperatingSystem,
  now: number,
): SignalValue | 'unused' | 'impossible' {
  const checks = [...book.checks.values()].filter(
    ({ document }) => document.signal === signal && document.platforms.includes(platform),
  )
  if (checks.length === 0) return 'unused'
  for (const { document } of checks) {
    const value = asSignalValue(signal, document.examples[platform]?.pass)
    if (value !== undefined && checks.every((check) => isMet(check.pass[platform], value, now))) return value
  }
  return 'impossible'
}

type Pass = NonNullable<NonNullable<ReturnType<Book['checks']['get']>>['pass'][OperatingSystem]>

function isMet(pass: Pass | undefined, value: SignalValue, now: number): boolean {
  try {
    return pass?.holds({ value, now }) === true
  } catch {
    return false // an example that cannot be judged is not healthy
  }
}

function episodesOf({ failing = {} }: TestGiven): readonly Episode[] {
  return Object.entries(failing).map(([check, { since, kind }]) => ({
    check,
    lastMet: false,
    open: {
      beganAt: since,
      violatedSince: kind === 'violated' ? since : null,
      unknownSince: kind === 'unknown' ? since : null,
      met: null,
    },
  }))
}

function grantsOf({ grants = [] }: TestGiven, person: Person, device: Device): readonly DecisionGrant[] {
  return grants.map((grant, index) => ({
    id: `grant-${index + 1}`,
    state: 'active',
    proven: true,
    person: person.id,
    device: device.id,
    keyReached: true,
    checks: grant.checks.map((id) => ({ id, covers: grant.covers })),
    resources: grant.resources,
    controls: grant.controls ?? [],
    notBefore: grant.from ?? 0,
    notAfter: grant.until,
  }))
}
