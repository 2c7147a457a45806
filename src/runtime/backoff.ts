/** Full jitter: a random wait below a bound that doubles from `firstMs` to `longestMs` (protocol.md section 9). */
export function backoffMs(
  attempt: number,
  limits: { readonly firstMs: number; readonly longestMs: number },
  random: () => number,
): number {
  const bound = Math.min(limits.longestMs, limits.firstMs * 2 ** Math.min(attempt, 30))
  return Math.max(1, Math.floor(random() * bound))
}
