import { canFill } from './can-fill.ts'
import type { CastVote, CountedVote, FrozenStage, Tally, UncountedReason } from './moves.ts'
import { canonicalPerson, couldFill, type Electorate } from './pools.ts'

/**
 * Counts all votes anew (rule 6.9): same digest, person still in the live pool and active, one person once over all
 * stages and aliases, and per stage no more than it needs. A stage without a need fills never.
 */
export function tallyVotes(votes: readonly CastVote[], termsDigest: string, electorate: Electorate): Tally {
  const had = new Set<string>()
  const have = new Map<string, number>()
  const counted = votes
    .filter(({ decision }) => decision === 'approve')
    .map((vote): CountedVote => {
      const why = whyNot(vote, termsDigest, electorate, had, have)
      if (why === null) {
        had.add(canonicalPerson(vote.person, electorate.people))
        have.set(vote.stage, (have.get(vote.stage) ?? 0) + 1)
      }
      return { person: vote.person, stage: vote.stage, counted: why === null, why }
    })
  const stages = electorate.stages.map(({ id, need }) => ({ stage: id, have: have.get(id) ?? 0, need }))
  return {
    stages,
    votes: counted,
    complete: stages.length > 0 && stages.every((stage) => stage.need >= 1 && stage.have >= stage.need),
    denied: votes.some(({ decision }) => decision === 'deny'),
  }
}

function whyNot(
  vote: CastVote,
  termsDigest: string,
  electorate: Electorate,
  had: ReadonlySet<string>,
  have: ReadonlyMap<string, number>,
): UncountedReason | null {
  const person = canonicalPerson(vote.person, electorate.people)
  const stage = electorate.stages.find(({ id }) => id === vote.stage)
  if (vote.termsDigest !== termsDigest) return 'digest'
  if (electorate.people.get(person)?.status !== 'active') return 'inactive'
  if (stage === undefined || !couldFill(person, stage, electorate)) return 'not-in-pool'
  if (had.has(person)) return 'merged'
  return (have.get(stage.id) ?? 0) >= stage.need ? 'surplus' : null
}

/** Whether distinct persons who have not voted yet could take every place that is still open (rule 6.8). */
export function canStillFill(tally: Tally, electorate: Electorate, without: readonly string[] = []): boolean {
  const taken = new Set([...spentPersons(tally, electorate), ...without])
  return canFill(
    electorate.stages.map((stage) => ({
      places: Math.max(0, openPlaces(stage, tally)),
      pool: membersOf(stage, electorate).filter((person) => !taken.has(person)),
    })),
  )
}

/** Whether a vote of this person for this stage leaves the others fillable, and the stage has a place (rule 6.7). */
export function mayTake(person: string, stage: FrozenStage, tally: Tally, electorate: Electorate): boolean {
  if (openPlaces(stage, tally) < 1) return false
  const after: Tally = {
    ...tally,
    stages: tally.stages.map((each) => (each.stage === stage.id ? { ...each, have: each.have + 1 } : each)),
  }
  return canStillFill(after, electorate, [person])
}

export function openPlaces(stage: FrozenStage, tally: Tally): number {
  return stage.need - (tally.stages.find((each) => each.stage === stage.id)?.have ?? 0)
}

/** Those who could take a place of a stage now. */
export function membersOf(stage: FrozenStage, electorate: Electorate): readonly string[] {
  return [...(electorate.pools.get(stage.id) ?? [])].filter((person) => couldFill(person, stage, electorate))
}

/** Who has voted on the terms as they are: they cannot vote again, whether or not they count. */
export function spentPersons(tally: Tally, electorate: Electorate): ReadonlySet<string> {
  return new Set(
    tally.votes.filter(({ why }) => why !== 'digest').map(({ person }) => canonicalPerson(person, electorate.people)),
  )
}

/** The stages whom the request waits for, in order, and the persons who could fill them and have not voted. */
export function waitingFor(
  tally: Tally,
  electorate: Electorate,
): readonly { readonly stage: string; readonly persons: readonly string[] }[] {
  const voted = spentPersons(tally, electorate)
  return electorate.stages
    .filter((stage) => openPlaces(stage, tally) > 0)
    .map((stage) => ({
      stage: stage.id,
      persons: membersOf(stage, electorate).filter((person) => !voted.has(person)),
    }))
}
