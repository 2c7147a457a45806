import type { PersonRecord } from '#gateway/storage/person-store.ts'

/** Roles that are given to a person; whoever is in a pool approves without any. */
export const assignedRoles = ['admin', 'auditor', 'security'] as const
export type AssignedRole = (typeof assignedRoles)[number]

export function rolesOf(person: Pick<PersonRecord, 'admin' | 'roles'>): readonly AssignedRole[] {
  return assignedRoles.filter((role) => (role === 'admin' ? person.admin : person.roles.includes(role)))
}

export function withRole(person: PersonRecord, role: AssignedRole, held: boolean): PersonRecord {
  if (role === 'admin') return { ...person, admin: held }
  const others = person.roles.filter((each) => each !== role)
  return { ...person, roles: held ? [...others, role].sort() : others }
}
