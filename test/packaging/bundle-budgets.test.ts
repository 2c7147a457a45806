import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Metafile } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type BuiltScripts, builtMain, builtWindows } from '#test/support/a-built-app.ts'
import { budgetBreaches, bundleBudgets, loadedAtOnce } from '../../src/packaging/bundle-budgets.ts'

vi.setConfig({ hookTimeout: 120_000 })

const folder = mkdtempSync(join(tmpdir(), 'postern-budgets-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What is loaded when it is needed first, by a part of the path of its sources. */
const lazily = [
  ['keytar', 'node_modules/keytar/'],
  ['the addon of keytar', 'keytar.node'],
  ['systeminformation', 'node_modules/systeminformation/'],
  ['the D-Bus library', 'node_modules/@jellybrick/dbus-next/'],
  ['the verbs of the command line', 'src/cli/commands/'],
  ['the reader of words', 'node_modules/commander/'],
  ['the live connection', 'node_modules/ws/'],
] as const

describe('The app as it is built', () => {
  let main: BuiltScripts & { readonly main: Metafile }
  let windows: BuiltScripts
  let atOnce: ReadonlySet<string>
  beforeAll(async () => {
    main = await builtMain(join(folder, 'app'))
    windows = await builtWindows('app')
    const entry = Object.keys(main.main.outputs).find((path) => path.endsWith('/main.cjs')) ?? ''
    atOnce = loadedAtOnce(main.main, entry)
  })

  it('keeps its budgets', () => {
    const names = new Set([...atOnce].map((path) => basename(path)))
    const bytes = (scripts: readonly { readonly text: string }[]) =>
      scripts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
    const sizes = {
      idlePath: bytes(main.outputs.filter(({ name }) => names.has(name))),
      mainProcess: bytes(main.outputs),
      windowsGzip: windows.outputs.reduce((sum, { text }) => sum + gzipSync(text).length, 0),
    }
    expect(budgetBreaches(sizes)).toEqual([])
    expect(sizes.idlePath).toBeGreaterThan(30_000)
    expect(sizes.mainProcess).toBeGreaterThan(sizes.idlePath)
    expect(sizes.windowsGzip).toBeGreaterThan(30_000)
  })

  it.each(lazily)('has %s in a part of its own, not among what main.cjs loads at once', (_name, path) => {
    const holds = (output: string) =>
      Object.keys(main.main.outputs[output]?.inputs ?? {}).some((input) => input.includes(path))
    const everywhere = Object.keys(main.main.outputs).filter(holds)
    expect(everywhere).not.toEqual([])
    expect(everywhere.filter((output) => atOnce.has(output))).toEqual([])
  })
})

describe('A budget', () => {
  it('holds at its limit, and not one byte beyond', () => {
    expect(budgetBreaches(bundleBudgets)).toEqual([])
    for (const name of ['idlePath', 'mainProcess', 'windowsGzip'] as const)
      expect(budgetBreaches({ ...bundleBudgets, [name]: bundleBudgets[name] + 1 })).toEqual([
        expect.stringContaining(String(bundleBudgets[name] + 1)),
      ])
  })

  it('does not hold for a size that is no number', () => {
    expect(budgetBreaches({ ...bundleBudgets, idlePath: Number.NaN })).toHaveLength(1)
  })

  it('counts what is imported at once, through others as well, and not what is imported when called', () => {
    const output = (imports: Metafile['outputs'][string]['imports']) => ({ bytes: 1, inputs: {}, imports, exports: [] })
    const outputs = {
      main: output([
        { path: 'shared', kind: 'import-statement' },
        { path: 'later', kind: 'dynamic-import' },
        { path: 'electron', kind: 'import-statement', external: true },
      ]),
      shared: output([{ path: 'deeper', kind: 'require-call' }]),
      deeper: output([{ path: 'main', kind: 'import-statement' }]),
      later: output([]),
    }
    expect([...loadedAtOnce({ outputs }, 'main')].sort()).toEqual(['deeper', 'main', 'shared'])
  })
})
