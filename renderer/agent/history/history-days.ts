import type { HistoryItem } from '#contract/agent-exceptions.ts'

/** What happened on one day; `start`: any moment of it, Unix seconds. */
export type HistoryDay = { readonly key: string; readonly start: number; readonly items: readonly HistoryItem[] }

/** Days as the person's calendar has them, in the order in which they come. */
export function historyDays(items: readonly HistoryItem[]): readonly HistoryDay[] {
  const days: { key: string; start: number; items: HistoryItem[] }[] = []
  for (const item of items) {
    const key = dayKey(item.at)
    const last = days.at(-1)
    if (last?.key === key) last.items.push(item)
    else days.push({ key, start: item.at, items: [item] })
  }
  return days
}

/** How many days before `now` it is, where the person is. */
export function daysAgo(seconds: number, now: number): number {
  const midnight = (at: number) => {
    const date = new Date(at * 1000)
    return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate())
  }
  return Math.round((midnight(now) - midnight(seconds)) / 86_400_000)
}

function dayKey(seconds: number): string {
  const date = new Date(seconds * 1000)
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`
}
