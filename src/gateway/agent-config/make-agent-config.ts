import type { AgentConfigClaims } from '#contract/gateway-messages.ts'
import { type PublicJwk, profile } from '#contract/wire-types.ts'
import type { Person } from '#domain/access/person.ts'
import type { Resource } from '#domain/access/resource.ts'
import { canonicalJson } from '#domain/canonical-json.ts'
import type { OperatingSystem } from '#domain/operating-system.ts'
import type { Book } from '#domain/policy/book.ts'
import { scopeOf } from '#domain/policy/policy-scope.ts'
import { signalIds } from '#domain/signals.ts'
import type { AgentConfigRecord } from '#gateway/storage/agent-config-store.ts'
import { hash } from '#runtime/digest.ts'
import { randomId } from '#runtime/random-id.ts'

/** What of a config does not follow from the book. */
export type ConfigFacts = {
  readonly issuer: string
  readonly organisation: string
  readonly minAgent: string
  readonly streamUri: string
  readonly privacy: { readonly contact: string; readonly retention_days: number; readonly url: string }
  readonly keys: readonly { readonly jwk: PublicJwk; readonly not_before: number }[]
  readonly resources: readonly Resource[]
}

export type ConfigContent = Omit<AgentConfigClaims, 'iss' | 'aud' | 'iat' | 'exp' | 'jti' | 'seq'>

const lifeSeconds = 30 * 86_400
const openMost = 2

/**
 * What a device of this person is told (protocol.md section 10): keys, schedule, and the texts of the checks that its
 * person's policies ask on its platform. The same facts give the same content, byte for byte.
 */
export function configContent(
  facts: ConfigFacts,
  book: Book | undefined,
  person: Person,
  platform: OperatingSystem,
): ConfigContent {
  const checks = book === undefined ? [] : checksOf(book, facts.resources, person, platform)
  return {
    keys: [...facts.keys],
    org: facts.organisation,
    profiles: [profile],
    min_agent: facts.minAgent,
    schedule: { interval_s: 900, probe_timeout_ms: 5000 },
    signals: [...signalIds],
    exceptions: exceptionLimits(book),
    stream_uri: facts.streamUri,
    privacy: facts.privacy,
    checks,
  }
}

function checksOf(book: Book, resources: readonly Resource[], person: Person, platform: OperatingSystem) {
  const asked = new Set(
    resources.flatMap((resource) =>
      scopeOf(book, person.groups, resource).policies.flatMap((policy) =>
        policy.document.require
          .filter((requirement) => requirement.platforms.includes(platform))
          .map((requirement) => requirement.check),
      ),
    ),
  )
  return [...asked].sort().flatMap((id) => {
    const check = book.checks.get(id)
    if (check === undefined) return []
    const { title, why, expected, remedy } = check.document
    const { steps, open } = remedy[platform] ?? {}
    return [
      {
        id,
        title: { ...title },
        why: { ...why },
        expected: { ...(check.expected[platform] ?? expected) },
        ...(steps === undefined ? {} : { steps: listsOf(steps) }),
        ...(open === undefined ? {} : { open }),
      },
    ]
  })
}

function listsOf(steps: { readonly [language: string]: readonly string[] }): Record<string, string[]> {
  return Object.fromEntries(Object.entries(steps).map(([language, list]) => [language, [...list]]))
}

/** The widest limits that any document allows: what lies beyond can be refused before it is asked. */
function exceptionLimits(book: Book | undefined): ConfigContent['exceptions'] {
  const policies = book?.exceptionPolicies.map((policy) => policy.document) ?? []
  const durations = policies.flatMap(({ maxDurationSeconds }) => maxDurationSeconds ?? [])
  const lengths = policies.flatMap(({ justification }) => justification?.minChars ?? [])
  const categories = [...(book?.checks.values() ?? [])].flatMap((check) => check.document.exemptable.reasons)
  return {
    max_duration_s: Math.min(1_209_600, durations.length === 0 ? 604_800 : Math.max(...durations)),
    reason_min: lengths.length === 0 ? 20 : Math.min(...lengths),
    categories: [...new Set<string>(categories)].sort(),
    open_max: openMost,
  }
}

/** Whether the stored config still says this, and has a third of its life left. */
export function isCurrent(
  stored: Omit<AgentConfigRecord, 'jws'> | undefined,
  contentHash: string,
  now: number,
): boolean {
  return (
    stored !== undefined &&
    stored.contentHash === contentHash &&
    now < stored.issuedAt + (2 * (stored.expiresAt - stored.issuedAt)) / 3
  )
}

export function contentHashOf(content: ConfigContent): string {
  return hash(canonicalJson(content))
}

/** Signs the content anew as the device's config number `seq`. */
export function signConfig(
  sign: (claims: AgentConfigClaims) => string,
  issuer: string,
  deviceId: string,
  content: ConfigContent,
  contentHash: string,
  seq: number,
  now: number,
): AgentConfigRecord {
  const expiresAt = now + lifeSeconds
  const base = { iss: issuer, aud: `urn:uuid:${deviceId}`, iat: now, exp: expiresAt, jti: randomId() }
  const jws = sign({ ...base, seq, ...content })
  return {
    deviceId,
    seq,
    contentHash,
    configHash: hash(jws.slice(0, jws.lastIndexOf('.'))),
    jws,
    issuedAt: now,
    expiresAt,
  }
}

/**
 * Makes the configs of devices. What a config says is remembered per book, groups and platform: making and hashing it
 * for every report would cost more than judging one.
 */
export function createConfigSource(facts: ConfigFacts, sign: (claims: AgentConfigClaims) => string) {
  let rememberedBook: Book | undefined
  let remembered = new Map<string, { readonly content: ConfigContent; readonly hash: string }>()
  const contentFor = (book: Book | undefined, person: Person, platform: OperatingSystem) => {
    if (book !== rememberedBook || remembered.size > mostRemembered) {
      rememberedBook = book
      remembered = new Map()
    }
    const key = JSON.stringify([platform, person.groups])
    const known = remembered.get(key)
    if (known !== undefined) return known
    const content = configContent(facts, book, person, platform)
    const made = { content, hash: contentHashOf(content) }
    remembered.set(key, made)
    return made
  }
  return {
    next(
      stored: Omit<AgentConfigRecord, 'jws'> | undefined,
      book: Book | undefined,
      person: Person,
      platform: OperatingSystem,
      deviceId: string,
      now: number,
    ): AgentConfigRecord | undefined {
      const { content, hash: contentHash } = contentFor(book, person, platform)
      if (isCurrent(stored, contentHash, now)) return undefined
      return signConfig(sign, facts.issuer, deviceId, content, contentHash, (stored?.seq ?? 0) + 1, now)
    },
  }
}

const mostRemembered = 500
