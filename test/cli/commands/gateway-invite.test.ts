import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCommand } from '#cli/run-command.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aTerminal } from '#test/support/a-terminal.ts'

const settings = `organisation: { name: Example, contact: it@example.com, privacyUrl: https://example.com/privacy }
people:
  - { email: ada@example.com, name: Ada, admin: true }
  - { email: bob@example.com, name: Bob }
`

async function run(...typed: readonly string[]) {
  const folder = await aFolder()
  const config = join(folder, 'gateway.yaml')
  await writeFile(config, settings)
  const told = aTerminal()
  const place = ['--config', config, '--data', join(folder, 'data')]
  const exit = await runCommand(['gateway', 'invite', ...typed, ...place], told.terminal)
  return { exit, out: told.outLines.join('\n'), err: told.errLines.join('\n') }
}

describe('postern gateway invite', () => {
  it('prints a link for an admin, this once', async () => {
    const { exit, out } = await run('--admin', 'ada@example.com')
    expect(exit).toBe(0)
    expect(out).toContain('Ada <ada@example.com>')
    expect(out).toMatch(/http:\/\/localhost:8180\/invite\/[A-Za-z0-9_-]{43}/)
  })

  it('says the same as data', async () => {
    const { exit, out } = await run('--admin', 'ada@example.com', '--json')
    expect(exit).toBe(0)
    expect(JSON.parse(out)).toEqual({
      url: expect.stringMatching(/\/invite\/[A-Za-z0-9_-]{43}$/),
      expires_at: expect.any(Number),
      email: 'ada@example.com',
    })
  })

  it('ends with 2 for somebody who is no admin, and without an address', async () => {
    expect((await run('--admin', 'bob@example.com')).exit).toBe(2)
    expect((await run()).exit).toBe(2)
  })
})
