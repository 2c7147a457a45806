import { describe, expect, it } from 'vitest'
import * as wire from '#contract/exceptions.ts'
import { type FoldedRequest, foldMoves } from '#domain/exceptions/fold-moves.ts'
import {
  afterGrantMove,
  afterRequestMove,
  type GrantMoveType,
  grantMoveTypes,
  type RequestMoveType,
  requestMoveTypes,
} from '#domain/exceptions/machines.ts'
import { placeMoves } from '#domain/exceptions/moves.ts'
import {
  type GrantState,
  grantStates,
  isLive,
  isOpen,
  type RequestState,
  requestStates,
} from '#domain/exceptions/states.ts'
import { isFailure } from '#domain/failure.ts'
import { aSubmission, foldOf, noon, submitted } from '#test/support/an-exception.ts'

/** What a call threw, by code and state. */
function failureOf(call: () => unknown): string {
  try {
    call()
    return 'taken'
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown
    return 'state' in thrown.details ? `${thrown.code} ${thrown.details.state}` : thrown.code
  }
}

/** Written from the tables of exceptions.md, not from the code: what each state takes, and where it leads. */
const requestRows: { readonly [State in RequestState]?: { readonly [Type in RequestMoveType]?: RequestState } } = {
  step_up_required: {
    'request-proved': 'pending',
    'request-withdrawn': 'withdrawn',
    'request-lapsed': 'lapsed',
    'request-outdated': 'stale',
  },
  pending: {
    'request-queried': 'info_needed',
    'request-escalated': 'pending',
    'vote-approved': 'pending',
    'vote-denied': 'pending',
    'offer-made': 'pending',
    'offer-accepted': 'pending',
    'request-approved': 'approved',
    'request-denied': 'denied',
    'request-withdrawn': 'withdrawn',
    'request-lapsed': 'lapsed',
    'request-outdated': 'stale',
  },
  info_needed: {
    'request-answered': 'pending',
    'request-escalated': 'info_needed',
    'vote-denied': 'info_needed',
    'request-denied': 'denied',
    'request-withdrawn': 'withdrawn',
    'request-lapsed': 'lapsed',
    'request-outdated': 'stale',
  },
}

const ends = { 'grant-expired': 'expired', 'grant-revoked': 'revoked', 'grant-voided': 'voided' } as const
const grantRows: { readonly [State in GrantState]?: { readonly [Type in GrantMoveType]?: GrantState } } = {
  scheduled: { ...ends, 'grant-opened': 'awaiting_activation', 'grant-activated': 'active' },
  awaiting_activation: { ...ends, 'grant-activated': 'active', 'grant-unclaimed': 'unclaimed' },
  active: { ...ends, 'grant-suspended': 'suspended', 'grant-narrowed': 'active', 'grant-cured': 'cured' },
  suspended: { ...ends, 'grant-resumed': 'active' },
}

describe('The states', () => {
  it('are those of the wire', () => {
    expect([...requestStates]).toEqual([...wire.requestStates])
    expect([...grantStates]).toEqual([...wire.grantStates])
  })
})

describe('A request', () => {
  const cases = requestStates.flatMap((state) => requestMoveTypes.map((type) => ({ state, type })))
  it.each(cases)('in $state meets $type', ({ state, type }) => {
    const expected = requestRows[state]?.[type]
    if (expected !== undefined) expect(afterRequestMove(state, type)).toBe(expected)
    else
      expect(failureOf(() => afterRequestMove(state, type))).toBe(
        `${isOpen(state) ? 'state_conflict' : 'request_closed'} ${state}`,
      )
  })

  it.each(requestMoveTypes.filter((type) => type !== 'request-submitted' && type !== 'request-refused'))(
    'cannot begin with %s',
    (type) => {
      expect(failureOf(() => afterRequestMove(undefined, type))).toBe('not_found')
    },
  )

  it('begins where it is told, but never approved', () => {
    expect(afterRequestMove(undefined, 'request-submitted', 'pending')).toBe('pending')
    expect(afterRequestMove(undefined, 'request-submitted', 'step_up_required')).toBe('step_up_required')
    expect(afterRequestMove(undefined, 'request-refused')).toBe('refused')
    expect(failureOf(() => afterRequestMove(undefined, 'request-submitted', 'approved'))).toBe('not_found')
  })
})

describe('A grant', () => {
  const cases = grantStates.flatMap((state) => grantMoveTypes.map((type) => ({ state, type })))
  it.each(cases)('in $state meets $type', ({ state, type }) => {
    const expected = grantRows[state]?.[type]
    if (expected !== undefined) expect(afterGrantMove(state, type)).toBe(expected)
    else
      expect(failureOf(() => afterGrantMove(state, type))).toBe(
        `${isLive(state) ? 'state_conflict' : 'request_closed'} ${state}`,
      )
  })
})

const proved = { type: 'request-proved', at: noon + 60, actor: 'ada', state: 'pending' } as const
const approved = {
  type: 'request-approved',
  at: noon + 120,
  actor: null,
  state: 'approved',
  grantId: 'grant',
  book: 'book',
  tally: { stages: [], votes: [], complete: true, denied: false },
} as const
const minted = {
  type: 'grant-minted',
  at: noon + 120,
  actor: null,
  state: 'active',
  grant: {
    id: 'grant',
    checks: [
      { id: 'disk', covers: ['violated'] },
      { id: 'firewall', covers: ['violated'] },
    ],
    resources: ['wiki'],
    controls: [],
    notBefore: noon + 120,
    notAfter: noon + 3720,
  },
} as const
const narrowed = { type: 'grant-narrowed', at: noon + 900, actor: null, state: 'active', cured: ['disk'] } as const
const expired = { type: 'grant-expired', at: noon + 9000, actor: null, state: 'expired' } as const
const first = {
  type: 'request-submitted',
  at: noon,
  actor: 'ada',
  state: 'step_up_required',
  submission: aSubmission(),
} as const

describe('A fold of moves', () => {
  const history = placeMoves([first, proved, approved, minted, narrowed, expired], 1)

  it('is the state after the last', () => {
    const folded = foldMoves(history)
    expect(folded).toMatchObject({ state: 'approved', pendingAt: noon + 60, closedAt: noon + 120, nextPosition: 7 })
    expect(folded.grant).toMatchObject({
      state: 'expired',
      checks: [{ id: 'firewall', covers: ['violated'] }],
      gone: [{ id: 'disk', at: noon + 900 }],
      endedAt: noon + 3720,
    })
  })

  it('does not depend on the order in which moves are given', () => {
    expect(foldMoves([...history].reverse())).toEqual(foldMoves(history))
  })

  it.each([
    ['a position twice', () => foldMoves([...history, ...history.slice(1, 2)])],
    ['a position missing', () => foldMoves(history.filter(({ position }) => position !== 2))],
    ['no first one', () => foldMoves(history.slice(1))],
  ])('refuses %s', (_name, fold) => {
    expect(fold).toThrow(RangeError)
  })

  it('refuses a recorded state that the tables do not yield', () => {
    expect(() => foldOf(submitted(), { ...approved, state: 'denied' })).toThrow()
    expect(() =>
      foldOf(submitted(), {
        type: 'vote-approved',
        at: noon,
        actor: 'grace',
        state: 'info_needed',
        vote: aVoteOf('grace'),
      }),
    ).toThrow()
  })

  it('refuses a grant of a request that is not approved, and a second one', () => {
    expect(failureOf(() => foldOf(submitted(), minted))).toBe('state_conflict pending')
    expect(failureOf(() => foldOf(submitted(), approved, minted, minted))).toBe('state_conflict active')
  })

  it('refuses a second vote of one person on one revision', () => {
    const vote = { type: 'vote-approved', at: noon, actor: 'grace', state: 'pending', vote: aVoteOf('grace') } as const
    expect(() => foldOf(submitted(), vote, vote)).toThrow(RangeError)
  })

  it('of nothing is nothing', () => {
    expect(failureOf(() => foldMoves([]))).toBe('not_found')
  })

  it('holds what was submitted', () => {
    const { termsDigest, ...kept } = aSubmission()
    const folded: FoldedRequest = foldOf(submitted())
    expect(folded).toMatchObject({ ...kept, termsDigest, revision: 1, state: 'pending', grant: null })
  })
})

function aVoteOf(person: string) {
  return { person, stage: 'a', decision: 'approve', revision: 1, termsDigest: 'd', voterDevice: 'any' } as const
}
