import type { Access } from '#domain/access/decision.ts'
import type { GrantUse } from '#domain/exceptions/grant-uses.ts'

/** A decision as it is counted. `device` is an id, null where no device was known; `grants` are ids, sorted. */
export type CountedDecision = {
  readonly device: string | null
  readonly resource: string
  readonly outcome: Access
  readonly grants: readonly string[]
}

/** Equal decisions since the last batch. Times are Unix seconds; `checkpoint` is the size of the log known at the last one. */
export type DecisionTally = CountedDecision & {
  readonly firstAt: number
  readonly lastAt: number
  readonly count: number
  readonly checkpoint: number
}

export type DecisionCounter = {
  /** Takes a decision in: in memory alone, since somebody waits for its answer. Plain allows are not kept (audit.md section 13). */
  count(decision: CountedDecision, now: number): void
  /** The log has grown to this size, under a checkpoint. */
  logIs(size: number): void
  /** Hands out what was counted, and begins anew; at most `most` tallies, oldest first. */
  take(most: number): readonly DecisionTally[]
  /** Puts back what could not be written. */
  putBack(tallies: readonly DecisionTally[]): void
  /** How many tallies wait. */
  size(): number
  /** Uses of a grant that wait. */
  usesOf(grantId: string): readonly GrantUse[]
  /** How many decisions found no room since this was last asked. */
  dropped(): number
}

type Open = { -readonly [Member in keyof DecisionTally]: DecisionTally[Member] }

/** What a database that cannot be written may cost in memory. */
const mostTallies = 50_000

/**
 * Counts decisions that refused or used a grant, one tally for each device, resource, outcome and set of grants. `onFull` is
 * called once when `fullAt` tallies wait, so that a batch is written before its time.
 */
export function createDecisionCounter(onFull: () => void, fullAt: number, most: number = mostTallies): DecisionCounter {
  const open = new Map<string, Open>()
  let checkpoint = 0
  let lost = 0

  function add(key: string, tally: DecisionTally): void {
    if (open.size >= most) {
      lost += tally.count
      return
    }
    open.set(key, { ...tally })
    if (open.size === fullAt) onFull()
  }

  return {
    count(decision, now) {
      if (decision.outcome === 'allow' && decision.grants.length === 0) return
      const key = keyOf(decision)
      const known = open.get(key)
      if (known === undefined) return add(key, { ...decision, firstAt: now, lastAt: now, count: 1, checkpoint })
      known.count += 1
      known.lastAt = Math.max(known.lastAt, now)
      known.firstAt = Math.min(known.firstAt, now)
      known.checkpoint = checkpoint
    },
    logIs(size) {
      checkpoint = Math.max(checkpoint, size)
    },
    take(wanted) {
      const taken = [...open].slice(0, wanted)
      for (const [key] of taken) open.delete(key)
      return taken.map(([, tally]) => tally)
    },
    putBack(tallies) {
      for (const tally of tallies) {
        const key = keyOf(tally)
        const since = open.get(key)
        if (since === undefined) add(key, tally)
        else {
          since.count += tally.count
          since.firstAt = Math.min(since.firstAt, tally.firstAt)
          since.lastAt = Math.max(since.lastAt, tally.lastAt)
        }
      }
    },
    size: () => open.size,
    usesOf(grantId) {
      return [...open.values()]
        .filter(({ grants }) => grants.includes(grantId))
        .map(({ resource, firstAt, lastAt, count }) => ({ resource, firstAt, lastAt, count }))
    },
    dropped() {
      const since = lost
      lost = 0
      return since
    },
  }
}

function keyOf({ device, resource, outcome, grants }: CountedDecision): string {
  return `${device ?? ''}\n${resource}\n${outcome}\n${grants.length === 0 ? '' : grants.join(' ')}`
}
