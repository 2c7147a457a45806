import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { verifierKey } from '#gateway/audit/signed-note.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aLogKey } from '#test/support/a-log-key.ts'
import { anExportedBundle } from '#test/support/an-exported-bundle.ts'
import { runProgram } from '#test/support/run-program.ts'

const root = join(import.meta.dirname, '..', '..')
const program = join(root, 'src', 'tools', 'mutate-bundle.ts')
const changesMs = 180_000
const classLine = /^(.+): (\d+) of (\d+) found(?:; (.+))?$/

function run(args: readonly string[]) {
  return runProgram(process.execPath, [program, ...args], { cwd: root, env: {} })
}

describe('A bundle that a gateway exported', () => {
  it(
    'is verified as it is, and after each change of a byte, a leaf or a line the first break is named',
    async () => {
      const { zip, keys } = await anExportedBundle()
      const { code, stdout, stderr } = await run([zip, '--keys', keys, '--places', '5'])
      expect(stdout).not.toContain('NOT FOUND')
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const [whole = '', ...lines] = stdout.trimEnd().split('\n')
      const leaves = Number(/^as it is: (\d+) leaves, .* 3 signed votes: exit 0$/.exec(whole)?.[1])
      expect(leaves).toBeGreaterThan(20)
      const classes = new Map(
        lines.slice(0, -1).map((line) => {
          const [, says = line, found, tried, example = ''] = classLine.exec(line) ?? []
          return [says, { found: Number(found), tried: Number(tried), example }] as const
        }),
      )
      for (const how of ['dropped', 'swapped', 'doubled']) {
        expect(classes.get(`a leaf ${how}`)).toMatchObject({ found: leaves, tried: leaves })
        const fitted = classes.get(`a leaf ${how}, the manifest made to fit`)
        expect(fitted).toMatchObject({ found: leaves, tried: leaves })
        expect(fitted?.example).toMatch(/: check [34],.* leaf \d+: /)
        expect(classes.get(`a line of credentials.jsonl ${how}, the manifest made to fit`)?.tried).toBeGreaterThan(1)
      }
      expect(classes.get('one byte of manifest.note')?.example).toMatch(/: check 1, manifest\.note: /)
      const total = [...classes.values()].reduce((sum, { tried }) => sum + tried, 0)
      expect(lines.at(-1)).toBe(`${total} of ${total} found`)
    },
    changesMs,
  )

  it('is not changed where it does not verify to begin with', async () => {
    const { zip } = await anExportedBundle()
    const strange = join(await aFolder(), 'vkeys')
    await writeFile(strange, verifierKey(aLogKey()))
    const { code, stdout } = await run([zip, '--keys', strange])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^as it is: .*: exit 1\n$/)
  })

  it('or a command that cannot be followed is exit 2', async () => {
    const keys = join(await aFolder(), 'vkeys')
    await writeFile(keys, verifierKey(aLogKey()))
    for (const args of [
      [],
      ['bundle.zip'],
      ['bundle.zip', '--keys', keys, '--places', '0'],
      ['none', '--keys', keys],
    ]) {
      const { code, stdout, stderr } = await run(args)
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).not.toBe('')
    }
  })
})
