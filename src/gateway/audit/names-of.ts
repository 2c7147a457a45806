import type { Store } from '#gateway/storage/open-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { type KeyedName, keyedNames } from './log-lines.ts'

export type Named =
  | { readonly kind: 'person'; readonly id: string; readonly name: string; readonly email: string }
  | { readonly kind: 'device'; readonly id: string; readonly name: string | null; readonly platform: string }

/** Looks pseudonyms up in the erasable store; each asked for once. */
export type NameBook = { of(pseudonym: string | null): Promise<Named | undefined> }

export async function openNameBook(store: Pick<Store, 'read'>): Promise<NameBook> {
  const keys = await keyedNames(store)
  const known = new Map<string, Named | undefined>()
  return {
    async of(pseudonym) {
      const key = pseudonym === null ? undefined : keys.get(pseudonym)
      if (pseudonym === null || key === undefined) return undefined
      if (!known.has(pseudonym)) known.set(pseudonym, await store.read((rows) => look(rows, key)))
      return known.get(pseudonym)
    },
  }
}

/** For exports that leave names out. */
export const noNames: NameBook = { of: async () => undefined }

/** Every pseudonym of a body or leaf that can be resolved. */
export async function namesIn(names: NameBook, value: unknown): Promise<{ readonly [pseudonym: string]: Named }> {
  const found: { [pseudonym: string]: Named } = {}
  const visit = async (part: unknown): Promise<void> => {
    if (typeof part === 'string') {
      const named = part.length === 43 ? await names.of(part) : undefined
      if (named !== undefined) found[part] = named
    } else if (typeof part === 'object' && part !== null) for (const each of Object.values(part)) await visit(each)
  }
  await visit(value)
  return found
}

/** Persons alone, as events show them. */
export function nameOfPersons(named: {
  readonly [pseudonym: string]: Named
}): (pseudonym: string) => { readonly name: string; readonly email: string } | undefined {
  return (pseudonym) => {
    const found = named[pseudonym]
    return found?.kind === 'person' ? { name: found.name, email: found.email } : undefined
  }
}

async function look(rows: Pick<Rows, 'people' | 'devices'>, { kind, id }: KeyedName): Promise<Named | undefined> {
  if (kind === 'person') {
    const person = await rows.people.find(id)
    return person === undefined ? undefined : { kind, id, name: person.name, email: person.email }
  }
  const device = await rows.devices.find(id)
  return device === undefined ? undefined : { kind, id, name: device.hostname, platform: device.platform }
}
