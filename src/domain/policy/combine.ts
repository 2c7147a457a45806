import { isAtLeast, type KeyTier } from '../key-tier.ts'
import type { OperatingSystem } from '../operating-system.ts'
import { type Enforcement, enforcements, type Policy, type Requirement } from './documents.ts'
import type { BookCheck, Hashed } from './hashed.ts'

/** One check as all policies that apply need it on one platform: the strictest of each field. */
export type CombinedRequirement = {
  readonly check: BookCheck
  readonly enforce: Enforcement
  /** 0 is none. */
  readonly graceSeconds: number
  readonly graceUnknownSeconds: number
  readonly exemptable: boolean
  /** `id@hash8` of the policies that need it, sorted. */
  readonly policies: readonly string[]
}

/** All policies that apply, as one, for one platform. Requirements are sorted by check id. */
export type Combined = {
  readonly requirements: readonly CombinedRequirement[]
  readonly minKeyTier: KeyTier
  readonly maxSilenceSeconds: number
  /** `id@hash8` of all policies that apply, sorted. */
  readonly policies: readonly string[]
}

/**
 * Policies combined for one platform (policy.md section 5): union of requirements, per field the strictest; the order
 * and repetition of policies do not matter. A requirement on a check that the book does not have throws: such a book
 * does not load. Undefined when no policy is given, since then nothing is said at all.
 */
export function combinePolicies(
  policies: readonly Hashed<Policy>[],
  checks: ReadonlyMap<string, BookCheck>,
  platform: OperatingSystem,
): Combined | undefined {
  const [first, ...others] = policies
  if (first === undefined) return undefined
  const requirements = new Map<string, CombinedRequirement>()
  for (const policy of policies) {
    for (const requirement of policy.document.require) {
      if (!requirement.platforms.includes(platform)) continue
      const check = checks.get(requirement.check)
      if (check === undefined) throw new Error(`no check ${requirement.check} in this book`)
      const needed = asCombined(requirement, check, policy.ref)
      const known = requirements.get(requirement.check)
      requirements.set(requirement.check, known === undefined ? needed : stricter(known, needed))
    }
  }
  return {
    requirements: [...requirements.values()].sort((left, right) =>
      byCodeUnit(left.check.document.id, right.check.document.id),
    ),
    minKeyTier: others.reduce(
      (tier, { document }) => (isAtLeast(document.minKeyTier, tier) ? document.minKeyTier : tier),
      first.document.minKeyTier,
    ),
    maxSilenceSeconds: Math.min(...policies.map(({ document }) => document.maxSilenceSeconds)),
    policies: union(policies.map(({ ref }) => ref)),
  }
}

/** The stricter of both in every field: hardest ladder step, shortest grace, exemptable only if both allow it. */
function stricter(left: CombinedRequirement, right: CombinedRequirement): CombinedRequirement {
  return {
    check: left.check,
    enforce: enforcements.indexOf(left.enforce) >= enforcements.indexOf(right.enforce) ? left.enforce : right.enforce,
    graceSeconds: Math.min(left.graceSeconds, right.graceSeconds),
    graceUnknownSeconds: Math.min(left.graceUnknownSeconds, right.graceUnknownSeconds),
    exemptable: left.exemptable && right.exemptable,
    policies: union([...left.policies, ...right.policies]),
  }
}

function asCombined(requirement: Requirement, check: BookCheck, policy: string): CombinedRequirement {
  return {
    check,
    enforce: requirement.enforce,
    graceSeconds: requirement.graceSeconds,
    graceUnknownSeconds: requirement.graceUnknownSeconds,
    exemptable: requirement.exemptable,
    policies: [policy],
  }
}

function union(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort(byCodeUnit)
}

/** Order by UTF-16 code unit, the same everywhere. */
export function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
