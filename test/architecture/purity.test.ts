import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const rules: unknown = createRequire(import.meta.url)('./dependency-rules.cjs')

/** Rows as the rule file prints them: a folder, or a file with its ending. */
const rows: readonly string[] = Object.keys(
  typeof rules === 'object' && rules !== null && 'mayImport' in rules && typeof rules.mayImport === 'object'
    ? (rules.mayImport ?? {})
    : {},
)

const impure = /^(new Date\(\s*\)|Date\(\s*\)|Date\.now\b|performance\.now\b|Math\.random\b|crypto\.\w+)/

describe('The domain', () => {
  it('is found', () => {
    expect(sourcesUnder('src/domain').length).toBeGreaterThan(10)
  })

  it.each(sourcesUnder('src/domain'))('%s reads no clock and rolls no dice', (file) => {
    expect(impureIn(readFileSync(join(root, file), 'utf8'))).toEqual([])
  })
})

describe('What the domain must not do', () => {
  it.each([
    ['const a = new Date()', 1],
    ['const a = new Date', 1],
    ['const a = Date.now()', 1],
    ['const now = Date.now\nconst a = now()', 1],
    ["const a = Date['now']()", 1],
    ['const a = Math.random()', 1],
    ['const { random } = Math', 1],
    ['const a = Date()', 1],
    ['const D = Date\nconst a = new D(1)', 1],
    ['const a = globalThis.Math', 1],
    ['const a = new Date(at * 1000)\nconst b = Math.min(1, 2)\nconst c: Date = a', 0],
    ["const a = Date.parse('2026-01-01T00:00:00Z') + Date.UTC(2026, 0)", 0],
    ['const isDate = (a: unknown) => a instanceof Date', 0],
    ['// new Date() in a comment\nconst a = "Date.now()"', 0],
  ])('%j is found %i times', (code, times) => {
    expect(impureIn(code)).toHaveLength(times)
  })
})

describe('Every source file', () => {
  it('is covered by a row of the table of who may import whom', () => {
    expect(rows.length).toBeGreaterThan(40)
    const files = [...sourcesUnder('src'), ...sourcesUnder('renderer')]
    expect(files.filter((file) => !rows.some((row) => covers(row, file)))).toEqual([])
  })

  it('would be missed without a row', () => {
    expect(rows.some((row) => covers(row, 'src/gateway/somewhere-new/thing.ts'))).toBe(false)
    expect(rows.some((row) => covers(row, 'src/agent/other.ts'))).toBe(false)
    expect(rows.some((row) => covers(row, 'src/gateway/http/routes.ts'))).toBe(true)
  })
})

/** What a text does with the clock or with chance, as written. Harmless: a `Date` of something, `Date.parse`, `Date.UTC`, a type. */
function impureIn(code: string): readonly string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && isSource(node.text) && !isHarmless(node)) found.push(node.parent.getText())
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('code.ts', code, ts.ScriptTarget.ESNext, true))
  return found
}

function isSource(name: string): boolean {
  return name === 'Date' || name === 'Math' || name === 'performance' || name === 'crypto'
}

function isHarmless(node: ts.Identifier): boolean {
  const parent = node.parent
  if (ts.isTypeReferenceNode(parent) || ts.isQualifiedName(parent)) return true
  if (ts.isPropertySignature(parent) || (ts.isPropertyAssignment(parent) && parent.name === node)) return true
  if (ts.isPropertyAccessExpression(parent))
    return parent.expression === node && !impure.test(parent.getText()) && node.text !== 'crypto'
  if (ts.isBinaryExpression(parent)) return parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword
  return ts.isNewExpression(parent) && (parent.arguments?.length ?? 0) > 0
}

function covers(row: string, file: string): boolean {
  const path = row.startsWith('renderer/') ? row : `src/${row}`
  return row.endsWith('.ts') ? file === path : file.startsWith(`${path}/`)
}

function sourcesUnder(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
}
