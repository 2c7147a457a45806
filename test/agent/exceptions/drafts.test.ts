import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDrafts } from '#agent/exceptions/drafts.ts'
import { keptRefusal } from '#agent/exceptions/kept-refusal.ts'
import { mostDrafts } from '#domain/exceptions/most-drafts.ts'
import { Failure } from '#domain/failure.ts'
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
    await expect(drafts.save(empty, 21, null)).rejects.toMatchObject({
      code: 'drafts_full',
      details: { most: 20 },
    })
    const { draft_id } = drafts.all()[0] ?? { draft_id: '' }
    expect(await drafts.save({ ...empty, draft_id, reason: 'more' }, 22, null)).toMatchObject({ reason: 'more' })
    await drafts.discard(draft_id)
    expect(drafts.find(draft_id)).toBeUndefined()
  })

  it('say why they were refused, also after the process, until a word is changed or they are sent', async () => {
    const folder = await aFolder()
    const before = await openDrafts(folder, silentLog)
    const sent = await before.save({ ...empty, reason: 'why' }, 10, 10)
    await before.refuse(sent, keptRefusal(new Failure('agent_outdated', { min_agent: '2.0' }), 12))
    const refused = { code: 'agent_outdated', at: 12, details: { min_agent: '2.0' } }
    const drafts = await openDrafts(folder, silentLog)
    expect(drafts.all()).toMatchObject([{ reason: 'why', saved_at: 10, clicked_at: null, refused }])
    const { draft_id } = sent
    expect(await drafts.save({ ...empty, draft_id, reason: 'why' }, 13, null)).toMatchObject({ refused })
    expect(await drafts.save({ ...empty, draft_id, reason: 'why not' }, 14, null)).not.toHaveProperty('refused')
    const again = await drafts.save({ ...empty, draft_id, reason: 'why not' }, 15, 15)
    await drafts.refuse(again, keptRefusal(new Failure('agent_outdated', {}), 16))
    expect(await drafts.save({ ...empty, draft_id, reason: 'why not' }, 17, 17)).not.toHaveProperty('refused')
  })

  it('may end in half a character, where they were cut, and are saved again', async () => {
    const drafts = await openDrafts(await aFolder(), silentLog)
    const { draft_id } = await drafts.save({ ...empty, reason: 'cut \ud83d' }, 10, null)
    expect(await drafts.save({ ...empty, draft_id, reason: 'cut \ud83d' }, 11, null)).toMatchObject({ saved_at: 11 })
  })

  it('are not touched by a refusal of what they were before', async () => {
    const drafts = await openDrafts(await aFolder(), silentLog)
    const sent = await drafts.save({ ...empty, reason: 'old' }, 10, 10)
    const changed = await drafts.save({ ...empty, draft_id: sent.draft_id, reason: 'new' }, 11, null)
    await drafts.refuse(sent, keptRefusal(new Failure('agent_outdated', {}), 12))
    expect(drafts.all()).toEqual([changed])
  })

  it('do not come back once they are a request', async () => {
    const folder = await aFolder()
    const drafts = await openDrafts(folder, silentLog)
    const { draft_id } = await drafts.save({ ...empty, reason: 'why' }, 10, 10)
    await drafts.sent(draft_id, 'the request')
    await expect(drafts.save({ ...empty, draft_id, reason: 'later' }, 11, null)).rejects.toMatchObject({
      code: 'draft_sent',
      details: { request_id: 'the request' },
    })
    expect(drafts.all()).toEqual([])
    expect(await readdir(folder)).toEqual([])
  })

  it('of a Postern that knew no refusals are read as they are', async () => {
    const folder = await aFolder()
    const draft_id = `${'a'.repeat(21)}A`
    const old = { draft_id, ...empty, reason: 'why', saved_at: 5, clicked_at: null }
    await writeFile(join(folder, `${draft_id}.json`), JSON.stringify({ version: 1, ...old }))
    expect((await openDrafts(folder, silentLog)).all()).toEqual([old])
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
