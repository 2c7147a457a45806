import type { Resource } from '../access/resource.ts'
import { byCodeUnit } from '../policy/combine.ts'
import type { Stage, StageSource } from '../policy/documents.ts'
import type { FrozenStage } from './moves.ts'

/** A person as pools and rules see one: groups resolved, nested ones too; addresses are mail and aliases, lower case. */
export type DirectoryPerson = {
  readonly id: string
  readonly status: 'active' | 'inactive'
  readonly team?: string
  readonly groups: readonly string[]
  /** `admin`, `auditor`, `security`. */
  readonly roles: readonly string[]
  readonly addresses: readonly string[]
  /** The person that this one was merged into: everything counts for that one. */
  readonly mergedInto?: string
}
/** All persons, by id. */
export type Directory = ReadonlyMap<string, DirectoryPerson>

/** The most persons that one pool may hold; more is `no_quorum`. */
export const mostInPool = 1000

/** The id under which a person counts. A circle of merges, or one into nobody, leaves the id as it was. */
export function canonicalPerson(id: string, people: Directory): string {
  const seen = new Set<string>()
  for (let at = id; ; ) {
    const into = people.get(at)?.mergedInto
    if (into === undefined) return people.has(at) ? at : id
    if (seen.has(at)) return id
    seen.add(at)
    at = into
  }
}

/** The person with this mail address or alias, by canonical id; undefined where nobody has it. */
export function personAt(address: string, people: Directory): string | undefined {
  const wanted = address.toLowerCase()
  for (const person of people.values()) if (person.addresses.includes(wanted)) return canonicalPerson(person.id, people)
  return undefined
}

/** Who is in a stage's pool now, sorted: `role:resource-owner` are those who own every resource asked for. */
export function poolOf(
  from: StageSource,
  people: Directory,
  resources: readonly Pick<Resource, 'owners'>[],
): readonly string[] {
  const belongs = belongsTo(from, resources)
  const ids = [...people.values()].filter(belongs).map(({ id }) => canonicalPerson(id, people))
  return [...new Set(ids)].sort(byCodeUnit)
}

function belongsTo(
  from: StageSource,
  resources: readonly Pick<Resource, 'owners'>[],
): (person: DirectoryPerson) => boolean {
  const at = from.indexOf(':')
  const kind = from.slice(0, at)
  const name = from.slice(at + 1)
  if (kind === 'group') return ({ groups }) => groups.includes(name)
  if (name !== 'resource-owner') return ({ roles }) => roles.includes(name)
  const owners = resources.map((resource) => resource.owners.map((owner) => owner.toLowerCase()))
  return ({ addresses }) => owners.length > 0 && owners.every((list) => list.some((owner) => addresses.includes(owner)))
}

/** The stages that rules chose, with their pools as they are now. Escalation pools come with [2]. */
export function freezeStages(
  stages: readonly Stage[],
  people: Directory,
  resources: readonly Pick<Resource, 'owners'>[],
): readonly FrozenStage[] {
  return stages.map((stage) => ({
    id: stage.id,
    from: stage.from,
    need: stage.need,
    stepUp: stage.stepUp ?? 'webauthn-uv',
    distinctTeamFromRequester: stage.distinctTeamFromRequester,
    pool: poolOf(stage.from, people, resources),
    escalation: [],
  }))
}

/** Who may vote for a request, apart from the person who tries: stages as frozen, pools as frozen and still now. */
export type Electorate = {
  readonly stages: readonly FrozenStage[]
  readonly people: Directory
  /** Canonical ids, by stage id: in the frozen pool, awake, and in the pool still. Filled by `electorateOf`. */
  readonly pools: ReadonlyMap<string, ReadonlySet<string>>
  readonly requester: string
  readonly subject: string
}

/**
 * Frozen and live pools as one (rule 6.1): removal bites at once, addition is not retroactive, the persons of an
 * escalation wake at `escalateAt`.
 */
export function electorateOf(
  request: {
    readonly stages: readonly FrozenStage[]
    readonly requester: string
    readonly subject: string
    readonly escalateAt: number | null
  },
  people: Directory,
  resources: readonly Pick<Resource, 'owners'>[],
  now: number,
): Electorate {
  const awake = request.escalateAt !== null && now >= request.escalateAt
  const pools = request.stages.map((stage): readonly [string, ReadonlySet<string>] => {
    const live = new Set(poolOf(stage.from, people, resources))
    const frozen = stage.pool.map((id) => canonicalPerson(id, people)).filter((id) => live.has(id))
    const woken = awake ? stage.escalation.map((id) => canonicalPerson(id, people)) : []
    return [stage.id, new Set([...frozen, ...woken])]
  })
  return {
    stages: request.stages,
    people,
    pools: new Map(pools),
    requester: canonicalPerson(request.requester, people),
    subject: canonicalPerson(request.subject, people),
  }
}

/** Whether a person could ever take a place of a stage: what rule 6.8 asks (device, passkey and 6.5 are not asked). */
export function couldFill(person: string, stage: FrozenStage, electorate: Electorate): boolean {
  const { people, requester, subject } = electorate
  return (
    electorate.pools.get(stage.id)?.has(person) === true &&
    people.get(person)?.status === 'active' &&
    person !== requester &&
    person !== subject &&
    (!stage.distinctTeamFromRequester || isOfOtherTeam(person, electorate))
  )
}

/** A team that nobody wrote down is not known to be another one. */
export function isOfOtherTeam(person: string, { people, requester }: Electorate): boolean {
  const own = people.get(person)?.team
  const other = people.get(requester)?.team
  return own !== undefined && other !== undefined && own !== other
}
