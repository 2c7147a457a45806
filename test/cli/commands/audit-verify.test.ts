import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCommand } from '#cli/run-command.ts'
import { writeBundle } from '#gateway/audit/bundle.ts'
import { createSigner } from '#gateway/audit/signer.ts'
import { aFolder } from '#test/support/a-folder.ts'
import { aLog } from '#test/support/a-log.ts'
import { aStory } from '#test/support/a-story.ts'
import { aTerminal } from '#test/support/a-terminal.ts'

async function run(...typed: readonly string[]) {
  const told = aTerminal()
  const exit = await runCommand(['audit', 'verify', ...typed], told.terminal)
  return { exit, out: told.outLines.join('\n'), err: told.errLines.join('\n') }
}

async function runGerman(...typed: readonly string[]) {
  const told = aTerminal({ language: 'de' })
  const exit = await runCommand(['audit', 'verify', ...typed], told.terminal)
  return { exit, out: told.outLines.join('\n') }
}

async function aBundle() {
  const log = await aLog()
  const story = await aStory(log)
  await story.request()
  const folder = await aFolder()
  const keys = join(await aFolder(), 'vkeys.txt')
  await writeFile(keys, `# the log's key\n${log.vkey}\n`)
  await writeBundle(log.store, createSigner(log.key, log.state, false), story.sources, folder, {
    log: 1,
    from: 0,
    to: Number.MAX_SAFE_INTEGER,
    version: '0.1.0',
    vkeys: [log.vkey],
  })
  return { folder, keys }
}

describe('An auditor with a bundle and a key', () => {
  it('is told what was proven', async () => {
    const { folder, keys } = await aBundle()
    const { exit, out } = await run(folder, '--keys', keys)
    expect([exit, out]).toEqual([
      0,
      expect.stringMatching(/^\d+ leaves, \d+ checkpoints, 1 requests, 2 signed votes: verified\./),
    ])
    const { out: json } = await run(folder, '--keys', keys, '--json')
    expect(JSON.parse(json)).toMatchObject({ exit: 0, breaks: [], counts: { signedVotes: 2 } })
  })

  it('is told the first place that does not fit', async () => {
    const { folder, keys } = await aBundle()
    await writeFile(join(folder, 'VERIFY.md'), 'trust me\n')
    const { exit, out } = await run(folder, '--keys', keys)
    expect([exit, out]).toEqual([
      1,
      expect.stringMatching(/^\(1\) manifest and files, in VERIFY\.md: [\s\S]*NOT verified\./),
    ])
  })

  it('is told it in German, where German is read', async () => {
    const { folder, keys } = await aBundle()
    await writeFile(join(folder, 'VERIFY.md'), 'trust me\n')
    const { exit, out } = await runGerman(folder, '--keys', keys)
    expect(exit).toBe(1)
    expect(out).toContain('(1) Verzeichnis und Dateien, in VERIFY.md: ist nicht die Datei des Verzeichnisses')
  })

  it('is told what is missing', async () => {
    const { folder, keys } = await aBundle()
    await rm(join(folder, 'persons.jsonl'))
    const { exit, out } = await run(folder, '--keys', keys)
    expect([exit, out]).toEqual([3, expect.stringContaining('Missing: persons.jsonl')])
  })

  it('cannot do without a key, a bundle, or files that can be read', async () => {
    const { folder, keys } = await aBundle()
    expect((await run(folder)).exit).toBe(2)
    expect((await run('--keys', keys)).exit).toBe(2)
    expect((await run(folder, '--keys', `${keys}.none`)).exit).toBe(2)
    expect((await run(`${folder}.none`, '--keys', keys)).exit).toBe(2)
    expect((await run(folder, '--keys', keys, '--from', keys)).exit).toBe(2)
  })
})
