import type { PersonRecord } from '#gateway/storage/person-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import type { SessionRecord } from '#gateway/storage/session-store.ts'
import { rolesOf } from './person-roles.ts'

/** A person as others see them in lists. */
export function personRefOf({ id, name, team, email }: PersonRecord) {
  return { id, name, team, email }
}

export async function personRefById(rows: Pick<Rows, 'people'>, id: string | null) {
  const person = id === null ? undefined : await rows.people.find(id)
  return person === undefined ? null : personRefOf(person)
}

/** A person as the console shows them to those who look after people. */
export async function personItem(rows: Rows, person: PersonRecord) {
  const { id, name, email, aliases, team, groups, status, source, version } = person
  return {
    id,
    name,
    email,
    aliases,
    team,
    manager: null,
    groups,
    roles: rolesOf(person),
    state: status,
    source,
    passkeys: (await rows.passkeys.of(id)).length,
    totp: (await rows.totps.find(id, 'active')) !== undefined,
    devices: (await rows.devices.ofOwner(id)).filter(({ state }) => state === 'active' || state === 'quarantined')
      .length,
    version,
  }
}

/** A session as its own person, or who looks after people, sees it. `place`: whether they may see where from. */
export function sessionItem(session: SessionRecord, current: string | undefined, place: boolean) {
  return {
    id: session.id,
    current: session.id === current,
    started_at: session.startedAt,
    seen_at: session.seenAt,
    address: place ? session.address : null,
    browser: place ? session.browser : null,
    device_id: session.deviceId,
  }
}
