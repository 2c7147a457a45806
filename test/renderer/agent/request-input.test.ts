import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { draftQuestion, previewQuestion, submitQuestion } from '#contract/agent-exceptions.ts'
import { id22 } from '#contract/wire-types.ts'
import { dayWords, endsOfDays } from '../../../renderer/agent/request/days.ts'
import { durations } from '../../../renderer/agent/request/durations.ts'
import { equalRequest } from '../../../renderer/agent/request/equal-request.ts'
import { newDraftId } from '../../../renderer/agent/request/new-draft-id.ts'
import {
  draftOf,
  faultsOf,
  inputOf,
  previewOf,
  type RequestInput,
  submissionOf,
} from '../../../renderer/agent/request/request-input.ts'

const draftId = 'T0dW9xQ7mTzB1nLc5hYw8Q'
const limits = { max_duration_s: 14_400, reason_min: 5, categories: ['travel'], ticket: undefined }
const whole: RequestInput = {
  checks: ['firewall'],
  resources: ['payments'],
  durationSeconds: 3600,
  category: 'travel',
  reason: 'A train.',
  ticket: '',
  remedyBy: undefined,
  replaces: undefined,
}
const anInput = fc.record<RequestInput>({
  checks: fc.array(fc.stringMatching(/^[a-z0-9-]{1,40}$/), { maxLength: 14 }),
  resources: fc.array(fc.stringMatching(/^[a-z0-9-]{1,64}$/), { maxLength: 30 }),
  durationSeconds: fc.option(fc.integer({ min: 60, max: 1_209_600 }), { nil: undefined }),
  category: fc.option(fc.constantFrom('travel', 'vendor-bug'), { nil: undefined }),
  reason: fc.string({ maxLength: 2500, unit: 'binary' }),
  ticket: fc.string({ maxLength: 90 }),
  remedyBy: fc.option(fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }), { nil: undefined }),
  replaces: fc.constant(undefined),
})

describe('What a person has put into the form', () => {
  it('is always a draft that the agent takes', () => {
    void fc.assert(
      fc.property(anInput, (input) => {
        expect(draftQuestion.safeParse(draftOf(input, draftId)).success).toBe(true)
      }),
    )
  })

  it('comes back from a draft as it was, but for what is longer than there may be', () => {
    void fc.assert(
      fc.property(anInput, (input) => {
        const cut = {
          ...input,
          checks: input.checks.slice(0, 10),
          resources: input.resources.slice(0, 20),
          reason: input.reason.slice(0, 10_000),
          ticket: input.ticket.slice(0, 200),
        }
        expect(inputOf(draftOf(input, draftId))).toEqual(cut)
      }),
    )
  })

  it('can be sent wherever nothing is found missing or wrong', () => {
    void fc.assert(
      fc.property(anInput, (input) => {
        fc.pre(faultsOf(input, limits).length === 0 && input.checks.length > 0)
        fc.pre(input.checks.length <= 10 && input.resources.length <= 20)
        expect(submitQuestion.safeParse(submissionOf(input, draftId)).success).toBe(true)
      }),
    )
    expect(submitQuestion.safeParse(submissionOf(whole, draftId)).success).toBe(true)
  })

  it('is asked about without a word of what was written', () => {
    const question = previewOf({ ...whole, ticket: 'OPS-1' })
    expect(previewQuestion.strict().parse(question)).toEqual({
      checks: ['firewall'],
      resources: ['payments'],
      duration_s: 3600,
      category: 'travel',
    })
    expect(previewOf({ ...whole, resources: [] })).toBeUndefined()
  })

  it.each([
    [{ resources: [] }, [{ field: 'resources', kind: 'missing' }]],
    [{ durationSeconds: undefined }, [{ field: 'duration', kind: 'missing' }]],
    [{ durationSeconds: 14_401 }, [{ field: 'duration', kind: 'long' }]],
    [{ category: 'vendor-bug' }, [{ field: 'category', kind: 'missing' }]],
    [{ reason: ' \n ' }, [{ field: 'reason', kind: 'missing' }]],
    [{ reason: '  abc  ' }, [{ field: 'reason', kind: 'short' }]],
    [{ reason: '👩‍🔧'.repeat(500) }, [{ field: 'reason', kind: 'long' }]],
    [{ ticket: 'x'.repeat(65) }, [{ field: 'ticket', kind: 'long' }]],
    [{}, []],
  ] satisfies [Partial<RequestInput>, unknown][])('%j: %j', (parts, faults) => {
    expect(faultsOf({ ...whole, ...parts }, limits)).toEqual(faults)
  })

  it('needs a ticket that fits every form that is asked for', () => {
    const asked = { ...limits, ticket: 'OPS-* *-2026' }
    expect(faultsOf({ ...whole, ticket: 'OPS-1-2026' }, asked)).toEqual([])
    for (const ticket of ['', 'OPS-1', 'X-2026'])
      expect(faultsOf({ ...whole, ticket }, asked)).toEqual([{ field: 'ticket', kind: 'form' }])
  })
})

describe('An id of a draft', () => {
  it('is one that the agent takes, and another each time', () => {
    const ids = Array.from({ length: 200 }, newDraftId)
    expect(ids.every((id) => id22.safeParse(id).success)).toBe(true)
    expect(new Set(ids).size).toBe(200)
  })
})

describe('Durations to choose from', () => {
  it('rise, hold the limit and what was chosen, and nothing else beyond the limit', () => {
    void fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_209_600 }),
        fc.option(fc.integer({ min: 60, max: 1_209_600 }), { nil: undefined }),
        (most, chosen) => {
          const all = durations(most, chosen)
          expect(all).toEqual([...new Set(all)].sort((one, other) => one - other))
          if (most >= 60) expect(all).toContain(most)
          if (chosen !== undefined) expect(all).toContain(chosen)
          expect(all.filter((span) => span > most && span !== chosen)).toEqual([])
        },
      ),
    )
  })
})

describe('Days to promise a fix by', () => {
  it('begin with the end of today, and each is one calendar day later', () => {
    const now = 1_795_687_200
    const ends = endsOfDays(now, 15)
    expect(ends).toHaveLength(15)
    expect(ends.every((end, at) => end > (ends[at - 1] ?? now))).toBe(true)
    expect(new Date((ends[0] ?? 0) * 1000).getHours()).toBe(23)
    expect(new Set(ends.map((end) => dayWords(end, 'en-GB'))).size).toBe(15)
  })
})

describe('A request that is open already', () => {
  const head = { request_id: 'r', proven: false, votes: null, decide_by: null, grant: null, changes: 1 }
  it('is equal where checks and resources are the same, in whatever order', () => {
    const open = { ...head, state: 'pending' as const, checks: ['a'], resources: ['x', 'y'] }
    expect(equalRequest({ checks: ['a'], resources: ['y', 'x'] }, [open])).toBe('r')
    expect(equalRequest({ checks: ['a'], resources: ['x'] }, [open])).toBeUndefined()
    expect(equalRequest({ checks: ['b'], resources: ['x', 'y'] }, [open])).toBeUndefined()
    expect(equalRequest({ checks: ['a'], resources: ['x', 'y'] }, [{ ...open, state: 'denied' }])).toBeUndefined()
  })
})
