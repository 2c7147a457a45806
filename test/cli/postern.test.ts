import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aFolder } from '#test/support/a-folder.ts'
import { runProgram } from '#test/support/run-program.ts'

const root = join(import.meta.dirname, '..', '..')

async function postern(args: readonly string[], env: { readonly [name: string]: string } = {}) {
  const state = env['HOME'] ?? (await aFolder())
  const all = { PATH: '/usr/bin:/bin', HOME: state, POSTERN_STATE: join(state, 's'), ...env }
  const program = join(root, 'src', 'cli', 'postern.ts')
  const ended = await runProgram(process.execPath, [program, ...args], { cwd: state, env: all })
  return { ...ended, wrote: existsSync(all.POSTERN_STATE) }
}

describe('The program itself', () => {
  it('shows its help', async () => {
    const { code, stdout, stderr } = await postern(['--help'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('Usage: postern <command> [options]')
  })

  it('shows the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(await postern(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  it('speaks German where the environment does', async () => {
    const { stderr } = await postern(['status'], { LANG: 'de_DE.UTF-8' })
    expect(stderr).toContain('Es läuft kein Agent')
  })

  it('lets LC_ALL decide before LANG', async () => {
    const { stderr } = await postern(['status'], { LANG: 'de_DE.UTF-8', LC_ALL: 'C' })
    expect(stderr).toContain('No agent is running')
  })
})

describe('A failure told to somebody who reads German', () => {
  const german = { LANG: 'de_DE.UTF-8' }

  it('gives the reason in German too: of a link', async () => {
    const { stderr } = await postern(['agent', 'enroll', 'postern://enrol', '--yes'], german)
    expect(stderr).toContain('Er ist nicht vollständig oder nicht in seiner Form.')
  })

  it('gives the reason in German too: of a file, in a finding', async () => {
    const home = await aFolder()
    await mkdir(join(home, 's'), { mode: 0o700 })
    await writeFile(join(home, 's', 'enrollment.json'), '{', { mode: 0o600 })
    const { stdout } = await postern(['doctor'], { ...german, HOME: home })
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'enrollment.json: Etwas anderes hat hineingeschrieben: Sie ist kein JSON',
    )
  })

  it('gives the reason in German too: of an export that is not there', async () => {
    const { stderr } = await postern(['audit', 'verify', 'nowhere', '--keys', 'nowhere'], german)
    expect(stderr).toContain('Es gibt sie nicht (ENOENT).')
  })
})

describe('Asking for the status where no agent runs', () => {
  it('ends with 4, says so beside the answer, and writes nothing to the answer', async () => {
    const { code, stdout, stderr } = await postern(['status'])
    expect([code, stdout]).toEqual([4, ''])
    expect(stderr).toBe('postern: No agent is running\n  Start it with: postern agent\n')
  })

  it('writes one document with --json, without a colour', async () => {
    const { code, stdout } = await postern(['status', '--json'], { FORCE_COLOR: '1' })
    expect(code).toBe(4)
    expect(JSON.parse(stdout)).toMatchObject({ failure: { code: 'agent_not_running' } })
  })
})

describe('Readings where no agent runs', () => {
  it('are taken by the command, are one document, and leave no file behind', async () => {
    const { code, stdout, wrote } = await postern(['check', '--json'])
    const document = JSON.parse(stdout)
    expect([0, 3]).toContain(code)
    expect(document.by).toBe('command')
    expect(document.signals).toHaveLength(16)
    expect(wrote).toBe(false)
  })
})
