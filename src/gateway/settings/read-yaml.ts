import { LineCounter, parseDocument } from 'yaml'
import type * as z from 'zod'
import type { SchemaIssue } from '#domain/failure.ts'

/**
 * Reads YAML 1.2 by the `core` schema: no tags of one's own, no aliases, no merge keys, no key twice. Each issue says where
 * (JSON pointer and line), what is wrong and what to write instead.
 */
export function readYaml<Content>(
  text: string,
  schema: z.ZodType<Content>,
): { readonly content: Content } | { readonly issues: readonly SchemaIssue[] } {
  const lines = new LineCounter()
  const document = parseDocument(text, { schema: 'core', uniqueKeys: true, merge: false, lineCounter: lines })
  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0)
    return {
      issues: faults.map(({ message, pos }) => ({
        pointer: '',
        detail: `line ${lines.linePos(pos[0]).line}: ${message.split('\n')[0] ?? 'not YAML'}`,
      })),
    }
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 0 })
  } catch {
    return { issues: [{ pointer: '', detail: 'aliases (*name) are not read: write the value again' }] }
  }
  const parsed = schema.safeParse(value ?? {}, { reportInput: true })
  if (parsed.success) return { content: parsed.data }
  const lineOf = (path: readonly PropertyKey[]) => {
    for (let length = path.length; length > 0; length -= 1) {
      const node: unknown = document.getIn(path.slice(0, length), true)
      const start = isNode(node) ? node.range?.[0] : undefined
      if (start !== undefined) return `line ${lines.linePos(start).line}: `
    }
    return ''
  }
  return {
    issues: parsed.error.issues.flatMap((issue) =>
      sentences(issue).map(({ path, sentence }) => ({
        pointer: pointerOf(path),
        detail: `${lineOf(path)}${sentence}`,
      })),
    ),
  }
}

type Sentence = { readonly path: readonly PropertyKey[]; readonly sentence: string }

function sentences(issue: z.core.$ZodIssue): readonly Sentence[] {
  const { path } = issue
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], sentence: 'is not a key we know: leave it out' }))
  if (issue.code === 'invalid_type' && issue.input === undefined && !issue.message.startsWith('write'))
    return [{ path, sentence: `is missing: write ${wanted[issue.expected] ?? issue.expected}` }]
  if (issue.code === 'invalid_type' && !issue.message.startsWith('write'))
    return [{ path, sentence: `write ${wanted[issue.expected] ?? issue.expected}` }]
  if (issue.code === 'too_big' && !issue.message.startsWith('write'))
    return [{ path, sentence: `write at most ${issue.maximum} ${units[issue.origin] ?? ''}`.trimEnd() }]
  return [{ path, sentence: issue.message }]
}

const wanted: { readonly [type: string]: string } = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys',
}
const units: { readonly [origin: string]: string } = { string: 'characters', array: 'entries' }

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function isNode(value: unknown): value is { readonly range?: readonly number[] } {
  return typeof value === 'object' && value !== null && 'range' in value && Array.isArray(value.range)
}
