import type { PersonalDatum } from '#domain/exceptions/readers.ts'
import { personRefById } from '#gateway/people/view-person.ts'
import type { Rows } from '#gateway/storage/rows.ts'

type Withheld = ReadonlySet<PersonalDatum>

/** Members that are null where their kind of data is withheld (console-api.md section 1). */
const membersOf: { readonly [Datum in PersonalDatum]?: readonly string[] } = {
  'addresses-of-people': ['email'],
  'free-text': ['reason', 'ticket', 'incident', 'text'],
}
const mostNamed = 50

/** A person as this reader sees others: an address that is withheld is null. */
export async function seenPerson(rows: Pick<Rows, 'people'>, id: string | null, withheld: Withheld) {
  const person = await personRefById(rows, id)
  if (person === null || !withheld.has('addresses-of-people')) return person
  return { ...person, email: null }
}

/** Adds `redacted` to what a reader is given: JSON pointers (RFC 6901) of the members withheld, at most 50. */
export function withRedacted<View extends object>(view: View, withheld: Withheld): View & { redacted: string[] } {
  const names = [...withheld].flatMap((datum) => membersOf[datum] ?? [])
  return { ...view, redacted: names.length === 0 ? [] : nullsIn(view, names, '').slice(0, mostNamed) }
}

function nullsIn(value: unknown, names: readonly string[], at: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => {
    const pointer = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    return item === null && names.includes(key) ? [pointer] : nullsIn(item, names, pointer)
  })
}
