import { cp, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aFolder } from '#test/support/a-folder.ts'
import { runProgram } from '#test/support/run-program.ts'

const root = join(import.meta.dirname, '..', '..')

/** The checkout as somebody has it who never fetched Electron: with nothing beside it, and the package without its binary. */
async function aCheckoutWithoutElectron(): Promise<string> {
  const checkout = join(await aFolder(), 'checkout')
  await mkdir(checkout)
  for (const name of ['src', 'test', 'renderer', 'assets', 'package.json', 'vitest.config.ts', 'tsconfig.json'])
    await cp(join(root, name), join(checkout, name), { recursive: true })
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'))
  return checkout
}

describe('The tests of Electron where there is none', () => {
  it('are each counted as skipped for that reason, nothing is fetched, and the run is no failure', {
    timeout: 120_000,
  }, async () => {
    const checkout = await aCheckoutWithoutElectron()
    const words = [join(checkout, 'src/tools/run-tests.ts'), 'test/electron']
    const env = {
      PATH: '/usr/bin:/bin',
      HOME: checkout,
      NO_COLOR: '1',
      ELECTRON_OVERRIDE_DIST_PATH: join(checkout, 'none'),
    }
    // A network of its own, without any interface up: a download would fail, and fail the run.
    const alone = process.getuid?.() === 0 ? ['/usr/bin/unshare', '--net'] : []
    const [program = '', ...args] = [...alone, process.execPath, ...words]
    const ended = await runProgram(program, args, { cwd: checkout, env })
    const skips = ended.stdout.split('\n').filter((line) => line.startsWith('skipped: '))
    expect(skips.length).toBeGreaterThan(20)
    for (const line of skips) expect(line).toContain('skipped: no Electron binary')
    expect([ended.stdout.trimEnd().split('\n').at(-1), ended.code]).toEqual([
      `0 passed, 0 failed, ${skips.length} skipped`,
      0,
    ])
    expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/download/i)
  })
})
