import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../support/run-program.ts'
import { whyNot } from '../support/what-is-here.ts'

const root = join(import.meta.dirname, '..', '..')
const launcher = join(root, 'src/packaging/launch.mjs')

describe('An older Node', () => {
  it('is told in one sentence which one is needed, and ends with 2', async () => {
    const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '23.11.1' } })`
    const ended = await runProgram(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, launcher],
      here,
    )
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toMatch(/^postern needs Node 24 or newer; this is Node 23\.11\.1 \(\S+\)\.\n$/)
  })

  it('that is really there is told so too', async (context) => {
    const older = await findOlderNode()
    if (older === undefined) return context.skip(whyNot('no program', 'a Node older than 24'))
    const ended = await runProgram(older, [launcher, '--version'], here)
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toMatch(/^postern needs Node 24 or newer; this is Node \d+\.\d+\.\d+ \(\S+\)\.\n$/)
  })
})

const here = { cwd: root, env: {} }

async function findOlderNode(): Promise<string | undefined> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin']
  for (const candidate of new Set(folders.map((folder) => join(folder, 'node')))) {
    if (!existsSync(candidate)) continue
    const { stdout } = await runProgram(candidate, ['-p', 'process.versions.node'], here)
    if (Number.parseInt(stdout, 10) < 24) return candidate
  }
  return undefined
}
