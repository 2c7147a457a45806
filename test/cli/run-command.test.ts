import { describe, expect, it } from 'vitest'
import { textWidth } from '#cli/print/text-width.ts'
import { commandTable, runCommand } from '#cli/run-command.ts'
import { cliCommands } from '#contract/texts/cli-texts.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aTerminal } from '#test/support/a-terminal.ts'

const later = cliCommands.filter((name) => commandTable[name].load === undefined)
const now = cliCommands.filter((name) => commandTable[name].load !== undefined)

async function run(typed: string, parts: Parameters<typeof aTerminal>[0] = {}) {
  const told = aTerminal({ environment: { XDG_STATE_HOME: await aFolder() }, ...parts })
  const exit = await runCommand(
    typed.split(' ').filter((word) => word !== ''),
    told.terminal,
  )
  return { exit, out: told.outLines.join('\n'), err: told.errLines.join('\n') }
}

describe('A command that comes later', () => {
  it.each(later)('says so in a sentence and ends with 2: %s', async (name) => {
    const { exit, out, err } = await run(`${name} something --json`)
    expect(exit).toBe(2)
    expect(err).toContain(`postern ${name} comes later`)
    expect(JSON.parse(out)).toMatchObject({ failure: { code: 'not_implemented' } })
  })
})

describe('The help', () => {
  it('names every command that is there and none that is not', async () => {
    const { exit, out } = await run('--help')
    expect(exit).toBe(0)
    for (const name of now) expect(out).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'))
    for (const name of later) expect(out).not.toMatch(new RegExp(`^ {2}${name}\\b`, 'm'))
  })

  it.each(now)('of %s fits 80 columns in both languages', async (name) => {
    for (const language of ['en', 'de'] as const) {
      const { exit, out } = await run(`${name} --help`, { language })
      expect(exit).toBe(0)
      for (const line of out.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(80)
    }
  })

  it('is shown beside the answer, with 2, where no command was named', async () => {
    for (const typed of ['', 'policy']) {
      const { exit, out, err } = await run(typed)
      expect([exit, out]).toEqual([2, ''])
      expect(err).toContain('Usage:')
    }
  })
})

describe('Words that cannot be run', () => {
  it.each([
    ['stats', 'There is no command stats', 'Did you mean status?'],
    ['status --foo', 'There is no option --foo here', 'postern status --help'],
    ['status more', 'There are more words', 'postern status --help'],
    ['agent enroll', 'link is missing', 'postern agent enroll --help'],
    ['gateway token --for', '--for needs a value', 'postern gateway token --help'],
    ['gateway token', '--for <email> is missing', 'postern gateway token --help'],
    ['gateway token --for a@example.com --ownership mine', '--ownership cannot be mine', 'company'],
    ['gateway token --for a@example.com --until 2026-02-30', '--until cannot be 2026-02-30', 'YYYY-MM-DD'],
    ['gateway token --for a@example.com --until 2020-01-01', '--until cannot be 2020-01-01', 'YYYY-MM-DD'],
    ['gateway --config /nonexistent.yaml', 'The settings in /nonexistent.yaml cannot be used', 'there is no such file'],
  ])('end with 2, a sentence and what to do: %s', async (typed, says, instead) => {
    const { exit, err, out } = await run(typed)
    expect(exit).toBe(2)
    expect(err.replace(/\s+/g, ' ')).toContain(says)
    expect(err.replace(/\s+/g, ' ')).toContain(instead)
    expect(out).toBe('')
  })
})

describe('An agent that is not there', () => {
  it('is missed in one sentence, with 4', async () => {
    const { exit, err } = await run('status')
    expect(exit).toBe(4)
    expect(err).toBe('postern: No agent is running\n  Start it with: postern agent')
  })

  it('is looked for where the option says, before the variable', async () => {
    const long = `/tmp/${'x'.repeat(120)}`
    const { exit, err } = await run(`status --control ${long}`, { environment: { POSTERN_CONTROL: '/tmp/short' } })
    expect(exit).toBe(2)
    expect(err).toContain('too long')
  })

  it('is looked for where a file names it, and never in two places', async () => {
    const environment = { POSTERN_CONTROL: '/tmp/a', POSTERN_CONTROL_FILE: '/tmp/b' }
    const { exit, err } = await run('status', { environment })
    expect(exit).toBe(2)
    expect(err).toContain('POSTERN_CONTROL and POSTERN_CONTROL_FILE are both set')
  })
})
