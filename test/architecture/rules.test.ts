import { createRequire } from 'node:module'
import { posix } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { layersRefuse, type Violation } from '#test/support/a-bad-tree.ts'

const { mayImport } = z
  .object({ mayImport: z.record(z.string(), z.array(z.string())) })
  .parse(createRequire(import.meta.url)('./dependency-rules.cjs'))
const rows = Object.keys(mayImport)
const packages = [
  ...new Set([
    ...Object.values(mayImport)
      .flat()
      .filter((name) => name.startsWith('npm:'))
      .map((name) => name.slice(4)),
    'stranger',
  ]),
]

type Bad = { readonly file: string; readonly code: string; readonly rule: string; readonly to: string }

/** Written out by hand, apart from the table: the directions a person would try, each in another spelling. */
const tried: readonly Bad[] = [
  bad('src/domain/a.ts', "import { readFileSync } from 'node:fs'", 'domain reaches only what it may', 'fs'),
  bad('src/domain/b.ts', "import { readFileSync } from 'fs'", 'domain reaches only what it may', 'fs'),
  bad('src/domain/c.ts', "import * as z from 'zod'", 'domain reaches only what it may', 'node_modules/zod/index.js'),
  bad(
    'src/domain/d.ts',
    "import { thing } from '#contract/thing.ts'",
    'domain reaches only what it may',
    'src/contract/thing.ts',
  ),
  bad(
    'src/domain/e.ts',
    "import { thing } from '../contract/thing.ts'",
    'domain reaches only what it may',
    'src/contract/thing.ts',
  ),
  bad(
    'src/domain/f.ts',
    "import type { Thing } from '#contract/thing.ts'",
    'domain reaches only what it may',
    'src/contract/thing.ts',
  ),
  bad(
    'src/domain/g.ts',
    "export type { Thing } from '../../src/contract/thing.ts'",
    'domain reaches only what it may',
    'src/contract/thing.ts',
  ),
  bad(
    'src/domain/h.ts',
    "export type A = import('#contract/thing.ts').Thing",
    'domain reaches only what it may',
    'src/contract/thing.ts',
  ),
  bad(
    'src/contract/a.ts',
    "import { thing } from '#runtime/thing.ts'",
    'contract reaches only what it may',
    'src/runtime/thing.ts',
  ),
  bad(
    'src/verify/a.ts',
    "import { thing } from '#runtime/thing.ts'",
    'verify reaches only what it may',
    'src/runtime/thing.ts',
  ),
  bad('src/verify/b.ts', "import { createHash } from 'node:crypto'", 'verify reaches only what it may', 'crypto'),
  bad(
    'src/agent/probes/firewall/a.ts',
    "import { readFile } from 'node:fs/promises'",
    'agent/probes reaches only what it may',
    'fs/promises',
  ),
  bad(
    'src/agent/probes/firewall/b.ts',
    "const { app } = await import('electron')",
    'agent/probes reaches only what it may',
    'node_modules/electron/index.js',
  ),
  bad(
    'src/agent/agent-core.ts',
    "import type { App } from 'electron'",
    'agent/agent-core.ts reaches only what it may',
    'node_modules/electron/index.js',
  ),
  bad(
    'src/agent/probes/firewall/c.ts',
    "import { thing } from '#agent/system/thing.ts'",
    'agent/probes reaches only what it may',
    'src/agent/system/thing.ts',
  ),
  bad(
    'src/agent/posture/a.ts',
    "import { thing } from '#gateway/policy/thing.ts'",
    'agent/posture reaches only what it may',
    'src/gateway/policy/thing.ts',
  ),
  bad(
    'src/agent/posture/b.ts',
    "import type { Thing } from '../../gateway/policy/thing.ts'",
    'agent/posture reaches only what it may',
    'src/gateway/policy/thing.ts',
  ),
  bad(
    'src/gateway/policy/a.ts',
    "import { thing } from '#agent/posture/thing.ts'",
    'gateway/policy reaches only what it may',
    'src/agent/posture/thing.ts',
  ),
  bad(
    'src/gateway/devices/a.ts',
    "import { thing } from '#gateway/policy/thing.ts'",
    'gateway/devices reaches only what it may',
    'src/gateway/policy/thing.ts',
  ),
  bad(
    'src/gateway/policy/b.ts',
    "import fastify from 'fastify'",
    'gateway/policy reaches only what it may',
    'node_modules/fastify/index.js',
  ),
  bad(
    'src/gateway/policy/c.ts',
    "import { Kysely } from 'kysely'",
    'gateway/policy reaches only what it may',
    'node_modules/kysely/index.js',
  ),
  bad(
    'src/gateway/policy/d.ts',
    "import { CompactSign } from 'jose'",
    'gateway/policy reaches only what it may',
    'node_modules/jose/index.js',
  ),
  bad(
    'src/agent/exceptions/a.ts',
    "import { thing } from '../handoff/thing.ts'",
    'agent/exceptions reaches only what it may',
    'src/agent/handoff/thing.ts',
  ),
  bad(
    'renderer/agent/a.ts',
    "import { thing } from '../../src/agent/posture/thing.ts'",
    'renderer/agent reaches only what it may',
    'src/agent/posture/thing.ts',
  ),
  bad(
    'renderer/agent/b.ts',
    "import { thing } from '#contract/thing.ts'",
    'windows take schemas as types only',
    'src/contract/thing.ts',
  ),
  bad('renderer/agent/c.ts', "import { readFileSync } from 'node:fs'", 'renderer/agent reaches only what it may', 'fs'),
  bad(
    'renderer/ui/a.ts',
    "export { thing } from '#contract/thing.ts'",
    'windows take schemas as types only',
    'src/contract/thing.ts',
  ),
  bad(
    'renderer/console/a.ts',
    "import { thing } from '../agent/thing.ts'",
    'renderer/console reaches only what it may',
    'renderer/agent/thing.ts',
  ),
  bad(
    'src/agent/system/a.ts',
    "import { spawn } from 'node:child_process'",
    'one file starts programs',
    'child_process',
  ),
  bad('src/cli/a.ts', "const { spawn } = await import('child_process')", 'one file starts programs', 'child_process'),
  bad(
    'src/agent/attestation/a.ts',
    "import keytar from 'keytar'",
    'one file knows keytar',
    'node_modules/keytar/index.js',
  ),
  bad(
    'src/gateway/policy/e.ts',
    "import { parse } from '@marcbachmann/cel-js'",
    'one file knows CEL',
    'node_modules/@marcbachmann/cel-js/index.js',
  ),
  bad(
    'src/gateway/http/a.ts',
    "import { thing } from '#gateway/gateway-core.ts'",
    'entries assemble',
    'src/gateway/gateway-core.ts',
  ),
  bad('src/tools/a.ts', "import '#cli/postern.ts'", 'entries are never imported', 'src/cli/postern.ts'),
  bad('test/a.test.ts', "import '../src/cli/postern.ts'", 'entries are never imported', 'src/cli/postern.ts'),
  bad('src/tools/b.ts', "import '#agent/main.ts'", 'entries are never imported', 'src/agent/main.ts'),
  bad(
    'src/agent/tray/a.ts',
    "import { thing } from '#agent/shell/thing.ts'",
    'main.ts alone reaches the shell',
    'src/agent/shell/thing.ts',
  ),
  bad(
    'src/tools/c.ts',
    "import { thing } from '#test/support/thing.ts'",
    'test code stays in test',
    'test/support/thing.ts',
  ),
  bad(
    'src/domain/circle/a.ts',
    "import { b } from './b.ts'\nexport const a = b",
    'no cycles',
    'src/domain/circle/b.ts',
  ),
  bad('src/runtime/a.ts', "import { gone } from './gone.ts'", 'every import resolves', './gone.ts'),
  bad('src/runtime/b.ts', "import { gone } from '#contract/gone.ts'", 'every import resolves', '#contract/gone.ts'),
]

const leaf = 'export const thing = 1\nexport type Thing = string\n'
const targets = [
  ...rows.map(targetOf),
  'src/cli/postern.ts',
  'src/agent/handoff/thing.ts',
  'test/support/thing.ts',
].filter((path) => !isEntryRow(path))

describe('A bad import', () => {
  let seen: readonly Violation[] = []
  let exitCode: number | null = null
  beforeAll(async () => {
    const files = new Map([...targets, ...entryRows()].map((path) => [path, leaf]))
    files.set('src/domain/circle/b.ts', "import { a } from './a.ts'\nexport const b = a\n")
    for (const { file, code } of tried) files.set(file, `${code}\n`)
    const { code, violations } = await layersRefuse(files, packages)
    seen = violations
    exitCode = code
  })

  it('makes the check fail', () => {
    expect(exitCode).toBeGreaterThan(0)
  })

  it.each(tried)('$file: $code', ({ file, to, rule }) => {
    expect(seen).toContainEqual({ from: file, to, rule })
  })
})

describe('Every direction', () => {
  const arrows = rows.flatMap((row) => [
    ...rows
      .filter((other) => other !== row)
      .map((other) => ({ row, to: targetOf(other), allowed: reaches(row, other) })),
    ...packages.map((name) => ({ row, to: `node_modules/${name}/index.js`, allowed: reachesPackage(row, name) })),
    { row, to: 'os', allowed: mayImport[row]?.includes('node') === true },
  ])
  let refused: ReadonlySet<string> = new Set()
  beforeAll(async () => {
    const files = new Map([...rows.map(targetOf), 'src/cli/agent-commands.ts'].map((path) => [path, leaf]))
    for (const row of rows) {
      const from = importerOf(row)
      const own = arrows.filter((arrow) => arrow.row === row)
      files.set(from, own.map(({ to }, index) => importOf(from, to, index)).join('\n'))
    }
    const { violations } = await layersRefuse(files, packages)
    refused = new Set(
      violations
        .filter(({ rule }) => rule.endsWith('reaches only what it may'))
        .map(({ from, to, rule }) => `${rule.replace(' reaches only what it may', '')}: ${from} → ${to}`),
    )
  })

  it('that no row allows is refused, and none that a row allows', () => {
    const expected = arrows.filter(({ allowed }) => !allowed)
    expect(expected.length).toBeGreaterThan(1000)
    const wanted = new Set(expected.map(({ row, to }) => `${row}: ${importerOf(row)} → ${to}`))
    expect([...wanted].filter((arrow) => !refused.has(arrow))).toEqual([])
    expect([...refused].filter((arrow) => !wanted.has(arrow))).toEqual([])
  })
})

describe('A tree that keeps the rules', () => {
  it('passes', async () => {
    const files = new Map([
      ['src/domain/thing.ts', leaf],
      [
        'src/contract/thing.ts',
        "import { thing } from '#domain/thing.ts'\nimport * as z from 'zod'\nexport const a = z.literal(thing)\n",
      ],
      ['renderer/agent/a.ts', "import type { Thing } from '#contract/thing.ts'\nexport type A = Thing\n"],
      ['test/contract/thing.test.ts', "import { a } from '#contract/thing.ts'\nexport const b = a\n"],
    ])
    expect(await layersRefuse(files, ['zod'])).toEqual({ code: 0, violations: [] })
  })
})

function bad(file: string, code: string, rule: string, to: string): Bad {
  return { file, code, rule, to }
}

function rowPath(row: string): string {
  return row.startsWith('renderer/') ? row : `src/${row}`
}

/** The file of a row that others import. */
function targetOf(row: string): string {
  return row.endsWith('.ts') ? rowPath(row) : `${rowPath(row)}/thing.ts`
}

/** The file of a row that imports others: its own, unless the row is one file. */
function importerOf(row: string): string {
  return row.endsWith('.ts') ? rowPath(row) : `${rowPath(row)}/importer.ts`
}

function isEntryRow(path: string): boolean {
  return entryRows().includes(path)
}

function entryRows(): readonly string[] {
  return rows.filter((row) => row.endsWith('.ts')).map(rowPath)
}

function reaches(row: string, other: string): boolean {
  return mayImport[row]?.some((name) => other === name || other.startsWith(`${name}/`)) === true
}

function reachesPackage(row: string, name: string): boolean {
  const listed = mayImport[row] ?? []
  return listed.includes(`npm:${name}`) || (listed.includes('npm') && name !== 'electron')
}

/** One import in one of five spellings, by turns. */
function importOf(from: string, to: string, index: number): string {
  const relative = posix.relative(posix.dirname(from), to)
  const inTree = relative.startsWith('.') ? relative : `./${relative}`
  const alias = /^src\/(domain|contract|verify|runtime|agent|gateway|cli|tools)\//.test(to) ? `#${to.slice(4)}` : inTree
  const name =
    to === 'os' ? 'node:os' : (/^node_modules\/(.*)\/index\.js$/.exec(to)?.[1] ?? (index % 2 ? alias : inTree))
  const spellings = [
    `import { thing as a${index} } from '${name}'\nexport const b${index} = a${index}`,
    `import type { Thing as A${index} } from '${name}'\nexport type B${index} = A${index}`,
    `export const c${index} = () => import('${name}')`,
    `export { thing as d${index} } from '${name}'`,
    `export type { Thing as E${index} } from '${name}'`,
  ]
  return spellings[index % spellings.length] ?? ''
}
