import { Failure } from '#domain/failure.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import type { PersonRecord } from '#gateway/storage/person-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { uuidV7 } from '#runtime/random-id.ts'
import { type Acting, eventBase, type SignedAct } from './acting.ts'
import { endSessions } from './end-sessions.ts'
import { keepAnAdmin } from './keep-an-admin.ts'

export type NewPerson = {
  readonly name: string
  readonly email: string
  readonly aliases?: readonly string[]
  readonly team?: string
  readonly groups?: readonly string[]
}

/** Adds a person. Failures: `already_exists` (an address is taken), `schema_invalid` (no such group). Inside a transaction. */
export async function addPerson(rows: Rows, wish: NewPerson, acting: Acting): Promise<PersonRecord> {
  const addresses = { email: wish.email.toLowerCase(), aliases: lowerCase(wish.aliases ?? []) }
  await requireFree(rows, addresses, null)
  const groups = [...new Set(wish.groups ?? [])].sort()
  for (const [index, group] of (wish.groups ?? []).entries())
    if ((await rows.groups.find(group)) === undefined)
      throw new Failure('schema_invalid', { errors: [{ pointer: `/groups/${index}`, detail: 'is no group here' }] })
  const person: PersonRecord = {
    id: uuidV7(acting.nowMs),
    name: wish.name,
    ...addresses,
    team: wish.team ?? null,
    status: 'active',
    admin: false,
    roles: [],
    groups,
    source: 'console',
    version: 1,
  }
  await rows.people.insert(person)
  await recordEvent(rows, {
    type: 'person-added',
    ...eventBase(acting, undefined, { person: personAttachment(person) }),
    object: { person: person.id },
    members: { source: 'console' },
  })
  for (const group of groups)
    await recordEvent(rows, {
      type: 'group-changed',
      ...eventBase(acting),
      object: { system: `group/${group}` },
      members: { group, added: [{ person: person.id }], removed: [] },
    })
  return person
}

export type PersonEdit = {
  readonly version: number
  readonly name?: string
  readonly email?: string
  readonly aliases?: readonly string[]
  readonly team?: string | null
}

/** Changes a person. Failures: `edit_conflict` with what `show` makes of the newest, `already_exists`. */
export async function editPerson(
  rows: Rows,
  id: string,
  edit: PersonEdit,
  acting: Acting,
  show: (person: PersonRecord) => Promise<object>,
  signed?: SignedAct,
): Promise<PersonRecord> {
  const before = await personOf(rows, id)
  if (before.version !== edit.version)
    throw new Failure('edit_conflict', { version: before.version, item: await show(before) })
  const after: PersonRecord = {
    ...before,
    name: edit.name ?? before.name,
    email: edit.email?.toLowerCase() ?? before.email,
    aliases: edit.aliases === undefined ? before.aliases : lowerCase(edit.aliases),
    team: edit.team === undefined ? before.team : edit.team,
    version: before.version + 1,
  }
  const changed = (['name', 'email', 'aliases', 'team'] as const).filter(
    (member) => JSON.stringify(before[member]) !== JSON.stringify(after[member]),
  )
  if (changed.length === 0) return before
  await requireFree(rows, after, id)
  await rows.people.update(after)
  await recordEvent(rows, {
    type: 'person-changed',
    ...eventBase(acting, signed, { person: personAttachment(after) }),
    object: { person: id },
    members: { changed, signed: signed?.signed ?? null },
  })
  return after
}

/** A person leaves, or comes back. Failures: `last_admin`, `state_conflict`. */
export async function changeStatus(
  rows: Rows,
  id: string,
  status: PersonRecord['status'],
  reason: string,
  acting: Acting,
): Promise<PersonRecord> {
  const before = await personOf(rows, id)
  if (before.status === status) throw new Failure('state_conflict', { state: status })
  if (status === 'inactive') await keepAnAdmin(rows, before)
  const after = { ...before, status, version: before.version + 1 }
  await rows.people.update(after)
  await recordEvent(rows, {
    type: status === 'inactive' ? 'person-deactivated' : 'person-reactivated',
    ...eventBase(acting, undefined, { reason: { text: reason } }),
    object: { person: id },
    members: { source: 'console' },
  })
  if (status === 'inactive') await endSessions(rows, id, 'deactivated', acting)
  return after
}

export async function personOf(rows: Pick<Rows, 'people'>, id: string): Promise<PersonRecord> {
  const person = await rows.people.find(id)
  if (person === undefined) throw new Failure('not_found', {})
  return person
}

export function personAttachment({ name, email, aliases, team }: PersonRecord) {
  return { name, email, aliases, team }
}

function lowerCase(aliases: readonly string[]): readonly string[] {
  return [...new Set(aliases.map((alias) => alias.toLowerCase()))].sort()
}

async function requireFree(
  rows: Pick<Rows, 'people'>,
  { email, aliases }: { readonly email: string; readonly aliases: readonly string[] },
  own: string | null,
): Promise<void> {
  const wanted = [['/email', email], ...aliases.map((alias, index) => [`/aliases/${index}`, alias])] as const
  for (const [pointer = '', address = ''] of wanted) {
    const holder = await rows.people.findByAddress(address)
    if (holder !== undefined && holder.id !== own)
      throw new Failure('already_exists', { errors: [{ pointer, detail: 'belongs to somebody already' }] })
  }
}
