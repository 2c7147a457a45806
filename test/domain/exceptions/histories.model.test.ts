import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dueMoves, requestStateAt } from '#domain/exceptions/deadlines.ts'
import { type FoldedRequest, foldMoves } from '#domain/exceptions/fold-moves.ts'
import { unionInForce } from '#domain/exceptions/grants-in-force.ts'
import {
  judgeAnswer,
  judgeQuestion,
  judgeRevocation,
  judgeSurrender,
  judgeWithdrawal,
} from '#domain/exceptions/judge-acts.ts'
import { judgeVote } from '#domain/exceptions/judge-vote.ts'
import type { Move, NewMove } from '#domain/exceptions/moves.ts'
import type { Directory } from '#domain/exceptions/pools.ts'
import { isFailure } from '#domain/failure.ts'
import {
  aCompletion,
  aDirectory,
  aFrozenStage,
  aMember,
  aVote,
  aVoter,
  aVoteSituation,
  digest,
  hour,
  noon,
  someTerms,
  submitted,
  withMoves,
} from '#test/support/an-exception.ts'

/** Random histories of one request against a model that knows nothing of tables and folds (exceptions.md section 12). */

const runs = Number(process.env['POSTERN_MODEL_RUNS'] ?? 300)
const duration = 2 * hour
const persons = ['ada', 'grace', 'edsger', 'barbara', 'new'] as const
const pools = { a: ['edsger', 'grace'], b: ['barbara', 'grace'] } as const

type Person = (typeof persons)[number]
type Act =
  | {
      readonly kind: 'vote'
      readonly by: Person
      readonly stage: 'a' | 'b'
      readonly deny: boolean
      readonly old: boolean
    }
  | { readonly kind: 'ask' | 'answer' | 'withdraw' | 'revoke' | 'surrender'; readonly by: Person }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'remove' | 'return'; readonly who: Person }

const by = fc.constantFrom(...persons)
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('vote' as const),
      by,
      stage: fc.constantFrom('a' as const, 'b' as const),
      deny: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      old: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('ask' as const, 'answer' as const), by }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('withdraw' as const, 'revoke' as const, 'surrender' as const), by }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 60, hour, 5 * hour) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'sweep' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('remove' as const, 'return' as const), who: by }) },
)

/** Everybody as they are: who is removed is in no group. */
function peopleWithout(removed: ReadonlySet<string>): Directory {
  const groups = { ada: ['a', 'b'], grace: ['a', 'b'], edsger: ['a'], barbara: ['b'], new: ['a', 'b'] }
  return aDirectory(...persons.map((id) => aMember(id, { groups: removed.has(id) ? [] : groups[id] })))
}

/** What an act makes of a history, now, or the code by which it is refused. */
function judge(given: Act, request: FoldedRequest, people: Directory, now: number): readonly NewMove[] | string {
  try {
    const situation = aVoteSituation(request, { people, now })
    switch (given.kind) {
      case 'vote': {
        const cast = aVote(given.by, {
          stage: given.stage,
          decision: given.deny ? 'deny' : 'approve',
          termsDigest: given.old ? 'old' : digest,
        })
        return judgeVote(cast, situation, () => aCompletion({ terms: someTerms({ duration_s: duration }) })).moves
      }
      case 'ask':
        return [judgeQuestion(aVoter(given.by), situation, 'm')]
      case 'answer':
        return [judgeAnswer(request, given.by, digest, 'm', now)]
      case 'withdraw':
        return [judgeWithdrawal(request, given.by, digest, now)]
      case 'surrender':
        return [judgeSurrender(request, given.by, now)]
      case 'revoke':
        return [judgeRevocation(request, { person: given.by, roles: [], onCall: false }, 'why', situation)]
      case 'sweep':
        return dueMoves(request, now)
      default:
        return []
    }
  } catch (thrown) {
    if (isFailure(thrown)) return thrown.code
    throw thrown
  }
}

function begin(): readonly Move[] {
  return withMoves(
    [],
    [submitted({ stages: [aFrozenStage(), aFrozenStage({ id: 'b', from: 'group:b', pool: [...pools.b] })] })],
  )
}

/** The model: what the words of the document say, in flags and lists. */
class Model {
  now = noon
  state: 'pending' | 'asked' | 'approved' | 'denied' | 'withdrawn' | 'lapsed' = 'pending'
  readonly removed = new Set<string>()
  readonly votes = new Map<string, 'a' | 'b'>()
  counted: readonly string[] = []
  grant: { readonly until: number; ended: 'revoked' | 'expired' | null } | null = null

  get over(): boolean {
    return this.state !== 'pending' && this.state !== 'asked'
  }
  get late(): boolean {
    return !this.over && this.now >= noon + 8 * hour
  }
  inPool(who: string, stage: 'a' | 'b'): boolean {
    return pools[stage].some((each) => each === who) && !this.removed.has(who)
  }
  has(stage: 'a' | 'b'): readonly string[] {
    return [...this.votes].filter(([who, where]) => where === stage && this.inPool(who, stage)).map(([who]) => who)
  }
  /** Somebody else could still take the other stage, if this one took this. */
  leavesRoom(who: string, stage: 'a' | 'b'): boolean {
    const other = stage === 'a' ? 'b' : 'a'
    if (this.has(other).length > 0) return true
    return pools[other].some((each) => each !== who && !this.votes.has(each) && !this.removed.has(each))
  }
  /** True where the act must be taken. */
  act(given: Act): boolean {
    switch (given.kind) {
      case 'wait':
        this.now += given.seconds
        return true
      case 'remove':
        this.removed.add(given.who)
        return true
      case 'return':
        this.removed.delete(given.who)
        return true
      case 'sweep':
        if (this.late) this.state = 'lapsed'
        if (this.grant !== null && this.grant.ended === null && this.now >= this.grant.until)
          this.grant.ended = 'expired'
        return true
      case 'vote':
        return this.vote(given)
      case 'ask': {
        if (this.over || this.late || this.state === 'asked') return false
        if (!this.inPool(given.by, 'a') && !this.inPool(given.by, 'b')) return false
        this.state = 'asked'
        return true
      }
      case 'answer':
        if (this.late || this.state !== 'asked' || given.by !== 'ada') return false
        this.state = 'pending'
        return true
      case 'withdraw':
        if (this.over || this.late || given.by !== 'ada') return false
        this.state = 'withdrawn'
        return true
      default: {
        if (this.grant === null || this.grant.ended !== null || this.now >= this.grant.until) return false
        if (given.kind === 'surrender' ? given.by !== 'ada' : !this.counted.includes(given.by)) return false
        this.grant.ended = 'revoked'
        return true
      }
    }
  }
  vote({ by: who, stage, deny, old }: Extract<Act, { kind: 'vote' }>): boolean {
    if (this.over || this.late || old || !this.inPool(who, stage) || this.votes.has(who)) return false
    if (deny) {
      this.state = 'denied'
      return true
    }
    if (this.state === 'asked' || this.has(stage).length > 0 || !this.leavesRoom(who, stage)) return false
    this.votes.set(who, stage)
    if (this.has('a').length > 0 && this.has('b').length > 0) {
      this.state = 'approved'
      this.counted = [...this.has('a'), ...this.has('b')]
      this.grant = { until: this.now + duration, ended: null }
    }
    return true
  }
}

function mintedIn(history: readonly Move[]): number {
  return history.filter(({ type }) => type === 'grant-minted').length
}

describe('4, 7, 12 and 23: any history of one request', () => {
  it('goes as the model says, and every prefix of it is the fold of its moves', () => {
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40, size: 'max' }), (acts) => {
        const model = new Model()
        let history = begin()
        for (const given of acts) {
          const wasOver = model.over
          const before = foldMoves(history)
          const judged = judge(given, before, peopleWithout(model.removed), model.now)
          const taken = model.act(given)
          expect(typeof judged === 'string' ? judged : 'taken', JSON.stringify(given)).toSatisfy(
            (said: string) => (said === 'taken') === taken,
          )
          if (wasOver && given.kind === 'vote') expect(judged).toBe('request_closed') // 4
          if (typeof judged === 'string') continue
          history = withMoves(history, judged)
          const after = foldMoves(history)
          const words = { ...after, state: after.state === 'info_needed' ? 'asked' : after.state }
          expect(words.state).toBe(model.state)
          expect(after.grant?.state ?? null).toBe(model.grant === null ? null : (model.grant.ended ?? 'active'))
          expect(mintedIn(history)).toBeLessThanOrEqual(1)
          expect(after.votes.some(({ person }) => person === 'ada')).toBe(false) // 7
          if (history.some(({ type }) => type === 'vote-denied')) expect(after.state).toBe('denied') // 12
          if (after.grant !== null) {
            const usable = model.grant?.ended === null && model.now < (model.grant?.until ?? 0)
            expect(unionInForce([after.grant], model.now).length > 0).toBe(usable)
          }
          expect(requestStateAt(after, model.now) === 'lapsed').toBe(model.late || model.state === 'lapsed')
          expect(foldMoves([...history].reverse())).toEqual(after) // 23
        }
        seen.set(model.state, (seen.get(model.state) ?? 0) + 1)
      }),
      { numRuns: runs },
    )
    // The histories reach what they are about; otherwise this would prove nothing.
    for (const state of ['pending', 'approved', 'denied', 'withdrawn', 'lapsed'])
      expect(seen.get(state) ?? 0, state).toBeGreaterThan(0)
  })
})

/** A store that takes a transaction only where its position is still free, as a unique key does. */
class Store {
  history = begin()
  conflicts = 0
  commit(read: number, moves: readonly NewMove[]): boolean {
    if (this.history.length !== read) {
      this.conflicts += 1
      return false
    }
    this.history = withMoves(this.history, moves)
    return true
  }
}

describe('9 and 14: races for one position', () => {
  it('have one winner, and end as some serial order would', () => {
    const batch = fc.record({
      acts: fc.array(act, { minLength: 2, maxLength: 6 }),
      order: fc.array(fc.nat(), { maxLength: 12 }),
    })
    let conflicts = 0
    fc.assert(
      fc.property(fc.array(batch, { minLength: 1, maxLength: 5 }), (batches) => {
        const store = new Store()
        const people = peopleWithout(new Set())
        const now = noon + 60
        const committed: Act[] = []
        for (const { acts, order } of batches) {
          // All read the same history, then each tries to write; who loses reads again, until it is written or refused.
          let waiting = acts.map((given) => ({ given, read: store.history }))
          for (let turn = 0; waiting.length > 0; turn += 1) {
            const index = (order[turn] ?? 0) % waiting.length
            const one = waiting[index]
            if (one === undefined) break
            const judged = judge(one.given, foldMoves(one.read), people, now)
            if (typeof judged === 'string') {
              // A refusal of an old reading is not an answer either: it is judged again before it is told.
              if (one.read.length === store.history.length) waiting = waiting.filter((_each, at) => at !== index)
              else waiting[index] = { given: one.given, read: store.history }
            } else if (store.commit(one.read.length, judged)) {
              if (judged.length > 0) committed.push(one.given)
              waiting = waiting.filter((_each, at) => at !== index)
            } else waiting[index] = { given: one.given, read: store.history }
          }
        }
        let serial = begin()
        for (const given of committed) {
          const judged = judge(given, foldMoves(serial), people, now)
          if (typeof judged === 'string') throw new Error(`a committed act is refused alone: ${judged}`)
          serial = withMoves(serial, judged)
        }
        expect(store.history).toEqual(serial)
        const positions = store.history.map(({ position }) => position)
        expect(positions).toEqual(positions.map((_each, at) => at + 1))
        expect(mintedIn(store.history)).toBeLessThanOrEqual(1)
        const approvals = store.history.flatMap((move) => (move.type === 'vote-approved' ? [move.vote.person] : []))
        expect(new Set(approvals).size).toBe(approvals.length)
        conflicts += store.conflicts
      }),
      { numRuns: runs },
    )
    expect(conflicts).toBeGreaterThan(0)
  })
})
