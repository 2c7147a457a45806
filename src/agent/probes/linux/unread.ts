import type { Ran } from '#agent/machine/machine.ts'
import type { UnknownReason } from '#domain/reading.ts'

/** Why nothing could be read: of a file that was not found, or of a program that did not give an answer. */
export function whyUnread(came: {
  readonly kind: Exclude<Ran['kind'], 'ran'> | 'denied' | 'too-large' | 'not-owned'
}): UnknownReason {
  return reasons[came.kind]
}

const reasons: { readonly [Kind in Parameters<typeof whyUnread>[0]['kind']]: UnknownReason } = {
  absent: 'not-present',
  denied: 'denied',
  failed: 'failed',
  'not-owned': 'denied',
  'timed-out': 'timed-out',
  'too-large': 'incomplete',
  'too-much-output': 'incomplete',
}
