import type { Directory, DirectoryPerson } from '#domain/exceptions/pools.ts'
import type { GroupRecord } from '#gateway/storage/group-store.ts'
import type { PersonRecord } from '#gateway/storage/person-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { rolesOf } from './person-roles.ts'

/** Everybody, as pools and rules see them: groups resolved, nested ones too. */
export async function readDirectory(rows: Pick<Rows, 'people' | 'groups'>): Promise<Directory> {
  const groups = await rows.groups.list()
  const people = await rows.people.list()
  const above = groupsAbove(groups)
  return new Map(people.map((person) => [person.id, directoryPerson(person, above)]))
}

/** Every group that a member of the given group belongs to, itself first; a circle ends where it began. */
export function groupsAbove(groups: readonly GroupRecord[]): (id: string) => readonly string[] {
  const within = new Map(groups.map((group) => [group.id, group.within]))
  const known = new Map<string, readonly string[]>()
  return (id) => {
    const found = known.get(id)
    if (found !== undefined) return found
    const all = new Set([id])
    for (const each of all) for (const next of within.get(each) ?? []) all.add(next)
    known.set(id, [...all])
    return [...all]
  }
}

export function directoryPerson(person: PersonRecord, above: (group: string) => readonly string[]): DirectoryPerson {
  return {
    id: person.id,
    status: person.status,
    ...(person.team === null ? {} : { team: person.team }),
    groups: [...new Set(person.groups.flatMap((group) => above(group)))].sort(),
    roles: rolesOf(person),
    addresses: [person.email, ...person.aliases],
  }
}
