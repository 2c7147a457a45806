import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundles } from '../../src/packaging/bundles.ts'
import { declareLibrary } from '../../src/packaging/declare-library.ts'
import { runProgram } from '../support/run-program.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'postern-library-'))
const js = join(folder, 'node_modules/postern/index.js')

const consumer = `
import { type AttestationClaims, Failure, isFailure, keySetOf, readKeySet, verifyReport, type Verification } from 'postern'

export async function look(token: string, verification: Verification): Promise<string> {
  const claims: AttestationClaims = await verifyReport(token, verification)
  for (const signal of claims.submods.posture.signals) {
    if (signal.id === 'disk-encryption' && signal.st === 'observed') return signal.v.state
    if (signal.st === 'observed') continue
    const why: 'denied' | string = signal.why
    if (why === '') throw new Failure('token_invalid', { reason: 'expired' })
  }
  return claims.iss
}
export async function keys(jwks: unknown) {
  try {
    return await readKeySet(jwks, 'assertion')
  } catch (thrown) {
    if (isFailure(thrown, 'token_invalid')) return thrown.details.reason
    return keySetOf([])
  }
}
`

describe('The verify library as it is published', () => {
  beforeAll(async () => {
    const options = { ...bundles.verify, outdir: join(folder, 'node_modules/postern') }
    await build({ ...options, absWorkingDir: root, logLevel: 'silent' })
    writeFileSync(join(folder, 'node_modules/postern/index.d.ts'), declareLibrary(root, 'src/verify/index.ts'))
    const manifest = { name: 'postern', type: 'module', exports: { types: './index.d.ts', default: './index.js' } }
    writeFileSync(join(folder, 'node_modules/postern/package.json'), JSON.stringify(manifest))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('imports nothing: no package, no module of Node', () => {
    const { importedFiles } = ts.preProcessFile(readFileSync(js, 'utf8'), true, true)
    expect(importedFiles.map(({ fileName }) => fileName)).toEqual([])
  })

  it('names nothing of the repository in its types', () => {
    const types = readFileSync(join(folder, 'node_modules/postern/index.d.ts'), 'utf8')
    expect(types).not.toMatch(/#domain|#contract|zod|jose|\.ts['"]/)
    expect(types).not.toMatch(/\bany\b/)
  })

  it('compiles for a strict consumer who has no other package, its own types checked too', () => {
    expect(wrongIn(consumer)).toEqual([])
  })

  it.each([
    ['claims are not any', "export const a = (c: import('postern').AttestationClaims): number => c.iss"],
    [
      'a signal must be looked at before its value',
      "export const a = (c: import('postern').AttestationClaims) => c.submods.posture.signals[0]?.v.state",
    ],
    [
      'nothing has a default',
      "import { verifyReport } from 'postern'\nexport const a = verifyReport('', { issuer: '' })",
    ],
    [
      'what it does not export cannot be imported',
      "import type { WireFailures } from 'postern'\nexport type A = WireFailures",
    ],
  ])('holds that %s', (_, code) => {
    expect(wrongIn(code)).not.toEqual([])
  })

  it('loads in Node and refuses what is no token', async () => {
    const code = `
      import { isFailure, verifyReport } from 'postern'
      const verification = { keys: new Map(), issuer: 'a', audience: 'b', maxTokenAgeSeconds: 1, now: 0 }
      await verifyReport('a.b.c', verification).catch((e) => process.stdout.write(String(isFailure(e, 'token_invalid'))))`
    writeFileSync(join(folder, 'run.mjs'), code)
    const ended = await runProgram(process.execPath, ['run.mjs'], { cwd: folder, env: {} })
    expect(ended).toEqual({ code: 0, stdout: 'true', stderr: '' })
  })
})

function wrongIn(code: string): readonly string[] {
  const file = join(folder, 'consumer.ts')
  writeFileSync(file, code)
  const program = ts.createProgram([file], {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: false,
    types: [],
    target: ts.ScriptTarget.ES2024,
    lib: ['lib.es2024.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  })
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}
