import type { TermsNames } from '#contract/texts/terms-sentences.ts'
import type { Resource } from '#domain/access/resource.ts'
import type { Terms } from '#domain/exceptions/terms.ts'
import type { Rows } from '#gateway/storage/rows.ts'

/** What persons, devices, checks and resources of terms are called; checks by the very book that the terms name. */
export async function termsNames(
  rows: Pick<Rows, 'people' | 'devices' | 'books'>,
  terms: Terms,
  resources: readonly Resource[],
  language: string,
): Promise<TermsNames> {
  const person = await rows.people.find(terms.subject)
  const device = terms.device === null ? undefined : await rows.devices.find(terms.device.id)
  const book = await rows.books.findByHash(terms.book)
  const documents: readonly unknown[] = Array.isArray(book?.documents) ? book.documents : []
  return {
    persons: person === undefined ? {} : { [person.id]: person.name },
    devices: device?.hostname == null ? {} : { [device.id]: device.hostname },
    checks: Object.fromEntries(documents.flatMap((document) => titled(document, language))),
    resources: Object.fromEntries(resources.map(({ id, name }) => [id, name])),
  }
}

function titled(document: unknown, language: string): readonly (readonly [string, string])[] {
  if (!isMembers(document) || document['kind'] !== 'Check' || typeof document['id'] !== 'string') return []
  const titles = document['title']
  const title = isMembers(titles) ? (titles[language] ?? titles['en'] ?? Object.values(titles)[0]) : undefined
  return typeof title === 'string' ? [[document['id'], title]] : []
}

function isMembers(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
