import type { Person } from '../access/person.ts'
import type { Resource } from '../access/resource.ts'
import type { OperatingSystem } from '../operating-system.ts'
import type { Book, Scope } from './book.ts'
import { type Combined, combinePolicies } from './combine.ts'
import type { Policy } from './documents.ts'

/** What applies to one person and resource at one instant; `changesAt` is when a policy or an exclusion ends next. */
export type InForce = { readonly combined: Combined | undefined; readonly changesAt: number }

const mostRemembered = 20_000

/**
 * The policies in force for a person, a resource and a platform at `now` (Unix seconds), combined. A policy counts
 * while `now < validUntil`; who is left out by `exceptUsers` (by id or mail address) is left out while `now < until`.
 */
export function policiesInForce(
  book: Book,
  person: Person,
  resource: Resource,
  platform: OperatingSystem,
  now: number,
): InForce {
  const scope = scopeOf(book, person.groups, resource)
  if (!scope.timed) return { combined: combinedOf(book, scope, platform), changesAt: Number.POSITIVE_INFINITY }
  let changesAt = Number.POSITIVE_INFINITY
  const inForce = scope.policies.filter(({ document }) => {
    const end = document.validUntil ?? Number.POSITIVE_INFINITY
    if (now >= end) return false
    changesAt = Math.min(changesAt, end)
    const exclusion = exclusionOf(document, person, now)
    if (exclusion === undefined) return true
    changesAt = Math.min(changesAt, exclusion)
    return false
  })
  if (inForce.length === scope.policies.length) return { combined: combinedOf(book, scope, platform), changesAt }
  const key = `${platform}|${inForce.map(({ hash }) => hash).join('|')}`
  const known = book.memo.combined.get(key)
  if (known !== undefined) return { combined: known, changesAt }
  const combined = combinePolicies(inForce, book.checks, platform)
  if (combined !== undefined) remember(book.memo.combined, key, combined)
  return { combined, changesAt }
}

function exclusionOf(policy: Policy, person: Person, now: number): number | undefined {
  const ends = policy.assign.exceptUsers
    .filter(({ user, until }) => (user === person.id || isSameAddress(user, person.email)) && now < until)
    .map(({ until }) => until)
  return ends.length === 0 ? undefined : Math.max(...ends)
}

function isSameAddress(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase()
}

/** The policies whose groups hold the person and whose tags or ids name the resource, whatever the time. */
export function scopeOf(book: Book, groups: readonly string[], resource: Pick<Resource, 'id' | 'tags'>): Scope {
  const key = `${groups.join('\n')}\n\n${resource.id}\n${resource.tags.join('\n')}`
  const known = book.memo.scopes.get(key)
  if (known !== undefined) return known
  const policies = book.policies.filter(
    ({ document }) =>
      document.assign.groups.some((group) => groups.includes(group)) &&
      (document.resources.ids.includes(resource.id) ||
        document.resources.tags.some((tag) => resource.tags.includes(tag))),
  )
  const scope: Scope = {
    policies,
    timed: policies.some(({ document }) => document.validUntil !== null || document.assign.exceptUsers.length > 0),
    perPlatform: new Map(),
  }
  remember(book.memo.scopes, key, scope)
  return scope
}

function combinedOf(book: Book, scope: Scope, platform: OperatingSystem): Combined | undefined {
  const known = scope.perPlatform.get(platform)
  if (known !== undefined) return known
  const combined = combinePolicies(scope.policies, book.checks, platform)
  if (combined !== undefined) scope.perPlatform.set(platform, combined)
  return combined
}

/** Keeps a memo within bounds by forgetting everything: an answer forgotten is computed again. */
export function remember<Value>(memo: Map<string, Value>, key: string, value: Value): void {
  if (memo.size >= mostRemembered) memo.clear()
  memo.set(key, value)
}
