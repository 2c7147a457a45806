/** Places that must be taken by distinct persons, and who may take each. */
export type Places<Person> = { readonly places: number; readonly pool: readonly Person[] }

/** Whether a system of distinct persons exists: bipartite matching of all places (exceptions.md section 6, rule 8). */
export function canFill<Person>(stages: readonly Places<Person>[]): boolean {
  const open = stages.flatMap(({ places, pool }) => Array.from({ length: places }, () => pool))
  const takes = new Map<Person, number>()
  const place = (index: number, tried: Set<Person>): boolean => {
    for (const person of open[index] ?? []) {
      if (tried.has(person)) continue
      tried.add(person)
      const held = takes.get(person)
      if (held === undefined || place(held, tried)) {
        takes.set(person, index)
        return true
      }
    }
    return false
  }
  return open.every((_pool, index) => place(index, new Set()))
}
