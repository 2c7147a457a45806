import type * as z from 'zod'
import type { SchemaIssue } from '../domain/failure.ts'
import type { Fault } from '../domain/reason.ts'

const most = 20

/**
 * What is wrong with a value, as JSON pointers (RFC 6901) and words, at most twenty of them. An unknown member is named
 * by its own pointer; values are never repeated, since they may be anything.
 */
export function schemaIssues(failed: z.core.$ZodError, prefix = ''): readonly SchemaIssue[] {
  return failed.issues.flatMap((issue) => issuesOf(issue, prefix)).slice(0, most)
}

/** The first thing that is wrong. */
export function firstIssue(failed: z.core.$ZodError): SchemaIssue {
  return schemaIssues(failed)[0] ?? { pointer: '', detail: fallback }
}

const fallback: Fault = 'is not valid'
const unknownMember: Fault = 'is not known here'

function issuesOf(issue: z.core.$ZodIssue, prefix: string): readonly SchemaIssue[] {
  const at = prefix + pointer(issue.path)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      pointer: `${at}/${escapePointer(key.slice(0, 64))}`,
      detail: unknownMember,
    }))
  return [{ pointer: at, detail: sentences[issue.code]?.(issue) ?? fallback }]
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${escapePointer(String(part).slice(0, 64))}`).join('')
}

function escapePointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1')
}

const sentences: { readonly [code: string]: ((issue: z.core.$ZodIssue) => Fault) | undefined } = {
  invalid_type: (issue) => ('expected' in issue ? `must be ${String(issue.expected)}` : 'is of the wrong type'),
  invalid_value: () => 'is not one of the values allowed here',
  invalid_union: () => 'has none of the forms allowed here',
  invalid_format: () => 'is not in the form required here',
  too_big: (issue) => ('maximum' in issue ? `is more than ${String(issue.maximum)} allows` : 'is too much'),
  too_small: (issue) => ('minimum' in issue ? `is less than ${String(issue.minimum)}` : 'is too little'),
  custom: (issue) => `must be ${issue.message}`,
}
