import type { Resource } from '../access/resource.ts'
import type { Book } from '../policy/book.ts'
import { canonicalPerson, type Directory, poolOf } from './pools.ts'

/** What ApprovalPolicies say of those who vote, the strictest of all that chose a rule. */
export type VoterRules = {
  readonly device: 'compliant' | 'any'
  readonly reciprocity: 'refuse' | 'allow'
  /** What the requester is told of whom the request waits for. */
  readonly visibility: 'none' | 'pools' | 'names'
}

/** Combines the `voters` of the ApprovalPolicies whose rules were chosen; of none, or of unknown ones, the strictest. */
export function voterRules(book: Book, chosen: readonly { readonly policy: string }[]): VoterRules {
  const voters = chosen.flatMap(
    ({ policy }) => book.approvalPolicies.find(({ document }) => document.id === policy)?.document.voters ?? [],
  )
  if (voters.length === 0 || voters.length < chosen.length)
    return { device: 'compliant', reciprocity: 'refuse', visibility: 'none' }
  return {
    device: voters.some(({ device }) => device === 'compliant') ? 'compliant' : 'any',
    reciprocity: voters.some(({ reciprocity }) => reciprocity === 'refuse') ? 'refuse' : 'allow',
    visibility:
      (['none', 'pools'] as const).find((word) => voters.some(({ visibility }) => visibility === word)) ?? 'names',
  }
}

/** Whether somebody is in a pool that the book names; owning any resource counts as one. */
export function isApproverSomewhere(
  person: string,
  book: Book,
  people: Directory,
  resources: readonly Pick<Resource, 'owners'>[],
): boolean {
  const id = canonicalPerson(person, people)
  const sources = new Set(
    book.approvalPolicies.flatMap(({ rules }) => rules.flatMap(({ rule }) => rule.stages.map(({ from }) => from))),
  )
  return [...sources].some((from) =>
    from === 'role:resource-owner'
      ? resources.some((resource) => poolOf(from, people, [resource]).includes(id))
      : poolOf(from, people, []).includes(id),
  )
}
