/** Decisions about one resource that used a grant. Times are Unix seconds. */
export type GrantUse = {
  readonly resource: string
  readonly firstAt: number
  readonly lastAt: number
  readonly count: number
}

/** What all decisions made of a grant: `lastUse` is null where none used it. */
export type GrantUsage = { readonly lastUse: number | null; readonly decisions: number }

/** Uses put together, one for each resource, sorted by it. */
export function mergeUses(...lists: readonly (readonly GrantUse[])[]): readonly GrantUse[] {
  const merged = new Map<string, GrantUse>()
  for (const use of lists.flat()) {
    const known = merged.get(use.resource)
    merged.set(
      use.resource,
      known === undefined
        ? use
        : {
            resource: use.resource,
            firstAt: Math.min(known.firstAt, use.firstAt),
            lastAt: Math.max(known.lastAt, use.lastAt),
            count: known.count + use.count,
          },
    )
  }
  return [...merged.values()].sort((left, right) => (left.resource < right.resource ? -1 : 1))
}

export function sumUses(uses: readonly GrantUse[]): GrantUsage {
  return {
    lastUse: uses.length === 0 ? null : Math.max(...uses.map(({ lastAt }) => lastAt)),
    decisions: uses.reduce((sum, { count }) => sum + count, 0),
  }
}
