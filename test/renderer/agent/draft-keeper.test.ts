import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Draft, DraftQuestion } from '#contract/agent-exceptions.ts'
import type { Reply } from '#contract/transport.ts'
import { draftKeeper, restMs } from '../../../renderer/agent/parts/draft-keeper.ts'

const question = (reason: string): DraftQuestion => ({ draft_id: 'A', checks: ['a'], resources: [], reason })
const saved = (at: number): Reply<Draft> => ({
  ok: true,
  value: { draft_id: 'A', checks: ['a'], resources: [], saved_at: at, clicked_at: null },
})

/** A place to save in, whose answers a test gives. */
function aPlace() {
  const asked: { question: DraftQuestion; answer: (reply: Reply<Draft>) => void }[] = []
  const save = (next: DraftQuestion) =>
    new Promise<Reply<Draft>>((answer) => {
      asked.push({ question: next, answer })
    })
  return { asked, keeper: draftKeeper(save) }
}
const settled = () => Promise.resolve().then(() => undefined)

describe('What is being written', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('is saved once nothing was written for half a second', () => {
    const { asked, keeper } = aPlace()
    keeper.write(question('a'))
    vi.advanceTimersByTime(restMs - 1)
    keeper.write(question('ab'))
    vi.advanceTimersByTime(restMs - 1)
    expect(asked).toEqual([])
    vi.advanceTimersByTime(1)
    expect(asked.map((each) => each.question.reason)).toEqual(['ab'])
  })

  it('is saved at once when the form goes away, and not a second time', () => {
    const { asked, keeper } = aPlace()
    keeper.write(question('a'))
    keeper.flush()
    keeper.flush()
    vi.advanceTimersByTime(restMs * 2)
    expect(asked).toHaveLength(1)
  })

  it('is not saved any more once it was dropped, and an answer that comes late says nothing', async () => {
    const { asked, keeper } = aPlace()
    keeper.write(question('a'))
    keeper.flush()
    keeper.write(question('b'))
    keeper.drop()
    vi.advanceTimersByTime(restMs * 2)
    asked[0]?.answer(saved(7))
    await settled()
    expect(asked).toHaveLength(1)
    expect(keeper.standing()).toEqual({ kind: 'unchanged' })
  })

  it('is tried again where saving failed', async () => {
    const { asked, keeper } = aPlace()
    keeper.write(question('a'))
    keeper.flush()
    asked[0]?.answer({ ok: false, code: 'state_unwritable' })
    await settled()
    expect(keeper.standing()).toMatchObject({ kind: 'failed', refusal: { code: 'state_unwritable' } })
    keeper.flush()
    asked[1]?.answer(saved(9))
    await settled()
    expect(asked[1]?.question.reason).toBe('a')
    expect(keeper.standing()).toEqual({ kind: 'saved', at: 9 })
  })

  it('keeps the newest words where an older save fails after they were written', async () => {
    const { asked, keeper } = aPlace()
    keeper.write(question('old'))
    keeper.flush()
    keeper.write(question('new'))
    asked[0]?.answer({ ok: false, code: 'state_unwritable' })
    await settled()
    keeper.flush()
    expect(asked[1]?.question.reason).toBe('new')
  })
})
