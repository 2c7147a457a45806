import { describe, expect, it } from 'vitest'
import { outbox } from '#agent/gateway-client/outbox.ts'
import { Failure } from '#domain/failure.ts'

describe('what waits for the gateway', () => {
  it('is made anew when it comes back: the newest of a kind, in the order put', async () => {
    const done: string[] = []
    const box = outbox<'a' | 'b'>(() => undefined)
    const act = (name: string) => async () => void done.push(name)
    box.put('a', act('a1'))
    box.put('b', act('b1'))
    box.put('a', act('a2'))
    await box.flush()
    expect(done).toEqual(['b1', 'a2'])
    expect(box.waiting()).toEqual([])
  })

  it('goes on waiting while it is not reached, and what broke otherwise is told and gone', async () => {
    const broken: string[] = []
    let isReached = false
    const box = outbox<'a' | 'b'>((kind) => broken.push(kind))
    box.put('b', () => Promise.reject(new Error('a bug')))
    box.put('a', async () => {
      if (!isReached) throw new Failure('gateway_unreachable', { reason: 'There is no network' })
    })
    await box.flush()
    expect(box.waiting()).toEqual(['a'])
    expect(broken).toEqual(['b'])
    isReached = true
    await box.flush()
    expect(box.waiting()).toEqual([])
  })
})
