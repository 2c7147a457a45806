/** What a probe found out about one signal. Only `observed` carries a value; everything else says why there is none. */

export const unknownReasons = [
  'timed-out',
  'denied',
  'unrecognised-output',
  'not-supported-here',
  'incomplete',
  'failed',
  'not-present',
  'not-consented',
] as const
export type UnknownReason = (typeof unknownReasons)[number]

export type Reading<Value> =
  | { readonly kind: 'observed'; readonly value: Value; readonly source: string; readonly at?: number }
  | { readonly kind: 'unknown' | 'error' | 'na'; readonly why: UnknownReason; readonly source: string }

/** Seen. `source` names what decided (`fdesetup`, `lsblk`, …); `at` (Unix seconds) only where the fact is older than the reading. */
export function observed<Value>(value: Value, source: string, at?: number): Reading<Value> {
  return { kind: 'observed', value, source, ...(at === undefined ? {} : { at }) }
}

/** No usable answer: neither on nor off. */
export function unknown(why: UnknownReason, source: string): Reading<never> {
  return { kind: 'unknown', why, source }
}

/** The probe itself broke. */
export function error(why: UnknownReason, source: string): Reading<never> {
  return { kind: 'error', why, source }
}

/** The question does not apply to this machine. */
export function na(why: UnknownReason, source: string): Reading<never> {
  return { kind: 'na', why, source }
}
