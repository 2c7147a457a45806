import { recordEvent } from '#gateway/audit/record-event.ts'
import type { PersonRecord } from '#gateway/storage/person-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { uuidV7 } from '#runtime/random-id.ts'
import { peopleSource } from './people-source.ts'
import { rolesOf } from './person-roles.ts'

/** A person as the settings name them. */
export type SettingsPerson = {
  readonly email: string
  readonly name: string
  readonly team?: string
  readonly groups: readonly string[]
  readonly roles: readonly string[]
  readonly admin: boolean
}

/**
 * Brings the register in line with `people` of the settings, until the console takes over. Who is no longer named is
 * deactivated, never deleted: devices and records keep their owner. Inside a transaction.
 */
export async function syncPeople(rows: Rows, people: readonly SettingsPerson[], nowMs: number): Promise<void> {
  if ((await peopleSource(rows, true)) === 'console') return
  const at = Math.floor(nowMs / 1000)
  const known = new Map((await rows.people.list()).map((person) => [person.email, person]))
  for (const named of people) {
    const email = named.email.toLowerCase()
    const before = known.get(email)
    known.delete(email)
    if (before === undefined) await add(rows, named, uuidV7(nowMs), at)
    else await change(rows, before, named, at)
  }
  for (const gone of known.values()) {
    if (gone.source !== 'settings' || gone.status === 'inactive') continue
    await rows.people.update({ ...gone, status: 'inactive' })
    await record(rows, 'person-deactivated', gone.id, at)
  }
}

async function add(rows: Rows, named: SettingsPerson, id: string, at: number): Promise<void> {
  const person = recordOf(named, id, [], 1)
  await rows.people.insert(person)
  await recordEvent(rows, {
    type: 'person-added',
    at,
    actor: null,
    object: { person: id },
    members: { source: 'settings' },
    attachments: { person: { name: person.name, email: person.email, aliases: person.aliases, team: person.team } },
  })
  await recordRoles(rows, id, [], rolesOf(person), at)
}

async function change(rows: Rows, before: PersonRecord, named: SettingsPerson, at: number): Promise<void> {
  const after = recordOf(named, before.id, before.aliases, before.version + 1)
  const changed = (['name', 'team', 'admin', 'groups', 'roles'] as const).filter(
    (member) => JSON.stringify(before[member]) !== JSON.stringify(after[member]),
  )
  if (changed.length === 0 && before.status === 'active' && before.source === 'settings') return
  await rows.people.update(after)
  if (before.status === 'inactive') await record(rows, 'person-reactivated', before.id, at)
  if (changed.length === 0) return
  await recordEvent(rows, {
    type: 'person-changed',
    at,
    actor: null,
    object: { person: before.id },
    members: { changed, signed: null },
    attachments: { person: { name: after.name, email: after.email, aliases: after.aliases, team: after.team } },
  })
  await recordRoles(rows, before.id, rolesOf(before), rolesOf(after), at)
}

async function recordRoles(
  rows: Rows,
  person: string,
  before: readonly string[],
  after: readonly string[],
  at: number,
): Promise<void> {
  for (const role of after.filter((each) => !before.includes(each)))
    await recordEvent(rows, {
      type: 'role-assigned',
      at,
      actor: null,
      object: { person },
      members: { role, signed: null },
    })
  for (const role of before.filter((each) => !after.includes(each)))
    await recordEvent(rows, {
      type: 'role-removed',
      at,
      actor: null,
      object: { person },
      members: { role, signed: null },
    })
}

async function record(
  rows: Rows,
  type: 'person-deactivated' | 'person-reactivated',
  person: string,
  at: number,
): Promise<void> {
  await recordEvent(rows, { type, at, actor: null, object: { person }, members: { source: 'settings' } })
}

function recordOf(named: SettingsPerson, id: string, aliases: readonly string[], version: number): PersonRecord {
  return {
    id,
    email: named.email.toLowerCase(),
    name: named.name,
    team: named.team ?? null,
    status: 'active',
    admin: named.admin,
    roles: [...named.roles].sort(),
    groups: [...named.groups].sort(),
    source: 'settings',
    aliases,
    version,
  }
}
