import type { Statements, VoteStatement } from '#domain/exceptions/statements.ts'
import { Failure } from '#domain/failure.ts'
import type { Rows } from '#gateway/storage/rows.ts'

/** What a person was asked to sign about a request, as we kept it: what a client sends of it is never looked at. */
async function keptStatement(rows: Pick<Rows, 'ceremonies'>, label: string, nonce: string, requestId: string) {
  const kept = await rows.ceremonies.find(nonce)
  const statement: unknown = kept?.label === label ? kept.statement : undefined
  if (!isObject(statement) || statement['request_id'] !== requestId) throw new Failure('challenge_expired', {})
  return statement
}

/** Throws `challenge_expired` where there is none, or it is about another request. */
export async function keptVote(
  rows: Pick<Rows, 'ceremonies'>,
  nonce: string,
  requestId: string,
): Promise<VoteStatement> {
  const statement: unknown = await keptStatement(rows, 'postern/vote/1', nonce, requestId)
  if (!isVote(statement)) throw new Failure('challenge_expired', {})
  return statement
}

export async function keptProof(
  rows: Pick<Rows, 'ceremonies'>,
  nonce: string,
  requestId: string,
): Promise<Statements['postern/request/1']> {
  const statement: unknown = await keptStatement(rows, 'postern/request/1', nonce, requestId)
  if (!isProof(statement)) throw new Failure('challenge_expired', {})
  return statement
}

function isVote(statement: unknown): statement is VoteStatement {
  return isProof(statement) && 'stage' in statement && 'decision' in statement
}

function isProof(statement: unknown): statement is Statements['postern/request/1'] {
  return isObject(statement) && 'terms_digest' in statement && 'revision' in statement && 'nonce' in statement
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
