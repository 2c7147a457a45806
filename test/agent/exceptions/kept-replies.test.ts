import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openKeptReplies } from '#agent/exceptions/kept-replies.ts'
import { silentLog } from '#runtime/log.ts'
import { aFolder } from '#test/support/a-folder.ts'

const one = '01a20cc8-6770-7c10-8a4e-5d2f0c9be771'
const other = '01a20cc8-6771-7c10-8a4e-5d2f0c9be771'

async function aFile() {
  return join(await aFolder(), 'drafts', 'replies.json')
}

describe('an answer that is being written', () => {
  it('is there again after a restart, each at its request', async () => {
    const path = await aFile()
    const replies = await openKeptReplies(path, silentLog)
    await replies.keep(one, 'Version 8.2', 10)
    await replies.keep(other, 'On Friday', 11)
    await replies.keep(one, 'Version 8.2, as of today', 12)
    const again = await openKeptReplies(path, silentLog)
    expect([again.read(one), again.read(other)]).toEqual(['Version 8.2, as of today', 'On Friday'])
  })

  it('is gone once it is forgotten', async () => {
    const path = await aFile()
    const replies = await openKeptReplies(path, silentLog)
    await replies.keep(one, 'Version 8.2', 10)
    await replies.keep(one, '', 11)
    expect((await openKeptReplies(path, silentLog)).read(one)).toBe('')
  })

  it('stands with what was written before where the disk takes no more', async () => {
    const path = await aFile()
    const replies = await openKeptReplies(path, silentLog)
    await replies.keep(one, 'Version 8.2', 10)
    await writeFile(path, '{"version":9}')
    await expect(replies.keep(one, 'Version 9', 11)).rejects.toMatchObject({ code: 'state_too_new' })
    expect(replies.read(one)).toBe('Version 8.2')
  })

  it('counts as none where the file cannot be read, and the agent starts all the same', async () => {
    const path = join(await aFolder(), 'replies.json')
    await writeFile(path, 'not json')
    expect((await openKeptReplies(path, silentLog)).read(one)).toBe('')
  })
})
