import type { Resource } from '#domain/access/resource.ts'
import { canonicalPerson, type Directory, poolOf } from '#domain/exceptions/pools.ts'
import type { Book } from '#domain/policy/book.ts'

/** The pools of a book that hold a person: `group:<id>`, `role:<name>`. Owning any one resource counts as one. */
export function poolsOfPerson(
  personId: string,
  book: Book,
  people: Directory,
  resources: readonly Pick<Resource, 'owners'>[],
): readonly string[] {
  const id = canonicalPerson(personId, people)
  const sources = new Set(
    book.approvalPolicies.flatMap(({ rules }) => rules.flatMap(({ rule }) => rule.stages.map(({ from }) => from))),
  )
  return [...sources]
    .filter((from) =>
      from === 'role:resource-owner'
        ? resources.some((resource) => poolOf(from, people, [resource]).includes(id))
        : poolOf(from, people, []).includes(id),
    )
    .sort()
}

/** The documents of a book that name a group: who is assigned, and who approves. */
export function usesOfGroup(group: string, book: Book): readonly string[] {
  return [
    ...book.policies
      .filter(({ document }) => document.assign.groups.includes(group))
      .map(({ document }) => `Policy/${document.id}`),
    ...book.approvalPolicies
      .filter(({ rules }) => rules.some(({ rule }) => rule.stages.some(({ from }) => from === `group:${group}`)))
      .map(({ document }) => `ApprovalPolicy/${document.id}`),
  ].sort()
}
