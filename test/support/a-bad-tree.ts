import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { checkSteps } from '#tools/check-steps.ts'

export type Violation = { readonly from: string; readonly to: string; readonly rule: string }

const root = join(import.meta.dirname, '..', '..')
const refusal = /^ {2}error (.+?): (\S+) →\s+(\S+)/gm

/**
 * Writes a tree of these files (path → text) and empty packages of these names, and runs on it what `check` runs for the
 * layers, word for word. Gives its exit code and what it refused.
 */
export async function layersRefuse(
  files: ReadonlyMap<string, string>,
  packages: readonly string[],
): Promise<{ readonly code: number | null; readonly violations: readonly Violation[] }> {
  const tree = mkdtempSync(join(tmpdir(), 'postern-bad-tree-'))
  try {
    for (const name of ['package.json', 'tsconfig.json']) cpSync(join(root, name), join(tree, name))
    for (const name of packages) {
      write(
        join(tree, 'node_modules', name, 'package.json'),
        JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
      )
      write(join(tree, 'node_modules', name, 'index.js'), 'module.exports = {}\n')
    }
    for (const folder of ['src', 'renderer', 'test']) mkdirSync(join(tree, folder), { recursive: true })
    for (const [path, text] of files) write(join(tree, path), text)
    const { code, output } = await runLayers(tree)
    const refused = [...output.matchAll(refusal)].map(([, rule = '', from = '', to = '']) => ({ from, to, rule }))
    return { code, violations: refused }
  } finally {
    rmSync(tree, { recursive: true })
  }
}

function runLayers(cwd: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const step = checkSteps.find(({ name }) => name === 'layers')
  if (step === undefined) throw new Error('check no longer has a step for the layers')
  const [script = '', ...args] = step.run
  const inRoot = args.map((arg) => (arg.endsWith('.cjs') ? join(root, arg) : arg))
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, script), ...inRoot], {
      cwd,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    })
    const parts: Buffer[] = []
    const wrong: Buffer[] = []
    child.stdout.on('data', (part: Buffer) => parts.push(part))
    child.stderr.on('data', (part: Buffer) => wrong.push(part))
    child.on('error', reject)
    child.on('close', (code) => {
      if (wrong.length > 0) reject(new Error(Buffer.concat(wrong).toString()))
      resolve({ code, output: Buffer.concat(parts).toString() })
    })
  })
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
