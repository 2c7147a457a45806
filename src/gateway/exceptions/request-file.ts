import { exceptionTerms } from '#contract/exception-terms.ts'
import type { Json } from '#domain/canonical-json.ts'
import { type FoldedRequest, foldMoves } from '#domain/exceptions/fold-moves.ts'
import type { Move } from '#domain/exceptions/moves.ts'
import type { Risk } from '#domain/exceptions/risk-tier.ts'
import { type Terms, termsText } from '#domain/exceptions/terms.ts'
import type { VoterRules } from '#domain/exceptions/voter-rules.ts'
import { Failure } from '#domain/failure.ts'
import type { RequestRecord } from '#gateway/storage/exception-request-store.ts'
import type { Rows } from '#gateway/storage/rows.ts'
import { hash } from '#runtime/digest.ts'
import { readMove } from './stored-move.ts'

/** A request as its moves yield it. */
export type RequestFile = { readonly record: RequestRecord; readonly request: FoldedRequest }

/** What was judged at submission and is looked at again. */
export type RequestFacts = { readonly risk: Risk; readonly voters: VoterRules }

export async function readRequest(rows: Pick<Rows, 'exceptions'>, id: string): Promise<RequestFile | undefined> {
  const record = await rows.exceptions.find(id)
  return record === undefined ? undefined : { record, request: foldMoves(await readMoves(rows, id)) }
}

/** Throws `not_found`. */
export async function requireRequest(rows: Pick<Rows, 'exceptions'>, id: string): Promise<RequestFile> {
  const file = await readRequest(rows, id)
  if (file === undefined) throw new Failure('not_found', {})
  return file
}

export async function readMoves(rows: Pick<Rows, 'exceptions'>, id: string): Promise<readonly Move[]> {
  return (await rows.exceptions.moves(id)).map(readMove)
}

/** The terms of a revision, proven by their digest: others would be what nobody signed. */
export async function readTerms(
  rows: Pick<Rows, 'exceptions'>,
  id: string,
  revision: number,
  termsDigest: string,
): Promise<Terms> {
  const terms = (await rows.exceptions.revision(id, revision))?.terms
  if (!isTerms(terms) || digestOf(terms) !== termsDigest)
    throw new TypeError('terms that are not those of their digest')
  return terms
}

export function currentTerms(rows: Pick<Rows, 'exceptions'>, { record, request }: RequestFile): Promise<Terms> {
  return readTerms(rows, record.id, request.revision, request.termsDigest)
}

export function digestOf(terms: Terms): string {
  return hash(termsText(terms))
}

export function factsOf({ facts }: Pick<RequestRecord, 'facts'>): RequestFacts {
  if (!isFacts(facts)) throw new TypeError('facts that were not written by us')
  return facts
}

export function isTerms(terms: unknown): terms is Terms {
  return exceptionTerms.safeParse(terms).success
}

function isFacts(facts: Json | RequestFacts): facts is RequestFacts {
  return typeof facts === 'object' && facts !== null && 'risk' in facts && 'voters' in facts
}
