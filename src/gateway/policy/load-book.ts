import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { PolicyTest } from '#contract/policy-test-document.ts'
import { canonicalJson } from '#domain/canonical-json.ts'
import { assembleBook, type Book } from '#domain/policy/book.ts'
import { byCodeUnit } from '#domain/policy/combine.ts'
import type { PolicyDocument } from '#domain/policy/documents.ts'
import type { Hashed } from '#domain/policy/hashed.ts'
import { hash } from '#runtime/digest.ts'
import { type CompiledDocuments, compileDocuments } from './compile-documents.ts'
import type { LintContext } from './lint-context.ts'
import { lintPolicy } from './lint-policy.ts'
import { type Placed, type PolicyFile, readDocuments } from './read-documents.ts'
import { hasErrors, type Remark, sortRemarks } from './remark.ts'

/** What a folder of documents comes to: a book with what is worth saying about it, or why there is none. */
export type LoadedBook =
  | {
      readonly kind: 'loaded'
      readonly book: Book
      /** Sorted as in the book. */
      readonly documents: readonly Hashed<PolicyDocument>[]
      readonly tests: readonly Placed<PolicyTest>[]
      /** Warnings alone. */
      readonly remarks: readonly Remark[]
    }
  | { readonly kind: 'refused'; readonly remarks: readonly Remark[] }

const mostFiles = 200
const mostBytes = 256 * 1024

/** Reads, lints and compiles the `.yaml` and `.yml` files of a folder and below. Any error refuses the whole book. */
export async function loadBook(folder: string, context: LintContext): Promise<LoadedBook> {
  const found = await readFolder(folder)
  return found.kind === 'refused' ? found : loadBookFromFiles(found.files, context)
}

/** The same, from texts. */
export function loadBookFromFiles(files: readonly PolicyFile[], context: LintContext): LoadedBook {
  const read = readDocuments(files)
  const compiled = compileDocuments(read.documents)
  const remarks = sortRemarks([...read.remarks, ...compiled.remarks, ...lintPolicy(compiled, read.documents, context)])
  if (read.documents.length === 0 && read.remarks.length === 0) {
    const file = files[0]?.file ?? '.'
    return refused({ severity: 'error', file, line: 1, path: '', says: 'no document', instead: 'at least one Policy' })
  }
  if (hasErrors(remarks)) return { kind: 'refused', remarks }
  return { kind: 'loaded', ...bookOf(compiled), tests: read.tests, remarks }
}

/** The book of documents that were loaded before, as they were stored; undefined where one of them compiles no more. */
export function bookFromDocuments(documents: readonly PolicyDocument[]): Book | undefined {
  const compiled = compileDocuments(
    documents.map((document) => ({ document, file: 'stored', line: 1, lineOf: () => 1 })),
  )
  return hasErrors(compiled.remarks) ? undefined : bookOf(compiled).book
}

function bookOf(compiled: CompiledDocuments): {
  readonly book: Book
  readonly documents: readonly Hashed<PolicyDocument>[]
} {
  const documents = [
    ...compiled.checks,
    ...compiled.policies,
    ...compiled.exceptionPolicies,
    ...compiled.approvalPolicies,
  ]
    .map((each): Hashed<PolicyDocument> => each.compiled)
    .sort((left, right) => byCodeUnit(sortKey(left), sortKey(right)))
    .map(({ document, hash: digest, ref }) => ({ document, hash: digest, ref }))
  const listed = documents.map(({ document: { kind, id }, hash: digest }) => ({ kind, id, hash: digest }))
  const book = assembleBook({
    hash: hash(canonicalJson(listed)),
    documents: listed,
    checks: new Map(
      compiled.checks
        .map(({ compiled: check }) => check)
        .sort(byRef)
        .map((check) => [check.document.id, check]),
    ),
    policies: compiled.policies.map(({ compiled: policy }) => policy).sort(byRef),
    exceptionPolicies: compiled.exceptionPolicies.map(({ compiled: policy }) => policy).sort(byRef),
    approvalPolicies: compiled.approvalPolicies.map(({ compiled: policy }) => policy).sort(byRef),
  })
  return { book, documents }
}

function byRef(left: { readonly ref: string }, right: { readonly ref: string }): number {
  return byCodeUnit(left.ref, right.ref)
}

function sortKey({ document, hash: digest }: Hashed<PolicyDocument>): string {
  return `${document.kind}\n${document.id}\n${digest}`
}

function refused(remark: Remark): { readonly kind: 'refused'; readonly remarks: readonly Remark[] } {
  return { kind: 'refused', remarks: [remark] }
}

type Folder =
  | { readonly kind: 'read'; readonly files: readonly PolicyFile[] }
  | { readonly kind: 'refused'; readonly remarks: readonly Remark[] }

/** The policy files of a folder, by path. A name that begins with a dot is passed over. */
async function readFolder(folder: string): Promise<Folder> {
  const problem = (file: string, says: string, instead: string): Folder =>
    refused({ severity: 'error', file, line: 1, path: '', says, instead })
  let names: readonly string[]
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    names = entries
      .filter((entry) => !entry.isDirectory() && /\.ya?ml$/.test(entry.name))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .filter((name) => !name.split(/[\\/]/).some((part) => part.startsWith('.')))
      .sort(byCodeUnit)
  } catch {
    return problem(folder, 'cannot be read', 'a folder with policy documents')
  }
  if (names.length === 0) return problem(folder, 'has no .yaml file', 'at least one Policy in it')
  if (names.length > mostFiles) return problem(folder, `more than ${mostFiles} files`, 'fewer, larger files')
  const files: PolicyFile[] = []
  for (const name of names) {
    try {
      const { size } = await stat(join(folder, name))
      if (size > mostBytes) return problem(name, `larger than ${mostBytes / 1024} KiB`, 'several files')
      const bytes = await readFile(join(folder, name))
      files.push({ file: name, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) })
    } catch {
      return problem(name, 'cannot be read', 'a readable file in UTF-8')
    }
  }
  return { kind: 'read', files }
}
