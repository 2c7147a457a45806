import type { Resource } from '#domain/access/resource.ts'

/** What a book is linted against. What is left out is not asked: without groups, no group is unknown. */
export type LintContext = {
  /** Every text must exist in these. */
  readonly languages: readonly string[]
  readonly groups?: readonly string[]
  readonly resources?: readonly Resource[]
  /** Who there is, to see whether stages can be filled. */
  readonly people?: readonly LintPerson[]
  /** Unix seconds. */
  readonly now: number
  /** Seconds between two reports, 900 by default. */
  readonly reportIntervalSeconds?: number
}

export type LintPerson = {
  readonly email: string
  readonly groups: readonly string[]
  readonly roles: readonly string[]
  readonly team?: string
}
