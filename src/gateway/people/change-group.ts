import { Failure } from '#domain/failure.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import type { GroupRecord } from '#gateway/storage/group-store.ts'
import { groupsAbove } from '#gateway/storage/groups-above.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { type Acting, eventBase } from './acting.ts'

export type GroupMember = { readonly person: string } | { readonly group: string }
export type MemberEdit = {
  readonly version: number
  readonly add: readonly GroupMember[]
  readonly remove: readonly GroupMember[]
}

export async function groupOf(rows: Pick<Rows, 'groups'>, id: string): Promise<GroupRecord> {
  const group = await rows.groups.find(id)
  if (group === undefined) throw new Failure('not_found', {})
  return group
}

/** Who is in a group directly: persons, and groups whose members all belong to it. */
export async function membersOf(
  rows: Pick<Rows, 'groups' | 'people'>,
  id: string,
): Promise<{ readonly persons: readonly string[]; readonly groups: readonly string[] }> {
  const persons = (await rows.people.list()).filter((person) => person.groups.includes(id))
  const groups = (await rows.groups.list()).filter((group) => group.within.includes(id))
  return { persons: persons.map((person) => person.id), groups: groups.map((group) => group.id) }
}

/** Makes an empty group. Failure `already_exists`. Inside a transaction. */
export async function addGroup(
  rows: Rows,
  wish: { readonly id: string; readonly name: string },
  acting: Acting,
): Promise<GroupRecord> {
  if ((await rows.groups.find(wish.id)) !== undefined)
    throw new Failure('already_exists', { errors: [{ pointer: '/id', detail: 'is a group already' }] })
  const group = { ...wish, within: [], version: 1 }
  await rows.groups.put(group)
  await record(rows, group, [], [], acting)
  return group
}

/**
 * Adds and removes members. Failures: `edit_conflict`, `schema_invalid` (nobody of that id, or a circle of groups).
 * Who is there already, or not there, stays as it is.
 */
export async function changeMembers(
  rows: Rows,
  id: string,
  edit: MemberEdit,
  acting: Acting,
  show: (group: GroupRecord) => Promise<object>,
): Promise<GroupRecord> {
  const before = await groupOf(rows, id)
  if (before.version !== edit.version)
    throw new Failure('edit_conflict', { version: before.version, item: await show(before) })
  const added: GroupMember[] = []
  const removed: GroupMember[] = []
  for (const [index, member] of edit.remove.entries())
    if (await setMember(rows, before, member, false, `/remove/${index}`)) removed.push(member)
  for (const [index, member] of edit.add.entries())
    if (await setMember(rows, before, member, true, `/add/${index}`)) added.push(member)
  if (added.length === 0 && removed.length === 0) return before
  const after = { ...(await groupOf(rows, id)), version: before.version + 1 }
  await rows.groups.put(after)
  await record(rows, after, added, removed, acting)
  return after
}

/** Removes a group. Failures: `edit_conflict`, `in_use` with the documents of the book that name it. */
export async function removeGroup(
  rows: Rows,
  id: string,
  version: number,
  usedBy: readonly string[],
  acting: Acting,
  show: (group: GroupRecord) => Promise<object>,
): Promise<void> {
  const group = await groupOf(rows, id)
  if (group.version !== version) throw new Failure('edit_conflict', { version: group.version, item: await show(group) })
  if (usedBy.length > 0) throw new Failure('in_use', { used_by: usedBy })
  const { persons, groups } = await membersOf(rows, id)
  const gone: readonly GroupMember[] = [
    ...persons.map((person) => ({ person })),
    ...groups.map((inner) => ({ group: inner })),
  ]
  for (const member of gone) await setMember(rows, group, member, false, '')
  await rows.groups.remove(id)
  await record(rows, group, [], gone, acting)
}

async function setMember(
  rows: Rows,
  { id }: GroupRecord,
  member: GroupMember,
  within: boolean,
  pointer: string,
): Promise<boolean> {
  const wrong = (detail: string) => new Failure('schema_invalid', { errors: [{ pointer, detail }] })
  if ('person' in member) {
    const person = await rows.people.find(member.person)
    if (person === undefined) throw wrong('is nobody here')
    if (person.groups.includes(id) === within) return false
    const others = person.groups.filter((group) => group !== id)
    await rows.people.update({
      ...person,
      groups: within ? [...others, id].sort() : others,
      version: person.version + 1,
    })
    return true
  }
  const inner = await rows.groups.find(member.group)
  if (inner === undefined) throw wrong('is no group here')
  if (inner.within.includes(id) === within) return false
  // a circle would make everybody of one a member of all
  if (within && groupsAbove(await rows.groups.list())(id).includes(inner.id)) throw wrong('contains this group already')
  const others = inner.within.filter((group) => group !== id)
  await rows.groups.put({ ...inner, within: within ? [...others, id].sort() : others, version: inner.version + 1 })
  return true
}

async function record(
  rows: Rows,
  group: GroupRecord,
  added: readonly GroupMember[],
  removed: readonly GroupMember[],
  acting: Acting,
): Promise<void> {
  const refs = (members: readonly GroupMember[]) =>
    members.map((member) => ('person' in member ? { person: member.person } : `group/${member.group}`))
  await recordEvent(rows, {
    type: 'group-changed',
    ...eventBase(acting, undefined, { name: { text: group.name } }),
    object: { system: `group/${group.id}` },
    members: { group: group.id, added: refs(added), removed: refs(removed) },
  })
}
