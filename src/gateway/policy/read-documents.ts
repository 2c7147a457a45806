import { type Document, isAlias, isCollection, isPair, isScalar, LineCounter, parseAllDocuments, visit } from 'yaml'
import { type DocumentIssue, parsePolicyDocument, parsePolicyTest } from '#contract/parse-policy-document.ts'
import type { PolicyTest } from '#contract/policy-test-document.ts'
import { documentKinds, type PolicyDocument } from '#domain/policy/documents.ts'
import { type DocumentPath, pathText, type Remark } from './remark.ts'

export type PolicyFile = { readonly file: string; readonly text: string }

/** A document and where it stands; `lineOf` finds the line of a path in it, or of the nearest thing that is there. */
export type Placed<Content> = {
  readonly document: Content
  readonly file: string
  readonly line: number
  readonly lineOf: (path: DocumentPath) => number
}

export type ReadDocuments = {
  readonly documents: readonly Placed<PolicyDocument>[]
  readonly tests: readonly Placed<PolicyTest>[]
  readonly remarks: readonly Remark[]
}

const mostBytes = 256 * 1024
const mostDocuments = 200

/**
 * Reads policy files: YAML 1.2 core, several documents each, no anchors, aliases, tags or merge keys, no key twice, no
 * field that the schemas do not know. Everything that is wrong is a remark; what is right is read nonetheless.
 */
export function readDocuments(files: readonly PolicyFile[]): ReadDocuments {
  const read = files.map(readFile)
  return {
    documents: read.flatMap(({ documents }) => documents),
    tests: read.flatMap(({ tests }) => tests),
    remarks: read.flatMap(({ remarks }) => remarks),
  }
}

type Mutable = { documents: Placed<PolicyDocument>[]; tests: Placed<PolicyTest>[]; remarks: Remark[] }

function readFile({ file, text }: PolicyFile): ReadDocuments {
  const into: Mutable = { documents: [], tests: [], remarks: [] }
  const remark = (line: number, path: string, says: string, instead: string): void => {
    into.remarks.push({ severity: 'error', file, line, path, says, instead })
  }
  if (Buffer.byteLength(text) > mostBytes) {
    remark(1, '', `larger than ${mostBytes / 1024} KiB`, 'several files')
    return into
  }
  const lines = new LineCounter()
  const parsed = parse(text, lines)
  if (parsed === undefined) {
    remark(1, '', 'nested too deeply to be read', 'a document as the manual shows it')
    return into
  }
  if (parsed.length > mostDocuments) {
    remark(1, '', `more than ${mostDocuments} documents`, 'several files')
    return into
  }
  for (const yaml of parsed) readDocument(yaml, { file, lines, into, remark })
  return into
}

function parse(text: string, lines: LineCounter): readonly Document[] | undefined {
  try {
    const parsed = parseAllDocuments(text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      uniqueKeys: true,
      strict: true,
      prettyErrors: false,
      lineCounter: lines,
    })
    return Array.isArray(parsed) ? parsed : []
  } catch {
    return undefined // only a stack that ran out gets here; other errors are listed in the documents
  }
}

type Reading = {
  readonly file: string
  readonly lines: LineCounter
  readonly into: Mutable
  readonly remark: (line: number, path: string, says: string, instead: string) => void
}

function readDocument(yaml: Document, { file, lines, into, remark }: Reading): void {
  const lineAt = (offset: number | undefined): number => Math.max(1, lines.linePos(offset ?? 0).line)
  const before = into.remarks.length
  for (const { pos, message } of yaml.errors) remark(lineAt(pos[0]), '', message, 'YAML 1.2')
  for (const { pos, message } of yaml.warnings) remark(lineAt(pos[0]), '', message, 'YAML 1.2 core schema')
  forbid(yaml, (offset, says, instead) => remark(lineAt(offset), '', says, instead))
  if (into.remarks.length > before || yaml.contents === null || isEmpty(yaml.contents)) return
  const line = lineAt(yaml.contents.range?.[0])
  const lineOf = (path: DocumentPath): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const node: unknown = yaml.getIn(path.slice(0, length), true)
      const offset = keyOffset(yaml, path.slice(0, length)) ?? rangeStart(node)
      if (offset !== undefined) return lineAt(offset)
    }
    return line
  }
  const content: unknown = yaml.toJS({ maxAliasCount: 0 })
  const kind = memberOf(content, 'kind')
  if (kind === 'PolicyTest') {
    const test = parsePolicyTest(content)
    if (test.kind === 'parsed') into.tests.push({ document: test.document, file, line, lineOf })
    else into.remarks.push(...issueRemarks(test.issues, 'PolicyTest', content, file, lineOf))
    return
  }
  const known = documentKinds.find((each) => each === kind)
  if (known === undefined) {
    remark(lineOf(['kind']), 'kind', 'is not a kind of document', `one of ${documentKinds.join(', ')}, PolicyTest`)
    return
  }
  const parsed = parsePolicyDocument(known, content)
  if (parsed.kind === 'parsed') into.documents.push({ document: parsed.document, file, line, lineOf })
  else into.remarks.push(...issueRemarks(parsed.issues, known, content, file, lineOf))
}

/** Nothing between two `---`. */
function isEmpty(contents: unknown): boolean {
  return isScalar(contents) && contents.value === null
}

/** What YAML offers and policy documents do not take. */
function forbid(yaml: Document, remark: (offset: number | undefined, says: string, instead: string) => void): void {
  visit(yaml, (key, node) => {
    if (isPair(node)) {
      if (isScalar(node.key) && node.key.value === '<<')
        remark(node.key.range?.[0], 'a merge key', 'the fields themselves')
      else if (!isScalar(node.key) || typeof node.key.value !== 'string')
        remark(rangeStart(node.key), 'a key that is not a text', 'a name; quotes around it, if need be')
      return
    }
    if (isAlias(node)) remark(node.range?.[0], 'an alias', 'the value itself')
    else if (isScalar(node) || isCollection(node)) {
      if (node.anchor !== undefined) remark(node.range?.[0], 'an anchor', 'the value itself, wherever it is needed')
      if (node.tag !== undefined && key !== null) remark(node.range?.[0], 'a tag', 'the value without it')
    }
  })
}

function rangeStart(node: unknown): number | undefined {
  return isScalar(node) || isCollection(node) ? node.range?.[0] : undefined
}

/** Where the key of a member stands: a value may begin lines below it. */
function keyOffset(yaml: Document, path: DocumentPath): number | undefined {
  const last = path.at(-1)
  const parent: unknown = path.length === 1 ? yaml.contents : yaml.getIn(path.slice(0, -1), true)
  if (!isCollection(parent)) return undefined
  const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === last)
  return isPair(pair) ? rangeStart(pair.key) : undefined
}

function issueRemarks(
  issues: readonly DocumentIssue[],
  kind: string,
  content: unknown,
  file: string,
  lineOf: (path: DocumentPath) => number,
): readonly Remark[] {
  const id = memberOf(content, kind === 'PolicyTest' ? 'name' : 'id')
  const name = typeof id === 'string' ? `${kind} ${id.slice(0, 80)}` : kind
  return issues.map(({ path, says, instead }) => {
    const text = pathText(path)
    return { severity: 'error', file, line: lineOf(path), path: text === '' ? name : `${name}, ${text}`, says, instead }
  })
}

function memberOf(content: unknown, name: string): unknown {
  return typeof content === 'object' && content !== null && Object.hasOwn(content, name)
    ? new Map<string, unknown>(Object.entries(content)).get(name)
    : undefined
}
