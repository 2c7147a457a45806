import { canonicalJson } from '../canonical-json.ts'
import { byCodeUnit } from '../policy/combine.ts'
import type { Control, FailureKind, RiskTier } from '../policy/documents.ts'

export const requestModes = ['normal', 'break_glass'] as const
export type RequestMode = (typeof requestModes)[number]

/** A check, and the kinds of failure that are excused: one for `violated` does not excuse `unknown`. */
export type CoveredCheck = { readonly id: string; readonly covers: readonly FailureKind[] }

/**
 * What people sign (exceptions.md section 2). Every member is always there; times are Unix seconds, durations seconds,
 * `book`, `evidence.hash` and `justification` hashes of 43 characters, `salt` 128 random bits in base64url. `device` and
 * `evidence` are null only where no registered device is at hand [3].
 */
export type Terms = {
  readonly v: 1
  readonly mode: RequestMode
  readonly subject: string
  readonly device: { readonly id: string; readonly kid: string } | null
  readonly checks: readonly CoveredCheck[]
  readonly resources: readonly string[]
  readonly duration_s: number
  readonly not_before: number | null
  readonly risk_tier: RiskTier
  readonly controls: readonly Control[]
  readonly book: string
  readonly evidence: { readonly seq: number; readonly hash: string } | null
  readonly category: string
  readonly justification: string
  readonly remedy_by: number | null
  readonly session: string | null
  readonly extends: string | null
  readonly replaces: string | null
  readonly salt: string
}

/** Terms in their one form: lists sorted and without repeats, a check named twice covers what both say. */
export function makeTerms(given: Omit<Terms, 'v'>): Terms {
  const checks = new Map<string, readonly FailureKind[]>()
  for (const { id, covers } of given.checks) checks.set(id, inOrder([...(checks.get(id) ?? []), ...covers]))
  return {
    v: 1,
    mode: given.mode,
    subject: given.subject,
    device: given.device === null ? null : { id: given.device.id, kid: given.device.kid },
    checks: [...checks].map(([id, covers]) => ({ id, covers })).sort((left, right) => byCodeUnit(left.id, right.id)),
    resources: inOrder(given.resources),
    duration_s: given.duration_s,
    not_before: given.not_before,
    risk_tier: given.risk_tier,
    controls: inOrder(given.controls),
    book: given.book,
    evidence: given.evidence === null ? null : { seq: given.evidence.seq, hash: given.evidence.hash },
    category: given.category,
    justification: given.justification,
    remedy_by: given.remedy_by,
    session: given.session,
    extends: given.extends,
    replaces: given.replaces,
    salt: given.salt,
  }
}

/** The RFC 8785 text whose SHA-256, in base64url, is the terms digest. The caller hashes it. */
export function termsText(terms: Terms): string {
  return canonicalJson(terms)
}

function inOrder<Word extends string>(words: readonly Word[]): readonly Word[] {
  return [...new Set(words)].sort(byCodeUnit)
}
