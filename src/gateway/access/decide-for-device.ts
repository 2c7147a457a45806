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
  /** Ids of the grants that it used, sorted. */
  readonly grants: readonly string[]
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

/** Ids of a person's devices: all of them, and those that are not over for good. */
type Owned = { readonly all: readonly string[]; readonly inUse: readonly string[] }

const mostRemembered = 100_000
/** Each holds a whole report; they serve those who ask about many resources of one device. */
const mostFacts = 1000

/**
 * Decisions for whoever asks, by the same two functions as everywhere. A decision is remembered until its `recheckAt`
 * and dies with every change of book, report, grant or register, so that a fix opens access at once.
 */
export function createAccessDesk(ports: DecidePorts): AccessDesk {
  const decisions = new Map<string, Map<string, Decided>>()
  const facts = new Map<string, { readonly facts: DeviceFacts; readonly grants: readonly DecisionGrant[] }>()
  const owned = new Map<string, Owned>()
  const active = new Map<string, boolean>()
  // A read that began before a change must not be remembered after it.
  let changes = 0

  const remember = <Value>(
    into: Map<string, Value>,
    key: string,
    value: Value,
    since: number,
    most = mostRemembered,
  ) => {
    if (since !== changes) return
    if (into.size >= most) into.clear()
    into.set(key, value)
  }

  async function factsOf(deviceId: string) {
    const known = facts.get(deviceId)
    if (known !== undefined) return known
    const since = changes
    const read = await ports.store.read(async (rows) => {
      const found = await readDeviceFacts(rows, deviceId)
      return found === undefined ? undefined : { facts: found, grants: await ports.grantsOf(rows, deviceId) }
    })
    if (read !== undefined) remember(facts, deviceId, read, since, mostFacts)
    return read
  }

  async function ownedBy(email: string): Promise<Owned> {
    const known = owned.get(email)
    if (known !== undefined) return known
    const since = changes
    const found = await ports.store.read((rows) => findOwned(rows, email))
    remember(owned, email, found, since)
    return found
  }

  async function isActive(deviceId: string): Promise<boolean> {
    const known = active.get(deviceId)
    if (known !== undefined) return known
    const since = changes
    const found = await ports.store.read(async (rows) => (await rows.devices.find(deviceId))?.state === 'active')
    remember(active, deviceId, found, since)
    return found
  }

  return {
    async deviceOf(email, deviceId) {
      const { all, inUse } = await ownedBy(email)
      if (deviceId !== undefined) return all.includes(deviceId) ? deviceId : undefined
      // Whether one is on hold changes while it is remembered; whose it is does not.
      const usable: string[] = []
      for (const id of inUse) if (await isActive(id)) usable.push(id)
      return usable.length === 1 ? usable[0] : undefined
    },
    async decide(deviceId, resource, act, now) {
      const known = decisions.get(deviceId)?.get(resource.id)
      if (known !== undefined && now < known.recheckAt) return known
      const since = changes
      const book = ports.book()
      const read = await factsOf(deviceId)
      if (book === undefined) return refusal('no_policy', now)
      if (read === undefined) return refusal('no_device', now)
      const decided = judge(book, read.facts, read.grants, resource, act, now)
      if (read.grants.some(bindsMethods)) return decided // allowed for one method, refused for another
      const ofDevice = decisions.get(deviceId) ?? new Map<string, Decided>()
      remember(ofDevice, resource.id, decided, since)
      remember(decisions, deviceId, ofDevice, since)
      return decided
    },
    deviceChanged(deviceId) {
      changes += 1
      decisions.delete(deviceId)
      facts.delete(deviceId)
      active.delete(deviceId)
    },
    everythingChanged() {
      changes += 1
      decisions.clear()
      facts.clear()
      active.clear()
      owned.clear()
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
    grants: decision.grants,
    recheckAt: decision.recheckAt,
  }
}

/** Whether what a grant excuses hangs on the act: then an answer to one act is none to another. */
function bindsMethods({ controls }: DecisionGrant): boolean {
  return controls.includes('read-only')
}

function refusal(code: DecisionCode, now: number): Decided {
  return { access: 'refuse', code, checks: [], grants: [], recheckAt: now }
}

async function findOwned(rows: Rows, email: string): Promise<Owned> {
  const person = await rows.people.findByEmail(email)
  const devices = person === undefined ? [] : await rows.devices.ofOwner(person.id)
  const inUse = devices.filter(({ state }) => state !== 'superseded' && state !== 'removed')
  return { all: devices.map(({ id }) => id), inUse: inUse.map(({ id }) => id) }
}
