import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDrafts } from '#agent/exceptions/drafts.ts'
import { mostDrafts } from '#contract/agent-exceptions.ts'
import { silentLog } from '#runtime/log.ts'
import { aFolder } from '#test/support/a-folder.ts'

const empty = { checks: [], resources: [] }

describe('Drafts', () => {
  it('are there again after the process, oldest first', async () => {
    const folder = await aFolder()
    const drafts = await openDrafts(folder, silentLog)
    await drafts.save({ ...empty, reason: 'second' }, 20, null)
    await drafts.save({ ...empty, reason: 'first' }, 10, 10)
    const again = await openDrafts(folder, silentLog)
    expect(again.all().map(({ reason, clicked_at }) => [reason, clicked_at])).toEqual([
      ['first', 10],
      ['second', null],
    ])
  })

  it('are at most twenty; one that is there already can still be changed', async () => {
    const drafts = await openDrafts(await aFolder(), silentLog)
    for (let n = 0; n < mostDrafts; n += 1) await drafts.save(empty, n, null)
    await expect(drafts.save(empty, 21, null)).rejects.toMatchObject({ code: 'exception_limit' })
    const { draft_id } = drafts.all()[0] ?? { draft_id: '' }
    expect(await drafts.save({ ...empty, draft_id, reason: 'more' }, 22, null)).toMatchObject({ reason: 'more' })
    await drafts.discard(draft_id)
    expect(drafts.find(draft_id)).toBeUndefined()
  })

  it('leave a file of a newer Postern, and what is no draft, where they lie', async () => {
    const folder = join(await aFolder(), 'drafts')
    await mkdir(folder)
    await writeFile(join(folder, `${'a'.repeat(21)}A.json`), '{"version":9}')
    await writeFile(join(folder, '..%2f.json'), '{}')
    await writeFile(join(folder, `${'b'.repeat(21)}A.json`), 'not JSON')
    expect((await openDrafts(folder, silentLog)).all()).toEqual([])
  })
})
