import type { BundleReader } from './bundle-reader.ts'
import { pseudonym } from './pseudonym.ts'
import type { Findings } from './verification.ts'
import { parseJson } from './verify-leaves.ts'

/** Who the pseudonyms of a bundle are, as far as it says so. */
export type PersonList = {
  /** Why a pseudonym cannot stand here; undefined where it can. One that is not listed is remembered as missing. */
  faultOf(named: string | null, kind: 'person' | 'device' | undefined): string | undefined
  /** Whether a pseudonym is this id, as far as can be told. */
  isOf(named: string | null, id: string): boolean
  /** A leaf says that this person was erased. */
  erased(named: string): void
  end(): void
}

type Listed = { readonly kind: string; readonly id: string | undefined }

/** Part of check 5: every listed person and device is recomputed to its pseudonym. */
export async function readPersons(bundle: BundleReader, findings: Findings): Promise<PersonList> {
  const isThere = bundle.names.includes('persons.jsonl')
  const listed = new Map<string, Listed>()
  const unlisted = new Set<string>()
  const lines = bundle.lines('persons.jsonl')
  let before = ''
  for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
    const read = readLine(line)
    if (read === undefined || read.pseudonym <= before) {
      findings.fail(5, 'a person of a wrong shape, out of order, or of another pseudonym', { file: 'persons.jsonl' })
      break
    }
    before = read.pseudonym
    if (read.id === undefined) findings.count('personsWithheld')
    listed.set(read.pseudonym, { kind: read.kind, id: read.id })
  }
  await lines.close()
  return {
    faultOf(named, kind) {
      if (named === null || !isThere) return undefined
      const known = listed.get(named)
      if (known === undefined) unlisted.add(named)
      else if (kind !== undefined && known.kind !== kind) return `it names a ${known.kind} where a ${kind} belongs`
      return undefined
    },
    isOf(named, id) {
      const known = named === null ? undefined : listed.get(named)
      return known?.id === undefined || known.id === id
    },
    erased: (named) => void unlisted.delete(named),
    end() {
      for (const named of unlisted) findings.miss(`person or device ${named}`)
    },
  }
}

function readLine(line: string) {
  const value = parseJson(line)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const members = new Map(Object.entries(value))
  const named = members.get('pseudonym')
  const kind = members.get('kind')
  if (typeof named !== 'string' || (kind !== 'person' && kind !== 'device')) return undefined
  if (members.get('withheld') === true && members.size === 3) return { pseudonym: named, kind, id: undefined }
  const id = members.get('id')
  const key = members.get('key')
  if (typeof id !== 'string' || typeof key !== 'string' || members.size !== 4) return undefined
  return pseudonym(Buffer.from(key, 'base64url'), kind, id) === named ? { pseudonym: named, kind, id } : undefined
}
