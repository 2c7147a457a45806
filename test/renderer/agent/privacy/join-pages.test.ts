import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SentHead } from '#contract/agent-windows.ts'
import { noon } from '#test/support/a-snapshot.ts'
import { joinNewer, joinOlder, type ReadPages } from '../../../../renderer/agent/privacy/join-pages.ts'

const head = (n: number): SentHead => ({
  id: `${String(n).padStart(21, '0')}A`,
  typ: 'eat+jwt',
  at: noon + n,
  bytes: 9,
  receiver: 'https://posture.example.com',
  reason: null,
  outcome: 'accepted',
  code: null,
})
/** What the agent answers of a ledger of so many messages. */
function page(messages: number, count: number, before?: string): ReadPages {
  const all = Array.from({ length: messages }, (_, n) => head(messages - n))
  const first = before === undefined ? 0 : all.findIndex(({ id }) => id === before) + 1
  const items = all.slice(first, first + count)
  return { items, older: first + count < all.length ? (items.at(-1)?.id ?? null) : null }
}
const steps = fc.array(fc.constantFrom('grow' as const, 'older' as const, 'newest' as const), { maxLength: 30 })

describe('A ledger that grows while it is read', () => {
  it('is never shown with a message twice, out of order, or missing between two', async () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), fc.nat(20), (acts, count, start) => {
        let messages = start
        let read = joinNewer(page(messages, count), undefined)
        for (const act of acts) {
          if (act === 'grow') messages += 1
          if (act === 'newest') read = joinNewer(page(messages, count), read)
          if (act === 'older' && read.older !== null) read = joinOlder(read, page(messages, count, read.older))
          const times = read.items.map(({ at }) => at)
          const top = times[0] ?? 0
          expect(times).toEqual(times.map((_, n) => top - n))
          expect(read.older === null).toBe(times.length === 0 || times.at(-1) === noon + 1)
        }
      }),
    )
  })
})
