import { decideAccess } from '#domain/access/decide-access.ts'
import type { Access, AccessCode } from '#domain/access/decision.ts'
import type { DecisionGrant } from '#domain/access/grant.ts'
import type { Resource } from '#domain/access/resource.ts'
import type { Book } from '#domain/policy/book.ts'
import { evaluatePolicy } from '#domain/policy/evaluate-policy.ts'
import { type DeviceFacts, readDeviceFacts } from '#gateway/policy/device-facts.ts'
import type { Store } from '#gateway/storage/open-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'

export type DecisionCode = AccessCode | 'no_device' | 'unknown_resource' | 'bad_target' | 'unavailable'

/** What a caller is told. `checks`: ids of the checks that are not met, where access is not allowed. */
export type Decided = {
  readonly access: Access
  readonly code?: DecisionCode
  readonly checks: readonly string[]
  /** Unix seconds: from then on it must be decided anew. */
  readonly recheckAt: number
}

export type DecidePorts = {
  readonly store: Pick<Store, 'read'>
  readonly book: () => Book | undefined
  readonly grantsOf: (rows: Rows, deviceId: string) => Promise<readonly DecisionGrant[]>
}

export type AccessDesk = {
  /** The device of a person: the one named, or the only active one. `undefined`: none, several, or not theirs. */
  deviceOf(email: string, deviceId: string | undefined): Promise<string | undefined>
  /** Decides about one device and resource; `method` is `undefined` for a plain "may it reach this". */
  decide(
    deviceId: string,
    resource: Resource,
    act: { readonly method: string; readonly path: string } | undefined,
    now: number,
  ): Promise<Decided>
  /** A report, result or grant of this device changed: what was remembered of it dies. */
  deviceChanged(deviceId: string): void
  /** People, devices or the book changed. */
  everythingChanged(): void
}

const mostRemembered = 100_000

/**
 * Decisions for whoever asks, by the same two functions as everywhere. A decision is remembered until its `recheckAt`
 * and dies with every change of book, report, grant or register, so that a fix opens access at once.
 */
export function createAccessDesk(ports: DecidePorts): AccessDesk {
  const decisions = new Map<string, Map<string, Decided>>()
  const facts = new Map<
    string,
    { readonly facts: DeviceFacts; readonly grants: readonly DecisionGrant[] } | undefined
  >()
  const devices = new Map<string, string | undefined>()
  // A read that began before a change must not be remembered after it.
  let changes = 0

  const remember = <Key, Value>(into: Map<Key, Value>, key: Key, value: Value, since: number) => {
    if (since !== changes) return
    if (into.size >= mostRemembered) into.clear()
    into.set(key, value)
  }

  async function factsOf(deviceId: string) {
    if (facts.has(deviceId)) return facts.get(deviceId)
    const since = changes
    const read = await ports.store.read(async (rows) => {
      const found = await readDeviceFacts(rows, deviceId)
      return found === undefined ? undefined : { facts: found, grants: await ports.grantsOf(rows, deviceId) }
    })
    remember(facts, deviceId, read, since)
    return read
  }

  return {
    async deviceOf(email, deviceId) {
      const key = `${email}\0${deviceId ?? ''}`
      if (devices.has(key)) return devices.get(key)
      const since = changes
      const found = await ports.store.read((rows) => findDevice(rows, email, deviceId))
      remember(devices, key, found, since)
      return found
    },
    async decide(deviceId, resource, act, now) {
      const key = `${resource.id}\0${act?.method ?? ''}`
      const known = decisions.get(deviceId)?.get(key)
      if (known !== undefined && now < known.recheckAt) return known
      const since = changes
      const book = ports.book()
      const read = await factsOf(deviceId)
      if (book === undefined) return refusal('no_policy', now)
      if (read === undefined) return refusal('no_device', now)
      const decided = judge(book, read.facts, read.grants, resource, act, now)
      const ofDevice = decisions.get(deviceId) ?? new Map<string, Decided>()
      remember(ofDevice, key, decided, since)
      remember(decisions, deviceId, ofDevice, since)
      return decided
    },
    deviceChanged(deviceId) {
      changes += 1
      decisions.delete(deviceId)
      facts.delete(deviceId)
    },
    everythingChanged() {
      changes += 1
      decisions.clear()
      facts.clear()
      devices.clear()
    },
  }
}

function judge(
  book: Book,
  { person, device, report, episodes }: DeviceFacts,
  grants: readonly DecisionGrant[],
  resource: Resource,
  act: { readonly method: string; readonly path: string } | undefined,
  now: number,
): Decided {
  const verdict = evaluatePolicy({ book, person, device, resource, report, episodes, now })
  const decision = decideAccess({ verdict, grants, now, ...(act === undefined ? {} : { request: act }) })
  const failing = decision.findings.filter((finding) => finding.access !== 'allow')
  return {
    access: decision.access,
    ...(decision.code === undefined ? {} : { code: decision.code }),
    checks: failing.map(({ finding }) => finding.requirement.check.document.id),
    recheckAt: decision.recheckAt,
  }
}

function refusal(code: DecisionCode, now: number): Decided {
  return { access: 'refuse', code, checks: [], recheckAt: now }
}

async function findDevice(rows: Rows, email: string, deviceId: string | undefined): Promise<string | undefined> {
  const person = await rows.people.findByEmail(email)
  if (person === undefined) return undefined
  if (deviceId !== undefined) {
    const device = await rows.devices.find(deviceId)
    return device?.ownerId === person.id ? device.id : undefined
  }
  const [only, ...others] = await rows.devices.ofOwner(person.id, 'active')
  return others.length > 0 ? undefined : only?.id
}
