import { canonicalJson } from '../canonical-json.ts'

/** What a passkey signs, by label (exceptions.md section 7). Members that do not apply are left out; ids and hashes as on the wire. */
export type Statements = {
  readonly 'postern/vote/1': VoteStatement
  readonly 'postern/offer/1': VoteStatement
  readonly 'postern/request/1': RequestStatement
  readonly 'postern/break-glass/1': RequestStatement
  readonly 'postern/grant-activate/1': GrantStatement
  readonly 'postern/grant-resume/1': GrantStatement
  readonly 'postern/grant-revoke/1': GrantStatement
  readonly 'postern/review/1': {
    readonly request_id?: string
    readonly obligation_id: string
    readonly terms_digest?: string
    readonly decision: 'ratify' | 'contest'
    readonly nonce: string
  }
  readonly 'postern/publish/1': { readonly book: string; readonly previous?: string; readonly nonce: string }
  readonly 'postern/act/1': { readonly act: string; readonly question: string; readonly nonce: string }
}

export type VoteStatement = {
  readonly request_id: string
  readonly revision: number
  readonly terms_digest: string
  readonly decision: 'approve' | 'deny'
  readonly stage: string
  readonly nonce: string
}
type RequestStatement = Omit<VoteStatement, 'decision' | 'stage'>
type GrantStatement = {
  readonly request_id: string
  readonly grant_id: string
  readonly terms_digest: string
  readonly nonce: string
}

export const statementLabels = [
  'postern/vote/1',
  'postern/offer/1',
  'postern/request/1',
  'postern/break-glass/1',
  'postern/grant-activate/1',
  'postern/grant-resume/1',
  'postern/grant-revoke/1',
  'postern/review/1',
  'postern/publish/1',
  'postern/act/1',
] as const
export type StatementLabel = (typeof statementLabels)[number]

/**
 * The text whose SHA-256 over UTF-8 is the WebAuthn challenge: label, a zero byte, the RFC 8785 form of the statement.
 * Labels hold no zero byte, so no text of one label is a text of another.
 */
export function challengeText<Label extends StatementLabel>(label: Label, statement: Statements[Label]): string {
  return `${label}\u0000${canonicalJson(statement)}`
}

/** The label under which a requester proves a request of a mode (R2). */
export function proofLabel(mode: 'normal' | 'break_glass'): 'postern/request/1' | 'postern/break-glass/1' {
  return mode === 'normal' ? 'postern/request/1' : 'postern/break-glass/1'
}
