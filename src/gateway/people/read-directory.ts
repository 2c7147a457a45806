import type { Directory, DirectoryPerson } from '#domain/exceptions/pools.ts'
import { groupsAbove } from '#gateway/storage/groups-above.ts'
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
