/** States of requests and grants (exceptions.md sections 3 and 4): the names on the wire. */

export const requestStates = [
  'step_up_required',
  'pending',
  'info_needed',
  'approved',
  'denied',
  'withdrawn',
  'lapsed',
  'refused',
  'stale',
] as const
export type RequestState = (typeof requestStates)[number]

/** The states that still take moves; all others are terminal. */
export const openRequestStates = ['step_up_required', 'pending', 'info_needed'] as const

export const grantStates = [
  'scheduled',
  'awaiting_activation',
  'active',
  'suspended',
  'expired',
  'revoked',
  'cured',
  'unclaimed',
  'voided',
] as const
export type GrantState = (typeof grantStates)[number]

/** The states in which a grant lives; all others are terminal. */
export const liveGrantStates = ['scheduled', 'awaiting_activation', 'active', 'suspended'] as const

export function isOpen(state: RequestState): boolean {
  return openRequestStates.some((open) => open === state)
}

export function isLive(state: GrantState): boolean {
  return liveGrantStates.some((live) => live === state)
}
