import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  afterAnswer,
  afterEvent,
  afterSnapshot,
  atStart,
  type TopicPosition,
} from '#agent/gateway-client/topic-position.ts'

describe('the position in a topic', () => {
  it('takes each number once and in order, however frames are lost, repeated or mixed up', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 60 }), (arrivals) => {
        let position: TopicPosition = afterSnapshot(atStart, 0).position
        const taken: number[] = []
        for (const seq of arrivals) {
          const arrival = afterEvent(position, seq)
          position = arrival.position
          if (arrival.verdict === 'take') taken.push(seq)
          if (arrival.verdict !== 'resume') continue
          // The gateway answers with everything after, then says that it has.
          for (let missing = (position.last ?? 0) + 1; missing <= 12; missing += 1) {
            const next = afterEvent(position, missing)
            position = next.position
            if (next.verdict === 'take') taken.push(missing)
          }
          position = afterAnswer(position)
        }
        expect(taken).toEqual(taken.map((_, index) => index + 1))
        expect(taken.length).toBeGreaterThanOrEqual(arrivals.includes(1) ? 1 : 0)
      }),
    )
  })
})
