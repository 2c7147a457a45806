import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runProgram } from '#test/support/run-program.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'postern-run-tests-'))
mkdirSync(join(folder, 'test'))
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
afterAll(() => rmSync(folder, { recursive: true }))

const passes = "it('holds', () => {})"
const fails = "it('does not hold', () => { throw new Error('no') })"

describe('The count at the end of a test run', () => {
  it.each([
    ['a test that holds', passes, '1 passed, 0 failed, 0 skipped', 0],
    ['one that does not', `${passes}\n${fails}`, '1 passed, 1 failed, 0 skipped', 1],
    ['a file that does not load', `${passes}\nthrow new Error('broken')`, '0 passed, 1 failed, 0 skipped', 1],
    [
      'an error after the test',
      "it('holds', () => { void Promise.reject(new Error('late')) })",
      '1 passed, 1 failed, 0 skipped',
      1,
    ],
    [
      'a suite that cannot begin',
      `${passes}\nbeforeAll(() => { throw new Error('no') })`,
      '0 passed, 1 failed, 1 skipped',
      1,
    ],
    [
      'what a machine need not have as left out, and no failure',
      "it('starts Electron', (context) => context.skip('skipped: no Electron binary'))",
      '0 passed, 0 failed, 1 skipped',
      0,
    ],
    [
      'what was left out for another reason as a failure',
      "it('holds', (context) => context.skip('no Electron binary'))\nit('is slow', (context) => context.skip('too slow'))",
      '0 passed, 0 failed, 2 skipped',
      1,
    ],
    [
      'a test that says no reason as a failure, beside one that holds',
      `${passes}\nit.skip('is left out', () => {})`,
      '1 passed, 0 failed, 1 skipped',
      1,
    ],
    [
      'a suite that is left out for a known reason as no failure, and runs none of its hooks',
      `${passes}\ndescribe.skip('a suite', { meta: { whyNot: 'no D-Bus: /usr/bin/dbus-daemon' } }, () => {
        beforeAll(() => { throw new Error('ran') })
        describe('in it', () => { it('holds', () => { throw new Error('ran') }) })
      })`,
      '1 passed, 0 failed, 1 skipped',
      0,
    ],
    ['nothing that ran', "it.todo('later')", '0 passed, 0 failed, 1 skipped', 1],
  ])('counts %s', async (_, code, line, exit) => {
    const ended = await runTests(code)
    expect(ended.stdout.trimEnd().split('\n').at(-1)).toBe(line)
    expect(ended.code).toBe(exit)
  })

  it('comes after every skip and its reason', async () => {
    const { stdout } = await runTests(`${passes}\nit('needs a thing', (context) => context.skip('no thing here'))`)
    expect(stdout).toMatch(
      /\nskipped for no reason that counts: test\/a\.test\.ts > needs a thing\nskipped: test\/a\.test\.ts > needs a thing: no thing here\n1 passed, 0 failed, 1 skipped\n$/,
    )
  })
})

function runTests(code: string) {
  writeFileSync(
    join(folder, 'test/a.test.ts'),
    `import { beforeAll, describe, it } from 'vitest'\nvoid [beforeAll, describe]\n${code}\n`,
  )
  const script = join(root, 'src/tools/run-tests.ts')
  return runProgram(process.execPath, [script, 'test/a.test.ts'], { cwd: folder, env: { NO_COLOR: '1', PATH: '' } })
}
