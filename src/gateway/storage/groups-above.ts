/** Every group that a member of the given group belongs to, itself first; a circle ends where it began. */
export function groupsAbove(
  groups: readonly { readonly id: string; readonly within: readonly string[] }[],
): (id: string) => readonly string[] {
  const within = new Map(groups.map((group) => [group.id, group.within]))
  const known = new Map<string, readonly string[]>()
  return (id) => {
    const found = known.get(id)
    if (found !== undefined) return found
    const all = new Set([id])
    for (const each of all) for (const next of within.get(each) ?? []) all.add(next)
    known.set(id, [...all])
    return [...all]
  }
}
