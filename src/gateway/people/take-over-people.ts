import { Failure } from '#domain/failure.ts'
import { recordEvent } from '#gateway/audit/record-event.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { type Acting, eventBase, type SignedAct } from './acting.ts'
import { keepPeopleInConsole, peopleSource } from './people-source.ts'

/** The console takes over from the list of the settings, for good. Failure `state_conflict`: it has. Inside a transaction. */
export async function takeOverPeople(rows: Rows, listed: boolean, acting: Acting, signed: SignedAct): Promise<void> {
  if ((await peopleSource(rows, listed)) === 'console') throw new Failure('state_conflict', { state: 'console' })
  await keepPeopleInConsole(rows)
  const named = new Set<string>()
  for (const person of await rows.people.list()) {
    for (const group of person.groups) named.add(group)
    if (person.source === 'settings') await rows.people.update({ ...person, source: 'console' })
  }
  for (const id of [...named].sort())
    if ((await rows.groups.find(id)) === undefined) await rows.groups.put({ id, name: id, within: [], version: 1 })
  await recordEvent(rows, {
    type: 'people-source-changed',
    ...eventBase(acting, signed),
    object: null,
    members: { from: 'settings', to: 'console', book: null, signed: signed.signed },
  })
}

/** Refuses to edit what the settings rule. Failure `managed_elsewhere`. The first edit in a console makes it its own. */
export async function requireConsolePeople(rows: Rows, listed: boolean): Promise<void> {
  if ((await peopleSource(rows, listed)) === 'settings') throw new Failure('managed_elsewhere', { by: 'settings' })
  await keepPeopleInConsole(rows)
}
