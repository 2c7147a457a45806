import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openAskedVotes } from '#agent/exceptions/asked-votes.ts'
import { silentLog } from '#runtime/log.ts'
import { aFolder } from '#test/support/a-folder.ts'

const asked = (request_id: string, decide_by: number) => ({
  request_id,
  stage: 'device-security',
  checks: ['firewall'],
  requester: 'Ada',
  decide_by,
  told_at: 10,
})
const one = '01a20cc8-6770-7c10-8a4e-5d2f0c9be771'
const other = '01a20cc8-6771-7c10-8a4e-5d2f0c9be771'

async function opened(path?: string, now = { seconds: 10 }) {
  const file = path ?? join(await aFolder(), 'history', 'asked-votes.json')
  return { file, now, votes: await openAskedVotes(file, () => now.seconds, silentLog) }
}

describe('votes that are asked of the person', () => {
  it('are known after a restart, the one that ends first in front', async () => {
    const { file, votes } = await opened()
    await votes.take(asked(one, 200))
    await votes.take(asked(other, 100))
    expect((await opened(file)).votes.all().map(({ request_id }) => request_id)).toEqual([other, one])
  })

  it('are on disk once it has settled, though nobody waited for each', async () => {
    const { file, votes } = await opened()
    void votes.take(asked(one, 100))
    void votes.take(asked(other, 200))
    await votes.settled()
    expect((await opened(file)).votes.all()).toHaveLength(2)
  })

  it('are gone when the time to decide has passed', async () => {
    const { votes, now } = await opened()
    await votes.take(asked(one, 100))
    now.seconds = 100
    expect(votes.all()).toEqual([])
  })

  it('stand once, however often the stream tells them', async () => {
    const { votes } = await opened()
    await votes.take(asked(one, 100))
    await votes.take(asked(one, 150))
    expect(votes.all()).toEqual([asked(one, 150)])
  })

  it('are bounded', async () => {
    const { votes } = await opened()
    for (let at = 0; at < 60; at += 1)
      await votes.take(asked(`01a20cc8-67${String(at).padStart(2, '0')}-7c10-8a4e-5d2f0c9be771`, 100 + at))
    expect(votes.all()).toHaveLength(50)
  })

  it('count as none where the file cannot be read, and are told all the same', async () => {
    const file = join(await aFolder(), 'asked-votes.json')
    await writeFile(file, '{"version":2}')
    const { votes } = await opened(file)
    let told = 0
    votes.onChange(() => {
      told += 1
    })
    await votes.take(asked(one, 100))
    expect([votes.all().length, told]).toEqual([1, 1])
  })
})
