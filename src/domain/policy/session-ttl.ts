const secondsPer: { readonly [unit: string]: number } = { m: 60, h: 3600, d: 86_400 }

/** Seconds that a `session-ttl-…` control leaves a session; undefined for every other control. */
export function sessionTtlSeconds(control: string): number | undefined {
  const [, amount, unit] = /^session-ttl-([1-9][0-9]{0,5})([mhd])$/.exec(control) ?? []
  const seconds = unit === undefined ? undefined : secondsPer[unit]
  return amount === undefined || seconds === undefined ? undefined : Number(amount) * seconds
}
