import { Failure } from '#domain/failure.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import type { PersonRecord } from '#gateway/storage/person-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { type Acting, eventBase, type SignedAct } from './acting.ts'
import { personOf } from './change-person.ts'
import { endSessions } from './end-sessions.ts'
import { keepAnAdmin } from './keep-an-admin.ts'
import { type AssignedRole, rolesOf, withRole } from './person-roles.ts'

/** Gives a role. Failures: `already_exists`, `state_conflict` (an inactive person). Inside a transaction. */
export async function assignRole(
  rows: Rows,
  id: string,
  role: AssignedRole,
  acting: Acting,
  signed: SignedAct | undefined,
): Promise<PersonRecord> {
  const before = await personOf(rows, id)
  if (before.status !== 'active') throw new Failure('state_conflict', { state: before.status })
  if (rolesOf(before).includes(role))
    throw new Failure('already_exists', { errors: [{ pointer: '/role', detail: 'is held already' }] })
  return await keep(rows, before, role, true, acting, signed)
}

/** Takes a role away; sessions of the person end with it. Failures: `last_admin`, `not_found` (not held). */
export async function removeRole(
  rows: Rows,
  id: string,
  role: AssignedRole,
  acting: Acting,
  signed: SignedAct | undefined,
): Promise<PersonRecord> {
  const before = await personOf(rows, id)
  if (!rolesOf(before).includes(role)) throw new Failure('not_found', {})
  if (role === 'admin') await keepAnAdmin(rows, before)
  const after = await keep(rows, before, role, false, acting, signed)
  await endSessions(rows, id, 'role', acting)
  return after
}

async function keep(
  rows: Rows,
  before: PersonRecord,
  role: AssignedRole,
  held: boolean,
  acting: Acting,
  signed: SignedAct | undefined,
): Promise<PersonRecord> {
  const after = { ...withRole(before, role, held), version: before.version + 1 }
  await rows.people.update(after)
  await recordEvent(rows, {
    type: held ? 'role-assigned' : 'role-removed',
    ...eventBase(acting, signed),
    object: { person: before.id },
    members: { role, signed: signed?.signed ?? null },
  })
  return after
}
