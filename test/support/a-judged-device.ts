import type { Device } from '#domain/access/device.ts'
import type { DecisionGrant } from '#domain/access/grant.ts'
import type { Person } from '#domain/access/person.ts'
import type { Resource } from '#domain/access/resource.ts'
import { operatingSystems } from '#domain/operating-system.ts'
import { assembleBook, type Book } from '#domain/policy/book.ts'
import type { PassInput } from '#domain/policy/conditions.ts'
import type { Check, Policy, Requirement } from '#domain/policy/documents.ts'
import type { VerdictInput } from '#domain/policy/evaluate-policy.ts'
import type { BookCheck, Hashed } from '#domain/policy/hashed.ts'
import type { PostureReport, ReportedSignal } from '#domain/posture-report.ts'
import type { SignalId, SignalValue } from '#domain/signals.ts'

/** The instant at which everything here happens, unless a test says otherwise. */
export const noon = 1_795_000_000

/** A check whose `pass` is a plain function; by default the firewall must be on. */
export function aCheck(
  members: Partial<Check> = {},
  holds: (input: PassInput) => boolean = ({ value }) => 'state' in value && value.state === 'on',
  uses: readonly string[] = ['value'],
): BookCheck {
  const document: Check = {
    kind: 'Check',
    schema: 1,
    id: 'firewall',
    title: { en: 'Firewall' },
    why: { en: 'Other machines must not reach this one.' },
    signal: 'firewall',
    platforms: operatingSystems,
    severity: 'medium',
    maxAgeSeconds: 2700,
    parameters: {},
    pass: { macos: 'true', windows: 'true', linux: 'true' },
    notApplicable: 'unknown',
    expected: { en: 'on' },
    examples: {},
    remedy: { linux: { steps: { en: ['Run: sudo ufw enable'] } } },
    exemptable: { allowed: true, covers: ['violated', 'unknown'], reasons: ['debugging'] },
    ...members,
  }
  const condition = { holds, uses: new Set(uses) }
  const pass = Object.fromEntries(document.platforms.map((platform) => [platform, condition]))
  return { document, hash: `hash-of-${document.id}`, ref: `${document.id}@00000000`, pass, expected: {} }
}

export function aRequirement(members: Partial<Requirement> = {}): Requirement {
  return {
    check: 'firewall',
    enforce: 'block',
    graceSeconds: 0,
    graceUnknownSeconds: 0,
    exemptable: true,
    platforms: operatingSystems,
    ...members,
  }
}

export function aPolicy(members: Partial<Policy> = {}): Hashed<Policy> {
  const document: Policy = {
    kind: 'Policy',
    schema: 1,
    id: 'everyday',
    assign: { groups: ['staff'], exceptUsers: [] },
    resources: { tags: ['internal'], ids: [] },
    minKeyTier: 'T1',
    maxSilenceSeconds: 2700,
    require: [aRequirement()],
    validUntil: null,
    ...members,
  }
  return { document, hash: `hash-of-${document.id}`, ref: `${document.id}@11111111` }
}

export function aBook({
  checks = [aCheck()],
  policies = [aPolicy()],
}: {
  readonly checks?: readonly BookCheck[]
  readonly policies?: readonly Hashed<Policy>[]
} = {}): Book {
  return assembleBook({
    hash: 'hash-of-the-book',
    documents: [],
    checks: new Map(checks.map((check) => [check.document.id, check])),
    policies,
    exceptionPolicies: [],
    approvalPolicies: [],
  })
}

export function aPerson(members: Partial<Person> = {}): Person {
  return { id: 'ada', email: 'ada@example.com', status: 'active', groups: ['staff'], ...members }
}

export function aDevice(members: Partial<Device> = {}): Device {
  return {
    id: 'laptop',
    status: 'active',
    keyCurrent: true,
    platform: 'linux',
    tier: 'T1',
    enrolledAt: noon - 86_400 * 100,
    ...members,
  }
}

export function aResource(members: Partial<Resource> = {}): Resource {
  return { id: 'wiki', name: 'Wiki', tags: ['internal'], tier: 'low', origins: [], owners: [], ...members }
}

export function aReading(id: SignalId, v: SignalValue, at: number = noon): ReportedSignal {
  return { id, st: 'observed', v, at, ms: 1, src: 'test' }
}

/** A report received at noon, its device clock right; by default the firewall is on. */
export function aReport(members: Partial<PostureReport> = {}): PostureReport {
  return {
    platform: 'linux',
    signals: [aReading('firewall', { state: 'on' })],
    iat: noon,
    receivedAt: noon,
    ...members,
  }
}

/** A report whose firewall is off. */
export function aFailingReport(members: Partial<PostureReport> = {}): PostureReport {
  return aReport({ signals: [aReading('firewall', { state: 'off' })], ...members })
}

export function aSituation(members: Partial<VerdictInput> = {}): VerdictInput {
  return {
    book: aBook(),
    person: aPerson(),
    device: aDevice(),
    resource: aResource(),
    report: aReport(),
    episodes: [],
    now: noon,
    ...members,
  }
}

/** A grant that excuses the firewall on the wiki for an hour around noon. */
export function aGrant(members: Partial<DecisionGrant> = {}): DecisionGrant {
  return {
    id: 'grant',
    state: 'active',
    proven: true,
    person: 'ada',
    device: 'laptop',
    keyReached: true,
    checks: [{ id: 'firewall', covers: ['violated'] }],
    resources: ['wiki'],
    controls: [],
    notBefore: noon - 60,
    notAfter: noon + 3600,
    ...members,
  }
}
