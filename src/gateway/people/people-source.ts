import type { Rows } from '#gateway/storage/rows.ts'

/** Who says which persons there are: the list of the settings, until the console has taken over. */
export const peopleSources = ['settings', 'console'] as const
export type PeopleSource = (typeof peopleSources)[number]

const name = 'people-source'

/** `listed`: whether the settings name anybody. Without a list the console rules from the start. */
export async function peopleSource(rows: Pick<Rows, 'meta'>, listed: boolean): Promise<PeopleSource> {
  return (await rows.meta.get(name)) === 'console' || !listed ? 'console' : 'settings'
}

/** From now on the console rules, whatever the settings come to list. */
export async function keepPeopleInConsole(rows: Pick<Rows, 'meta'>): Promise<void> {
  await rows.meta.put(name, 'console')
}
