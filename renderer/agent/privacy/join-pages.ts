import type { SentHead } from '#contract/agent-windows.ts'

/** What was read of the ledger so far, newest first; `older`: what to ask for next, null where nothing is below. */
export type ReadPages = { readonly items: readonly SentHead[]; readonly older: string | null }

/** The newest page, and below it what was read before, where both meet; where they do not, the page alone. */
export function joinNewer(page: ReadPages, before: ReadPages | undefined): ReadPages {
  const last = page.items.at(-1)
  const at = before === undefined || last === undefined ? -1 : before.items.findIndex(({ id }) => id === last.id)
  if (before === undefined || at < 0) return { items: page.items, older: page.older }
  const below = before.items.slice(at + 1)
  return { items: [...page.items, ...below], older: below.length === 0 ? page.older : before.older }
}

/** What was read, and a page below it. */
export function joinOlder(before: ReadPages, page: ReadPages): ReadPages {
  const known = new Set(before.items.map(({ id }) => id))
  return { items: [...before.items, ...page.items.filter(({ id }) => !known.has(id))], older: page.older }
}
