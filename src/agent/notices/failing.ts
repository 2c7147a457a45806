import type { Snapshot } from '#contract/ipc.ts'

type Result = NonNullable<Snapshot['result']>

/** A check that wants something done: violated, unreadable, or let pass for a while. */
export function isFailing({ outcome }: Pick<Result['checks'][number], 'outcome'>): boolean {
  return outcome === 'violated' || outcome === 'unknown' || outcome === 'tolerated'
}

/** Whether a finding keeps its resource closed: it fails, and its step of the ladder is one that stops. */
export function isHolding({ outcome, enforce }: Result['resources'][number]['findings'][number]): boolean {
  return (outcome === 'violated' || outcome === 'unknown') && enforce !== 'report' && enforce !== 'warn'
}
