import type * as z from 'zod'
import type { DocumentKind, PolicyDocument } from '../domain/policy/documents.ts'
import { documentSchemas, laterFields } from './policy-documents.ts'
import { type PolicyTest, policyTestDocument } from './policy-test-document.ts'

/** What is wrong at one place of a document, and what to write instead. Values are not repeated. */
export type DocumentIssue = {
  readonly path: readonly (string | number)[]
  readonly says: string
  readonly instead: string
}

export type ParsedDocument<Content> =
  | { readonly kind: 'parsed'; readonly document: Content }
  | { readonly kind: 'faulty'; readonly issues: readonly DocumentIssue[] }

/** Parses a document of a kind that gateways load into its normalised form. */
export function parsePolicyDocument(kind: DocumentKind, content: unknown): ParsedDocument<PolicyDocument> {
  const parsed: z.ZodSafeParseResult<PolicyDocument> = documentSchemas[kind].safeParse(content)
  if (parsed.success) return { kind: 'parsed', document: parsed.data }
  return { kind: 'faulty', issues: documentIssues(parsed.error, kind) }
}

export function parsePolicyTest(content: unknown): ParsedDocument<PolicyTest> {
  const parsed = policyTestDocument.safeParse(content)
  if (parsed.success) return { kind: 'parsed', document: parsed.data }
  return { kind: 'faulty', issues: documentIssues(parsed.error, 'PolicyTest') }
}

function documentIssues(failed: z.ZodError, kind: string): readonly DocumentIssue[] {
  const issues: (DocumentIssue & { readonly place: string; readonly later: boolean })[] = []
  for (const issue of failed.issues) {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
    if (issue.code !== 'unrecognized_keys') {
      issues.push({ path, place: path.join('/'), later: false, ...sentenceOf(issue) })
      continue
    }
    for (const key of issue.keys) {
      const step = laterFields[[kind, ...path.filter((part) => typeof part === 'string'), key].join('.')]
      const said =
        step === undefined
          ? { says: 'is not known here', instead: 'a field of the manual; look at its spelling and place' }
          : { says: `\`${key}\` belongs to a later version [${step}]`, instead: 'leave it out' }
      issues.push({ path: [...path, key], place: path.join('/'), later: step !== undefined, ...said })
    }
  }
  // What a field of a later version replaces is missing for that reason alone: say the reason once.
  const later = issues.filter((issue) => issue.later && issue.place !== '').map(({ place }) => `${place}/`)
  return issues
    .filter((issue) => issue.later || !later.some((place) => `${issue.place}/`.startsWith(place)))
    .map(({ path, says, instead }) => ({ path, says, instead }))
}

function sentenceOf(issue: z.core.$ZodIssue): { readonly says: string; readonly instead: string } {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined && issue.message.includes('undefined')
        ? { says: 'is missing', instead: `a ${issue.expected}` }
        : { says: 'is of the wrong type', instead: `a ${issue.expected}` }
    case 'invalid_value':
      return { says: 'is not one of the words allowed here', instead: `one of ${issue.values.map(String).join(', ')}` }
    case 'too_big':
      return { says: 'is too much', instead: `at most ${issue.maximum}` }
    case 'too_small':
      return { says: 'is too little', instead: `at least ${issue.minimum}` }
    case 'invalid_key':
      return { says: 'has a key that is not allowed', instead: issue.issues[0]?.message ?? 'another key' }
    case 'invalid_union':
      return { says: 'has none of the forms allowed here', instead: 'a form of the manual' }
    case 'invalid_format':
    case 'custom':
      return { says: 'is not allowed', instead: issue.message }
    default:
      return { says: 'is not allowed', instead: issue.message }
  }
}
