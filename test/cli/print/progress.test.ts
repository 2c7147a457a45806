import { describe, expect, it } from 'vitest'
import { withProgress } from '#cli/print/progress.ts'
import { aClock } from '#test/support/a-clock.ts'

function slow(isTerminal: boolean) {
  const clock = aClock()
  const written: string[] = []
  let end: (value: string) => void = () => undefined
  const answer = withProgress(
    { clock, isTerminal, columns: 80, write: (text) => written.push(text) },
    'Reading …',
    () =>
      new Promise<string>((resolve) => {
        end = resolve
      }),
  )
  return { clock, written, answer, end: (value: string) => end(value) }
}

describe('Something that takes under a second', () => {
  it('says nothing', async () => {
    const { clock, written, answer, end } = slow(true)
    await clock.advance(999)
    end('done')
    expect(await answer).toBe('done')
    expect(written).toEqual([])
    expect(clock.waiting()).toBe(0)
  })
})

describe('Something that takes longer', () => {
  it('counts on a terminal, in one line that goes away', async () => {
    const { clock, written, answer, end } = slow(true)
    await clock.advance(2000)
    end('done')
    await answer
    expect(written).toEqual(['\r\u001b[KReading … 1 s', '\r\u001b[KReading … 2 s', '\r\u001b[K'])
  })

  it('says it once elsewhere', async () => {
    const { clock, written, answer, end } = slow(false)
    await clock.advance(10_000)
    end('done')
    await answer
    expect(written).toEqual(['Reading …\n'])
  })

  it('leaves no line behind when it fails', async () => {
    const clock = aClock()
    const written: string[] = []
    const failing = withProgress(
      { clock, isTerminal: true, columns: 80, write: (text) => written.push(text) },
      'x',
      () => Promise.reject(new Error('no')),
    )
    await expect(failing).rejects.toThrow('no')
    expect(clock.waiting()).toBe(0)
  })
})
