import type { RiskTier } from '../policy/documents.ts'

/** What access is decided about. Ids are unique; owners are mail addresses. */
export type Resource = {
  readonly id: string
  readonly name: string
  readonly tags: readonly string[]
  readonly tier: RiskTier
  readonly origins: readonly string[]
  readonly owners: readonly string[]
}

/** The admin console, built in: policies name it by its id. */
export const consoleResource: Resource = {
  id: 'console',
  name: 'Console',
  tags: [],
  tier: 'high',
  origins: [],
  owners: [],
}
