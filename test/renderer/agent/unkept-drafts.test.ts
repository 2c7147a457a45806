import { describe, expect, it } from 'vitest'
import type { DraftQuestion } from '#contract/agent-exceptions.ts'
import { unkeptDrafts } from '../../../renderer/agent/parts/unkept-drafts.ts'

const question = (draft_id: string, reason: string) => ({ draft_id, checks: ['a'], resources: [], reason })

/** A disk with room for so many. */
function aDisk(room: number) {
  const saved: DraftQuestion[] = []
  const disk = { room, saved }
  const unkept = unkeptDrafts(async (draft) => {
    if (disk.room === 0) return { ok: false, code: 'drafts_full' }
    disk.room -= 1
    saved.push(draft)
    return { ok: true, value: undefined }
  })
  return { disk, unkept }
}
const ids = (drafts: readonly DraftQuestion[]) => drafts.map(({ draft_id }) => draft_id)

describe('Drafts that could not be saved', () => {
  it('are saved in their order as far as there is room, and forgotten then', async () => {
    const { disk, unkept } = aDisk(0)
    for (const id of ['A', 'B', 'C']) unkept.hold(question(id, id), 7)
    await unkept.retry()
    expect(ids(unkept.all())).toEqual(['A', 'B', 'C'])
    disk.room = 2
    await unkept.retry()
    expect(disk.saved).toEqual([question('A', 'A'), question('B', 'B')])
    expect(ids(unkept.all())).toEqual(['C'])
  })

  it('are held once each, with the newest words', () => {
    const { unkept } = aDisk(0)
    unkept.hold(question('A', 'old'), 7)
    unkept.hold(question('A', 'new'), 8)
    expect(unkept.all()).toEqual([{ ...question('A', 'new'), saved_at: 8, clicked_at: null }])
  })

  it('are left to the form that has them open, and tried once it lets go', async () => {
    const { disk, unkept } = aDisk(1)
    unkept.hold(question('A', 'a'), 7)
    const first = unkept.claim('A')
    const second = unkept.claim('A')
    first()
    await unkept.retry()
    expect(disk.saved).toEqual([])
    let told = 0
    unkept.subscribe(() => {
      told += 1
    })
    second()
    expect(told).toBe(1)
    await unkept.retry()
    expect(ids(disk.saved)).toEqual(['A'])
  })

  it('keep words that were held while older ones of theirs were saved', async () => {
    const { disk, unkept } = aDisk(1)
    unkept.hold(question('A', 'old'), 7)
    const trying = unkept.retry()
    unkept.hold(question('A', 'new'), 8)
    await trying
    expect(disk.saved).toEqual([question('A', 'old')])
    expect(unkept.all()).toMatchObject([{ reason: 'new' }])
  })
})
