const minute = 60
const hour = 3600
const day = 86_400
const ladder = [15 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 8 * hour, day, 2 * day, 3 * day, 7 * day, 14 * day]
const shortest = 60

/**
 * Spans to choose from, in seconds, rising, up to the limit and with it. `chosen` is always among them, so that nothing
 * that was chosen vanishes when the limit falls.
 */
export function durations(mostSeconds: number, chosen: number | undefined): readonly number[] {
  const below = ladder.filter((span) => span <= mostSeconds)
  const limit = mostSeconds >= shortest ? [mostSeconds] : []
  const all = new Set([...below, ...limit, ...(chosen === undefined ? [] : [chosen])])
  return [...all].sort((one, other) => one - other)
}
