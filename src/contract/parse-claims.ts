import type * as z from 'zod'
import type { SchemaIssue } from '../domain/failure.ts'
import { type ClaimsOf, type MessageTyp, messageTypes } from './message-types.ts'
import { schemaIssues } from './schema-issues.ts'

export type ParsedClaims<Typ extends MessageTyp> =
  | { readonly ok: true; readonly claims: ClaimsOf<Typ> }
  | { readonly ok: false; readonly issues: readonly SchemaIssue[] }

/** Parses a payload by the schema of its `typ`; what is wrong comes back as pointers and words. */
export function parseClaims<Typ extends MessageTyp>(typ: Typ, payload: unknown): ParsedClaims<Typ> {
  const parsed = schemaOf(typ).safeParse(payload)
  return parsed.success ? { ok: true, claims: parsed.data } : { ok: false, issues: schemaIssues(parsed.error) }
}

function schemaOf<Typ extends MessageTyp>(typ: Typ): z.ZodType<ClaimsOf<Typ>>
function schemaOf(typ: MessageTyp): z.ZodType {
  return messageTypes[typ].claims
}
