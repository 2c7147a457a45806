import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCommand } from '#cli/run-command.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aTerminal } from '#test/support/a-terminal.ts'

const example = join(import.meta.dirname, '..', '..', '..', 'docs', 'examples', 'policy')

async function run(...typed: readonly string[]) {
  const told = aTerminal()
  const exit = await runCommand(typed, told.terminal)
  return { exit, out: told.outLines.join('\n'), err: told.errLines.join('\n') }
}

async function aBookWith(file: string, text: string): Promise<string> {
  const folder = await aFolder()
  await cp(example, folder, { recursive: true })
  await writeFile(join(folder, file), text)
  return folder
}

describe('The example book', () => {
  it('lints with nothing to say', async () => {
    const { exit, out } = await run('policy', 'lint', '--dir', example)
    expect([exit, out]).toEqual([0, expect.stringContaining('Nothing to say')])
  })

  it('passes its own tests', async () => {
    const { exit, out } = await run('policy', 'test', '--dir', example, '--json')
    const document = JSON.parse(out)
    expect(exit).toBe(0)
    expect(document.results.length).toBeGreaterThan(5)
    expect(document.results.filter((result: { passed: boolean }) => !result.passed)).toEqual([])
  })

  it('is told what no test touches when that is asked for', async () => {
    const { out } = await run('policy', 'test', '--dir', example, '--coverage')
    expect(out).toMatch(/touched by a test|No test touches/)
  })
})

describe('A document that is wrong', () => {
  it('is named with file, line and what to write instead; lint ends with 1, test with 2', async () => {
    const folder = await aBookWith('wrong.yaml', 'kind: Policy\nid: everyday2\nrequire: [{ check: no-such-check }]\n')
    const lint = await run('policy', 'lint', '--dir', folder)
    expect(lint.exit).toBe(1)
    expect(lint.out).toMatch(/wrong\.yaml:\d+ {2}error\n/)
    expect(lint.out).toMatch(/^ {2}write: /m)
    expect((await run('policy', 'test', '--dir', folder)).exit).toBe(2)
  })
})

describe('A test that fails', () => {
  it('says what was expected and what came, and ends with 1', async () => {
    const wrong = [
      'kind: PolicyTest',
      'name: Everybody reaches everything',
      'given:',
      '  now: 2026-11-24T10:00:00Z',
      '  person: { groups: [staff] }',
      '  device: { platform: linux, keyTier: T1 }',
      '  resource: { id: payments, tags: [prod], tier: high }',
      '  readings: { base: silent }',
      'expect: { access: allow }',
      '',
    ].join('\n')
    const { exit, out } = await run('policy', 'test', '--dir', await aBookWith('wrong-test.yaml', wrong))
    expect(exit).toBe(1)
    expect(out).toContain('failed  Everybody reaches everything')
    expect(out).toContain('access: expected allow, got refuse')
    expect(out).toMatch(/1 of \d+ tests failed\./)
  })
})

describe('A folder that is not there', () => {
  it.each(['lint', 'test'])('ends %s with 2', async (verb) => {
    const { exit } = await run('policy', verb, '--dir', '/nonexistent')
    expect(exit).toBe(2)
  })
})
