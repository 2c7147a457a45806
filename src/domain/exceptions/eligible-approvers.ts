import type { Decision } from '../access/decision.ts'
import { type StepUpLevel, stepUpLevels } from '../policy/documents.ts'
import type { CastVote, FrozenStage } from './moves.ts'
import { canonicalPerson, type Electorate, isOfOtherTeam } from './pools.ts'

/** The rules of exceptions.md section 6 that can bar a voter, by their numbers. */
export const voteRules = ['6.1', '6.2', '6.3', '6.4', '6.5', '6.6', '6.7', '6.8'] as const
export type VoteRule = (typeof voteRules)[number]

/** Why somebody may not vote: the rule, and which part of it. */
export type Bar = {
  readonly rule: VoteRule
  readonly because:
    | 'not-in-pool'
    | 'inactive'
    | 'not-human'
    | 'unmapped'
    | 'requester'
    | 'subject'
    | 'delegate'
    | 'impersonation'
    | 'device'
    | 'reciprocity'
    | 'step-up'
    | 'team'
}

/** Who tries to vote, and from where. */
export type Voter = {
  /** Null: an identity that is mapped to nobody. */
  readonly person: string | null
  /** A chat adapter that acts as a mapped person is that person. */
  readonly kind: 'person' | 'machine' | 'service-token' | 'chat-bot'
  readonly impersonation: boolean
  /** Those for whom this person is a delegate [3]. */
  readonly delegateOf: readonly string[]
  /** The decisions for the resource `console`, one for each active device of theirs. */
  readonly consoleDecisions: readonly Decision[]
  /** Their own open requests, as far as rule 6.5 looks at them. */
  readonly ownRequests: readonly OwnRequest[]
}

/** `awaits`: the persons whose vote it waits for now. */
export type OwnRequest = {
  readonly id: string
  readonly submittedAt: number
  readonly checks: readonly string[]
  readonly resources: readonly string[]
  readonly awaits: readonly string[]
}

/** The request that is voted on, and what its ApprovalPolicies say of voters. */
export type VoteSubject = {
  readonly id: string
  readonly submittedAt: number
  readonly checks: readonly string[]
  readonly resources: readonly string[]
  readonly voters: {
    readonly device: 'compliant' | 'any'
    readonly reciprocity: 'refuse' | 'allow'
  }
}

/**
 * The first rule of section 6 that bars a voter from a stage, rules 1 to 6; undefined where none does. `signed` is the
 * level that the vote is signed at; left out, as for a list of who may vote, the level is not asked. The rest of section
 * 6 looks at other votes: `judgeVote`.
 */
export function barTo(
  voter: Voter,
  stage: FrozenStage,
  subject: VoteSubject,
  electorate: Electorate,
  signed?: StepUpLevel,
): Bar | undefined {
  const { people, pools } = electorate
  if (voter.kind !== 'person') return { rule: '6.2', because: 'not-human' }
  if (voter.person === null) return { rule: '6.2', because: 'unmapped' }
  const person = canonicalPerson(voter.person, people)
  const own = ownPart(voter, person, electorate)
  if (own !== undefined) return { rule: '6.3', because: own }
  if (pools.get(stage.id)?.has(person) !== true) return { rule: '6.1', because: 'not-in-pool' }
  if (people.get(person)?.status !== 'active') return { rule: '6.1', because: 'inactive' }
  if (subject.voters.device === 'compliant' && !hasCompliantDevice(voter, subject.checks))
    return { rule: '6.4', because: 'device' }
  if (subject.voters.reciprocity === 'refuse' && voter.ownRequests.some((own) => isReturned(own, subject, electorate)))
    return { rule: '6.5', because: 'reciprocity' }
  if (signed !== undefined && stepUpLevels.indexOf(signed) < stepUpLevels.indexOf(stage.stepUp))
    return { rule: '6.6', because: 'step-up' }
  if (stage.distinctTeamFromRequester && !isOfOtherTeam(person, electorate)) return { rule: '6.6', because: 'team' }
  return undefined
}

function ownPart(
  voter: Voter,
  person: string,
  { requester, subject, people }: Electorate,
): 'requester' | 'subject' | 'delegate' | 'impersonation' | undefined {
  if (person === requester) return 'requester'
  if (person === subject) return 'subject'
  const delegators = voter.delegateOf.map((id) => canonicalPerson(id, people))
  if (delegators.includes(requester) || delegators.includes(subject)) return 'delegate'
  return voter.impersonation ? 'impersonation' : undefined
}

/**
 * Rule 6.4 as of [1]: one active device with a decision for `console` of allow, or of a challenge that needs step-up
 * alone, and no exception for a check that is asked for.
 */
function hasCompliantDevice({ consoleDecisions }: Voter, checks: readonly string[]): boolean {
  return consoleDecisions.some(
    ({ access, needs, findings }) =>
      (access === 'allow' || (access === 'challenge' && needs.length === 1 && needs[0] === 'step-up')) &&
      !findings.some(
        ({ outcome, finding }) => outcome === 'excepted' && checks.includes(finding.requirement.check.document.id),
      ),
  )
}

/** Rule 6.5: a later request of the voter's own that waits for this requester, on the same check and resource. */
function isReturned(own: OwnRequest, subject: VoteSubject, { requester, people }: Electorate): boolean {
  const later =
    own.submittedAt > subject.submittedAt || (own.submittedAt === subject.submittedAt && own.id > subject.id)
  return (
    later &&
    own.awaits.some((person) => canonicalPerson(person, people) === requester) &&
    own.checks.some((check) => subject.checks.includes(check)) &&
    own.resources.some((resource) => subject.resources.includes(resource))
  )
}

/** Whether this person has voted on this revision already, under whatever id. */
export function hasVoted(
  person: string,
  votes: readonly CastVote[],
  revision: number,
  electorate: Electorate,
): boolean {
  const id = canonicalPerson(person, electorate.people)
  return votes.some((vote) => vote.revision === revision && canonicalPerson(vote.person, electorate.people) === id)
}
