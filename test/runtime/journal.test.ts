import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { openJournal } from '#runtime/journal.ts'
import { silentLog } from '#runtime/log.ts'
import { aFolder } from '#test/support/a-folder.ts'

const schema = z.strictObject({ at: z.int(), text: z.string() })

async function aJournal(
  more: { readonly folder?: string; readonly maxBytes?: number; readonly maxAgeSeconds?: number } = {},
) {
  const folder = more.folder ?? join(await aFolder(), 'journal')
  const of = {
    schema,
    maxBytes: 100_000,
    maxAgeSeconds: 1000,
    timeOf: (entry: { at: number }) => entry.at,
    log: silentLog,
  }
  return { folder, journal: openJournal({ ...of, ...more, folder }) }
}

describe('a journal', () => {
  it('touches nothing before the first line', async () => {
    const { folder, journal } = await aJournal()
    expect(await journal.read()).toEqual([])
    await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('gives back what was added, in order, to whoever opens it next', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string(), { maxLength: 12 }), async (texts) => {
        const { folder, journal } = await aJournal()
        const entries = texts.map((text, at) => ({ at, text }))
        await Promise.all(entries.map((entry) => journal.append(entry)))
        expect(await (await aJournal({ folder })).journal.read()).toEqual(entries)
      }),
      { numRuns: 25 },
    )
  })

  it('keeps within its bound, and loses the oldest', async () => {
    const { folder, journal } = await aJournal({ maxBytes: 5000 })
    for (let at = 0; at < 200; at += 1) await journal.append({ at, text: 'x'.repeat(50) })
    const kept = await journal.read()
    expect(kept.at(-1)?.at).toBe(199)
    expect(kept.length).toBeLessThan(100)
    const sizes = await Promise.all(
      (await readdir(folder)).map(async (name) => (await readFile(join(folder, name))).length),
    )
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(5000 + 200)
  })

  it('drops files whose last line is too old when a new one begins', async () => {
    const { journal } = await aJournal({ maxBytes: 1000, maxAgeSeconds: 10 })
    for (const at of [0, 1, 100, 101, 102]) await journal.append({ at, text: 'x'.repeat(80) })
    expect((await journal.read()).every(({ at }) => at >= 100)).toBe(true)
  })

  it('goes on below a line that a crash has torn', async () => {
    const { folder, journal } = await aJournal()
    await journal.append({ at: 1, text: 'whole' })
    await appendFile(join(folder, '000001.jsonl'), '{"at":2,"te')
    const { journal: again } = await aJournal({ folder })
    await again.append({ at: 3, text: 'after' })
    expect(await again.read()).toEqual([
      { at: 1, text: 'whole' },
      { at: 3, text: 'after' },
    ])
  })

  it('never writes into a file of a newer Postern', async () => {
    const { folder, journal } = await aJournal()
    await journal.append({ at: 1, text: 'old' })
    await writeFile(join(folder, '000002.jsonl'), '{"version":2}\n')
    const { journal: again } = await aJournal({ folder })
    await expect(again.append({ at: 2, text: 'x' })).rejects.toMatchObject({ code: 'state_too_new' })
    expect(await readFile(join(folder, '000002.jsonl'), 'utf8')).toBe('{"version":2}\n')
  })

  it('says so when it cannot write', async () => {
    const folder = join(await aFolder(), 'journal')
    await writeFile(folder, 'a file in the place of the folder')
    const { journal } = await aJournal({ folder })
    await expect(journal.append({ at: 1, text: 'x' })).rejects.toMatchObject({
      code: expect.stringMatching(/^state_un(read|writ)able$/),
    })
  })
})
